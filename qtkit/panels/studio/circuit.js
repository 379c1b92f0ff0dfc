// @ts-check
// The kernel's drawing with places to press laid over it: the column of Hadamards, the wires, CNOTs, rotations, layers.
import { make } from "../parts/elements.js";
import { ANGLE_NAMES } from "../parts/gates.js";
import { inPi, upper } from "../parts/numbers.js";
import { addCnots, addHadamards, addLayers, addRotations, addWires, findAll, TURNED } from "./places.js";

// Three angles in the room of one: tenths of π.
const inPiShort = (angles) =>
  `${angles.map((angle) => (angle / Math.PI).toFixed(1).replace(/^(-?)0\./, "$1.")).join(" ")} π`;

const START = 0.7; // where wires begin, in units of the distance between two
const PER_UNIT = 46; // pixels between two wires
const LEAST_PER_UNIT = 34;
const COMFORTABLE = 380; // pixels: a higher drawing is made smaller

export class Circuit {
  /**
   * @param {import("./editor.js").Editor} editor
   * @param {(layer: number, qubit: number, edit: boolean) => void} onPick of a rotation; to edit it, or on the way
   */
  constructor(editor, onPick) {
    this.editor = editor;
    this.onPick = onPick;
    this.root = make("div", { class: "qs-circuit", role: "group", "aria-label": "Circuit, time from left to right" });
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.hint = make("p", { class: "qs-hint", "aria-live": "polite" });
    /** @type {number | null} */
    this.control = null; // the wire that a CNOT is begun on
    this.picked = { layer: 0, qubit: 0 }; // the rotation whose slider is shown
    /** @type {import("../parts/types.js").Sync} */
    this.sync = [
      [["_circuit"], () => this.show()],
      [["_angles", "_answered"], () => this.showAngles()],
    ];
  }

  show() {
    const state = this.editor.circuit;
    const within = this.root.contains(document.activeElement);
    const key = within ? /** @type {HTMLElement} */ (document.activeElement).dataset.key : null;
    const edge = this.root.scrollLeft + this.root.clientWidth; // asked before the drawing changes: no layout in between
    this.root.innerHTML = state.svg;
    this.svg = this.root.querySelector("svg");
    this.svg.removeAttribute("role"); // its parts speak for themselves
    this.svg.querySelector(":scope > title").remove();
    const [, , width, height] = this.svg.getAttribute("viewBox").split(" ").map(Number);
    const scale = Math.min(PER_UNIT, Math.max(LEAST_PER_UNIT, COMFORTABLE / height));
    this.svg.setAttribute("width", String(width * scale));
    this.svg.setAttribute("height", String(height * scale));
    this.addPlaces(state, width);
    this.begin(this.control !== null && this.control < state.n ? this.control : null);
    this.pickNear(Math.min(this.picked.layer, state.depth - 1), this.picked.qubit);
    this.showFarLayersLater(edge / scale);
    if (key) (this.find(key) ?? this.find(key.startsWith("cnot") ? "wire-0" : "hadamard"))?.focus();
    this.showAngles();
  }

  addPlaces(state, width) {
    const { svg, editor } = this;
    // By elements the start may be any gates, and CNOTs stand in elements: both are changed there.
    const words = !state.operations;
    /** @type {[number, number]} */
    const none = [START, START];
    const column = words ? addHadamards(svg, state.hadamard, () => editor.setHadamard(!state.hadamard)) : none;
    addWires(svg, column, width, (wire) => this.pressWire(wire));
    if (words) addCnots(svg, state.cnots, (index) => editor.send("remove_cnot", { index }));
    this.rotations = addRotations(svg, (layer, qubit) => this.onPick(layer, qubit, true));
    addLayers(svg, (layer) => this.onPick(layer, this.near(layer, this.picked.qubit), false));
  }

  // The gates with angles of a layer, by the places of their first angles, in order.
  placesOf(layer) {
    const places = [...this.rotations.keys()].map((key) => key.split("-").map(Number));
    return places.filter(([own]) => own === layer).map(([, place]) => place);
  }

  // The place of the gate whose angles hold this one; the last where the layer has not so many.
  near(layer, place) {
    const before = this.placesOf(layer).filter((own) => own <= place);
    return before.at(-1) ?? 0;
  }

  pickNear(layer, place) {
    this.pick(layer, this.near(Math.max(0, layer), place));
  }

  // A wide circuit is drawn in two strokes: what is in sight now, layers beyond the edge two frames later.
  showFarLayersLater(edge) {
    const far = findAll(this.svg, ".band")
      .filter((band) => Number(band.getAttribute("x")) > edge)
      .map((band) => band.parentElement.dataset.layer);
    if (!far.length) return;
    const parts = far.flatMap((layer) => findAll(this.svg, `[data-layer="${layer}"]`));
    for (const part of parts) part.style.display = "none";
    const show = () => {
      for (const part of parts) part.style.display = "";
    };
    requestAnimationFrame(() => requestAnimationFrame(show));
  }

  find(key) {
    return /** @type {SVGElement | null} */ (this.root.querySelector(`[data-key="${key}"]`));
  }

  showAngles() {
    const { angles } = this.editor;
    this.rotations?.forEach((gate, key) => {
      const [layer, place] = key.split("-").map(Number);
      const name = [...gate.classList].find((word) => ANGLE_NAMES[word]); // of "gate rotation rx", "gate u3"
      const values = angles[layer]?.slice(place, place + ANGLE_NAMES[name].length);
      if (!values?.length || gate.shown === values.join()) return;
      gate.shown = values.join();
      const wires = gate.dataset.wires.split(",");
      const where = wires.length > 1 ? `wires q${wires[0]} and q${wires[1]}` : `wire q${wires[0]}`;
      const told = values.map(inPi).join(", ");
      for (const text of findAll(gate, ".angle")) {
        text.textContent = values.length > 1 ? inPiShort(values) : told;
        if (values.length > 1) text.setAttribute("font-size", "0.13");
      }
      gate.querySelector("title").textContent = values
        .map((value, k) => `θ(${layer},${place + k}) = ${value.toFixed(3)}`)
        .join(", ");
      const many = values.length > 1 ? "angles" : "angle";
      gate.setAttribute(
        "aria-label",
        `${upper(name)} on ${where}, layer ${layer}, ${many} ${told}. Press to change it`,
      );
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

  // Two wires make a CNOT, control first; the same wire twice gives up.
  pressWire(target) {
    const { control } = this;
    this.begin(control === null ? target : null);
    if (control !== null && control !== target) this.editor.send("toggle_cnot", { control, target });
  }

  begin(wire) {
    this.control = wire;
    this.root.classList.toggle("qs-pairing", wire !== null);
    for (const group of findAll(this.svg, ".wire-group")) {
      const own = Number(group.dataset.wire);
      group.setAttribute("aria-pressed", String(own === wire));
      const role =
        wire === null
          ? "press to begin a CNOT here"
          : own === wire
            ? "control; press again to give up"
            : `press for a CNOT from wire q${wire} to this one`;
      group.setAttribute("aria-label", `Wire q${own}: ${role}`);
    }
    this.hint.textContent =
      wire === null
        ? this.editor.circuit.operations
          ? "Press a gate with an angle to turn it, two wires to add a CNOT to each layer. “More gates” changes the rest."
          : "Press the column of Hadamards to switch it. Press two wires to add a CNOT, control first; press a CNOT to remove it. " +
            "Press a rotation to turn it."
        : `Control: q${wire}. Now press the target wire. Escape gives up.`;
  }

  onKey(event) {
    if (event.key === "Escape" && this.control !== null) {
      this.begin(null);
      event.stopPropagation();
    }
    if (event.target.closest?.(TURNED)) this.onRotationKey(event);
    const cnot = event.target.closest?.(".gate.cnot");
    if (cnot && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      event.stopPropagation();
      cnot.dispatchEvent(new MouseEvent("click"));
    }
  }

  // Arrow keys move from rotation to rotation.
  onRotationKey(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would move to another cell
    const layer = this.picked.layer + step[0];
    const places = this.placesOf(layer);
    const qubit = step[0] ? this.near(layer, this.picked.qubit) : places[places.indexOf(this.picked.qubit) + step[1]];
    const gate = this.rotations.get(`${layer}-${qubit}`);
    if (!gate) return;
    this.onPick(layer, qubit, false);
    gate.focus();
  }
}
