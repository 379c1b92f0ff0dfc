// @ts-check
// A widget without looks. It brings the style sheet; tells plotly when its column changes width, for plotly redraws on
// the window's resize event only, and JupyterLab's side bars and cells change width without one; tells the kernel whether
// anyone can see the page; lets the keyboard reach a figure that scrolls; and keeps figures that were taken from the page
// from disturbing those that are on it.
import { reach } from "../../web/reach.js";
import { heard } from "./hearing.js";

/** @param {import("./types.js").Place} place */
function render({ model, el }) {
  el.classList.add("qtkit-fit");
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now > 0 && now !== width) {
      width = now;
      window.dispatchEvent(new Event("resize"));
      reachFigures(el);
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
  let figure;
  const find = async () => {
    const id = model.get("figure");
    figure = id ? await model.widget_manager.get_model(id) : undefined;
    requestAnimationFrame(() => reachFigures(el));
  };
  find();
  model.on("change:figure", find);
  return () => {
    cancelAnimationFrame(begin);
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
    model.off("change:figure", find);
    if (figure) forgive(figure);
  };
}

/** @param {Element} el */
function reachFigures(el) {
  for (const box of el.closest(".qtkit-panel")?.querySelectorAll(".qtkit-figure-scrolls") ?? [])
    reach(box, "figure, scrolls sideways");
}

// A plotly figure that was removed goes on listening to its model, and raises at every draw: in the console, and before
// the draw reaches another figure of the same model, as when a panel is shown a second time. So let it raise in silence.
function forgive(figure) {
  for (const [name, handlers] of Object.entries(figure._events ?? {})) {
    if (!name.startsWith("change:_py2js")) continue;
    for (const handler of handlers) {
      const run = handler.callback;
      handler.callback = function (...values) {
        try {
          return run.apply(this, values);
        } catch (error) {
          console.debug("a figure that is no longer shown was drawn", error);
        }
      };
    }
  }
}

export default heard(render);
