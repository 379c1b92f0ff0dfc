// A widget without looks: it brings the style sheet, and tells plotly when its column changes width.
// Plotly redraws on the window's resize event only; JupyterLab's side bars and cells change width without one.
function render({ el }) {
  el.classList.add("qtkit-fit");
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now > 0 && now !== width) {
      width = now;
      window.dispatchEvent(new Event("resize"));
    }
  });
  const begin = requestAnimationFrame(() => {
    const panel = el.closest(".qtkit-panel");
    const figure = panel?.querySelector(".qtkit-figure");
    if (figure) observer.observe(figure);
  });
  return () => {
    cancelAnimationFrame(begin);
    observer.disconnect();
  };
}
export default { render };
