// @ts-check
// A slider for an angle from -π to π.
import { hasFocus, make } from "../parts/elements.js";
import { inPi } from "../parts/numbers.js";

const STEPS = 64; // from 0 to π

/**
 * @param {string} label
 * @param {(angle: number) => void} onTurn at every step of a drag
 * @param {() => void} onEnd when the finger is taken off
 */
export function makeSlider(label, onTurn, onEnd) {
  const output = make("output", {});
  const words = make("span", { class: "qs-name" }, label);
  const input = make("input", {
    type: "range",
    min: -STEPS,
    max: STEPS,
    step: 1,
    "aria-label": label,
    oninput: () => onTurn((Number(input.value) * Math.PI) / STEPS),
    onchange: onEnd,
  });
  const root = make("label", { class: "qs-slider" }, words, input, output);
  const show = (angle, text = inPi(angle)) => {
    if (!hasFocus(input) || !input.matches(":active")) input.value = String(Math.round((angle * STEPS) / Math.PI));
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const name = (short, long) => {
    words.textContent = short;
    input.setAttribute("aria-label", long);
  };
  return { root, input, show, name };
}
