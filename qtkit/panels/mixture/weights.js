// @ts-check
// The structural weights: twelve sliders in the order of Table I.
import { CANDIDATES, makeCandidateButton, makeCandidateTable } from "../parts/candidates.js";
import { make, setAttributes } from "../parts/elements.js";

/**
 * @param {import("../parts/types.js").Model} model
 * @param {import("../parts/line.js").Line} line
 * @param {() => void} onMove while a slider moves
 */
export function makeWeights(model, line, onMove) {
  /** @type {number[]} */
  let sliders = model.get("_sliders"); // ahead of the kernel's while a slider moves
  const cells = CANDIDATES.map((candidate, i) => {
    const { number, rotation, name } = candidate;
    const input = make("input", {
      type: "range",
      "aria-label": `w of ${name}`,
      oninput: () => {
        sliders = sliders.map((value, j) => (j === i ? Number(input.value) : value));
        onMove();
        line.send("weights", { values: sliders }, { replace: true });
      },
    });
    const alone = makeCandidateButton(candidate, `${name}, alone`, () => line.send("alone", { number }));
    const output = make("output", {});
    return { input, output, root: make("div", { class: `qm-cell qs-${rotation}` }, alone, output, input) };
  });
  const rows = cells.map((cell) => cell.root);
  const root = makeCandidateTable("wⱼ", rows, { table: "qm-grid", row: "qm-row" }, "Structural weights");

  const showLimits = () => {
    const { weighting, limit } = model.get("_settings");
    const limits = weighting === "raw" ? { min: -1, max: 1, step: 0.01 } : { min: -limit, max: limit, step: 0.1 };
    for (const { input } of cells) setAttributes(input, limits);
  };
  const showSliders = () => {
    if (line.idle) sliders = model.get("_sliders"); // else the user is ahead
    cells.forEach(({ input }, i) => {
      if (!input.matches(":active")) input.value = String(sliders[i]);
    });
  };
  // The weights w that the sliders stand for, as they are or by softmax, written beside them.
  const read = () => {
    const w = model.get("_settings").weighting === "raw" ? sliders : softmax(sliders);
    cells.forEach(({ output, input }, i) => {
      output.textContent = w[i].toFixed(3);
      input.setAttribute("aria-valuetext", output.textContent);
    });
    return w;
  };
  /** @type {import("../parts/types.js").Sync} */
  const sync = [
    [["_settings"], showLimits],
    [["_sliders", "_settings", "_answered"], showSliders],
  ];
  return { root, read, sync };
}

/** @param {number[]} logits */
function softmax(logits) {
  const powers = logits.map((value) => Math.exp(value - Math.max(...logits)));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}
