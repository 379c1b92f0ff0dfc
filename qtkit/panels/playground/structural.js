// @ts-check
// The twelve structural weights as bars, each above the button that takes its circuit in or out.
import { CANDIDATES, makeCandidateButton } from "../parts/candidates.js";
import { make } from "../parts/elements.js";
import { roundUp, tick } from "../parts/numbers.js";
import { leaderInWords } from "./words.js";

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part}
 */
export function makeStructural(runner) {
  const bars = CANDIDATES.map(({ rotation, entangler, hadamard }) =>
    make("div", {
      class: `qp-bar qs-${rotation} ${entangler === "cyc" ? "qs-ring" : ""} ${hadamard ? "" : "qs-plain"}`,
    }),
  );
  const columns = bars.map((bar) => make("div", { class: "qp-column" }, bar));
  const zero = make("div", { class: "qp-zero" });
  const high = make("span", { class: "qp-high" });
  const low = make("span", { class: "qp-low" });
  const picture = make("div", { class: "qp-bars", role: "img" }, zero, high, low, columns);
  const buttons = CANDIDATES.map((candidate) =>
    makeCandidateButton(candidate, candidate.name, () => toggle(candidate.number)),
  );
  const error = make("span", { class: "qs-error", role: "alert" });
  const root = make(
    "section",
    { class: "qp-structural" },
    make("h4", { "aria-level": "3" }, "wⱼ: how much each circuit counts"),
    picture,
    make("div", { class: "qp-buttons", role: "group", "aria-label": "Circuits that take part" }, buttons),
    error,
  );
  let of = null;
  let range = [0, 0];

  const toggle = (number) => {
    const { candidates } = runner.settings;
    const rest = candidates.filter((other) => other !== number);
    error.textContent = rest.length ? "" : "One circuit at least must take part.";
    if (!rest.length) return;
    runner.change({ candidates: rest.length < candidates.length ? rest : [...rest, number].sort((a, b) => a - b) });
  };

  // A scale that only grows during a training does not tremble.
  const widen = (values) => {
    const [bottom, top] = range;
    range = [
      Math.min(bottom, ...values.filter((w) => w < 0).map((w) => -roundUp(-w))),
      Math.max(top, roundUp(Math.max(...values, 0.1))),
    ];
  };

  const show = () => {
    const { training } = runner;
    const { candidates, generator } = training;
    if (of !== training) range = [0, 0];
    of = training;
    widen(Array.from(generator.structural));
    const [bottom, top] = range;
    const y = (w) => (100 * (top - w)) / (top - bottom);
    bars.forEach((bar, i) => {
      const place = candidates.findIndex(({ number }) => number === i + 1);
      const w = place < 0 ? 0 : generator.structural[place];
      bar.style.top = `${y(Math.max(w, 0))}%`;
      bar.style.height = `${y(Math.min(w, 0)) - y(Math.max(w, 0))}%`;
      columns[i].classList.toggle("qp-off", place < 0);
      buttons[i].setAttribute("aria-pressed", String(place >= 0));
    });
    zero.style.top = `${y(0)}%`;
    high.textContent = tick(top);
    low.textContent = bottom ? tick(bottom) : "0";
  };
  const describe = () => {
    picture.setAttribute("aria-label", `Bars of the structural weights. ${leaderInWords(runner.training)}`);
  };
  return {
    root,
    sync: [
      [["pictures"], show],
      [["aloud"], describe],
    ],
  };
}
