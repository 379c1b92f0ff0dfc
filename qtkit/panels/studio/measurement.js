// @ts-check
// The probabilities, and how they are measured: shots and noise.
import { hasFocus, make } from "../parts/elements.js";
import { makeField } from "../parts/fields.js";

const NOISY_QUBITS = 6; // the kernel simulates noise for no more

/**
 * @param {import("./editor.js").Editor} editor
 * @param {SVGSVGElement} chart of the probabilities
 * @returns {import("../parts/types.js").Part}
 */
export function makeMeasurement(editor, chart) {
  const { id, model } = editor;
  const list = make(
    "datalist",
    { id: `${id}-shots-list` },
    ["exact", "100", "1000", "10000", "100000"].map((value) => make("option", { value })),
  );
  const shots = makeField(
    "Shots",
    make("input", {
      type: "text",
      list: list.id,
      value: "exact",
      size: 8,
      onchange: () => editor.send("shots", { text: shots.input.value }, { field: "shots" }),
    }),
    `${id}-shots`,
  );
  const noise = makeField(
    "Noise a gate",
    make("input", {
      type: "number",
      min: 0,
      max: 0.5,
      step: 0.005,
      value: "0",
      onchange: () => editor.send("noise", { text: noise.input.value }, { field: "noise" }),
    }),
    `${id}-noise`,
  );
  const again = make(
    "button",
    {
      type: "button",
      onclick: () => editor.send("shot_seed", { seed: model.get("_measurement").seed + 1 }),
    },
    "Measure again",
  );
  const note = make("span", { class: "qs-note", "aria-live": "polite" });
  const root = make(
    "section",
    { class: "qs-measuring", "aria-label": "Probabilities" },
    make("h4", {}, "Probabilities P(i)"),
    make("div", { class: "qs-line" }, shots.root, noise.root, again, list, note),
    chart,
  );

  const showLimit = () => {
    noise.input.disabled = editor.circuit.n > NOISY_QUBITS;
    noise.input.title = noise.input.disabled
      ? `Noise is simulated for up to ${NOISY_QUBITS} qubits`
      : "Chance of a random Pauli error after each gate";
  };
  const show = () => {
    const how = model.get("_measurement");
    if (!hasFocus(shots.input)) shots.input.value = how.shots ?? "exact";
    if (!hasFocus(noise.input)) noise.input.value = how.noise;
    again.disabled = how.shots === null;
    if (how.message) note.textContent = how.message;
    else if (how.pending) note.textContent = "simulating the noise …";
    else note.textContent = how.noise || how.shots ? "bars: measured; lines: exact" : "";
  };
  return {
    root,
    sync: [
      [["_circuit"], showLimit],
      [["_measurement"], show],
    ],
    fields: { shots, noise },
  };
}
