// @ts-check
// The kernel's drawing with places to press laid over it: the column of Hadamards, the wires, CNOTs, rotations, layers.
import { draw, make } from "../parts/elements.js";
import { inPi, upper } from "../parts/numbers.js";

const PER_UNIT = 46; // pixels between two wires

export class Circuit {
  constructor({ onHadamard, onPair, onRemove, onPick, hint }) {
    Object.assign(this, { onHadamard, onPair, onRemove, onPick, hint });
    this.root = make("div", { class: "qs-circuit", role: "group", "aria-label": "Circuit, time from left to right" });
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.control = null;
    this.picked = { layer: 0, qubit: 0 };
  }

  show(state) {
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const edge = this.root.scrollLeft + this.root.clientWidth; // asked before the drawing changes: no layout in between
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
    this.showFarLayersLater(edge / scale);
    if (focused) (this.find(focused) ?? this.find(focused.startsWith("cnot") ? "wire-0" : "hadamard"))?.focus();
  }

  // A wide circuit is drawn in two strokes: what is in sight now, layers beyond the edge two frames later.
  showFarLayersLater(edge) {
    const far = [...this.svg.querySelectorAll(".band")].filter((band) => Number(band.getAttribute("x")) > edge)
      .map((band) => band.parentNode.dataset.layer);
    if (!far.length) return;
    const parts = far.flatMap((layer) => [...this.svg.querySelectorAll(`[data-layer="${layer}"]`)]);
    for (const part of parts) part.style.display = "none";
    const show = () => { for (const part of parts) part.style.display = ""; };
    requestAnimationFrame(() => requestAnimationFrame(show));
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

