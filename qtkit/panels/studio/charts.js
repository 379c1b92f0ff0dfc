// @ts-check
// The two charts: probabilities, and below them the weights they become. One cursor reads both.
import { Bars } from "../parts/bars.js";
import { make } from "../parts/elements.js";
import { makeChoice } from "../parts/fields.js";
import { floats } from "../parts/follow.js";
import { generateWeights, READINGS } from "../parts/mapping.js";
import { bits, short } from "../parts/numbers.js";
import { simulate } from "../parts/simulation.js";

/** @param {import("./editor.js").Editor} editor */
export function makeCharts(editor) {
  const { model } = editor;
  let cursor = null;
  let reading = READINGS[0][0];
  const setCursor = (index) => {
    cursor = index;
    showCursor();
  };
  const probabilities = new Bars("Probabilities of the basis states", "qs-p", setCursor);
  const weights = new Bars("Generated weights κ", "qs-k", setCursor);
  const read = make("output", { class: "qs-read", "aria-live": "polite" });
  const mappingSees = makeChoice(`${editor.id}-seen`, "The mapping sees", READINGS, (name) => {
    reading = name;
    show();
  });
  mappingSees.set(reading);

  // After shots or noise the bars are what was measured, and lines are what is exact.
  const show = () => {
    const exact = simulate(editor.expected, editor.angles);
    const measured = floats(model.get("_measured"));
    const other = measured?.length === exact.length ? measured : null;
    const now = other ?? exact;
    const used = Math.min(model.get("_sizes").target, now.length);
    probabilities.show(now, { reference: 1 / now.length, outline: other ? exact : null, used });
    weights.show(generateWeights(now, editor.circuit.mapping, reading), { signed: true, names: false, used });
    showCursor();
  };
  const showCursor = () => {
    const { values } = probabilities.picture;
    if (cursor !== null && cursor >= values.length) cursor = null;
    probabilities.setCursor(cursor);
    weights.setCursor(cursor);
    if (cursor === null) {
      read.textContent = "Point at a bar, or use the arrow keys, to read it.";
      return;
    }
    const { values: kappa, used } = weights.picture;
    read.textContent =
      `|${bits(cursor, values.length)}⟩ = ${cursor}: P = ${short(values[cursor])}` +
      (cursor >= used ? ", not used: p is smaller" : `, κ = ${short(kappa[cursor])}`);
  };
  const resize = (width) => {
    probabilities.resize(width);
    weights.resize(width);
  };
  /** @type {import("../parts/types.js").Sync} */
  const sync = [[["_circuit", "_angles", "_answered", "_measured", "_sizes"], show]];
  return {
    probabilities: probabilities.svg,
    weights: weights.svg,
    read,
    mappingSees: mappingSees.root,
    show,
    resize,
    sync,
  };
}
