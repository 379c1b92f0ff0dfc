// @ts-check
// How the candidates are mixed, and how many numbers a training would move.
import { hasFocus, make } from "../parts/elements.js";
import { makeChoice, makeField, readInput } from "../parts/fields.js";
import { grouped } from "../parts/numbers.js";

/**
 * @param {import("../parts/types.js").Model} model
 * @param {import("../parts/line.js").Line} line
 * @param {string} id
 * @param {HTMLElement} mappingSees
 * @returns {import("../parts/types.js").Part & { counts: HTMLElement }}
 */
export function makeSettings(model, line, id, mappingSees) {
  const weighting = makeChoice(
    `${id}-weighting`,
    "Weights",
    [
      ["raw", "raw"],
      ["softmax", "softmax"],
    ],
    (name) => line.send("weighting", { name }),
  );
  const shared = makeChoice(
    `${id}-shared`,
    "Angles Θ",
    [
      ["shared", "one for all (eq. 7)"],
      ["own", "one each (eq. 6)"],
    ],
    (value) => line.send("shared", { on: value === "shared" }),
  );
  const equal = make("button", { type: "button", onclick: () => line.send("equal") }, "All alike");
  const sendSeed = (value) => line.send("seed", { seed: value }, { field: "seed" });
  const seed = makeField(
    "seed",
    make("input", {
      type: "number",
      min: 0,
      step: 1,
      inputmode: "numeric",
      onchange: () => sendSeed(readInput(seed.input)),
    }),
    `${id}-seed`,
  );
  const another = make(
    "button",
    { type: "button", onclick: () => sendSeed(model.get("_settings").seed + 1) },
    "Other angles",
  );
  const root = make("div", { class: "qs-line" }, weighting.root, equal, shared.root, another, seed.root, mappingSees);
  const counts = make("p", {});

  const show = () => {
    const now = model.get("_settings");
    const { angles, structural, mapping } = now.trainable;
    weighting.set(now.weighting);
    shared.set(now.shared ? "shared" : "own");
    if (!hasFocus(seed.input)) seed.input.value = now.seed;
    counts.replaceChildren(
      `A training would move ${grouped(angles)} angles (${now.shared ? "one Θ for all" : "twelve times as many: a Θ for each"}), ` +
        `${structural} structural weights and ${mapping} numbers of the mapping: `,
      make("strong", {}, grouped(angles + structural + mapping)),
      ".",
    );
  };
  return { root, counts, sync: [[["_settings"], show]], fields: { seed } };
}
