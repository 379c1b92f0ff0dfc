// @ts-check
// Which circuits all figures show, by the factors of Table I.

const FACTORS = ["hadamard", "entangler", "rotation"];

// The factors of every circuit by its label; under "LABEL+" those of all that are equal to it, drawn once.
/** @type {Record<string, Record<string, string>[]>} */
const circuits = JSON.parse(document.getElementById("circuits").textContent);

export const form = /** @type {HTMLFormElement} */ (document.querySelector(".filters"));

/** @param {string} name of a group of boxes */
function chosen(name) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.elements[name]]);
  return new Set(boxes.filter((box) => box.checked).map((box) => box.value));
}

/** Which models the filter lets pass; one that stands for several equal circuits passes if any of them does. */
export function makeFilter() {
  const factors = FACTORS.map((name) => ({ name, values: chosen(name) }));
  const other = chosen("other");
  /**
   * @param {string} label
   * @param {boolean} merged whether it stands for all that are equal to it
   */
  return (label, merged) => {
    const own = (merged && circuits[`${label}+`]) || circuits[label];
    if (own) return own.some((circuit) => factors.every(({ name, values }) => values.has(circuit[name])));
    return other.has(label.startsWith("DiffQAS") ? "ours" : "rest");
  };
}

/** @param {string} key */
export const isModel = (key) => key in circuits || key.startsWith("DiffQAS");

/** Says in the form how many circuits pass. */
export function showCount() {
  const passes = makeFilter();
  const labels = Object.keys(circuits).filter((label) => !label.endsWith("+"));
  const shown = labels.filter((label) => passes(label, false)).length;
  form.querySelector(".shown").textContent = `${shown} of ${labels.length}`;
}
