// @ts-check
// How many values fall into each of some bins between the round numbers around them.
import { draw, setAttributes } from "../parts/elements.js";
import { roundUp, short, tick } from "../parts/numbers.js";

const BINS = 32;
const SIZES = { left: 44, right: 4, height: 150, base: 128, highest: 118 }; // pixels

export class Histogram {
  /** @param {string} label */
  constructor(label) {
    this.label = label;
    this.path = draw("path", { class: "qs-bars qs-k" });
    this.zero = draw("line", { class: "qs-zero" });
    this.low = draw("text", { class: "qs-tick" });
    this.high = draw("text", { class: "qs-tick", "text-anchor": "end" });
    this.middle = draw("text", { class: "qs-tick", "text-anchor": "middle" });
    this.top = draw("text", { class: "qs-tick", x: 0, y: 10 });
    this.svg = draw(
      "svg",
      { class: "qs-chart", role: "img" },
      this.zero,
      this.path,
      this.low,
      this.middle,
      this.high,
      this.top,
    );
    this.width = 0;
    /** @type {Float64Array | null} */
    this.values = null;
  }

  /** @param {Float64Array} values */
  show(values) {
    this.values = values;
    if (this.width) this.paint();
  }

  resize(width) {
    this.width = width;
    if (this.values) this.paint();
  }

  paint() {
    const { values, width } = this;
    const { left, height, base, highest } = SIZES;
    const right = width - SIZES.right;
    const limit = roundUp(Math.max(...values.map(Math.abs), 1e-9));
    const counts = Array(BINS).fill(0);
    for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value + limit) / (2 * limit)) * BINS))] += 1;
    const peak = Math.max(...counts);
    const step = (right - left) / BINS;
    const bar = (number, i) =>
      `M${(left + i * step + 0.5).toFixed(2)} ${base}v${(-(highest * number) / peak).toFixed(2)}` +
      `h${(step - 1).toFixed(2)}V${base}z`;
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}`, height });
    this.path.setAttribute("d", counts.map(bar).join(""));
    setAttributes(this.zero, { x1: left, x2: right, y1: base, y2: base });
    setAttributes(this.low, { x: left, y: base + 14 });
    setAttributes(this.middle, { x: (left + right) / 2, y: base + 14 });
    setAttributes(this.high, { x: right, y: base + 14 });
    [this.low.textContent, this.middle.textContent, this.high.textContent] = [tick(-limit), "0", tick(limit)];
    this.top.textContent = String(peak);
    const extent = `from ${short(Math.min(...values))} to ${short(Math.max(...values))}`;
    this.svg.setAttribute("aria-label", `${this.label}: ${values.length} values, ${extent}.`);
  }
}
