// @ts-check
// A figure's legend: a button a model, which takes it out and in again.
import { isModel } from "./filters.js";
import { drawPlot } from "./plots.js";

const DASHES = { dash: "6 4", dot: "2 3", dashdot: "6 3 2 3" };

/**
 * Fills the figure's legend; a map of errors has none.
 * @param {import("./plots.js").Known} known
 */
export function makeLegend(known) {
  if (known.heat) return;
  const items = known.models.filter(({ called }) => called).map((model) => makeItem(known, model));
  known.figure.querySelector(".legend").append(...items);
}

/**
 * Shows in the figure's legend what the filter lets pass.
 * @param {import("./plots.js").Known} known
 * @param {(key: string, merged: boolean) => boolean} passes
 */
export function filterLegend(known, passes) {
  for (const item of known.figure.querySelectorAll(".legend li")) {
    if (item instanceof HTMLElement) item.hidden = isModel(item.dataset.key) && !passes(item.dataset.key, true);
  }
}

/**
 * @param {import("./plots.js").Known} known
 * @param {import("./models.js").Model} model
 */
function makeItem(known, { key, called, line = {} }) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "true");
  button.innerHTML = `<svg width="32" height="12" aria-hidden="true"><line x1="2" x2="30" y1="6" y2="6"
    stroke="${line.color ?? "#787878"}" stroke-width="${line.width ?? 2}"
    stroke-dasharray="${DASHES[line.dash] ?? "none"}"/></svg>`;
  button.append(called);
  button.addEventListener("click", () => {
    if (!known.off.delete(key)) known.off.add(key);
    button.setAttribute("aria-pressed", String(!known.off.has(key)));
    drawPlot(known);
  });
  const item = document.createElement("li");
  item.dataset.key = key;
  item.append(button);
  return item;
}
