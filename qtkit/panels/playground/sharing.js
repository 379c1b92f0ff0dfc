// @ts-check
// The state to take along: as a link, as code, or as the model in Python.
import { make } from "../parts/elements.js";
import { writeCode } from "./code.js";

/**
 * @param {import("./runner.js").Runner} runner
 * @param {object} of
 * @param {boolean} of.page whether the page's address says the state
 * @param {() => void} [of.handOver] none where no kernel runs
 * @returns {import("../parts/types.js").Part}
 */
export function makeSharing(runner, { page, handOver }) {
  const text = make("textarea", {
    readonly: "",
    rows: 9,
    wrap: "off",
    spellcheck: "false",
    "aria-label": "Text to copy",
  });
  const note = make("p", { class: "qs-note", role: "status" });
  const copy = make("button", { type: "button", onclick: () => copyText(text, note) }, "Copy");
  const out = make("div", { class: "qp-out", hidden: true }, note, text, copy);
  let told = 0;
  const tell = (words, value) => {
    note.textContent = words;
    text.value = value;
    text.rows = Math.min(14, Math.max(2, value.split("\n").length));
    out.hidden = false;
    told = runner.training.steps;
  };
  // What was said is of another network once the training has moved.
  const settle = () => {
    if (runner.training.steps !== told) out.hidden = true;
  };
  const showCode = () => tell("These lines give this very network in Python:", writeCode(runner.training));
  const showLink = () => {
    const words = handOver
      ? "This line opens the playground as it is now:"
      : "This link opens the playground as it is now:";
    tell(words, page ? `${location.href.split("#")[0]}#${runner.state}` : `Playground("${runner.state}")`);
  };
  const give = () => {
    if (!handOver) {
      tell("No kernel runs here. These lines give this very network in Python:", writeCode(runner.training));
      return;
    }
    handOver();
    tell(
      `Handed over at step ${runner.training.steps}. In the next cell, if this playground is called playground:`,
      "model = playground.to_model()\ninputs, labels = playground.data",
    );
  };
  const button = (words, onclick) => make("button", { type: "button", onclick }, words);
  const root = make(
    "div",
    { class: "qp-sharing" },
    make(
      "div",
      { class: "qs-line" },
      button("Link", showLink),
      button("As code", showCode),
      button("Hand over to Python", give),
    ),
    out,
  );
  return { root, sync: [[["state"], settle]] };
}

/**
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} note
 */
async function copyText(area, note) {
  try {
    await navigator.clipboard.writeText(area.value);
    note.textContent = "Copied.";
  } catch {
    // pages without https have no clipboard
    area.select();
    note.textContent = document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy the selected text.";
  }
}
