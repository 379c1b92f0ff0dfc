// A plotly figure in JupyterLab is as wide as its cell, however narrow that is. This gives each a least width, below which
// it scrolls in its cell's output. The renderer measures a figure again once it is drawn, so the width that is set when its
// container comes is the one that counts.
(() => {
  const page = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (globalThis));
  if (page.qtkitFitsPage) return; // the cell was run again
  page.qtkitFitsPage = true;
  const FIGURE = "jp-RenderedPlotly";
  const LEAST_WIDTH = 600; // that of qtkit.plots.style

  /** @param {Element} box what scrolls is reached by Tab, and only while it does */
  const reach = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    box.classList.toggle("qtkit-scrolls", scrolls);
    for (const [name, value] of Object.entries({
      tabindex: "0",
      role: "group",
      "aria-label": "figure, scrolls sideways",
    })) {
      if (scrolls) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  };
  const sizes = new ResizeObserver((entries) => {
    for (const box of new Set(entries.map(({ target }) => target.closest(".qtkit-wide-output")))) if (box) reach(box);
  });

  /** @param {KeyboardEvent} event */
  const keepArrows = (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") event.stopPropagation(); // JupyterLab folds headings
  };

  /** @param {Node} figure */
  const fit = (figure) => {
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
  };

  for (const figure of document.querySelectorAll(`.${FIGURE}`)) fit(figure);
  new MutationObserver((records) => {
    for (const { target } of records) fit(target);
  }).observe(document.body, { childList: true, subtree: true });
})();
