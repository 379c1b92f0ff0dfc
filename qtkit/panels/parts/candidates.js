// @ts-check
// The twelve candidates of Table I as buttons, in its order: three rotations in a row, four rows.
import { make } from "./elements.js";
import { range, upper } from "./numbers.js";

const ROWS = ["H, ent", "H, cyc", "no H, ent", "no H, cyc"];

export const CANDIDATES = range(12).map((i) => {
  const hadamard = i < 6;
  const entangler = Math.floor(i / 3) % 2 ? "cyc" : "ent";
  const rotation = ["rx", "ry", "rz"][i % 3];
  const name = `config ${i + 1}: ${hadamard ? "H" : "no H"}, ${entangler}, ${upper(rotation)}`;
  return { number: i + 1, hadamard, entangler, rotation, name };
});

// A button that looks like its candidate: colour = rotation, dashed edge = ring, hatched = no Hadamards.
export function makeCandidateButton({ number, hadamard, entangler, rotation }, label, onclick) {
  const look = `qs-preset qs-${rotation} ${entangler === "cyc" ? "qs-ring" : ""} ${hadamard ? "" : "qs-plain"}`;
  return make("button", { class: look, type: "button", "aria-label": label, title: label, onclick }, String(number));
}

/**
 * Twelve elements as Table I, with its heads.
 * @param {string} corner what stands in the corner
 * @param {HTMLElement[]} cells
 * @param {Record<string, string>} looks the classes of the table and of a row's head
 * @param {string} label
 */
export function makeCandidateTable(corner, cells, looks, label) {
  return make(
    "div",
    { class: looks.table, role: "group", "aria-label": label },
    make("span", { class: "qs-corner" }, corner),
    ["RX", "RY", "RZ"].map((name) => make("span", { class: "qs-head" }, name)),
    ROWS.flatMap((row, r) => [
      make("span", looks.row ? { class: looks.row } : {}, row),
      ...cells.slice(3 * r, 3 * r + 3),
    ]),
  );
}
