// @ts-check
// What is set, in one row; a change trains anew at once.
import { make } from "../parts/elements.js";
import { makeChoice, makeField } from "../parts/fields.js";
import { READINGS } from "../parts/mapping.js";
import { DATA } from "./data.js";
import { BOUNDS, readNumber } from "./settings.js";

const CLASSES = [
  ["0", "● orange"],
  ["1", "◆ blue"],
];

/**
 * @param {string} id
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part & { label: () => number }}
 */
export function makeControls(id, runner) {
  const change = (field, value) => runner.change({ [field]: value });
  const data = makeChoice(`${id}-data`, "data", DATA, (name) => change("data", name));
  const reading = makeChoice(`${id}-sees`, "mapping sees", READINGS, (name) => change("reading", name));
  const number = (name, label, step, apply) => {
    const { min, max, words, whole } = BOUNDS[name];
    const input = make("input", { type: "number", min, max, step, inputmode: whole ? "numeric" : "decimal" });
    const field = makeField(label, input, `${id}-${label.replace(/\W/g, "")}`);
    input.title = `${words}, from ${min} to ${max}`;
    input.addEventListener("change", () => {
      try {
        const value = readNumber(name, input.value);
        field.setError();
        apply(value);
      } catch (error) {
        field.setError(error.message);
      }
    });
    return field;
  };
  const noise = number("noise", "noise", 0.05, (value) => change("noise", value));
  const hidden = [0, 1].map((layer) => {
    const field = number("hidden", `layer ${layer + 1}`, 1, (value) => {
      const widths = runner.settings.hidden.map((width, k) => (k === layer ? value : width));
      change("hidden", widths);
    });
    field.root.querySelector("label").className = "qp-unseen";
    return field;
  });
  const depth = number("depth", "depth", 1, (value) => change("depth", value));
  const rate = number("rate", "rate", 0.01, (value) => change("rate", value));
  const seed = number("seed", "seed", 1, (value) => change("seed", value));
  let label = 0;
  const own = makeChoice(`${id}-class`, "next point", CLASSES, (value) => {
    label = Number(value);
  });
  own.set("0");
  const clear = make("button", { type: "button", onclick: () => change("points", []) }, "Clear points");
  const placing = make("div", { class: "qs-line" }, own.root, clear);
  const network = make(
    "div",
    { class: "qp-network", role: "group", "aria-label": "network: hidden layers" },
    "network 2 –",
    hidden[0].root,
    "–",
    hidden[1].root,
    "– 1",
  );
  const fields = [noise.root, network, reading.root, depth.root, rate.root, seed.root];
  const root = make(
    "div",
    { class: "qp-settings", role: "group", "aria-label": "Settings" },
    data.root,
    placing,
    fields,
  );

  const show = () => {
    const { settings } = runner;
    data.set(settings.data);
    reading.set(settings.reading);
    const values = [settings.noise, ...settings.hidden, settings.depth, settings.rate, settings.seed];
    [noise, ...hidden, depth, rate, seed].forEach((field, k) => {
      field.input.value = String(values[k]);
      field.setError();
    });
    placing.hidden = settings.data !== "own";
    noise.root.hidden = settings.data === "own";
  };
  return { root, sync: [[["state"], show]], label: () => label };
}
