// @ts-check
// A chart of bars, one a basis state, read by pointer and by arrow keys.
import { draw, setAttributes } from "./elements.js";
import { bits, range, roundUp, short, tick } from "./numbers.js";

const LEFT = 44, RIGHT = 4, TOP = 6, HEIGHT = 120; // pixels: beside the bars, above them, of the bars

/**
 * What is drawn.
 * @typedef {object} Picture
 * @property {ArrayLike<number> & Iterable<number>} values
 * @property {number} used only the first so many become weights
 * @property {number | null} reference a dashed line
 * @property {ArrayLike<number> & Iterable<number> | null} outline to compare with
 * @property {boolean} signed whether there may be values below zero
 * @property {boolean} names whether the bars have names, where there is room
 */

export class Bars {
  /**
   * @param {string} label
   * @param {string} className
   * @param {(index: number) => void} onCursor
   */
  constructor(label, className, onCursor) {
    this.label = label;
    this.onCursor = onCursor;
    this.path = draw("path", { class: `qs-bars ${className}` });
    this.outline = draw("path", { class: "qs-outline" });
    this.unused = draw("path", { class: "qs-bars qs-unused" });
    this.reference = draw("line", { class: "qs-reference" });
    this.zero = draw("line", { class: "qs-zero" });
    this.mark = draw("rect", { class: "qs-mark" });
    this.top = draw("text", { class: "qs-tick", x: 0, y: 10 });
    this.bottom = draw("text", { class: "qs-tick", x: 0 });
    this.names = draw("g", { class: "qs-names" });
    this.svg = draw("svg", { class: "qs-chart", tabindex: "0", role: "img" },
      this.mark, this.reference, this.zero, this.unused, this.path, this.outline, this.top, this.bottom, this.names);
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerdown", (event) => this.point(event));
    this.svg.addEventListener("keydown", (event) => this.onKey(event));
    this.width = 0;
    /** @type {Picture | null} */
    this.picture = null;
    /** @type {number | null} */
    this.cursor = null;
  }

  /**
   * @param {Picture["values"]} values
   * @param {Partial<Picture>} options
   */
  show(values, options = {}) {
    this.picture = { values, used: values.length, reference: null, outline: null, signed: false, names: true, ...options };
    if (this.width) this.paint();
  }

  resize(width) {
    this.width = width;
    if (this.picture) this.paint();
  }

  paint() {
    const { width } = this, { values, reference, outline, signed, names } = this.picture;
    const size = values.length, named = names && (width - LEFT) / size > 11 && size <= 64;
    const base = named ? (size <= 8 ? 18 : 12 + 7 * Math.log2(size)) : 16;
    const height = HEIGHT + 10 + base;
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}`, height });
    const peak = Math.max(...values, ...(outline ?? []), 0);
    const low = signed ? Math.min(0, ...values) : 0;
    const high = roundUp(Math.max(peak, signed ? 1e-9 : (reference ?? 0) * 1.6));
    const deep = low < 0 ? -roundUp(-low) : 0;
    const y = (value) => TOP + (HEIGHT * (high - value)) / (high - deep || 1);
    const step = (width - LEFT - RIGHT) / size, bar = Math.max(step * (size > 256 ? 1 : 0.78), 0.5);
    const x = (i) => LEFT + i * step + (step - bar) / 2;
    this.geometry = { step, size, height };
    this.paintBars(x, y, bar);
    const across = (where) => ({ x1: LEFT, x2: width - RIGHT, y1: where, y2: where });
    setAttributes(this.zero, across(y(0)));
    setAttributes(this.reference, across(reference === null ? -9 : y(reference)));
    setAttributes(this.bottom, { y: y(deep) + 3 });
    this.top.textContent = tick(high);
    this.bottom.textContent = deep ? tick(deep) : "0";
    this.paintNames(named, (i) => x(i) + bar / 2, y(deep));
    this.paintMark();
    const best = Array.prototype.indexOf.call(values, Math.max(...values));
    this.svg.setAttribute("aria-label",
      `${this.label}, ${size} bars. Largest: ${bits(best, size)}, ${short(values[best])}. Arrow keys read the bars.`);
  }

  paintBars(x, y, bar) {
    const { values, outline } = this.picture, size = values.length, used = Math.min(this.picture.used, size);
    const at = (i) => x(i).toFixed(2), wide = bar.toFixed(2), floor = y(0).toFixed(2);
    const rectangle = (i) => `M${at(i)} ${floor}V${y(values[i]).toFixed(2)}h${wide}V${floor}z`;
    const line = (i) => `M${at(i)} ${y(outline[i]).toFixed(2)}h${wide}`;
    const bars = range(size).map(rectangle);
    this.path.setAttribute("d", bars.slice(0, used).join(""));
    this.unused.setAttribute("d", bars.slice(used).join(""));
    this.outline.setAttribute("d", outline ? range(size).map(line).join("") : "");
  }

  // The bits under each bar, or under the first and the last; drawn anew only where they move.
  paintNames(named, middle, bottom) {
    const { size } = this.geometry;
    const key = `${named}-${size}-${this.width}-${bottom.toFixed(0)}`;
    if (this.namesKey === key) return;
    this.namesKey = key;
    const turned = named && size > 8;
    this.names.replaceChildren(...(named ? range(size) : [0, size - 1]).map((i) => {
      const anchor = turned ? "end" : named ? "middle" : i ? "end" : "start";
      /** @type {Record<string, string | number>} */
      const place = turned ? { transform: `translate(${middle(i) + 3} ${bottom + 5}) rotate(-90)` }
        : { x: middle(i), y: bottom + 14 };
      return draw("text", { class: "qs-tick", "text-anchor": anchor, ...place }, bits(i, size));
    }));
  }

  paintMark() {
    const { step, size, height } = this.geometry;
    const there = this.cursor !== null && this.cursor < size;
    setAttributes(this.mark, { x: there ? LEFT + this.cursor * step : -99, y: 0, width: Math.max(step, 1.5), height });
  }

  setCursor(index) {
    this.cursor = index;
    if (this.geometry) this.paintMark();
  }

  point(event) {
    const { step, size } = this.geometry;
    const index = Math.floor((event.clientX - this.svg.getBoundingClientRect().left - LEFT) / step);
    if (index >= 0 && index < size) this.onCursor(index);
  }

  onKey(event) {
    const { size } = this.geometry;
    const now = this.cursor ?? -1;
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: size - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.onCursor(Math.min(size - 1, Math.max(0, next)));
  }
}
