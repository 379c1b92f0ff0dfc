// @ts-check
// The network, a line a generated weight: the wider the larger (its root, so that small ones are seen too), its colour
// the sign.
import { draw, make, setAttributes } from "../parts/elements.js";
import { range } from "../parts/numbers.js";

const LINES_HEIGHT = 150;
const WIDEST = 5;

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part & { resize: (width: number) => void }}
 */
export function makeLines(runner) {
  const svg = draw("svg", { class: "qp-lines", height: LINES_HEIGHT, role: "img" });
  const title = make("h4", { "aria-level": "3" });
  const root = make("section", {}, title, svg);
  let lines = [];
  let drawn = "";
  let width = 0;

  // Weights first, layer by layer, each with its biases, as in PyTorch; a bias is its unit's ring.
  const build = (widths) => {
    const x = (layer) => 16 + ((width - 32) * layer) / (widths.length - 1);
    const y = (layer, unit) => (LINES_HEIGHT * (unit + 0.5)) / widths[layer];
    lines = [];
    const rings = [];
    for (let layer = 1; layer < widths.length; layer++) {
      for (let to = 0; to < widths[layer]; to++) {
        for (let from = 0; from < widths[layer - 1]; from++) {
          const ends = { x1: x(layer - 1), y1: y(layer - 1, from), x2: x(layer), y2: y(layer, to) };
          lines.push(draw("line", ends));
        }
      }
      for (let to = 0; to < widths[layer]; to++) {
        const ring = draw("circle", {
          cx: x(layer),
          cy: y(layer, to),
          r: Math.min(5, (0.38 * LINES_HEIGHT) / widths[layer]),
        });
        lines.push(ring);
        rings.push(ring);
      }
    }
    const inputs = range(widths[0]).map((unit) =>
      draw("circle", { class: "qp-input", cx: x(0), cy: y(0, unit), r: 5 }),
    );
    svg.replaceChildren(...lines.filter((line) => !rings.includes(line)), ...inputs, ...rings);
    title.textContent = `The ${lines.length} weights, ${widths.join("-")}`;
    svg.setAttribute("aria-label", `${lines.length} weights of the network ${widths.join("-")}, a line each`);
  };

  const show = () => {
    if (!width) return;
    const { widths, generator } = runner.training;
    if (drawn !== widths.join()) build(widths);
    drawn = widths.join();
    const { weights } = generator;
    const largest = Math.max(
      1,
      weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0),
    );
    lines.forEach((line, i) => {
      const size = Math.sqrt(Math.abs(weights[i]) / largest);
      setAttributes(line, {
        class: weights[i] < 0 ? "qp-minus" : "qp-plus",
        "stroke-width": (0.3 + WIDEST * size).toFixed(2),
        "stroke-opacity": (0.25 + 0.75 * size).toFixed(2),
      });
    });
  };
  const resize = (now) => {
    width = now;
    svg.setAttribute("viewBox", `0 0 ${width} ${LINES_HEIGHT}`);
    drawn = "";
    show();
  };
  return { root, sync: [[["pictures"], show]], resize };
}
