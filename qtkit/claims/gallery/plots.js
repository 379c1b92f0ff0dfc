// @ts-check
// The figures' plots: each is drawn for its place, with the models that the filter and its own legend let through.
import { isModel, makeFilter } from "./filters.js";
import { filteredHeat } from "./heat.js";
import { layoutFor } from "./layouts.js";
import { modelsOf } from "./models.js";

/**
 * What is known of a figure.
 * @typedef {object} Known
 * @property {HTMLElement} figure
 * @property {any[]} data its traces
 * @property {any} layout
 * @property {import("./models.js").Model[]} models
 * @property {boolean} heat whether it is a map of errors
 * @property {Set<string>} off the keys of the models that its legend hides
 * @property {any} plot the element that plotly draws in, with what plotly keeps there
 * @property {number} width with which it was drawn last
 * @property {{ trace: number, point: number } | null} at what was read last
 */

/** The page's own copy of plotly.js. */
export const Plotly = /** @type {any} */ (globalThis).Plotly;

/**
 * @param {HTMLElement} figure with its data beside its place
 * @returns {Known}
 */
export function readFigure(figure) {
  const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
  return {
    figure,
    data,
    layout,
    models: modelsOf(data),
    heat: data[0]?.type === "heatmap",
    off: new Set(),
    plot: figure.querySelector(".plot"),
    width: 0,
    at: null,
  };
}

/** @param {Known} known */
export function widthOf(known) {
  const width = known.plot.clientWidth;
  return known.heat ? Math.max(width, 860) : width; // its numbers need the room: the page scrolls it
}

/** @param {Known} known */
export async function drawPlot(known) {
  known.width = widthOf(known);
  if (!known.plot.clientWidth) return;
  const data = shownData(known);
  const layout = layoutFor(known.layout, known.width);
  if (known.heat) layout.height = 130 + 58 * data[0].y.length;
  const config = { displayModeBar: false, responsive: false, doubleClick: "reset", scrollZoom: false };
  known.plot.style.overflowX = known.heat ? "auto" : "";
  await Plotly.react(known.plot, data, layout, config);
  known.figure.dataset.drawn = "yes";
  for (const svg of known.plot.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
}

/** @param {Known} known */
function shownData({ data, models, heat, off }) {
  if (heat) return [filteredHeat(data[0])];
  const passes = makeFilter();
  return data.map((trace, index) => {
    const { key } = models.find(({ traces }) => traces.includes(index));
    return { ...trace, visible: !off.has(key) && (!isModel(key) || passes(key, true)) };
  });
}
