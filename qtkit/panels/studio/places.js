// @ts-check
// Places to press, laid over the kernel's drawing of a circuit. `add...` gives a kind of part its places.
import { draw, setAttributes } from "../parts/elements.js";

/** @typedef {SVGElement & { shown?: string }} Gate the angles that are written on a gate */

export const findAll = (node, selector) => /** @type {SVGElement[]} */ ([...node.querySelectorAll(selector)]);
const readNumber = (node, name) => Number(node.getAttribute(name));

/**
 * Make an element a button for pointer and keyboard.
 * @param {SVGElement} node
 * @param {string} key by which it is found again in the next drawing
 * @param {string} label
 * @param {() => void} press
 * @param {Record<string, string>} attributes
 */
function makePressable(node, key, label, press, attributes = {}) {
  node.dataset.key = key;
  setAttributes(node, { tabindex: "0", "aria-label": label, role: "button", ...attributes });
  node.classList.add("qs-press");
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    press();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    press();
  });
}

/**
 * The column of Hadamards is a switch.
 * @returns {[number, number]} its left and right edge
 */
export function addHadamards(svg, on, press) {
  const boxes = findAll(svg, ".gate.h .box");
  const first = boxes[0];
  const last = boxes.at(-1);
  const left = readNumber(first, "x") - 0.1;
  const top = readNumber(first, "y") - 0.12;
  const width = readNumber(first, "width") + 0.2;
  const height = readNumber(last, "y") + readNumber(last, "height") + 0.12 - top;
  const title = draw("title", {}, on ? "Press to take the Hadamards away" : "Press to add a Hadamard on every wire");
  const group = draw("g", {}, draw("rect", { class: "qs-area", x: left, y: top, rx: 0.1, width, height }), title);
  const label = "Hadamards at the start, one on every wire";
  makePressable(group, "hadamard", label, press, { role: "switch", "aria-checked": String(on) });
  // Before the wires, so that the keyboard meets it first; the boxes themselves let the pointer through.
  svg.insertBefore(group, svg.querySelector(".gate"));
  return [left, left + width];
}

export function addWires(svg, [left, right], width, press) {
  const before = svg.querySelector(".gate");
  for (const group of findAll(svg, ".wire-group")) {
    const wire = Number(group.dataset.wire);
    const y = readNumber(group.querySelector("line"), "y1");
    const across = { class: "qs-area", y: y - 0.36, rx: 0.1, height: 0.72 };
    const name = draw("rect", { ...across, x: 0.04, width: left - 0.08 });
    const rest = draw("rect", { ...across, x: right + 0.04, width: width - right - 0.1 });
    group.prepend(name, rest);
    group.append(draw("circle", { class: "qs-control", cx: 0.62, cy: y, r: 0.11 }));
    makePressable(group, `wire-${wire}`, `Wire q${wire}`, () => press(wire), { "aria-pressed": "false" });
    svg.insertBefore(group, before);
  }
}

export function addCnots(svg, cnots, press) {
  const seen = new Map(); // how often a pair was met in this layer: equal CNOTs stand in the order of the list
  for (const gate of findAll(svg, ".gate.cnot")) {
    const pair = gate.dataset.wires;
    const layer = Number(gate.dataset.layer);
    const nth = seen.get(`${layer}:${pair}`) ?? 0;
    seen.set(`${layer}:${pair}`, nth + 1);
    const index = cnots.map((each, i) => [each.join(","), i]).filter(([each]) => each === pair)[nth][1];
    const [x, y1, y2] = ["x1", "y1", "y2"].map((name) => readNumber(gate.querySelector("line"), name));
    const top = Math.min(y1, y2) - 0.12;
    const height = Math.abs(y2 - y1) + 0.24;
    gate.prepend(draw("rect", { class: "qs-area", x: x - 0.26, y: top, rx: 0.12, width: 0.52, height }));
    const [control, target] = cnots[index];
    const label = `CNOT from wire ${control} to wire ${target}, in every layer. Press to remove`;
    makePressable(gate, layer ? "" : `cnot-${index}`, label, () => press(index));
    gate.querySelector("title").textContent = `CNOT ${control} → ${target}: press to remove it`;
    if (layer) gate.setAttribute("tabindex", "-1"); // the same CNOT in a later layer: no second stop for the keyboard
  }
}

export const TURNED = ".gate.rotation, .gate.u3, .gate.controlled, .gate.rzz"; // gates with angles

/** @returns {Map<string, Gate>} the gates with angles by layer and the place of the first angle, "0-1": its qubit in words */
export function addRotations(svg, press) {
  const rotations = new Map();
  for (const gate of findAll(svg, TURNED)) {
    const layer = Number(gate.dataset.layer);
    const qubit = Number(gate.dataset.angle ?? gate.dataset.wires);
    makePressable(gate, `angle-${layer}-${qubit}`, "", () => press(layer, qubit), { "aria-pressed": "false" });
    gate.setAttribute("tabindex", "-1"); // one stop for all; arrow keys move among them
    rotations.set(`${layer}-${qubit}`, gate);
  }
  return rotations;
}

export function addLayers(svg, press) {
  for (const group of findAll(svg, ".layer-group"))
    group.addEventListener("click", () => press(Number(group.dataset.layer)));
}
