// Small parts of the studio's front end: elements, fields, numbers in words, the line to the kernel.

const SVG = "http://www.w3.org/2000/svg";
const PI = Math.PI;
const STEPS = 64; // slider steps from 0 to π
const PER_UNIT = 46; // pixels between two wires
let instances = 0;

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const inPi = (angle) => `${(angle / PI).toFixed(2).replace("-0.00", "0.00")} π`;
const grouped = (number) => number.toLocaleString("en-US");
const short = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4));
const upper = (name) => name.toUpperCase();
const floats = (view) =>
  view?.byteLength ? new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)) : null;

// Calls each function of `shows`, pairs of names and a function, when something by one of its names has changed: once
// for all that one message changes, and in this order. Returns what ends it.
function follow(model, shows) {
  const names = [...new Set(shows.flatMap(([of]) => of))], changed = new Set(names);
  const show = () => {
    const now = new Set(changed);
    changed.clear();
    for (const [of, part] of shows) if (of.some((name) => now.has(name))) part();
  };
  const listener = (name) => () => {
    if (!changed.size) queueMicrotask(show);
    changed.add(name);
  };
  const listeners = names.map((name) => [`change:${name}`, listener(name)]);
  for (const [event, heard] of listeners) model.on(event, heard);
  show();
  return () => {
    for (const [event, heard] of listeners) model.off(event, heard);
  };
}

// Messages to the kernel: the next goes out when the last was answered. A drag's newest step replaces the one waiting.
class Line {
  constructor(model) {
    this.model = model;
    this.waiting = [];
    this.number = model.get("_answered");
    this.underway = false;
    this.onAnswer = () => {
      if (this.model.get("_answered") < this.number) return;
      this.underway = false;
      this.flush();
    };
    model.on("change:_answered", this.onAnswer);
  }
  get idle() {
    return !this.underway && !this.waiting.length;
  }
  send(action, values = {}, { field = "", replace = false } = {}) {
    if (replace) this.waiting = this.waiting.filter((message) => message.action !== action);
    this.waiting.push({ action, with: values, field });
    this.flush();
  }
  flush() {
    if (this.underway || !this.waiting.length) return;
    this.underway = true;
    this.number += 1;
    this.model.send({ ...this.waiting.shift(), number: this.number });
  }
  close() {
    this.model.off("change:_answered", this.onAnswer);
  }
}

// A row of radio buttons that looks like one control; arrow keys move, as everywhere.
function choice(name, label, options, onChange) {
  const inputs = options.map(([value, text, title]) => {
    const input = make("input", { type: "radio", name, value, onchange: () => onChange(value) });
    input.dataset.key = name.replace(/^qs\d+-/, "");
    return [value, input, make("label", { class: `qs-option qs-${value}`, title: title ?? "" }, input, make("span", {}, text))];
  });
  const root = make("fieldset", { class: "qs-choice" }, make("legend", {}, label), inputs.map(([, , box]) => box));
  const set = (now) => {
    for (const [value, input] of inputs) input.checked = value === now;
  };
  return { root, set, inputs: Object.fromEntries(inputs.map(([value, input]) => [value, input])) };
}

// What was typed, as a number if it is one: the kernel says what is wrong with anything else.
const typed = ({ value }) => (value.trim() === "" || Number.isNaN(Number(value)) ? value : Number(value));

// A labelled field whose answer to bad input stands beside it.
function field(label, input, id) {
  const message = make("span", { class: "qs-error", id: `${id}-error`, role: "alert" });
  input.id = id;
  input.setAttribute("aria-describedby", message.id);
  const root = make("div", { class: "qs-field" }, make("label", { for: id }, label), input, message);
  const setError = (text) => {
    message.textContent = text ?? "";
    input.setAttribute("aria-invalid", text ? "true" : "false");
  };
  return { root, input, setError };
}

