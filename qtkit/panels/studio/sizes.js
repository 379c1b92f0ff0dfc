// @ts-check
// The generated weights, and what the circuit is worth to a network of p weights.
import { hasFocus, make } from "../parts/elements.js";
import { makeField } from "../parts/fields.js";
import { grouped } from "../parts/numbers.js";

const TARGETS = [
  ["16", ""],
  ["1,781", "series (LSTM)"],
  ["5,825", "value"],
  ["6,023", "policy"],
  ["108,866", "images (MLP)"],
];

/**
 * @param {import("./editor.js").Editor} editor
 * @param {{ weights: Node, read: Node, mappingSees: Node }} charts
 * @returns {import("../parts/types.js").Part}
 */
export function makeSizes(editor, { weights, read, mappingSees }) {
  const { id, model } = editor;
  const targets = make(
    "datalist",
    { id: `${id}-targets` },
    TARGETS.map(([value, label]) => make("option", { value, label })),
  );
  const target = makeField(
    "Weights p of the network",
    make("input", {
      type: "text",
      list: targets.id,
      inputmode: "numeric",
      size: 12,
      onchange: () => editor.send("target", { text: target.input.value }, { field: "target" }),
    }),
    `${id}-target`,
  );
  const words = make("p", { class: "qs-sizes" });
  const root = make(
    "section",
    { class: "qs-generating", "aria-label": "Generated weights" },
    make("h4", {}, "Weights κᵢ = mapping(bits of i, P(i))"),
    make("div", { class: "qs-line" }, target.root, targets, mappingSees),
    weights,
    read,
    words,
  );

  const show = () => {
    const s = model.get("_sizes");
    const { n } = editor.circuit;
    target.input.placeholder = `2ⁿ = ${grouped(2 ** n)}`;
    if (!hasFocus(target.input)) target.input.value = s.typed ? grouped(s.target) : "";
    const part = s.qubits > n ? `: the first ${grouped(2 ** n)} weights are shown` : "";
    const here = s.qubits === n ? "that is this circuit" : `this one has ${n}${part}`;
    words.replaceChildren(
      `p = ${grouped(s.target)} needs n = ⌈log₂ p⌉ = ${s.qubits} qubits (${here}). Trained in a search over Table I: ` +
        `L·n = ${grouped(s.angles)} angles + ${s.mapping} of the mapping + ${s.structural} structural weights = `,
      make("strong", {}, grouped(s.searched)),
      `, ${compression(s.compression)}. ${s.trainable === null ? "" : `For this circuit alone: ${grouped(s.trainable)}.`}`,
    );
  };
  return { root, sync: [[["_circuit", "_sizes"], show]], fields: { target } };
}

function compression(ratio) {
  if (ratio < 1) return "more than p: nothing is saved";
  return `${ratio < 1e6 ? grouped(Number(ratio.toPrecision(4))) : ratio.toExponential(2)} × fewer than p`;
}
