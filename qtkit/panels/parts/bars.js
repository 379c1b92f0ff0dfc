// @ts-check
// A chart of bars, one a basis state, read by pointer and by arrow keys.
import { draw, setAttributes } from "./elements.js";
import { bits, range, roundUp, short, tick } from "./numbers.js";

const MARGIN = { left: 44, right: 4, top: 6 }; // pixels beside and above the bars
const HEIGHT = 120; // pixels of the highest bar
const OUT_OF_SIGHT = -99;

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
    const back = [this.mark, this.reference, this.zero];
    const front = [this.unused, this.path, this.outline, this.top, this.bottom, this.names];
    this.svg = draw("svg", { class: "qs-chart", tabindex: "0", role: "img" }, ...back, ...front);
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
    const plain = { used: values.length, reference: null, outline: null, signed: false, names: true };
    this.picture = { values, ...plain, ...options };
    if (this.width) this.paint();
  }

  resize(width) {
    this.width = width;
    if (this.picture) this.paint();
  }

  paint() {
    const { values, reference, outline, signed, names } = this.picture;
    const size = values.length;
    const named = names && (this.width - MARGIN.left) / size > 11 && size <= 64;
    const height = MARGIN.top + HEIGHT + 4 + labelHeight(named, size);
    const step = (this.width - MARGIN.left - MARGIN.right) / size;
    this.geometry = { step, size, height };
    setAttributes(this.svg, { viewBox: `0 0 ${this.width} ${height}`, height });

    const peak = Math.max(...values, ...(outline ?? []), 0);
    const low = signed ? Math.min(0, ...values) : 0;
    const high = roundUp(Math.max(peak, signed ? 1e-9 : (reference ?? 0) * 1.6));
    const deep = low < 0 ? -roundUp(-low) : 0;
    const y = (value) => MARGIN.top + (HEIGHT * (high - value)) / (high - deep || 1);
    const bar = Math.max(step * (size > 256 ? 1 : 0.78), 0.5);
    const x = (i) => MARGIN.left + i * step + (step - bar) / 2;
    this.paintBars(x, y, bar);
    this.paintNames(named, (i) => x(i) + bar / 2, y(deep));
    this.paintMark();
    const across = (where) => ({ x1: MARGIN.left, x2: this.width - MARGIN.right, y1: where, y2: where });
    setAttributes(this.zero, across(y(0)));
    setAttributes(this.reference, across(reference === null ? OUT_OF_SIGHT : y(reference)));
    setAttributes(this.bottom, { y: y(deep) + 3 });
    this.top.textContent = tick(high);
    this.bottom.textContent = deep ? tick(deep) : "0";
    const best = Array.prototype.indexOf.call(values, Math.max(...values));
    const words = `${this.label}, ${size} bars. Largest: ${bits(best, size)}, ${short(values[best])}`;
    this.svg.setAttribute("aria-label", `${words}. Arrow keys read the bars.`);
  }

  paintBars(x, y, bar) {
    const { values, outline, used } = this.picture;
    const wide = bar.toFixed(2);
    const floor = y(0).toFixed(2);
    const rectangle = (i) => `M${x(i).toFixed(2)} ${floor}V${y(values[i]).toFixed(2)}h${wide}V${floor}z`;
    const line = (i) => `M${x(i).toFixed(2)} ${y(outline[i]).toFixed(2)}h${wide}`;
    const states = range(values.length);
    const rectangles = states.map(rectangle);
    this.path.setAttribute("d", rectangles.slice(0, used).join(""));
    this.unused.setAttribute("d", rectangles.slice(used).join(""));
    this.outline.setAttribute("d", outline ? states.map(line).join("") : "");
  }

  // The bits under each bar, or under the first and the last; drawn anew only where they move.
  paintNames(named, middle, bottom) {
    const { size } = this.geometry;
    const key = `${named}-${size}-${this.width}-${bottom.toFixed(0)}`;
    if (this.namesKey === key) return;
    this.namesKey = key;
    const turned = named && size > 8;
    const texts = (named ? range(size) : [0, size - 1]).map((i) => {
      const text = draw("text", { class: "qs-tick" }, bits(i, size));
      const anchor = named ? "middle" : i ? "end" : "start";
      if (turned) setAttributes(text, { transform: `translate(${middle(i) + 3} ${bottom + 5}) rotate(-90)` });
      else setAttributes(text, { x: middle(i), y: bottom + 14 });
      text.setAttribute("text-anchor", turned ? "end" : anchor);
      return text;
    });
    this.names.replaceChildren(...texts);
  }

  paintMark() {
    const { step, size, height } = this.geometry;
    const there = this.cursor !== null && this.cursor < size;
    setAttributes(this.mark, {
      x: there ? MARGIN.left + this.cursor * step : OUT_OF_SIGHT,
      y: 0,
      width: Math.max(step, 1.5),
      height,
    });
  }

  setCursor(index) {
    this.cursor = index;
    if (this.geometry) this.paintMark();
  }

  point(event) {
    const { step, size } = this.geometry;
    const index = Math.floor((event.clientX - this.svg.getBoundingClientRect().left - MARGIN.left) / step);
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

// The pixels below the bars: for bits that lie, bits that stand, or two of them in the corners.
function labelHeight(named, size) {
  if (!named) return 16;
  return size <= 8 ? 18 : 12 + 7 * Math.log2(size);
}
