// Table I as small multiples: twelve circuits on the same angles, in the browser alone (simulate() stands above).

const SVG = "http://www.w3.org/2000/svg";
let galleries = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
}

const FACTORS = [
  ["Hadamards", [["yes", (c) => c.hadamard], ["no", (c) => !c.hadamard]]],
  ["CNOTs", [["ent", (c) => c.entangler === "ent"], ["cyc", (c) => c.entangler === "cyc"]]],
  ["Rotation", ["rx", "ry", "rz"].map((name) => [name.toUpperCase(), (c) => c.rotation === name])],
  ["Depends on Θ", [["can", (c) => c.depends], ["cannot", (c) => !c.depends]]],
];

function chart(size) {
  const width = 200, height = 56;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("class", "qg-chart");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const path = document.createElementNS(SVG, "path");
  svg.append(path);
  const step = width / size;
  const show = (values) => {
    const peak = Math.max(...values, 1.6 / size);
    path.setAttribute("d", values.reduce((d, p, i) => d
      + `M${(i * step + 0.1 * step).toFixed(2)} ${height}V${(height * (1 - p / peak)).toFixed(2)}h${(0.8 * step).toFixed(2)}V${height}z`, ""));
    const best = values.indexOf(Math.max(...values));
    svg.setAttribute("aria-label", `Probabilities, largest ${values[best].toFixed(3)} at state ${best}`);
  };
  return { svg, show };
}

function render({ model, el }) {
  const { n, depth } = model.get("_sizes"), items = model.get("_items");
  const id = `qg${(galleries += 1)}`;
  const cards = items.map((item) => {
    const bars = chart(2 ** n);
    const picture = make("div", { class: "qg-circuit" });
    picture.innerHTML = item.svg;
    picture.firstElementChild.removeAttribute("width");
    picture.firstElementChild.removeAttribute("height");
    const mark = item.depends ? `${item.effective} of ${n * depth} angles count` : "cannot depend on Θ";
    const card = make("li", { class: `qg-card qg-${item.rotation} ${item.depends ? "" : "qg-still"}`, title: item.headline },
      make("div", { class: "qg-title" }, make("b", {}, String(item.config)), ` ${item.label}`),
      picture, bars.svg, make("div", { class: "qg-mark" }, mark));
    return { item, card, bars };
  });
  const boxes = FACTORS.map(([label, options]) => {
    const inputs = options.map(([text, test]) => {
      const input = make("input", { type: "checkbox", checked: "" });
      input.addEventListener("change", () => filter());
      return { input, test, root: make("label", {}, input, ` ${text}`) };
    });
    return { inputs, root: make("fieldset", {}, make("legend", {}, label), inputs.map((i) => i.root)) };
  });
  const count = make("output", { class: "qg-count", "aria-live": "polite" });
  const filter = () => {
    let shown = 0;
    for (const { item, card } of cards) {
      card.hidden = !boxes.every(({ inputs }) => inputs.some(({ input, test }) => input.checked && test(item)));
      shown += card.hidden ? 0 : 1;
    }
    count.textContent = shown === cards.length ? "" : `${shown} of ${cards.length} shown`;
  };
  let angles;
  const showBars = () => {
    for (const { item, bars } of cards) bars.show([...simulate({ n, hadamard: item.hadamard, cnots: item.cnots, rotations: item.rotations }, angles)]);
  };
  const slider = make("input", { type: "range", min: -64, max: 64, value: 16, id: `${id}-all` });
  const all = () => {
    angles = Array.from({ length: depth }, () => Array(n).fill((Number(slider.value) * Math.PI) / 64));
    showBars();
  };
  slider.addEventListener("input", all);
  const random = make("button", { type: "button" }, "Random Θ for all twelve");
  random.addEventListener("click", () => {
    angles = Array.from({ length: depth }, () => Array.from({ length: n }, () => (2 * Math.random() - 1) * Math.PI));
    showBars();
  });
  const root = make("div", { class: "qtkit-gallery", role: "group", "aria-label": "The twelve candidates" },
    make("div", { class: "qg-tools" }, random, make("label", { for: `${id}-all` }, "or all angles alike"), slider),
    make("div", { class: "qg-tools" }, boxes.map((box) => box.root), count),
    make("ul", { class: "qg-grid" }, cards.map(({ card }) => card)));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") event.stopPropagation(); // JupyterLab's shortcuts stay out
  });
  el.append(root);
  all();
  filter();
}

export default { render };
