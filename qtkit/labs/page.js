// @ts-check
// A plotly figure in JupyterLab is as wide as its cell, however narrow that is. This gives each a least width, below which
// it scrolls in its cell's output. The renderer measures a figure again once it is drawn, so the width that is set when its
// container comes is the one that counts.
import { reach } from "../web/reach.js";

const FIGURE = "jp-RenderedPlotly";
const LEAST_WIDTH = 600; // that of qtkit.plots.style

const sizes = new ResizeObserver((entries) => {
  for (const box of new Set(entries.map(({ target }) => target.closest(".qtkit-wide-output"))))
    if (box) reach(box, "figure, scrolls sideways");
});

/** @param {KeyboardEvent} event */
function keepArrows(event) {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") event.stopPropagation(); // JupyterLab folds headings
}

/** @param {Node} figure */
function fit(figure) {
  if (!(figure instanceof HTMLElement && figure.classList.contains(FIGURE))) return;
  const box = figure.closest(".jp-OutputArea-child");
  if (!box) return;
  const { layout } = /** @type {{ layout?: { meta?: { least_width?: number } } }} */ (figure);
  figure.style.minWidth = `${layout?.meta?.least_width ?? LEAST_WIDTH}px`;
  if (box.classList.contains("qtkit-wide-output")) return;
  box.classList.add("qtkit-wide-output");
  box.addEventListener("keydown", keepArrows);
  sizes.observe(box);
  sizes.observe(figure);
}

const page = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (globalThis));
// Once a page: the cell may be run again.
if (!page.qtkitFitsPage) {
  page.qtkitFitsPage = true;
  for (const figure of document.querySelectorAll(`.${FIGURE}`)) fit(figure);
  new MutationObserver((records) => {
    for (const { target } of records) fit(target);
  }).observe(document.body, { childList: true, subtree: true });
}
