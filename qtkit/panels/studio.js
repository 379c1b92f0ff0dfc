// The ansatz studio's front end. It draws what the kernel says and sends what the user does; it keeps no circuit of its
// own but the angles under the user's finger. One message is under way at a time, and of a drag only the newest step
// waits, so a slow kernel is never flooded.

const SVG = "http://www.w3.org/2000/svg";
const PI = Math.PI;
const STEPS = 64; // slider steps from 0 to π
const PER_UNIT = 46; // pixels between two wires
let instances = 0;

// ---- small helpers -------------------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const inPi = (angle) => `${(angle / PI).toFixed(2).replace("-0.00", "0.00")} π`;
const grouped = (number) => number.toLocaleString("en-US");
const short = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4));
const upper = (name) => name.toUpperCase();
const floats = (view) =>
  view?.byteLength ? new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)) : null;

// Messages to the kernel: the next goes out when the last was answered. A drag's newest step replaces the one waiting.
class Line {
  constructor(model) {
    this.model = model;
    this.waiting = [];
    this.number = model.get("_answered");
    this.underway = false;
    this.onAnswer = () => {
      if (this.model.get("_answered") < this.number) return;
      this.underway = false;
      this.flush();
    };
    model.on("change:_answered", this.onAnswer);
  }
  get idle() {
    return !this.underway && !this.waiting.length;
  }
  send(action, values = {}, { field = "", replace = false } = {}) {
    if (replace) this.waiting = this.waiting.filter((message) => message.action !== action);
    this.waiting.push({ action, with: values, field });
    this.flush();
  }
  flush() {
    if (this.underway || !this.waiting.length) return;
    this.underway = true;
    this.number += 1;
    this.model.send({ ...this.waiting.shift(), number: this.number });
  }
  close() {
    this.model.off("change:_answered", this.onAnswer);
  }
}

// A row of radio buttons that looks like one control; arrow keys move, as everywhere.
function choice(name, label, options, onChange) {
  const inputs = options.map(([value, text, title]) => {
    const input = make("input", { type: "radio", name, value, onchange: () => onChange(value) });
    input.dataset.key = name.replace(/^qs\d+-/, "");
    return [value, input, make("label", { class: `qs-option qs-${value}`, title: title ?? "" }, input, make("span", {}, text))];
  });
  const root = make("fieldset", { class: "qs-choice" }, make("legend", {}, label), inputs.map(([, , box]) => box));
  const set = (now) => {
    for (const [value, input] of inputs) input.checked = value === now;
  };
  return { root, set, inputs: Object.fromEntries(inputs.map(([value, input]) => [value, input])) };
}

// A labelled field whose answer to bad input stands beside it.
function field(label, input, id) {
  const message = make("span", { class: "qs-error", id: `${id}-error`, role: "alert" });
  input.id = id;
  input.setAttribute("aria-describedby", message.id);
  const root = make("div", { class: "qs-field" }, make("label", { for: id }, label), input, message);
  const setError = (text) => {
    message.textContent = text ?? "";
    input.setAttribute("aria-invalid", text ? "true" : "false");
  };
  return { root, input, setError };
}

// ---- the circuit ---------------------------------------------------------------------------------------------------

// The kernel's drawing with places to press laid over it: the column of Hadamards, the wires, CNOTs, rotations, layers.
class Circuit {
  constructor({ onHadamard, onPair, onRemove, onPick, hint }) {
    Object.assign(this, { onHadamard, onPair, onRemove, onPick, hint });
    this.root = make("div", { class: "qs-circuit", role: "group", "aria-label": "Circuit, time from left to right" });
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.control = null;
    this.picked = { layer: 0, qubit: 0 };
  }

  show(state) {
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.state = state;
    this.root.innerHTML = state.svg;
    this.svg = this.root.firstElementChild;
    this.svg.removeAttribute("role"); // its parts speak for themselves
    this.svg.querySelector(":scope > title").remove();
    const [, , width, height] = this.svg.getAttribute("viewBox").split(" ").map(Number);
    const scale = Math.min(PER_UNIT, Math.max(34, 380 / height));
    this.svg.setAttribute("width", width * scale);
    this.svg.setAttribute("height", height * scale);
    this.addHadamards();
    this.addWires(width);
    this.addCnots();
    this.addRotations();
    this.addLayers();
    this.begin(this.control !== null && this.control < state.n ? this.control : null);
    this.pick(Math.min(this.picked.layer, state.depth - 1), Math.min(this.picked.qubit, state.n - 1));
    if (focused) (this.find(focused) ?? this.find(focused.startsWith("cnot") ? "wire-0" : "hadamard"))?.focus();
  }

  find(key) {
    return this.root.querySelector(`[data-key="${key}"]`);
  }

  pressable(node, key, label, press, attributes = {}) {
    node.dataset.key = key;
    node.setAttribute("tabindex", "0");
    node.setAttribute("aria-label", label);
    for (const [name, value] of Object.entries({ role: "button", ...attributes })) node.setAttribute(name, value);
    node.classList.add("qs-press");
    node.addEventListener("click", (event) => {
      event.stopPropagation();
      press();
    });
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        press();
      }
    });
  }

  addHadamards() {
    const boxes = [...this.svg.querySelectorAll(".gate.h .box")];
    const first = boxes[0], last = boxes.at(-1);
    const number = (box, name) => Number(box.getAttribute(name));
    const top = number(first, "y") - 0.12;
    const area = draw("rect", {
      class: "qs-area", x: number(first, "x") - 0.1, y: top, rx: 0.1, width: number(first, "width") + 0.2,
      height: number(last, "y") + number(last, "height") + 0.12 - top,
    });
    const group = draw("g", {}, area);
    const on = this.state.hadamard;
    this.pressable(group, "hadamard", "Hadamards at the start, one on every wire", () => this.onHadamard(!on), {
      role: "switch", "aria-checked": String(on),
    });
    group.append(draw("title", {}));
    group.lastChild.textContent = on ? "Press to take the Hadamards away" : "Press to add a Hadamard on every wire";
    // Before the wires, so that the keyboard meets it first; the boxes themselves let the pointer through.
    this.svg.insertBefore(group, this.svg.querySelector(".gate"));
    this.column = [number(area, "x"), number(area, "x") + number(area, "width")];
  }

  addWires(width) {
    const before = this.svg.querySelector(".gate");
    const [left, right] = this.column;
    for (const group of this.svg.querySelectorAll(".wire-group")) {
      const wire = Number(group.dataset.wire);
      const y = Number(group.querySelector("line").getAttribute("y1"));
      const across = { class: "qs-area", y: y - 0.36, rx: 0.1, height: 0.72 };
      const name = draw("rect", { ...across, x: 0.04, width: left - 0.08 });
      const rest = draw("rect", { ...across, x: right + 0.04, width: width - right - 0.1 });
      const dot = draw("circle", { class: "qs-control", cx: 0.62, cy: y, r: 0.11 });
      group.prepend(name, rest);
      group.append(dot);
      this.pressable(group, `wire-${wire}`, `Wire q${wire}`, () => this.pressWire(wire), { "aria-pressed": "false" });
      this.svg.insertBefore(group, before);
    }
  }

  addCnots() {
    const seen = new Map(); // how often a pair was met in this layer: equal CNOTs stand in the order of the list
    for (const gate of this.svg.querySelectorAll(".gate.cnot")) {
      const pair = gate.dataset.wires, layer = Number(gate.dataset.layer);
      const nth = seen.get(`${layer}:${pair}`) ?? 0;
      seen.set(`${layer}:${pair}`, nth + 1);
      const places = this.state.cnots.map((p, i) => [p.join(","), i]).filter(([p]) => p === pair);
      const index = places[nth][1];
      const line = gate.querySelector("line");
      const [x, y1, y2] = ["x1", "y1", "y2"].map((name) => Number(line.getAttribute(name)));
      const top = Math.min(y1, y2) - 0.12;
      gate.prepend(draw("rect", {
        class: "qs-area", x: x - 0.26, y: top, rx: 0.12, width: 0.52, height: Math.abs(y2 - y1) + 0.24,
      }));
      const [control, target] = this.state.cnots[index];
      this.pressable(gate, layer ? "" : `cnot-${index}`,
        `CNOT from wire ${control} to wire ${target}, in every layer. Press to remove`, () => this.onRemove(index));
      gate.querySelector("title").textContent = `CNOT ${control} → ${target}: press to remove it`;
      if (layer) gate.setAttribute("tabindex", "-1"); // the same CNOT in a later layer: no second stop for the keyboard
    }
  }

  addRotations() {
    this.rotations = new Map();
    for (const gate of this.svg.querySelectorAll(".gate.rotation")) {
      const layer = Number(gate.dataset.layer), qubit = Number(gate.dataset.wires);
      this.pressable(gate, `angle-${layer}-${qubit}`, "", () => this.onPick(layer, qubit, true), { "aria-pressed": "false" });
      gate.setAttribute("tabindex", "-1"); // one stop for all; arrow keys move among them
      this.rotations.set(`${layer}-${qubit}`, gate);
    }
  }

  addLayers() {
    for (const group of this.svg.querySelectorAll(".layer-group")) {
      const layer = Number(group.dataset.layer);
      group.addEventListener("click", () => this.onPick(layer, this.picked.qubit, false));
    }
  }

  showAngles(angles) {
    this.rotations?.forEach((gate, key) => {
      const [layer, qubit] = key.split("-").map(Number);
      const value = angles[layer]?.[qubit];
      if (value === undefined || gate.shown === value) return;
      gate.shown = value;
      const name = upper(this.state.rotations[layer]);
      gate.querySelector(".angle").textContent = inPi(value);
      gate.querySelector("title").textContent = `θ(${layer},${qubit}) = ${value.toFixed(3)}`;
      gate.setAttribute("aria-label", `${name} on wire q${qubit}, layer ${layer}, angle ${inPi(value)}. Press to change it`);
    });
  }

  // Select the rotation whose slider is shown.
  pick(layer, qubit) {
    this.picked = { layer: Math.max(0, layer), qubit: Math.max(0, qubit) };
    this.rotations.forEach((gate, key) => {
      const now = key === `${this.picked.layer}-${this.picked.qubit}`;
      gate.classList.toggle("qs-picked", now);
      gate.setAttribute("aria-pressed", String(now));
      gate.setAttribute("tabindex", now ? "0" : "-1");
    });
  }

  pressWire(wire) {
    if (this.control === null) this.begin(wire);
    else if (this.control === wire) this.begin(null);
    else {
      const control = this.control;
      this.begin(null);
      this.onPair(control, wire);
    }
  }

  begin(wire) {
    this.control = wire;
    this.root.classList.toggle("qs-pairing", wire !== null);
    for (const group of this.svg.querySelectorAll(".wire-group")) {
      const own = Number(group.dataset.wire);
      group.setAttribute("aria-pressed", String(own === wire));
      const role = wire === null ? "press to begin a CNOT here" : own === wire ? "control; press again to give up"
        : `press for a CNOT from wire q${wire} to this one`;
      group.setAttribute("aria-label", `Wire q${own}: ${role}`);
    }
    this.hint(wire === null
      ? "Press the column of Hadamards to switch it. Press two wires to add a CNOT, control first; press a CNOT to remove it. Press a rotation to turn it."
      : `Control: q${wire}. Now press the target wire. Escape gives up.`);
  }

  onKey(event) {
    if (event.key === "Escape" && this.control !== null) {
      this.begin(null);
      event.stopPropagation();
    }
    const gate = event.target.closest?.(".gate.rotation");
    if (gate) {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation(); // JupyterLab would move to another cell
      const layer = this.picked.layer + step[0], qubit = this.picked.qubit + step[1];
      if (!this.rotations.has(`${layer}-${qubit}`)) return;
      this.onPick(layer, qubit, false);
      this.rotations.get(`${layer}-${qubit}`).focus();
      return;
    }
    const cnot = event.target.closest?.(".gate.cnot");
    if (cnot && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      event.stopPropagation();
      cnot.dispatchEvent(new MouseEvent("click"));
    }
  }
}

// ---- the two charts: probabilities above, the weights they become below ----------------------------------------------

class Bars {
  constructor(label, className, onCursor) {
    this.label = label;
    this.onCursor = onCursor;
    this.path = draw("path", { class: `qs-bars ${className}` });
    this.outline = draw("path", { class: "qs-outline" });
    this.unused = draw("path", { class: "qs-bars qs-unused" });
    this.reference = draw("line", { class: "qs-reference" });
    this.zero = draw("line", { class: "qs-zero" });
    this.mark = draw("rect", { class: "qs-mark" });
    this.top = draw("text", { class: "qs-tick", x: 0, y: 10 });
    this.bottom = draw("text", { class: "qs-tick", x: 0 });
    this.names = draw("g", { class: "qs-names" });
    this.svg = draw("svg", { class: "qs-chart", tabindex: "0", role: "img" },
      this.mark, this.reference, this.zero, this.unused, this.path, this.outline, this.top, this.bottom, this.names);
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerdown", (event) => this.point(event));
    this.svg.addEventListener("keydown", (event) => this.onKey(event));
    this.width = 0;
  }

  // values: what is drawn. used: only the first so many become weights. reference: a dashed line. outline: to compare.
  show(values, { used = values.length, reference = null, outline = null, signed = false, names = true } = {}) {
    Object.assign(this, { values, used, reference_: reference, outline_: outline, signed, names_: names });
    if (this.width) this.paint();
  }

  resize(width) {
    this.width = width;
    if (this.values) this.paint();
  }

  paint() {
    const { values, width } = this;
    const left = 44, size = values.length, named = this.names_ && (width - left) / size > 11 && size <= 64;
    const base = named ? (size <= 8 ? 18 : 12 + 7 * Math.log2(size)) : 16;
    const height = 130 + base;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    const peak = Math.max(...values, ...(this.outline_ ?? []), this.signed ? 0 : 0);
    const low = this.signed ? Math.min(0, ...values) : 0;
    const high = nice(Math.max(peak, this.signed ? 1e-9 : (this.reference_ ?? 0) * 1.6));
    const deep = low < 0 ? -nice(-low) : 0;
    const y = (value) => 6 + (120 * (high - value)) / (high - deep || 1);
    const step = (width - left - 4) / size, bar = Math.max(step * (size > 256 ? 1 : 0.78), 0.5), gap = (step - bar) / 2;
    const x = (i) => left + i * step + gap;
    const rects = (from, to, data) => {
      let d = "";
      for (let i = from; i < to; i++) {
        d += `M${x(i).toFixed(2)} ${y(0).toFixed(2)}V${y(data[i]).toFixed(2)}h${bar.toFixed(2)}V${y(0).toFixed(2)}z`;
      }
      return d;
    };
    this.path.setAttribute("d", rects(0, Math.min(this.used, size), values));
    this.unused.setAttribute("d", rects(Math.min(this.used, size), size, values));
    let outline = "";
    if (this.outline_) {
      for (let i = 0; i < size; i++) outline += `M${x(i).toFixed(2)} ${y(this.outline_[i]).toFixed(2)}h${bar.toFixed(2)}`;
    }
    this.outline.setAttribute("d", outline);
    const across = { x1: left, x2: width - 4 };
    set(this.zero, { ...across, y1: y(0), y2: y(0) });
    const there = this.reference_ !== null;
    set(this.reference, { ...across, y1: there ? y(this.reference_) : -9, y2: there ? y(this.reference_) : -9 });
    this.top.textContent = tick(high);
    set(this.bottom, { y: y(deep) + 3 });
    this.bottom.textContent = deep ? tick(deep) : "0";
    this.geometry = { left, step, size, height };
    this.paintNames(named, x, bar, y(deep), size);
    this.paintMark();
    const best = values.indexOf(Math.max(...values));
    this.svg.setAttribute("aria-label",
      `${this.label}, ${size} bars. Largest: ${bits(best, size)}, ${short(values[best])}. Arrow keys read the bars.`);
  }

  paintNames(named, x, bar, bottom, size) {
    const key = `${named}-${size}-${this.width}-${bottom.toFixed(0)}`;
    if (this.namesKey === key) return;
    this.namesKey = key;
    const words = named ? values(size).map((i) => [i, bits(i, size)])
      : [[0, bits(0, size)], [size - 1, bits(size - 1, size)]];
    this.names.replaceChildren(...words.map(([i, word]) => {
      const middle = x(i) + bar / 2;
      const turned = named && size > 8;
      const anchor = turned ? "end" : named ? "middle" : i ? "end" : "start";
      const place = turned ? { transform: `translate(${middle + 3} ${bottom + 5}) rotate(-90)` } : { x: middle, y: bottom + 14 };
      const text = draw("text", { class: "qs-tick", "text-anchor": anchor, ...place });
      text.textContent = word;
      return text;
    }));
  }

  paintMark() {
    const { left, step, height } = this.geometry;
    const there = this.cursor !== undefined && this.cursor !== null && this.cursor < this.geometry.size;
    set(this.mark, { x: there ? left + this.cursor * step : -99, y: 0, width: Math.max(step, 1.5), height });
  }

  setCursor(index) {
    this.cursor = index;
    if (this.geometry) this.paintMark();
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const { left, step, size } = this.geometry;
    const index = Math.floor((event.clientX - box.left - left) / step);
    if (index >= 0 && index < size) this.onCursor(index);
  }

  onKey(event) {
    const { size } = this.geometry;
    const now = this.cursor ?? -1;
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: size - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.onCursor(Math.min(size - 1, Math.max(0, next)));
  }
}

const values = (size) => Array.from({ length: size }, (_, i) => i);
const bits = (index, size) => index.toString(2).padStart(Math.round(Math.log2(size)), "0");
const tick = (value) => (Math.abs(value) >= 1e-3 ? String(Number(value.toPrecision(2))) : value.toExponential(0));

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

// The next "round" number at or above a value, so that the scale does not tremble while an angle turns.
function nice(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].find((m) => m * power >= value * 0.999999) * power;
}

// κ_i = mapping([bits of i, P(i)]), equation 4; the mapping comes from the kernel.
function kappa(probabilities, mapping, seen) {
  const n = mapping.length - 2, size = probabilities.length;
  return Array.from(probabilities, (p, i) => {
    let value = mapping[n + 1] + mapping[n] * (seen === "raw" ? p : size * p - 1);
    for (let q = 0; q < n; q++) if ((i >> (n - 1 - q)) & 1) value += mapping[q];
    return value;
  });
}

// ---- the whole -----------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const id = `qs${(instances += 1)}`;
  const line = new Line(model);
  const send = (action, values, options) => line.send(action, values, options);
  const state = () => model.get("_circuit");
  let angles = model.get("_angles"); // (L, n), ahead of the kernel's while a slider moves
  let seen = "raw";
  let cursor = null;

  // Table I
  const presets = values(12).map((i) => {
    const hadamard = i < 6, ring = Math.floor(i / 3) % 2, rotation = ["rx", "ry", "rz"][i % 3];
    const name = `config ${i + 1}: ${hadamard ? "H" : "no H"}, ${ring ? "cyc" : "ent"}, ${upper(rotation)}`;
    return make("button", {
      class: `qs-preset qs-${rotation} ${ring ? "qs-ring" : ""} ${hadamard ? "" : "qs-plain"}`, type: "button",
      "aria-label": name, title: name, onclick: () => send("config", { number: i + 1 }),
    }, String(i + 1));
  });
  const rows = ["H, ent", "H, cyc", "no H, ent", "no H, cyc"];
  const table = make("div", { class: "qs-table", role: "group", "aria-label": "Table I: load one of the twelve candidates" },
    make("span", { class: "qs-corner" }, "Table I"), ["RX", "RY", "RZ"].map((name) => make("span", { class: "qs-head" }, name)),
    rows.flatMap((row, r) => [make("span", {}, row), ...presets.slice(3 * r, 3 * r + 3)]));

  // what the circuit is made of
  const size = (name, min, max) => make("input", {
    type: "number", min, max, step: 1, inputmode: "numeric",
    onchange: (event) => send("size", { [name]: Number(event.target.value || NaN) }, { field: name }),
  });
  const qubits = field("Qubits n", size("n_qubits", 1, 10), `${id}-n`);
  const layers = field("Layers L", size("depth", 0, 15), `${id}-depth`);
  const start = choice(`${id}-start`, "Start", [["plain", "|0…0⟩"], ["hadamard", "H on all"]],
    (value) => send("hadamard", { on: value === "hadamard" }));
  const entangler = choice(`${id}-entangler`, "CNOTs of a layer",
    [["cyc", "ring"], ["ent", "brick"], ["none", "none"], ["own", "own", "Press two wires of the circuit"]],
    (value) => (value === "own" ? sync.circuit() : send("entangler", { name: value })));
  const rotation = choice(`${id}-rotation-all`, "Rotation, all layers", [["rx", "RX"], ["ry", "RY"], ["rz", "RZ"]],
    (value) => send("rotation", { name: value }));
  const undo = make("button", { type: "button", onclick: () => send("undo") }, "Undo");
  const redo = make("button", { type: "button", onclick: () => send("redo") }, "Redo");
  const badge = make("output", { class: "qs-badge", "aria-live": "polite" });
  const hint = make("p", { class: "qs-hint", "aria-live": "polite" });

  // the circuit
  const circuit = new Circuit({
    onHadamard: (on) => send("hadamard", { on }),
    onPair: (control, target) => send("toggle_cnot", { control, target }),
    onRemove: (index) => send("remove_cnot", { index }),
    onPick: (layer, qubit, edit) => {
      circuit.pick(layer, qubit);
      sync.sliders();
      if (edit) sliders[circuit.picked.qubit]?.input.focus();
    },
    hint: (text) => { hint.textContent = text; },
  });

  // angles
  const slider = (label, onTurn) => {
    const output = make("output", {});
    const name = make("span", { class: "qs-name" }, label);
    const input = make("input", {
      type: "range", min: -STEPS, max: STEPS, step: 1, "aria-label": label,
      oninput: () => onTurn((Number(input.value) * PI) / STEPS, true),
      onchange: () => send("end_gesture"),
    });
    const root = make("label", { class: "qs-slider" }, name, input, output);
    const show = (value, text) => {
      if (document.activeElement !== input || !input.matches(":active")) input.value = Math.round((value * STEPS) / PI);
      output.textContent = text ?? inPi(value);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    return { root, input, show, name };
  };
  const turn = (change) => {
    angles = angles.map((row, layer) => row.map((value, qubit) => change(layer, qubit, value)));
    circuit.showAngles(angles);
    sync.sliders();
    sync.bars();
  };
  const all = slider("all angles", (value) => {
    turn(() => value);
    send("all_angles", { value, dragging: true }, { replace: true });
  });
  const sliders = values(10).map((qubit) => slider(`q${qubit}`, (value) => {
    const { layer } = circuit.picked;
    turn((l, q, old) => (l === layer && q === qubit ? value : old));
    send("angle", { layer, qubit, value, dragging: true }, { replace: true });
  }));
  const layerChoice = make("select", {
    id: `${id}-layer`, onchange: () => { circuit.pick(Number(layerChoice.value), circuit.picked.qubit); sync.sliders(); },
  });
  const layerRotation = choice(`${id}-layer-rotation`, "its rotation", [["rx", "RX"], ["ry", "RY"], ["rz", "RZ"]],
    (value) => send("rotation", { name: value, layer: circuit.picked.layer }));
  const seed = make("input", { type: "number", min: 0, value: "0", step: 1, id: `${id}-seed` });
  let usedSeed = "0";
  const seedField = field("seed", seed, `${id}-seed`);
  const randomise = make("button", { type: "button", onclick: () => {
    if (seed.value === usedSeed) seed.value = Number(seed.value) + 1; // pressed again: other angles
    usedSeed = seed.value;
    send("randomise", { seed: Number(seed.value) }, { field: "seed" });
  } }, "Random angles");
  const zero = make("button", { type: "button", onclick: () => send("all_angles", { value: 0 }) }, "All 0");
  const turning = make("section", { class: "qs-angles", "aria-label": "Angles" },
    make("h4", {}, "Angles Θ"), all.root,
    make("div", { class: "qs-line" }, randomise, seedField.root, zero),
    make("div", { class: "qs-line" }, make("label", { for: `${id}-layer` }, "layer"), layerChoice, layerRotation.root),
    sliders.map((s) => s.root));

  // probabilities and weights
  const setCursor = (index) => {
    cursor = index;
    sync.cursor();
  };
  const probabilities = new Bars("Probabilities of the basis states", "qs-p", setCursor);
  const generated = new Bars("Generated weights κ", "qs-k", setCursor);
  const read = make("output", { class: "qs-read", "aria-live": "polite" });
  const shotsList = make("datalist", { id: `${id}-shots-list` },
    ["exact", "100", "1000", "10000", "100000"].map((value) => make("option", { value })));
  const shots = field("Shots", make("input", {
    type: "text", list: `${id}-shots-list`, value: "exact", size: 8,
    onchange: () => send("shots", { text: shots.input.value }, { field: "shots" }),
  }), `${id}-shots`);
  const noise = field("Noise a gate", make("input", {
    type: "number", min: 0, max: 0.5, step: 0.005, value: "0",
    onchange: () => send("noise", { text: noise.input.value }, { field: "noise" }),
  }), `${id}-noise`);
  const again = make("button", {
    type: "button", onclick: () => send("shot_seed", { seed: model.get("_measurement").seed + 1 }),
  }, "Measure again");
  const measured = make("span", { class: "qs-note", "aria-live": "polite" });
  const target = field("Weights p of the network", make("input", {
    type: "text", list: `${id}-targets`, inputmode: "numeric", size: 12,
    onchange: () => send("target", { text: target.input.value }, { field: "target" }),
  }), `${id}-target`);
  const targets = make("datalist", { id: `${id}-targets` },
    [["16", ""], ["1,781", "series (LSTM)"], ["5,825", "value"], ["6,023", "policy"], ["108,866", "images (MLP)"]]
      .map(([value, label]) => make("option", { value, label })));
  const shown = choice(`${id}-seen`, "The mapping sees", [["raw", "P"], ["centred", "2ⁿP − 1"]], (value) => {
    seen = value;
    sync.bars();
  });
  shown.set(seen);
  const sizes = make("p", { class: "qs-sizes" });
  const measuring = make("section", { class: "qs-measuring", "aria-label": "Probabilities" },
    make("h4", {}, "Probabilities P(i)"),
    make("div", { class: "qs-line" }, shots.root, noise.root, again, shotsList, measured),
    probabilities.svg);
  const generating = make("section", { class: "qs-generating", "aria-label": "Generated weights" },
    make("h4", {}, "Weights κᵢ = mapping(bits of i, P(i))"),
    make("div", { class: "qs-line" }, target.root, targets, shown.root),
    generated.svg, read, sizes);

  // words and numbers
  const verdict = make("p", { class: "qs-verdict" });
  const reason = make("p", {});
  const numbers = make("dl", { class: "qs-numbers" });
  const parity = make("div", { class: "qs-parity" });
  const parityBox = make("details", {}, make("summary", {}, "The strings of X's (parity masks)"), parity);
  const words = make("section", { class: "qs-words", "aria-label": "What is known of this circuit", "aria-live": "polite" },
    make("h4", {}, "Does the distribution depend on Θ?"), verdict, reason, parityBox, numbers);

  // the way out
  const text = make("textarea", { readonly: "", rows: 12, spellcheck: "false", "aria-label": "The circuit as text" });
  const copied = make("span", { class: "qs-note", role: "status" });
  const copy = make("button", { type: "button", onclick: () => copyText() }, "Copy");
  const form = choice(`${id}-form`, "The circuit as",
    [["qtkit", "qtkit"], ["pennylane", "PennyLane"], ["openqasm", "OpenQASM 3"], ["svg", "SVG"]], (value) => ask(value));
  const out = make("details", { class: "qs-out" }, make("summary", {}, "Take the circuit with you"),
    make("div", { class: "qs-line" }, form.root, copy, copied), text);
  let wanted = "qtkit";
  let asking = 0;
  const ask = (value = wanted) => {
    wanted = value;
    form.set(value);
    copied.textContent = "";
    send("export", { form: value }, { replace: true });
  };
  const askSoon = () => {
    clearTimeout(asking);
    if (out.open) asking = setTimeout(ask, 250);
  };
  out.addEventListener("toggle", askSoon);
  const copyText = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      copied.textContent = "copied";
    } catch { // pages without https have no clipboard
      text.select();
      copied.textContent = document.execCommand("copy") ? "copied" : "press Ctrl+C to copy the selected text";
    }
  };

  const sync = {
    circuit() {
      const now = state();
      circuit.show(now);
      angles = model.get("_angles");
      circuit.showAngles(angles);
      if (document.activeElement !== qubits.input) qubits.input.value = now.n;
      if (document.activeElement !== layers.input) layers.input.value = now.depth;
      start.set(now.hadamard ? "hadamard" : "plain");
      entangler.set(now.entangler);
      entangler.inputs.own.disabled = now.entangler !== "own";
      rotation.set(new Set(now.rotations).size === 1 ? now.rotations[0] : null);
      badge.textContent = now.recognised;
      badge.classList.toggle("qs-known", now.config !== null);
      presets.forEach((button, i) => {
        const own = now.config === i + 1;
        button.setAttribute("aria-pressed", String(own));
      });
      layerChoice.replaceChildren(...now.rotations.map((name, i) => make("option", { value: String(i) }, `${i} (${upper(name)})`)));
      verdict.textContent = now.headline;
      verdict.classList.toggle("qs-no", !now.depends);
      reason.textContent = now.reason;
      parityBox.hidden = !now.parity.length;
      parity.replaceChildren(...now.parity.map(({ mask, angles: own }) => make("div", {},
        make("code", {}, mask), ` ${own.map(([l, q]) => `θ(${l},${q})`).join(" + ")}`)));
      noise.input.disabled = now.n > 6;
      noise.input.title = now.n > 6 ? "Noise is simulated for up to 6 qubits" : "Chance of a random Pauli error after each gate";
      sync.sliders();
    },
    sliders() {
      const { n, depth, rotations } = state();
      const { layer, qubit } = circuit.picked;
      layerChoice.value = String(layer);
      layerRotation.set(rotations[layer]);
      turning.classList.toggle("qs-empty", depth === 0);
      sliders.forEach((s, q) => {
        s.root.hidden = q >= n || !depth;
        if (q < n && depth) {
          s.input.setAttribute("aria-label", `θ(${layer},${q}): ${upper(rotations[layer])} on wire q${q}, layer ${layer}`);
          s.name.textContent = `θ(${layer},${q})`;
          s.root.classList.toggle("qs-current", q === qubit);
          s.show(angles[layer][q]);
        }
      });
      const flat = angles.flat();
      const same = flat.length && flat.every((value) => value === flat[0]);
      all.show(same ? flat[0] : 0, same ? undefined : "various");
    },
    angles() {
      if (!line.idle) return; // the user is ahead
      angles = model.get("_angles");
      circuit.showAngles(angles);
      sync.sliders();
    },
    bars() {
      const exact = simulate(state(), angles);
      const measuredNow = floats(model.get("_measured"));
      const other = measuredNow?.length === exact.length ? measuredNow : null;
      const now = other ?? exact, { mapping } = state(), used = Math.min(model.get("_sizes").target, now.length);
      probabilities.show(now, { reference: 1 / now.length, outline: other ? exact : null, used });
      generated.show(kappa(now, mapping, seen), { signed: true, names: false, used });
      sync.cursor();
    },
    cursor() {
      const now = probabilities.values;
      if (cursor !== null && cursor >= now.length) cursor = null;
      probabilities.setCursor(cursor);
      generated.setCursor(cursor);
      if (cursor === null) {
        read.textContent = "Point at a bar, or use the arrow keys, to read it.";
        return;
      }
      const value = generated.values[cursor];
      read.textContent = `|${bits(cursor, now.length)}⟩ = ${cursor}: P = ${short(now[cursor])}`
        + (cursor >= generated.used ? ", not used: p is smaller" : `, κ = ${short(value)}`);
    },
    measurement() {
      const how = model.get("_measurement");
      if (document.activeElement !== shots.input) shots.input.value = how.shots ?? "exact";
      if (document.activeElement !== noise.input) noise.input.value = how.noise;
      again.disabled = how.shots === null;
      const parts = [];
      if (how.message) parts.push(how.message);
      else if (how.pending) parts.push("simulating the noise …");
      else if (how.noise || how.shots) parts.push("bars: measured; lines: exact");
      measured.textContent = parts.join(" ");
    },
    sizes() {
      const s = model.get("_sizes"), { n } = state();
      target.input.placeholder = `2ⁿ = ${grouped(2 ** n)}`;
      if (document.activeElement !== target.input) target.input.value = s.typed ? grouped(s.target) : "";
      const here = s.qubits === n ? `that is this circuit` : `this one has ${n}` + (s.qubits > n ? `: the first ${grouped(2 ** n)} weights are shown` : "");
      sizes.replaceChildren(
        `p = ${grouped(s.target)} needs n = ⌈log₂ p⌉ = ${s.qubits} qubits (${here}). Trained in a search over Table I: `
        + `L·n = ${grouped(s.angles)} angles + ${s.mapping} of the mapping + ${s.structural} structural weights = `,
        make("strong", {}, grouped(s.searched)), `, ${compression(s.compression)}. `
        + `For this circuit alone: ${grouped(s.trainable)}.`);
    },
    numbers() {
      const { rank, reach } = model.get("_numbers");
      const rows = [];
      if (rank) rows.push(["Effective parameters (rank of ∂p/∂Θ)", `${rank.random} of ${rank.angles}`,
        rank.here === rank.random ? "at random angles and at these" : `at random angles; at these angles ${rank.here}`]);
      if (reach) {
        rows.push(["Expressibility of the states", reach.expressibility.toPrecision(3),
          `KL divergence from Haar in nats, 0 is best; ${grouped(reach.n_pairs)} pairs`]);
        rows.push(["Entanglement (Meyer–Wallach)", reach.entanglement.toFixed(3),
          `mean over ${grouped(reach.n_samples)} random Θ; 0 none, 1 most`]);
      }
      numbers.replaceChildren(...rows.map(([name, value, note]) => make("div", {},
        make("dt", {}, name), make("dd", {}, make("b", {}, value), make("small", {}, note)))));
    },
    history() {
      const { undo: back, redo: forth } = model.get("_history");
      undo.disabled = !back;
      redo.disabled = !forth;
    },
    errors() {
      const errors = model.get("_errors");
      for (const [name, where] of Object.entries({ n_qubits: qubits, depth: layers, seed: seedField, shots, noise, target })) {
        where.setError(errors[name]);
      }
      general.textContent = errors[""] ?? "";
    },
    export() {
      const now = model.get("_export");
      if (now.form === wanted) text.value = now.text;
    },
  };
  const compression = (ratio) => (ratio >= 1 ? `${ratio < 1e6 ? grouped(Number(ratio.toPrecision(4))) : ratio.toExponential(2)} × fewer than p` : "more than p: nothing is saved");
  const general = make("p", { class: "qs-error", role: "alert" });

  const root = make("div", { class: "qtkit-studio", role: "group", "aria-label": "Ansatz studio" },
    make("div", { class: "qs-top" }, badge, make("div", { class: "qs-line" }, undo, redo)),
    make("div", { class: "qs-parts" }, table,
      make("div", { class: "qs-controls" }, qubits.root, layers.root, start.root, entangler.root, rotation.root)),
    general, circuit.root, hint,
    make("div", { class: "qs-body" }, measuring, turning, generating), words, out);

  // JupyterLab's notebook listens for keys (arrows, a, b, dd ...) when no text is edited: keys pressed here are ours.
  root.addEventListener("keydown", (event) => {
    const undoKey = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (undoKey && !event.target.closest("input[type=text], input[type=number], textarea")) {
      event.preventDefault();
      send(event.shiftKey ? "redo" : "undo");
    }
    if (event.key !== "Tab") event.stopPropagation();
  });
  root.dataset.jpSuppressContextMenu = "";
  root.classList.add("jp-mod-accept-text"); // not a text field, yet keys belong to it
  el.append(root);

  // One message changes several things at once: show them together, in this order, the bars once.
  const shows = [
    [["_circuit"], sync.circuit], [["_circuit", "_sizes"], sync.sizes], [["_angles", "_answered"], sync.angles],
    [["_measurement"], sync.measurement], [["_circuit", "_angles", "_answered", "_measured", "_sizes"], sync.bars],
    [["_numbers"], sync.numbers], [["_history"], sync.history], [["_errors"], sync.errors], [["_export"], sync.export],
    [["_circuit", "_angles"], askSoon],
  ];
  const names = [...new Set(shows.flatMap(([of]) => of))];
  const changed = new Set(names);
  const show = () => {
    const now = new Set(changed);
    changed.clear();
    for (const [of, part] of shows) if (of.some((name) => now.has(name))) part();
  };
  const listeners = names.map((name) => [name, () => {
    if (!changed.size) queueMicrotask(show);
    changed.add(name);
  }]);
  for (const [name, listener] of listeners) model.on(`change:${name}`, listener);
  show();
  const observer = new ResizeObserver(() => {
    const width = Math.floor(measuring.clientWidth);
    if (width > 0 && width !== probabilities.width) {
      probabilities.resize(width);
      generated.resize(width);
    }
  });
  observer.observe(measuring);
  return () => {
    observer.disconnect();
    clearTimeout(asking);
    line.close();
    for (const [name, listener] of listeners) model.off(`change:${name}`, listener);
  };
}

export default { render };
