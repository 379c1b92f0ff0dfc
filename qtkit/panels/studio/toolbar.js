// @ts-check
// What the circuit is called, and the way back.
import { make } from "../parts/elements.js";

/**
 * @param {import("./editor.js").Editor} editor
 * @returns {import("../parts/types.js").Part}
 */
export function makeToolbar(editor) {
  const badge = make("output", { class: "qs-badge", "aria-live": "polite" });
  const undo = make("button", { type: "button", onclick: () => editor.send("undo") }, "Undo");
  const redo = make("button", { type: "button", onclick: () => editor.send("redo") }, "Redo");
  const root = make("div", { class: "qs-top" }, badge, make("div", { class: "qs-line" }, undo, redo));
  const showName = () => {
    const { recognised, config } = editor.circuit;
    badge.textContent = recognised;
    badge.classList.toggle("qs-known", config !== null);
  };
  const showHistory = () => {
    const history = editor.model.get("_history");
    undo.disabled = !history.undo;
    redo.disabled = !history.redo;
  };
  return {
    root,
    sync: [
      [["_circuit"], showName],
      [["_history"], showHistory],
    ],
  };
}

// Ctrl+Z and Ctrl+Shift+Z anywhere in the studio; a text field has its own.
export function undoByKey(root, editor) {
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target.closest("input[type=text], input[type=number], textarea")) return;
    event.preventDefault();
    editor.send(event.shiftKey ? "redo" : "undo");
  });
}
