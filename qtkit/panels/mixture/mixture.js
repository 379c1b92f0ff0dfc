// @ts-check
// The mixture panel's front end: it mixes the candidates' distributions, which the kernel sends, by itself, so that the
// pictures move with the finger. The kernel is told where the sliders are.

import { Bars } from "../parts/bars.js";
import { draw, make, newId, setAttributes } from "../parts/elements.js";
import { choice, field, typed } from "../parts/fields.js";
import { floats, follow } from "../parts/follow.js";
import { Line } from "../parts/line.js";
import { generateWeights, READINGS } from "../parts/mapping.js";
import { bits, grouped, range, roundUp, short, tick, upper } from "../parts/numbers.js";

// How many values fall into each of `count` bins between the round numbers around them.
class Histogram {
  constructor(label, count = 32) {
    this.label = label;
    this.count = count;
    this.path = draw("path", { class: "qs-bars qs-k" });
    this.zero = draw("line", { class: "qs-zero" });
    this.low = draw("text", { class: "qs-tick" });
    this.high = draw("text", { class: "qs-tick", "text-anchor": "end" });
    this.middle = draw("text", { class: "qs-tick", "text-anchor": "middle" });
    this.top = draw("text", { class: "qs-tick", x: 0, y: 10 });
    this.svg = draw("svg", { class: "qs-chart", role: "img" }, this.zero, this.path, this.low, this.middle, this.high, this.top);
    this.width = 0;
  }

  show(values) {
    this.values = values;
    if (this.width) this.paint();
  }

  resize(width) {
    this.width = width;
    if (this.values) this.paint();
  }

  paint() {
    const { values, count, width } = this, left = 44, right = width - 4, height = 150, base = 128;
    const limit = roundUp(Math.max(...values.map(Math.abs), 1e-9));
    const counts = Array(count).fill(0);
    for (const value of values) counts[Math.min(count - 1, Math.floor(((value + limit) / (2 * limit)) * count))] += 1;
    const peak = Math.max(...counts), step = (right - left) / count;
    const bar = (number, i) => `M${(left + i * step + 0.5).toFixed(2)} ${base}v${(-(118 * number) / peak).toFixed(2)}h${(step - 1).toFixed(2)}V${base}z`;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    this.path.setAttribute("d", counts.map(bar).join(""));
    setAttributes(this.zero, { x1: left, x2: right, y1: base, y2: base });
    setAttributes(this.low, { x: left, y: base + 14 });
    setAttributes(this.middle, { x: (left + right) / 2, y: base + 14 });
    setAttributes(this.high, { x: right, y: base + 14 });
    [this.low.textContent, this.middle.textContent, this.high.textContent] = [tick(-limit), "0", tick(limit)];
    this.top.textContent = String(peak);
    const range = `from ${short(Math.min(...values))} to ${short(Math.max(...values))}`;
    this.svg.setAttribute("aria-label", `${this.label}: ${values.length} values, ${range}.`);
  }
}

function render({ model, el }) {
  const id = newId("qm");
  const line = new Line(model);
  const settings = () => model.get("_settings");
  let sliders = model.get("_sliders"); // ahead of the kernel's while a slider moves
  let seen = "raw", cursor = null;

  const effective = () => {
    if (settings().weighting === "raw") return sliders;
    const powers = sliders.map((value) => Math.exp(value - Math.max(...sliders)));
    const total = powers.reduce((sum, value) => sum + value, 0);
    return powers.map((value) => value / total);
  };

  // twelve sliders in the order of Table I
  const cells = range(12).map((i) => {
    const rotation = ["rx", "ry", "rz"][i % 3], ring = Math.floor(i / 3) % 2, plain = i >= 6;
    const name = `config ${i + 1}: ${plain ? "no H" : "H"}, ${ring ? "cyc" : "ent"}, ${upper(rotation)}`;
    const input = make("input", {
      type: "range", "aria-label": `w of ${name}`,
      oninput: () => {
        sliders = sliders.map((value, j) => (j === i ? Number(input.value) : value));
        sync.picture();
        line.send("weights", { values: sliders }, { replace: true });
      },
    });
    const alone = make("button", {
      type: "button", class: `qs-preset qs-${rotation} ${ring ? "qs-ring" : ""} ${plain ? "qs-plain" : ""}`,
      title: `${name}, alone`, "aria-label": `${name}, alone`, onclick: () => line.send("alone", { number: i + 1 }),
    }, String(i + 1));
    const output = make("output", {});
    const root = make("div", { class: `qm-cell qs-${rotation}` }, alone, output, input);
    return { root, input, output };
  });
  const rows = ["H, ent", "H, cyc", "no H, ent", "no H, cyc"];
  const grid = make("div", { class: "qm-grid", role: "group", "aria-label": "Structural weights" },
    make("span", { class: "qs-corner" }, "wⱼ"), ["RX", "RY", "RZ"].map((name) => make("span", { class: "qs-head" }, name)),
    rows.flatMap((row, r) => [make("span", { class: "qm-row" }, row), ...cells.slice(3 * r, 3 * r + 3).map((cell) => cell.root)]));

  // above them
  const weighting = choice(`${id}-weighting`, "Weights", [["raw", "raw"], ["softmax", "softmax"]],
    (name) => line.send("weighting", { name }));
  const shared = choice(`${id}-shared`, "Angles Θ", [["shared", "one for all (eq. 7)"], ["own", "one each (eq. 6)"]],
    (value) => line.send("shared", { on: value === "shared" }));
  const mappingSees = choice(`${id}-seen`, "The mapping sees", READINGS, (value) => {
    seen = value;
    sync.picture();
  });
  mappingSees.set(seen);
  const equal = make("button", { type: "button", onclick: () => line.send("equal") }, "All alike");
  const seed = field("seed", make("input", {
    type: "number", min: 0, step: 1, inputmode: "numeric",
    onchange: () => line.send("seed", { seed: typed(seed.input) }, { field: "seed" }),
  }), `${id}-seed`);
  const another = make("button", {
    type: "button", onclick: () => line.send("seed", { seed: settings().seed + 1 }, { field: "seed" }),
  }, "Other angles");

  // the pictures
  const setCursor = (index) => {
    cursor = index;
    sync.cursor();
  };
  const mixed = new Bars("Mixed distribution", "qs-p", setCursor);
  const generated = new Histogram("Generated weights κ");
  const read = make("output", { class: "qs-read", "aria-live": "polite" });
  const sums = make("p", { "aria-live": "polite" });
  const counts = make("p", {});
  const title = make("h4", {}, "");
  const pictures = make("section", { class: "qm-pictures", "aria-label": "What comes of it" },
    make("h4", {}, "Σ wⱼ Pⱼ(i), the mixture"), mixed.svg, read, title, generated.svg);

  const sync = {
    settings() {
      const now = settings(), raw = now.weighting === "raw";
      weighting.set(now.weighting);
      shared.set(now.shared ? "shared" : "own");
      for (const { input } of cells) setAttributes(input, { min: raw ? -1 : -now.limit, max: raw ? 1 : now.limit, step: raw ? 0.01 : 0.1 });
      if (document.activeElement !== seed.input) seed.input.value = now.seed;
      const { angles, structural, mapping } = now.trainable;
      counts.replaceChildren(
        `A training would move ${grouped(angles)} angles (${now.shared ? "one Θ for all" : "twelve times as many: a Θ for each"}), `
        + `${structural} structural weights and ${mapping} numbers of the mapping: `, make("strong", {}, grouped(angles + structural + mapping)), ".");
    },
    sliders() {
      if (line.idle) sliders = model.get("_sliders"); // else the user is ahead
      cells.forEach(({ input }, i) => {
        if (!input.matches(":active")) input.value = sliders[i];
      });
    },
    picture() {
      const now = settings(), size = 2 ** now.n, own = floats(model.get("_probabilities")), w = effective();
      const total = new Float64Array(size);
      w.forEach((weight, j) => {
        for (let i = 0; i < size; i++) total[i] += weight * own[j * size + i];
      });
      const values = [...total], least = Math.min(...values);
      mixed.show(values, { reference: 1 / size, signed: least < 0 });
      generated.show(generateWeights(values, now.mapping, seen));
      title.textContent = `The ${grouped(size)} weights κᵢ = mapping(bits of i, mixture), counted by value`;
      cells.forEach(({ output, input }, i) => {
        output.textContent = w[i].toFixed(3);
        input.setAttribute("aria-valuetext", output.textContent);
      });
      const add = (...numbers) => numbers.reduce((sum, k) => sum + w[k - 1], 0);
      const sum = w.reduce((a, b) => a + b, 0);
      sums.textContent = `Sum of w: ${sum.toFixed(3)}. `
        + (least < -1e-9 ? `The mixture goes down to ${short(least)}: no distribution any more, and nothing forbids it. ` : "")
        + `Whatever Θ is: 1, 3, 4, 6 together put ${add(1, 3, 4, 6).toFixed(3)} on the uniform distribution, `
        + `9 and 12 put ${add(9, 12).toFixed(3)} on state 0.`;
      sync.cursor();
    },
    cursor() {
      mixed.setCursor(cursor);
      read.textContent = cursor === null ? "Point at a bar, or use the arrow keys, to read it."
        : `|${bits(cursor, mixed.picture.values.length)}⟩ = ${cursor}: ${short(mixed.picture.values[cursor])}`;
    },
    errors() {
      const errors = model.get("_errors");
      seed.setError(errors.seed);
      general.textContent = errors[""] ?? "";
    },
  };
  const general = make("p", { class: "qs-error", role: "alert" });
  const root = make("div", { class: "qtkit-studio qtkit-mixture", role: "group", "aria-label": "Mixture of the twelve candidates" },
    make("div", { class: "qs-line" }, weighting.root, equal, shared.root, another, seed.root, mappingSees.root), general,
    make("div", { class: "qm-body" }, grid, pictures), sums, counts);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") event.stopPropagation(); // JupyterLab's shortcuts stay out
  });
  root.dataset.jpSuppressContextMenu = "";
  el.append(root);

  const unfollow = follow(model, [
    [["_settings"], sync.settings], [["_sliders", "_settings", "_answered"], sync.sliders],
    [["_sliders", "_settings", "_probabilities", "_answered"], sync.picture], [["_errors"], sync.errors],
  ]);
  const observer = new ResizeObserver(() => {
    const width = Math.floor(pictures.clientWidth);
    if (width > 0 && width !== mixed.width) {
      mixed.resize(width);
      generated.resize(width);
    }
  });
  observer.observe(pictures);
  return () => {
    observer.disconnect();
    line.close();
    unfollow();
  };
}

export default { render };
