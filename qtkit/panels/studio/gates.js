// @ts-check
// More gates: the start and the layers as rows of elements, and a palette of all there are. Words stay the quick way.
import { make } from "../parts/elements.js";

const SINGLE = ["H", "RX", "RY", "RZ", "U3"];
const PAIRS = ["CNOT", "CZ", "SWAP", "CRX", "CRY", "CRZ", "RZZ", "CU3"];
const PATTERNS = ["brick", "ring", "star", "all"];
const KIND = "application/x-qtkit-element"; // what is dragged: no text that an editor would take

/**
 * @param {import("./editor.js").Editor} editor
 * @returns {import("../parts/types.js").Part}
 */
export function makeGates(editor) {
  const { id } = editor;
  const rows = make("div", { class: "qs-rows" });
  const goal = make("select", { id: `${id}-goal` });
  const palette = (label, names) =>
    make(
      "div",
      { class: "qs-line qs-palette", role: "group", "aria-label": label },
      make("span", { class: "qs-name" }, label),
      names.map((gate) => makePaletteButton(gate, () => add(gate))),
    );
  const part = () => (goal.value === "start" ? "start" : Number(goal.value));
  const add = (gate) => editor.send("add_element", { gate, part: part() }, { field: "gates" });
  const error = make("p", { class: "qs-error", role: "alert" });
  const root = make(
    "details",
    { class: "qs-more" },
    make("summary", {}, "More gates"),
    make(
      "p",
      { class: "qs-note" },
      "The start acts once; then each layer, from left to right. Press a gate to add it, or drag it to its place.",
    ),
    rows,
    make("div", { class: "qs-line" }, make("label", { for: goal.id }, "Add to the"), goal),
    palette("one wire", SINGLE),
    palette("two wires", PAIRS),
    error,
  );

  const show = () => {
    const { elements, operations } = editor.circuit;
    const within = rows.contains(document.activeElement);
    const key = within ? /** @type {HTMLElement} */ (document.activeElement).dataset.key : null;
    const many = elements.layers.length > 1;
    /** @type {[string | number, string, object[]][]} */
    const parts = [
      ["start", "Start", elements.start],
      ...elements.layers.map((layer, k) => [k, many ? `Layer ${k + 1} in turn` : "Each layer", layer]),
    ];
    rows.replaceChildren(...parts.map(([name, title, own]) => makeRow(editor, name, title, own)));
    const chosen = goal.value;
    goal.replaceChildren(
      ...parts.slice(1).map(([name, title]) => make("option", { value: String(name) }, title.toLowerCase())),
      make("option", { value: "start" }, "start"),
    );
    if (parts.some(([name]) => String(name) === chosen)) goal.value = chosen;
    if (operations && !root.dataset.seen) root.open = true; // what words cannot say is shown
    root.dataset.seen = "yes";
    if (key) findByKey(rows, key)?.focus();
  };
  return {
    root,
    sync: [[["_circuit"], show]],
    fields: { gates: { setError: (text) => (error.textContent = text ?? "") } },
  };
}

// After a step to the left or right, or where the element is gone, the focus goes to what stands there now.
function findByKey(rows, key) {
  const at = (wanted) => /** @type {HTMLElement | null} */ (rows.querySelector(`[data-key="${wanted}"]:enabled`));
  const [name, part, place] = key.split("/");
  return at(key) ?? at(`${name}/${part}/${Number(place) - 1}`) ?? at(`remove/${part}/${place}`);
}

function makePaletteButton(gate, press) {
  const button = make("button", { type: "button", class: lookOf(gate), onclick: press }, gate);
  button.setAttribute("aria-label", `Add ${gate}`);
  makeDraggable(button, { gate });
  return button;
}

// One part of the circuit: its elements, and a place to drop others.
function makeRow(editor, part, title, elements) {
  const chips = elements.map((element, place) => makeChip(editor, part, place, element, elements.length));
  const row = make(
    "ol",
    { class: "qs-row", "aria-label": title },
    chips.length ? chips : [make("li", { class: "qs-note" }, part === "start" ? "|0…0⟩" : "")],
  );
  const placeAt = (x, y) => {
    const before = chips.findIndex((chip) => {
      const { left, width, top, bottom } = chip.getBoundingClientRect();
      return y < top || (y <= bottom && x < left + width / 2);
    });
    return before < 0 ? chips.length : before;
  };
  row.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    event.stopPropagation();
    row.classList.add("qs-over");
  });
  row.addEventListener("dragleave", () => row.classList.remove("qs-over"));
  row.addEventListener("drop", (event) => {
    const dragged = event.dataTransfer.getData(KIND);
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
    row.classList.remove("qs-over");
    drop(editor, JSON.parse(dragged), part, placeAt(event.clientX, event.clientY));
  });
  return make("div", { class: "qs-part" }, make("span", { class: "qs-name" }, title), row);
}

// An edit under way may make a place another element's: what was meant for the rows as they are seen now is then dropped.
function sendPlaced(editor, action, values) {
  const seen = JSON.stringify(editor.circuit.elements);
  const still = () => JSON.stringify(editor.circuit.elements) === seen;
  editor.send(action, values, { field: "gates", still });
}

function drop(editor, { gate, part: from, place }, part, to) {
  if (gate) {
    sendPlaced(editor, "add_element", { gate, part, place: to });
    return;
  }
  const moved = from === part && to > place ? to - 1 : to; // counted when it is taken out
  if (from === part && moved === place) return;
  sendPlaced(editor, "move_element", { part: from, place, to: moved, to_part: part });
}

function makeChip(editor, part, place, { gate, label, pairs, pattern }, size) {
  const send = (action, values) => sendPlaced(editor, action, { part, place, ...values });
  const where = `${label}, ${part === "start" ? "start" : `layer ${part + 1}`}, place ${place + 1}`;
  const button = (name, text, title, press, disabled = false) => {
    const node = make("button", { type: "button", title, onclick: press, disabled }, text);
    node.setAttribute("aria-label", `${title}: ${where}`);
    node.dataset.key = `${name}/${part}/${place}`;
    return node;
  };
  const chip = make("li", { class: `qs-chip ${lookOf(gate)}` });
  const name = make("b", {}, pairs && pattern ? gate : label);
  makeDraggable(chip, { part, place });
  chip.append(name);
  if (pairs)
    chip.append(makePattern(pattern, where, `pattern/${part}/${place}`, (now) => send("pattern", { pattern: now })));
  chip.append(
    button("left", "◂", "earlier", () => step(-1), place === 0),
    button("right", "▸", "later", () => step(1), place === size - 1),
    button("remove", "×", "remove", () => send("remove_element", {})),
  );
  const step = (by) => send("move_element", { to: place + by });
  return chip;
}

function makePattern(pattern, where, key, choose) {
  const options = PATTERNS.map((name) => make("option", { value: name }, name));
  const select = make("select", { onchange: () => choose(select.value) }, options);
  if (!pattern) select.append(make("option", { value: "", disabled: true }, "own pairs"));
  select.value = pattern ?? "";
  select.setAttribute("aria-label", `pattern of ${where}`);
  select.dataset.key = key;
  return select;
}

function makeDraggable(node, what) {
  node.draggable = true;
  node.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData(KIND, JSON.stringify(what));
    event.dataTransfer.effectAllowed = "all";
    event.stopPropagation();
  });
}

// The colour of its axis, as in the drawing.
const lookOf = (gate) =>
  `qs-gate qs-axis-${{ X: "x", Y: "y", 3: "u" }[gate.at(-1)] ?? (/RZZ?$/.test(gate) ? "z" : "none")}`;
