// @ts-check
// Start, step and reset; how far the training is, and how large the model.
import { make } from "../parts/elements.js";
import { countsInWords, numbersInWords } from "./words.js";

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part}
 */
export function makeRun(runner) {
  const button = (words, onclick) => make("button", { type: "button", onclick }, words);
  const start = button("Start", () => (runner.running ? runner.pause() : runner.start()));
  start.classList.add("qp-start");
  const step = button("Step", () => runner.step());
  const reset = button("Reset", () => runner.reset());
  const numbers = make("output", { class: "qp-numbers", "aria-live": "off" });
  const counts = make("span", { class: "qp-counts" });
  const root = make("div", { class: "qp-run" }, start, step, reset, numbers, counts);

  const show = () => {
    start.textContent = runner.running ? "Pause" : "Start";
    start.disabled = !runner.running && !runner.canRun;
    step.disabled = !runner.canRun;
    counts.textContent = countsInWords(runner.training);
  };
  const showNumbers = () => {
    numbers.textContent = numbersInWords(runner.training);
  };
  return {
    root,
    sync: [
      [["state"], show],
      [["words"], showNumbers],
    ],
  };
}
