// @ts-check
// The gallery's page: figures are drawn when they come near, and anew when their width, the filter or the theme changes.
import { form, makeFilter, showCount } from "./filters.js";
import { listen } from "./keys.js";
import { dark } from "./layouts.js";
import { filterLegend, makeLegend } from "./legend.js";
import { drawPlot, readFigure, widthOf } from "./plots.js";

/** @type {Map<Element, import("./plots.js").Known>} */
const figures = new Map();

/**
 * @param {string} selector
 * @param {ParentNode} within
 */
const all = (selector, within = document) =>
  /** @type {HTMLElement[]} */ (/** @type {unknown} */ ([...within.querySelectorAll(selector)]));

function filter() {
  const passes = makeFilter();
  for (const row of all("[data-model]")) row.hidden = !passes(row.dataset.model, false);
  for (const known of figures.values()) {
    filterLegend(known, passes);
    if (known.figure.dataset.drawn) drawPlot(known);
  }
  showCount();
}

form.addEventListener("change", filter);
form.addEventListener("submit", (event) => event.preventDefault());
for (const radio of document.querySelectorAll(".choice input")) {
  radio.addEventListener("change", () => {
    const { value } = /** @type {HTMLInputElement} */ (radio);
    for (const view of all(".view", radio.closest("section"))) view.hidden = view.id !== value;
  });
}
if (innerWidth < 760) form.querySelector("details").open = false;

const near = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      const known = figures.get(target);
      if (isIntersecting && !known.figure.dataset.drawn) drawPlot(known);
    }
  },
  { rootMargin: "600px" },
);
const sized = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const known = figures.get(target.closest("figure"));
    if (known.figure.dataset.drawn && widthOf(known) !== known.width) drawPlot(known);
  }
});
for (const figure of all("figure.live")) {
  const known = readFigure(figure);
  figures.set(figure, known);
  makeLegend(known);
  listen(known);
  near.observe(figure);
  sized.observe(known.plot);
}
dark.addEventListener("change", filter);
addEventListener("beforeprint", () => {
  for (const known of figures.values()) drawPlot(known);
});
