// @ts-check
// Which circuit leads: to read, and now and then to be read out.
import { make } from "../parts/elements.js";
import { leaderInWords, numbersInWords } from "./words.js";

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part}
 */
export function makeSentence(runner) {
  const root = make("p", { class: "qp-words" });
  const show = () => {
    root.textContent = leaderInWords(runner.training);
  };
  return { root, sync: [[["words"], show]] };
}

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part}
 */
export function makeSpoken(runner) {
  const root = make("p", { class: "qp-unseen", role: "status" });
  const speak = () => {
    root.textContent = `${numbersInWords(runner.training)}. ${leaderInWords(runner.training)}`;
  };
  return { root, sync: [[["aloud"], speak]] };
}
