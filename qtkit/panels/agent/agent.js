// @ts-check
// One agent in its episode: pictures, the probabilities of its actions, its values.
import { draw, make, setAttributes } from "../parts/elements.js";
import { Picture } from "./picture.js";

const percent = (share) => `${(100 * share).toFixed(share > 0.995 || share < 0.0005 ? 0 : 1)} %`;

export class Agent {
  /** @param {Record<string, any>} episode as `qtkit.panels.agent.replay.episode_data` makes it */
  constructor(episode) {
    this.episode = episode;
    this.steps = episode.actions.length;
    const pictures = episode.pictures.map((bytes) => createImageBitmap(new Blob([bytes], { type: "image/png" })));
    this.grid = new Picture(
      pictures,
      episode.grid,
      `${episode.view.length ? "The grid" : "The environment"}, ${episode.name}`,
    );
    this.view = new Picture(pictures, episode.view, `What the agent sees, ${episode.name}`);
    this.rows = episode.names.map(makeAction);
    this.now = make("p", {});
    this.numbers = make("div", {});
    const list = make(
      "div",
      { class: "qe-list" },
      this.now,
      make(
        "div",
        { role: "list", "aria-label": `Probabilities of the actions, ${episode.name}` },
        this.rows.map((row) => row.root),
      ),
    );
    const values = make("div", { class: "qe-values" }, this.numbers, this.drawValues());
    this.root = make(
      "section",
      { class: "qe-agent", "aria-label": episode.name },
      make("h4", {}, episode.name),
      make("p", {}, episode.outcome),
      make(
        "div",
        { class: `qe-body${episode.view.length ? "" : episode.grid.length ? " qe-plain" : " qe-bare"}` },
        ...this.drawPictures(),
        list,
        values,
      ),
    );
  }

  // The grid and what the agent sees of it; of another environment its picture, or none.
  drawPictures() {
    const { grid, view } = this.episode;
    const figure = (picture, caption, more = {}) =>
      make("figure", more, picture.canvas, make("figcaption", {}, caption));
    if (view.length) return [figure(this.grid, "the grid"), figure(this.view, "what it sees", { class: "qe-seen" })];
    return grid.length ? [figure(this.grid, "the environment")] : [];
  }

  // Values and what followed as curves over the steps, with a line at the step that is shown.
  drawValues() {
    const { values, following } = this.episode;
    const all = [...values, ...following, 0];
    const low = Math.min(...all);
    const high = Math.max(...all, low + 1e-6);
    const pad = 0.06 * (high - low);
    const last = Math.max(values.length - 1, 1);
    this.x = (step) => (100 * step) / last;
    const y = (value) => (100 * (high + pad - value)) / (high - low + 2 * pad);
    const point = (value, step) => `${step ? "L" : "M"}${this.x(step).toFixed(2)} ${y(value).toFixed(2)}`;
    const path = (series) => series.map(point).join("");
    this.cursor = draw("line", { class: "qe-cursor", y1: 0, y2: 100 });
    const label = `Value and what followed, from ${low.toFixed(2)} to ${high.toFixed(2)}, over ${this.steps} steps`;
    return draw(
      "svg",
      { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": label },
      draw("path", { class: "qe-following", d: path(following) }),
      draw("path", { class: "qe-v", d: path(values) }),
      this.cursor,
    );
  }

  /** @param {number} wanted a step; past the episode's end, its end is shown */
  show(wanted) {
    const step = Math.min(wanted, this.steps);
    const ended = step === this.steps;
    const { actions, probabilities, values, following } = this.episode;
    if (this.episode.grid.length) this.grid.show(step);
    if (this.episode.view.length) this.view.show(step);
    this.now.textContent = this.describe(step);
    for (const [action, row] of this.rows.entries())
      row.show(probabilities[step][action], !ended && actions[step] === action);
    this.numbers.replaceChildren(
      make("b", {}, `value V(s) = ${values[step].toFixed(3)}`),
      " · ",
      make(
        "i",
        { class: "qe-dashed", title: "the rewards that came after, discounted" },
        `what followed: ${following[step].toFixed(3)}`,
      ),
    );
    setAttributes(this.cursor, { x1: this.x(step), x2: this.x(step) });
  }

  describe(step) {
    const { actions, names, rewards } = this.episode;
    const gained = step && rewards[step - 1] ? `, reward ${rewards[step - 1].toFixed(3)}` : "";
    if (step === this.steps) return `after ${names[actions[step - 1]] ?? "no action"}${gained}: the end`;
    return `step ${step + 1}: ${names[actions[step]]}${gained}`;
  }
}

// An action's name, its probability as a bar and in percent; the one that is taken stands out.
function makeAction(name) {
  const fill = make("div", { class: "qe-fill" });
  const share = make("span", { class: "qe-percent" });
  const root = make(
    "div",
    { class: "qe-action", role: "listitem" },
    make("span", {}, name),
    make("div", { class: "qe-track" }, fill),
    share,
  );
  const show = (chance, taken) => {
    fill.style.width = `${100 * chance}%`;
    share.textContent = percent(chance);
    root.classList.toggle("qe-taken", taken);
    root.setAttribute("aria-current", taken ? "step" : "false");
  };
  return { root, show };
}
