// @ts-check
// Maps of errors, a row a model.
import { makeFilter } from "./filters.js";
import { plain } from "./models.js";

/**
 * A map of errors with the rows that pass.
 * @param {any} trace
 */
export function filteredHeat(trace) {
  const passes = makeFilter();
  const rows = trace.y.map((_, row) => row).filter((row) => passes(plain(trace.y[row]), false));
  const pick = (values) => (Array.isArray(values) ? rows.map((row) => values[row]) : values);
  const { z, y, text, customdata } = trace;
  return { ...trace, z: pick(rowsOf(z)), y: pick(y), text: pick(text), customdata: pick(customdata) };
}

// plotly.py packs matrices of numbers: eight bytes each, and their shape.
function rowsOf(packed) {
  if (Array.isArray(packed)) return packed;
  const bytes = Uint8Array.from(atob(packed.bdata), (letter) => letter.charCodeAt(0));
  const values = new Float64Array(bytes.buffer);
  const [rows, columns] = packed.shape.split(",").map(Number);
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);
}
