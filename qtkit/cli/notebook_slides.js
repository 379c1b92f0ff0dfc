// @ts-check
// A page of cells shown slide by slide, turned by keys and by two buttons; the address says which is shown.

const ELSEWHERE = "input, button, summary, .js-plotly-plot"; // these have keys of their own

/** @type {HTMLElement[][]} */
const slides = [];
for (const cell of document.querySelectorAll("main > .jp-Cell")) {
  if (/-slide\d+$/.test(cell.id) || !slides.length) slides.push([]);
  if (cell instanceof HTMLElement) slides.at(-1).push(cell);
}
const turn = document.querySelector(".qtkit-turn");
let at = 0;

/** @param {number} number */
function show(number) {
  at = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((cells, i) => {
    for (const cell of cells) cell.hidden = i !== at;
  });
  turn.querySelector("output").textContent = `${at + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${at + 1}`);
  scrollTo(0, 0);
  dispatchEvent(new Event("resize")); // figures drawn while hidden take their width
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { target, key } = event;
  if ((target instanceof Element && target.closest(ELSEWHERE)) || event.ctrlKey || event.altKey) return;
  const to = { ArrowRight: at + 1, PageDown: at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: slides.length };
  if (!(key in to)) return;
  show(to[key]);
  event.preventDefault();
}

turn.querySelector("button").addEventListener("click", () => show(at - 1));
turn.querySelector("button:last-of-type").addEventListener("click", () => show(at + 1));
addEventListener("keydown", onKey);
addEventListener("load", () => show((parseInt(location.hash.slice(1), 10) || 1) - 1));
