// A widget without looks. It brings the style sheet; tells plotly when its column changes width, for plotly redraws on
// the window's resize event only, and JupyterLab's side bars and cells change width without one; and tells the kernel
// whether anyone can see the page.
function render({ model, el }) {
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
    const main = el.closest(".qtkit-panel")?.querySelector(".qtkit-main");
    if (main) observer.observe(main);
  });
  const tell = () => {
    model.set("hidden", document.hidden);
    model.save_changes();
  };
  document.addEventListener("visibilitychange", tell);
  return () => {
    cancelAnimationFrame(begin);
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}
export default { render };
