// @ts-check
// The mixed distribution, and the weights that come of it.
import { Bars } from "../parts/bars.js";
import { make } from "../parts/elements.js";
import { makeChoice } from "../parts/fields.js";
import { floats } from "../parts/follow.js";
import { generateWeights, READINGS } from "../parts/mapping.js";
import { bits, grouped, short } from "../parts/numbers.js";
import { Histogram } from "./histogram.js";

/**
 * @param {import("../parts/types.js").Model} model
 * @param {string} id
 * @param {() => number[]} readWeights gives the structural weights
 */
export function makePictures(model, id, readWeights) {
  let reading = READINGS[0][0];
  let cursor = null;
  const mappingSees = makeChoice(`${id}-seen`, "The mapping sees", READINGS, (name) => {
    reading = name;
    show();
  });
  mappingSees.set(reading);
  const mixed = new Bars("Mixed distribution", "qs-p", (index) => {
    cursor = index;
    showCursor();
  });
  const generated = new Histogram("Generated weights κ");
  const read = make("output", { class: "qs-read", "aria-live": "polite" });
  const sums = make("p", { "aria-live": "polite" });
  const title = make("h4", {}, "");
  const root = make(
    "section",
    { class: "qm-pictures", "aria-label": "What comes of it" },
    make("h4", {}, "Σ wⱼ Pⱼ(i), the mixture"),
    mixed.svg,
    read,
    title,
    generated.svg,
  );

  const show = () => {
    const { n, mapping } = model.get("_settings");
    const w = readWeights();
    const values = mix(w, floats(model.get("_probabilities")), 2 ** n);
    const least = Math.min(...values);
    mixed.show(values, { reference: 1 / values.length, signed: least < 0 });
    generated.show(generateWeights(values, mapping, reading));
    title.textContent = `The ${grouped(values.length)} weights κᵢ = mapping(bits of i, mixture), counted by value`;
    sums.textContent = describeSums(w, least);
    showCursor();
  };
  const showCursor = () => {
    mixed.setCursor(cursor);
    const { values } = mixed.picture;
    read.textContent =
      cursor === null
        ? "Point at a bar, or use the arrow keys, to read it."
        : `|${bits(cursor, values.length)}⟩ = ${cursor}: ${short(values[cursor])}`;
  };
  const resize = (width) => {
    mixed.resize(width);
    generated.resize(width);
  };
  /** @type {import("../parts/types.js").Sync} */
  const sync = [[["_sliders", "_settings", "_probabilities", "_answered"], show]];
  return { root, sums, mappingSees: mappingSees.root, show, resize, sync };
}

/**
 * Σ wⱼ Pⱼ(i), equation 7.
 * @param {number[]} w
 * @param {Float32Array} probabilities the candidates' own, one after the other
 * @param {number} size states of each
 */
function mix(w, probabilities, size) {
  const total = Array(size).fill(0);
  w.forEach((weight, j) => {
    for (let i = 0; i < size; i++) total[i] += weight * probabilities[j * size + i];
  });
  return total;
}

function describeSums(w, least) {
  const add = (...numbers) => numbers.reduce((sum, number) => sum + w[number - 1], 0);
  const below = `The mixture goes down to ${short(least)}: no distribution any more, and nothing forbids it. `;
  return (
    `Sum of w: ${w.reduce((a, b) => a + b, 0).toFixed(3)}. ${least < -1e-9 ? below : ""}` +
    `Whatever Θ is: 1, 3, 4, 6 together put ${add(1, 3, 4, 6).toFixed(3)} on the uniform distribution, ` +
    `9 and 12 put ${add(9, 12).toFixed(3)} on state 0.`
  );
}
