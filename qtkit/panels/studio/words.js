// @ts-check
// What is known of the circuit, in words and numbers.
import { make } from "../parts/elements.js";
import { grouped } from "../parts/numbers.js";

/**
 * @param {import("./editor.js").Editor} editor
 * @returns {import("../parts/types.js").Part}
 */
export function makeWords(editor) {
  const verdict = make("p", { class: "qs-verdict" });
  const reason = make("p", {});
  const parity = make("div", { class: "qs-parity" });
  const parityBox = make("details", {}, make("summary", {}, "The strings of X's (parity masks)"), parity);
  const numbers = make("dl", { class: "qs-numbers" });
  const root = make(
    "section",
    { class: "qs-words", "aria-label": "What is known of this circuit", "aria-live": "polite" },
    make("h4", {}, "Does the distribution depend on Θ?"),
    verdict,
    reason,
    parityBox,
    numbers,
  );

  const showVerdict = () => {
    const now = editor.circuit;
    verdict.textContent = now.headline;
    verdict.classList.toggle("qs-no", !now.depends);
    reason.textContent = now.reason;
    parityBox.hidden = !now.parity.length;
    parity.replaceChildren(
      ...now.parity.map(({ mask, angles }) =>
        make("div", {}, make("code", {}, mask), ` ${angles.map(([l, q]) => `θ(${l},${q})`).join(" + ")}`),
      ),
    );
  };
  const showNumbers = () => {
    const rows = describe(editor.model.get("_numbers"));
    numbers.replaceChildren(
      ...rows.map(([name, value, note]) =>
        make("div", {}, make("dt", {}, name), make("dd", {}, make("b", {}, value), make("small", {}, note))),
      ),
    );
  };
  return {
    root,
    sync: [
      [["_circuit"], showVerdict],
      [["_numbers"], showNumbers],
    ],
  };
}

// The numbers that are there by now: name, value and what it means.
function describe({ rank, reach }) {
  const rows = [];
  if (rank) {
    rows.push([
      "Effective parameters (rank of ∂P/∂Θ)",
      `${rank.random} of ${rank.angles}`,
      rank.here === rank.random ? "at random angles and at these" : `at random angles; at these angles ${rank.here}`,
    ]);
  }
  if (rank === null || reach === null) {
    const rest = rank === null ? "qtkit.analysis counts them" : "qtkit.analysis has the other numbers";
    rows.push(["More than is computed here", "–", `so many gates take long: ${rest}`]);
  }
  if (reach) {
    rows.push([
      "Expressibility of the states",
      reach.expressibility.toPrecision(3),
      `KL divergence from Haar in nats, 0 is best; ${grouped(reach.n_pairs)} pairs`,
    ]);
    rows.push([
      "Entanglement (Meyer–Wallach)",
      reach.entanglement.toFixed(3),
      `mean over ${grouped(reach.n_samples)} random Θ; 0 none, 1 most`,
    ]);
  }
  return rows;
}
