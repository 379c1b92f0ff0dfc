// @ts-check
// Table I as small multiples: twelve circuits on the same angles, in the browser alone.
import { draw, keepKeys, make, newId } from "../parts/elements.js";
import { heard } from "../parts/hearing.js";
import { simulate } from "../parts/simulation.js";

/** @type {[string, [string, (item: any) => boolean][]][]} */
const FACTORS = [
  [
    "Hadamards",
    [
      ["yes", (c) => c.hadamard],
      ["no", (c) => !c.hadamard],
    ],
  ],
  [
    "CNOTs",
    [
      ["ent", (c) => c.entangler === "ent"],
      ["cyc", (c) => c.entangler === "cyc"],
    ],
  ],
  ["Rotation", ["rx", "ry", "rz"].map((name) => [name.toUpperCase(), (c) => c.rotation === name])],
  [
    "Depends on Θ",
    [
      ["can", (c) => c.depends],
      ["cannot", (c) => !c.depends],
    ],
  ],
];

// The distribution of one circuit over `size` states.
function makeChart(size) {
  const width = 200;
  const height = 56;
  const step = width / size;
  const path = draw("path");
  const svg = draw(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "qg-chart", preserveAspectRatio: "none", role: "img" },
    path,
  );
  const show = (values) => {
    const peak = Math.max(...values, 1.6 / size);
    const bar = (p, i) =>
      `M${(i * step + 0.1 * step).toFixed(2)} ${height}V${(height * (1 - p / peak)).toFixed(2)}` +
      `h${(0.8 * step).toFixed(2)}V${height}z`;
    path.setAttribute("d", values.map(bar).join(""));
    const best = values.indexOf(Math.max(...values));
    svg.setAttribute("aria-label", `Probabilities, largest ${values[best].toFixed(3)} at state ${best}`);
  };
  return { svg, show };
}

// One candidate: its circuit as the kernel drew it, its distribution, and how many angles count.
function makeCard(item, n, depth) {
  const chart = makeChart(2 ** n);
  const circuit = make("div", { class: "qg-circuit" });
  circuit.innerHTML = item.svg;
  for (const name of ["width", "height"]) circuit.firstElementChild.removeAttribute(name);
  const mark = item.depends ? `${item.effective} of ${n * depth} angles count` : "cannot depend on Θ";
  const root = make(
    "li",
    { class: `qg-card qg-${item.rotation} ${item.depends ? "" : "qg-still"}`, title: item.headline },
    make("div", { class: "qg-title" }, make("b", {}, String(item.config)), ` ${item.label}`),
    circuit,
    chart.svg,
    make("div", { class: "qg-mark" }, mark),
  );
  const gates = { n, hadamard: item.hadamard, cnots: item.cnots, rotations: item.rotations };
  const show = (angles) => chart.show([...simulate(gates, angles)]);
  return { item, root, show };
}

// Boxes to tick, a row a factor; only cards that pass every row are shown.
function makeFilter(cards) {
  const rows = FACTORS.map(([label, options]) => {
    const boxes = options.map(([text, test]) => {
      const input = make("input", { type: "checkbox", checked: "", onchange: () => sync() });
      return { input, test, root: make("label", {}, input, ` ${text}`) };
    });
    return {
      boxes,
      root: make(
        "fieldset",
        {},
        make("legend", {}, label),
        boxes.map((box) => box.root),
      ),
    };
  });
  const count = make("output", { class: "qg-count", "aria-live": "polite" });
  const passes = (item) => rows.every(({ boxes }) => boxes.some(({ input, test }) => input.checked && test(item)));
  const sync = () => {
    for (const { item, root } of cards) root.hidden = !passes(item);
    const shown = cards.filter(({ root }) => !root.hidden).length;
    count.textContent = shown === cards.length ? "" : `${shown} of ${cards.length} shown`;
  };
  return {
    root: make(
      "div",
      { class: "qg-tools" },
      rows.map((row) => row.root),
      count,
    ),
    sync,
  };
}

/** @param {import("../parts/types.js").Place} place */
function render({ model, el }) {
  const { n, depth } = model.get("_sizes");
  const id = newId("qg");
  const cards = model.get("_items").map((item) => makeCard(item, n, depth));
  const filter = makeFilter(cards);
  const turn = (angle) => {
    const angles = Array.from({ length: depth }, () => Array.from({ length: n }, angle));
    for (const card of cards) card.show(angles);
  };
  const turnAll = () => turn(() => (Number(slider.value) * Math.PI) / 64);
  const slider = make("input", { type: "range", min: -64, max: 64, value: 16, id: `${id}-all`, oninput: turnAll });
  const random = make(
    "button",
    { type: "button", onclick: () => turn(() => (2 * Math.random() - 1) * Math.PI) },
    "Random Θ for all twelve",
  );
  const root = make(
    "div",
    { class: "qtkit-gallery", role: "group", "aria-label": "The twelve candidates" },
    make("div", { class: "qg-tools" }, random, make("label", { for: `${id}-all` }, "or all angles alike"), slider),
    filter.root,
    make(
      "ul",
      { class: "qg-grid" },
      cards.map((card) => card.root),
    ),
  );
  keepKeys(root);
  el.append(root);
  turnAll();
  filter.sync();
}

export default heard(render);
