// @ts-check
// Table I: a press loads a candidate.
import { CANDIDATES, makeCandidateButton, makeCandidateTable } from "../parts/candidates.js";
import { ENTANGLERS } from "../parts/layers.js";

/**
 * @param {import("./editor.js").Editor} editor
 * @returns {import("../parts/types.js").Part}
 */
export function makeCandidates(editor) {
  const buttons = CANDIDATES.map((candidate) =>
    makeCandidateButton(candidate, candidate.name, () => {
      const { number, hadamard, entangler, rotation } = candidate;
      editor.edit("config", { number }, ({ n, rotations }) => ({
        hadamard,
        cnots: ENTANGLERS[entangler](n),
        rotations: rotations.map(() => rotation),
      }));
    }),
  );
  const root = makeCandidateTable(
    "Table I",
    buttons,
    { table: "qs-table" },
    "Table I: load one of the twelve candidates",
  );
  const show = () => {
    const { config } = editor.circuit;
    for (const [i, button] of buttons.entries()) button.setAttribute("aria-pressed", String(config === i + 1));
  };
  return { root, sync: [[["_circuit"], show]] };
}
