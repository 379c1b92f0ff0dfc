// @ts-check
// The playground: seven qubits write a small network, in the page alone. A kernel, if there is one, is told what came out.
import { followWidth, keepKeys, make, newId } from "../parts/elements.js";
import { heard } from "../parts/hearing.js";
import { Boundary } from "./boundary.js";
import { makeControls } from "./controls.js";
import { makeLines } from "./lines.js";
import { makeLoss } from "./loss.js";
import { makeDistribution } from "./mixed.js";
import { Runner } from "./runner.js";
import { DEFAULTS, readState, snap, writeState } from "./settings.js";
import { makeSharing } from "./sharing.js";
import { makeStructural } from "./structural.js";
import { followTheme } from "./theme.js";
import { countsInWords, leaderInWords, numbersInWords } from "./words.js";

const WORDS_EVERY = 400; // milliseconds between two sentences
const ALOUD_EVERY = 8000; // and between two that are read out
const TELL_EVERY = 1000; // and between two messages to the kernel
const PAINT_EVERY = 100; // and between two pictures of what moves less than the plane

/**
 * @param {object} place
 * @param {import("../parts/types.js").Model | null} [place.model] null where no kernel runs
 * @param {HTMLElement} place.el
 * @param {string} [place.start] the state to begin with, if no model has one
 * @param {boolean} [place.page] whether the page is the playground's own, and its address says its state
 */
function render({ model = null, el, start = "", page = false }) {
  const id = el.id || newId("qp"); // an exported page may hold several, each with a script and a count of its own
  const refusal = make("p", { class: "qs-error", role: "alert" });
  const open = (text) => {
    refusal.textContent = "";
    try {
      return readState(text);
    } catch (error) {
      refusal.textContent = `This link cannot be read: ${error.message}.`;
      return { settings: DEFAULTS, step: 0 };
    }
  };
  const given = model ? model.get("_handed").state || model.get("_start") : (page && location.hash.slice(1)) || start;
  const first = open(given);

  const lastly = { words: 0, aloud: 0, told: 0, painted: 0 };
  const isDue = (what, every, now) => {
    const due = now - lastly[what] >= every;
    if (due) lastly[what] = now;
    return due;
  };
  const state = () => writeState(runner.settings, runner.training.steps);
  const tell = () => {
    if (!model) return;
    model.set("_handed", handOver(runner.training, state()));
    model.save_changes();
  };
  const renew = (change) => runner.renew({ ...runner.settings, ...change });

  const boundary = new Boundary({
    onPlace: (x, y) => renew({ points: [...runner.settings.points, [snap(x), snap(y), controls.label()]] }),
    onRemove: (index) => renew({ points: runner.settings.points.filter((_, i) => i !== index) }),
  });
  const structural = makeStructural((number) => {
    const { candidates } = runner.settings;
    const rest = candidates.filter((other) => other !== number);
    structural.setError(rest.length ? "" : "One circuit at least must take part.");
    if (!rest.length) return;
    renew({ candidates: rest.length < candidates.length ? rest : [...rest, number].sort((a, b) => a - b) });
  });
  const distribution = makeDistribution();
  const lines = makeLines();
  const loss = makeLoss();
  const controls = makeControls(id, renew);
  const sharing = makeSharing({
    training: () => runner.training,
    link: () => (page ? `${location.href.split("#")[0]}#${state()}` : `Playground("${state()}")`),
    handOver: model && tell,
  });
  const numbers = make("output", { class: "qp-numbers", "aria-live": "off" });
  const counts = make("span", { class: "qp-counts" });
  const sentence = make("p", { class: "qp-words" });
  const aloud = make("p", { class: "qp-unseen", role: "status" });
  const button = (words, onclick) => make("button", { type: "button", onclick }, words);
  const startButton = button("Start", () => (runner.running ? runner.pause() : runner.start()));
  startButton.classList.add("qp-start");
  const stepButton = button("Step", () => runner.step());
  const resetButton = button("Reset", () => runner.reset());

  const showPictures = () => {
    structural.show(runner.training);
    distribution.show(runner.training);
    lines.show(runner.training);
    loss.show(runner.training);
  };
  const showWords = () => {
    numbers.textContent = numbersInWords(runner.training);
    sentence.textContent = leaderInWords(runner.training);
    boundary.canvas.setAttribute("aria-label", planeInWords(runner.training, numbers.textContent));
  };
  const speak = () => {
    structural.describe(`Bars of the structural weights. ${sentence.textContent}`);
    aloud.textContent = `${numbers.textContent}. ${sentence.textContent}`;
  };
  const onPicture = () => {
    const now = performance.now();
    boundary.show(runner.training);
    if (isDue("painted", PAINT_EVERY, now)) showPictures();
    if (isDue("words", WORDS_EVERY, now)) showWords();
    if (isDue("aloud", ALOUD_EVERY, now)) speak();
    if (isDue("told", TELL_EVERY, now)) tell();
  };
  const onState = () => {
    startButton.textContent = runner.running ? "Pause" : "Start";
    startButton.disabled = !runner.running && !runner.canRun;
    stepButton.disabled = !runner.canRun;
    counts.textContent = countsInWords(runner.training);
    controls.show(runner.settings);
    sharing.settle();
    boundary.show(runner.training);
    showPictures();
    showWords();
    speak();
    tell();
    if (page && !runner.running) history.replaceState(null, "", `#${state()}`);
  };
  const runner = new Runner(first.settings, { onPicture, onState });

  const root = make(
    "div",
    { class: "qtkit-studio qtkit-playground", role: "group", "aria-label": "Playground: a circuit writes a network" },
    controls.root,
    refusal,
    make("div", { class: "qp-run" }, startButton, stepButton, resetButton, numbers, counts),
    make(
      "div",
      { class: "qp-body" },
      boundary.canvas,
      make("div", { class: "qp-side" }, structural.root, distribution.root),
      make("div", { class: "qp-pair" }, lines.root, loss.root),
    ),
    sentence,
    aloud,
    sharing.root,
  );
  keepKeys(root);
  el.append(root);
  onState();
  if (first.step) runner.goTo(first.step);

  const onHash = () => {
    if (location.hash.slice(1) === state()) return;
    const next = open(location.hash.slice(1));
    runner.halt();
    runner.renew(next.settings);
    if (next.step) runner.goTo(next.step);
  };
  if (page) window.addEventListener("hashchange", onHash);
  const unfollow = [
    followTheme(() => boundary.paint()),
    followWidth(boundary.canvas, (width) => boundary.resize(width)),
    ...[distribution, lines, loss].map((part) => followWidth(part.root, part.resize)),
  ];
  return () => {
    runner.halt();
    window.removeEventListener("hashchange", onHash);
    for (const end of unfollow) end();
  };
}

// What Python is given: all numbers of the model, the points, and the state as text.
function handOver({ generator, data, settings, steps, losses }, state) {
  const { angles, structural, mapping, n } = generator;
  const list = (values) => Array.from(values);
  const rows = Array.from({ length: settings.depth }, (_, layer) => list(angles.subarray(layer * n, (layer + 1) * n)));
  const points = ({ points, labels }) => list(labels).map((label, i) => [points[2 * i], points[2 * i + 1], label]);
  return {
    state,
    step: steps,
    loss: losses.at(-1) ?? null,
    settings,
    angles: rows,
    structural_weights: list(structural),
    mapping: list(mapping),
    train: points(data.train),
    test: points(data.test),
  };
}

function planeInWords({ settings }, numbers) {
  const { data } = settings;
  const hand = data === "own" ? " Arrow keys move a cross, Enter places a point there or takes it away." : "";
  return `The plane with two classes of points and where the network draws the line between them: ${numbers}.${hand}`;
}

export default heard(render);
