// @ts-check
// Controls with their labels.
import { make } from "./elements.js";

/**
 * A row of radio buttons that looks like one control; arrow keys move, as everywhere.
 * @param {string} name of the group in the page; behind the panel's own id it is the key of its buttons
 * @param {string} label
 * @param {string[][]} options value, text and, if need be, an explanation of each
 * @param {(value: string) => void} onChange
 */
export function makeChoice(name, label, options, onChange) {
  /** @type {[string, HTMLInputElement, HTMLLabelElement][]} */
  const inputs = options.map(([value, text, title]) => {
    const input = make("input", { type: "radio", name, value, onchange: () => onChange(value) });
    input.dataset.key = name.replace(/^qs\d+-/, "");
    return [
      value,
      input,
      make("label", { class: `qs-option qs-${value}`, title: title ?? "" }, input, make("span", {}, text)),
    ];
  });
  const root = make(
    "fieldset",
    { class: "qs-choice" },
    make("legend", {}, label),
    inputs.map(([, , box]) => box),
  );
  const set = (now) => {
    for (const [value, input] of inputs) input.checked = value === now;
  };
  return { root, set, inputs: Object.fromEntries(inputs.map(([value, input]) => [value, input])) };
}

// What was typed, as a number if it is one: the kernel says what is wrong with anything else.
export const readInput = ({ value }) => (value.trim() === "" || Number.isNaN(Number(value)) ? value : Number(value));

/**
 * A labelled field whose answer to bad input stands beside it.
 * @param {string} label
 * @param {HTMLInputElement} input
 * @param {string} id
 */
export function makeField(label, input, id) {
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

/**
 * What the kernel refused: beside its field, or in `root` where it has none.
 * @param {import("./types.js").Model} model
 * @param {import("./types.js").Part["fields"]} fields
 * @returns {import("./types.js").Part}
 */
export function makeErrors(model, fields) {
  const root = make("p", { class: "qs-error", role: "alert" });
  const show = () => {
    const errors = model.get("_errors");
    for (const [name, where] of Object.entries(fields)) where.setError(errors[name]);
    root.textContent = errors[""] ?? "";
  };
  return { root, sync: [[["_errors"], show]] };
}
