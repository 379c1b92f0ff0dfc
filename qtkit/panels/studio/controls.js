// @ts-check
// What the circuit is made of: its sizes, its start, its CNOTs, its rotations.
import { hasFocus, make } from "../parts/elements.js";
import { makeChoice, makeField, readInput } from "../parts/fields.js";
import { ENTANGLERS } from "../parts/layers.js";

export const ROTATIONS = [
  ["rx", "RX"],
  ["ry", "RY"],
  ["rz", "RZ"],
];

/**
 * @param {import("./editor.js").Editor} editor
 * @returns {import("../parts/types.js").Part}
 */
export function makeControls(editor) {
  const { id } = editor;
  const size = (name, min, max) =>
    make("input", {
      type: "number",
      min,
      max,
      step: 1,
      inputmode: "numeric",
      onchange: (event) => editor.send("size", { [name]: readInput(event.target) }, { field: name }),
    });
  const qubits = makeField("Qubits n", size("n_qubits", 1, 10), `${id}-n`);
  const layers = makeField("Layers L", size("depth", 0, 15), `${id}-depth`);
  const start = makeChoice(
    `${id}-start`,
    "Start",
    [
      ["plain", "|0…0⟩"],
      ["hadamard", "H on all"],
    ],
    (value) => editor.setHadamard(value === "hadamard"),
  );
  const entangler = makeChoice(
    `${id}-entangler`,
    "CNOTs of a layer",
    [
      ["cyc", "ring"],
      ["ent", "brick"],
      ["none", "none"],
      ["own", "own", "Press two wires of the circuit"],
    ],
    (name) => {
      if (name === "own") show();
      else editor.edit("entangler", { name }, ({ n }) => ({ cnots: ENTANGLERS[name](n) }));
    },
  );
  const rotation = makeChoice(`${id}-rotation-all`, "Rotation, all layers", ROTATIONS, (name) =>
    editor.edit("rotation", { name }, ({ rotations }) => ({ rotations: rotations.map(() => name) })),
  );
  const root = make(
    "div",
    { class: "qs-controls" },
    qubits.root,
    layers.root,
    start.root,
    entangler.root,
    rotation.root,
  );

  const show = () => {
    const now = editor.circuit;
    if (!hasFocus(qubits.input)) qubits.input.value = now.n;
    if (!hasFocus(layers.input)) layers.input.value = now.depth;
    const plain = now.operations ? !now.elements.start.length : !now.hadamard;
    start.set(now.hadamard ? "hadamard" : plain ? "plain" : null); // by elements it may begin with other gates
    entangler.set(now.entangler);
    entangler.inputs.own.disabled = now.entangler !== "own";
    rotation.set(new Set(now.rotations).size === 1 ? now.rotations[0] : null);
  };
  return { root, sync: [[["_circuit"], show]], fields: { n_qubits: qubits, depth: layers } };
}
