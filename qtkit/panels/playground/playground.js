// @ts-check
// The playground: seven qubits write a small network, in the page alone. A kernel, if there is one, is told what came out.
import { followWidth, keepKeys, make, newId } from "../parts/elements.js";
import { heard } from "../parts/hearing.js";
import { followAddress, makeOpener } from "./address.js";
import { makeControls } from "./controls.js";
import { makeHanding } from "./handing.js";
import { makeLines } from "./lines.js";
import { makeLoss } from "./loss.js";
import { makeDistribution } from "./mixed.js";
import { makePlane } from "./plane.js";
import { makeRhythm } from "./rhythm.js";
import { makeRun } from "./run.js";
import { Runner } from "./runner.js";
import { makeSentence, makeSpoken } from "./sentence.js";
import { makeSharing } from "./sharing.js";
import { makeStructural } from "./structural.js";
import { followTheme } from "./theme.js";

/**
 * @param {object} place
 * @param {import("../parts/types.js").Model | null} [place.model] null where no kernel runs
 * @param {HTMLElement} place.el
 * @param {string} [place.start] the state to begin with, if no model has one
 * @param {boolean} [place.page] whether the page is the playground's own, and its address says its state
 */
function render({ model = null, el, start = "", page = false }) {
  const id = el.id || newId("qp"); // an exported page may hold several, each with a script and a count of its own
  const opener = makeOpener();
  const given = model ? model.get("_handed").state || model.get("_start") : (page && location.hash.slice(1)) || start;
  const first = opener.open(given);
  const runner = new Runner(first.settings);
  const controls = makeControls(id, runner);
  const run = makeRun(runner);
  const plane = makePlane(runner, controls.label);
  const structural = makeStructural(runner);
  const distribution = makeDistribution(runner);
  const lines = makeLines(runner);
  const loss = makeLoss(runner);
  const sentence = makeSentence(runner);
  const spoken = makeSpoken(runner);
  const handing = model && makeHanding(model, runner);
  const address = page ? followAddress(runner, opener.open) : null;
  const sharing = makeSharing(runner, { page, handOver: handing?.give });

  const root = make(
    "div",
    { class: "qtkit-studio qtkit-playground", role: "group", "aria-label": "Playground: a circuit writes a network" },
    controls.root,
    opener.root,
    run.root,
    make(
      "div",
      { class: "qp-body" },
      plane.root,
      make("div", { class: "qp-side" }, structural.root, distribution.root),
      make("div", { class: "qp-pair" }, lines.root, loss.root),
    ),
    sentence.root,
    spoken.root,
    sharing.root,
  );
  keepKeys(root);
  el.append(root);

  const drawn = [plane, distribution, lines, loss];
  const parts = [run, controls, sharing, structural, ...drawn, sentence, spoken, handing, address];
  const rhythm = makeRhythm(parts.flatMap((part) => part?.sync ?? []));
  runner.onPicture = rhythm.onPicture;
  runner.onState = rhythm.onState;
  rhythm.onState();
  if (first.step) runner.goTo(first.step);
  const unfollow = [followTheme(plane.paint), ...drawn.map((part) => followWidth(part.root, part.resize))];
  return () => {
    runner.halt();
    address?.close();
    for (const end of unfollow) end();
  };
}

export default heard(render);
