// @ts-check
// What the page knows ahead of the kernel: edits under way, and the angles under the user's finger. It keeps no circuit
// of its own.
import { newId } from "../parts/elements.js";
import { Line } from "../parts/line.js";

/** @typedef {import("../parts/types.js").Gates} Gates */

export class Editor {
  /** @param {import("../parts/types.js").Model} model */
  constructor(model) {
    this.model = model;
    this.id = newId("qs");
    this.line = new Line(model);
    /** @type {number[][]} */
    this.angles = model.get("_angles"); // (L, n), ahead of the kernel's while a slider moves
    /** @type {((circuit: Gates) => Gates)[]} */
    this.ahead = [];
    this.onEdit = () => {}; // the circuit will be another one
    this.onTurn = () => {}; // the angles are others
    /** @type {import("../parts/types.js").Sync} */
    this.sync = [
      [["_circuit"], () => this.takeAngles()],
      [["_angles", "_answered"], () => this.line.idle && this.takeAngles()], // else the user is ahead
    ];
  }

  // The circuit as the kernel has it.
  get circuit() {
    return this.model.get("_circuit");
  }

  // The circuit as it will be when the edits under way have been dealt with.
  get expected() {
    if (this.line.idle) this.ahead = [];
    return this.ahead.reduce((circuit, next) => next(circuit), this.circuit);
  }

  /** @type {Line["send"]} */
  send(action, values, options) {
    this.line.send(action, values, options);
  }

  /**
   * An edit whose effect is known here: the bars show it at once, before the kernel has drawn the circuit. Of a circuit
   * by elements the effect is not known, for its angles will be others.
   * @param {string} action
   * @param {object} values
   * @param {(circuit: Gates) => Partial<Gates>} effect
   */
  edit(action, values, effect) {
    if (!this.circuit.operations) this.ahead.push((circuit) => ({ ...circuit, ...effect(circuit) }));
    this.send(action, values);
    this.onEdit();
  }

  setHadamard(on) {
    this.edit("hadamard", { on }, () => ({ hadamard: on }));
  }

  /** @param {(layer: number, qubit: number, value: number) => number} change */
  turn(change) {
    this.angles = this.angles.map((row, layer) => row.map((value, qubit) => change(layer, qubit, value)));
    this.onTurn();
  }

  takeAngles() {
    this.angles = this.model.get("_angles");
  }
}
