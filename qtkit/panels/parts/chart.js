// The two charts: probabilities above, the weights they become below.

class Bars {
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
  }

  // values: what is drawn. used: only the first so many become weights. reference: a dashed line. outline: to compare.
  show(values, { used = values.length, reference = null, outline = null, signed = false, names = true } = {}) {
    Object.assign(this, { values, used, reference_: reference, outline_: outline, signed, names_: names });
    if (this.width) this.paint();
  }

  resize(width) {
    this.width = width;
    if (this.values) this.paint();
  }

  paint() {
    const { values, width } = this;
    const left = 44, size = values.length, named = this.names_ && (width - left) / size > 11 && size <= 64;
    const base = named ? (size <= 8 ? 18 : 12 + 7 * Math.log2(size)) : 16;
    const height = 130 + base;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    const peak = Math.max(...values, ...(this.outline_ ?? []), this.signed ? 0 : 0);
    const low = this.signed ? Math.min(0, ...values) : 0;
    const high = nice(Math.max(peak, this.signed ? 1e-9 : (this.reference_ ?? 0) * 1.6));
    const deep = low < 0 ? -nice(-low) : 0;
    const y = (value) => 6 + (120 * (high - value)) / (high - deep || 1);
    const step = (width - left - 4) / size, bar = Math.max(step * (size > 256 ? 1 : 0.78), 0.5), gap = (step - bar) / 2;
    const x = (i) => left + i * step + gap;
    const rects = (from, to, data) => {
      let d = "";
      for (let i = from; i < to; i++) {
        d += `M${x(i).toFixed(2)} ${y(0).toFixed(2)}V${y(data[i]).toFixed(2)}h${bar.toFixed(2)}V${y(0).toFixed(2)}z`;
      }
      return d;
    };
    this.path.setAttribute("d", rects(0, Math.min(this.used, size), values));
    this.unused.setAttribute("d", rects(Math.min(this.used, size), size, values));
    let outline = "";
    if (this.outline_) {
      for (let i = 0; i < size; i++) outline += `M${x(i).toFixed(2)} ${y(this.outline_[i]).toFixed(2)}h${bar.toFixed(2)}`;
    }
    this.outline.setAttribute("d", outline);
    const across = { x1: left, x2: width - 4 };
    set(this.zero, { ...across, y1: y(0), y2: y(0) });
    const there = this.reference_ !== null;
    set(this.reference, { ...across, y1: there ? y(this.reference_) : -9, y2: there ? y(this.reference_) : -9 });
    this.top.textContent = tick(high);
    set(this.bottom, { y: y(deep) + 3 });
    this.bottom.textContent = deep ? tick(deep) : "0";
    this.geometry = { left, step, size, height };
    this.paintNames(named, x, bar, y(deep), size);
    this.paintMark();
    const best = values.indexOf(Math.max(...values));
    this.svg.setAttribute("aria-label",
      `${this.label}, ${size} bars. Largest: ${bits(best, size)}, ${short(values[best])}. Arrow keys read the bars.`);
  }

  paintNames(named, x, bar, bottom, size) {
    const key = `${named}-${size}-${this.width}-${bottom.toFixed(0)}`;
    if (this.namesKey === key) return;
    this.namesKey = key;
    const words = named ? values(size).map((i) => [i, bits(i, size)])
      : [[0, bits(0, size)], [size - 1, bits(size - 1, size)]];
    this.names.replaceChildren(...words.map(([i, word]) => {
      const middle = x(i) + bar / 2;
      const turned = named && size > 8;
      const anchor = turned ? "end" : named ? "middle" : i ? "end" : "start";
      const place = turned ? { transform: `translate(${middle + 3} ${bottom + 5}) rotate(-90)` } : { x: middle, y: bottom + 14 };
      const text = draw("text", { class: "qs-tick", "text-anchor": anchor, ...place });
      text.textContent = word;
      return text;
    }));
  }

  paintMark() {
    const { left, step, height } = this.geometry;
    const there = this.cursor !== undefined && this.cursor !== null && this.cursor < this.geometry.size;
    set(this.mark, { x: there ? left + this.cursor * step : -99, y: 0, width: Math.max(step, 1.5), height });
  }

  setCursor(index) {
    this.cursor = index;
    if (this.geometry) this.paintMark();
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const { left, step, size } = this.geometry;
    const index = Math.floor((event.clientX - box.left - left) / step);
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

const values = (size) => Array.from({ length: size }, (_, i) => i);
const bits = (index, size) => index.toString(2).padStart(Math.round(Math.log2(size)), "0");
const tick = (value) => (Math.abs(value) >= 1e-3 ? String(Number(value.toPrecision(2))) : value.toExponential(0));

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

// The next "round" number at or above a value, so that the scale does not tremble while an angle turns.
function nice(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].find((m) => m * power >= value * 0.999999) * power;
}

// κ_i = mapping([bits of i, P(i)]), equation 4; the mapping comes from the kernel.
function kappa(probabilities, mapping, seen) {
  const n = mapping.length - 2, size = probabilities.length;
  return Array.from(probabilities, (p, i) => {
    let value = mapping[n + 1] + mapping[n] * (seen === "raw" ? p : size * p - 1);
    for (let q = 0; q < n; q++) if ((i >> (n - 1 - q)) & 1) value += mapping[q];
    return value;
  });
}

