// @ts-check
// The circuit as text, to take along.
import { make } from "../parts/elements.js";
import { makeChoice } from "../parts/fields.js";

const FORMS = [
  ["qtkit", "qtkit"],
  ["pennylane", "PennyLane"],
  ["openqasm", "OpenQASM 3"],
  ["svg", "SVG"],
];
const QUIET = 250; // milliseconds without an edit before the text is asked for

/**
 * @param {import("./editor.js").Editor} editor
 * @returns {import("../parts/types.js").Part & { close: () => void }}
 */
export function makeCode(editor) {
  let wanted = FORMS[0][0];
  let asking = 0;
  const text = make("textarea", { readonly: "", rows: 12, spellcheck: "false", "aria-label": "The circuit as text" });
  const copied = make("span", { class: "qs-note", role: "status" });
  const copy = make(
    "button",
    {
      type: "button",
      onclick: async () => {
        copied.textContent = await copyText(text);
      },
    },
    "Copy",
  );
  const ask = (value = wanted) => {
    wanted = value;
    form.set(value);
    copied.textContent = "";
    editor.send("export", { form: value }, { replace: true });
  };
  const form = makeChoice(`${editor.id}-form`, "The circuit as", FORMS, ask);
  const askSoon = () => {
    clearTimeout(asking);
    if (root.open) asking = setTimeout(ask, QUIET);
  };
  const root = make(
    "details",
    { class: "qs-out", ontoggle: askSoon },
    make("summary", {}, "Take the circuit with you"),
    make("div", { class: "qs-line" }, form.root, copy, copied),
    text,
  );
  const show = () => {
    const now = editor.model.get("_export");
    if (now.form === wanted) text.value = now.text;
  };
  return {
    root,
    close: () => clearTimeout(asking),
    sync: [
      [["_export"], show],
      [["_circuit", "_angles"], askSoon],
    ],
  };
}

/** @param {HTMLTextAreaElement} area */
async function copyText(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return "copied";
  } catch {
    // pages without https have no clipboard
    area.select();
    return document.execCommand("copy") ? "copied" : "press Ctrl+C to copy the selected text";
  }
}
