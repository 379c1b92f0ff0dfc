// @ts-check
// The distribution that the circuits make together, what the mapping sees of it.
import { Bars } from "../parts/bars.js";
import { make } from "../parts/elements.js";
import { bits, short } from "../parts/numbers.js";

const VISIBLE = 0.02; // of the highest bar: less below zero needs no scale of its own

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part & { resize: (width: number) => void }}
 */
export function makeDistribution(runner) {
  const read = make("output", { class: "qs-read", "aria-live": "polite" });
  let cursor = null;
  const showRead = () => {
    const { distribution } = runner.training.generator;
    const there = cursor !== null && cursor < distribution.length;
    read.textContent = there ? `P(${bits(cursor, distribution.length)}) = ${short(distribution[cursor])}` : "";
  };
  const bars = new Bars("Probabilities P(i)", "qs-p", (index) => {
    cursor = index;
    bars.setCursor(index);
    showRead();
  });
  const title = make("h4", { "aria-level": "3" }, "P(i), the mixture");
  const root = make("section", { class: "qp-mixed" }, make("div", { class: "qp-title" }, title, read), bars.svg);

  const show = () => {
    const { distribution, weights } = runner.training.generator;
    const signed = Math.min(...distribution) < -VISIBLE * Math.max(...distribution);
    bars.show(distribution, { signed, names: false, used: weights.length, reference: 1 / distribution.length });
    showRead();
  };
  return { root, sync: [[["pictures"], show]], resize: (width) => bars.resize(width) };
}
