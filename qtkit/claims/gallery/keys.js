// @ts-check
// A figure under its buttons and keys: zoom, and points read one by one.
import { axesOf } from "./layouts.js";
import { plain } from "./models.js";
import { drawPlot, Plotly } from "./plots.js";

/** @typedef {import("./plots.js").Known} Known */

/** @type {Record<string, (known: Known) => void>} */
const ACTIONS = { in: (known) => zoom(known, 0.6), out: (known) => zoom(known, 1 / 0.6), reset: drawPlot };

/** @param {Known} known */
export function listen(known) {
  for (const button of known.figure.querySelectorAll("[data-do]")) {
    if (!(button instanceof HTMLElement)) continue;
    button.addEventListener("click", () => known.plot._fullLayout && ACTIONS[button.dataset.do](known));
  }
  known.plot.addEventListener("keydown", (event) => {
    if (!known.plot._fullLayout || event.ctrlKey || event.metaKey || event.altKey) return;
    const stride = event.shiftKey ? 10 : 1;
    const keys = {
      ArrowRight: () => step(known, stride, 0),
      ArrowLeft: () => step(known, -stride, 0),
      ArrowDown: () => step(known, 0, 1),
      ArrowUp: () => step(known, 0, -1),
      "+": () => ACTIONS.in(known),
      "=": () => ACTIONS.in(known),
      "-": () => ACTIONS.out(known),
      0: () => ACTIONS.reset(known),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

/**
 * @param {Known} known
 * @param {number} factor of what is seen along x
 */
function zoom(known, factor) {
  const change = {};
  for (const name of axesOf(known.plot._fullLayout, "x")) {
    const axis = known.plot._fullLayout[name];
    const [low, high] = axis.range.map(Number);
    const middle = (low + high) / 2;
    change[`${name}.range`] = [middle - ((high - low) * factor) / 2, middle + ((high - low) * factor) / 2];
  }
  Plotly.relayout(known.plot, change);
}

// The traces that can be read aloud: shown, with words of their own for the mouse.
function readable(known) {
  const all = known.plot._fullData.filter((trace) => trace.visible === true && trace.hoverinfo !== "skip");
  return all.filter((trace) => trace.type === "heatmap" || trace.x?.length);
}

/**
 * @param {Known} known
 * @param {number} along points of a line
 * @param {number} across lines
 */
function step(known, along, across) {
  const traces = readable(known);
  if (!traces.length) return;
  known.at ??= { trace: 0, point: -1 };
  const { at } = known;
  at.trace = (Math.min(at.trace, traces.length - 1) + across + traces.length) % traces.length;
  const trace = traces[at.trace];
  const cells = trace.type === "heatmap" ? trace.y.length * trace.x.length : trace.x.length;
  at.point = Math.max(0, Math.min(cells - 1, at.point + along));
  known.figure.querySelector(".told").textContent = tell(known, trace, at.point);
  if (trace.type !== "heatmap") {
    const where = [{ curveNumber: trace.index, pointNumber: at.point }];
    Plotly.Fx.hover(known.plot, where, [trace.xaxis + trace.yaxis]);
  }
}

function tell(known, trace, point) {
  if (trace.type === "heatmap") {
    const [row, column] = [Math.floor(point / trace.x.length), point % trace.x.length];
    return plain(`${trace.customdata[row][column]}: ${trace.text[row][column].replaceAll("<br>", ", ")}`);
  }
  const across = titleOf(known, "x", trace.xaxis);
  const up = titleOf(known, "y", trace.yaxis);
  const value = Number(trace.y[point]).toPrecision(4);
  return `${plain(trace.name)}: ${across} ${trace.x[point]}, ${up} ${value}`.replace(/ +/g, " ");
}

// As the figure has it: where there is none plotly puts words of its own, which ask to be replaced.
/**
 * @param {Known} known
 * @param {"x" | "y"} letter
 * @param {string} name of the axis in a trace, such as x2
 */
const titleOf = ({ layout }, letter, name) => plain(layout[`${letter}axis${name.slice(1)}`]?.title?.text);
