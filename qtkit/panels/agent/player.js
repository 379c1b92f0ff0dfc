// @ts-check
// Plays episodes side by side. Everything comes with the episodes; the kernel is not asked again.
import { draw, keepKeys, make } from "../parts/elements.js";

const SPEEDS = [1, 2, 4, 8, 16]; // steps a second

// Drawn, not written: not every machine has a font with these signs.
const ICONS = {
  start: "M2 2h2v10H2zM13 2v10L5 7z", back: "M11 2v10L3 7z", play: "M3 2v10l9-5z", pause: "M3 2h3v10H3zM8 2h3v10H8z", next: "M3 2v10l8-5z",
};

function icon(name) {
  const svg = draw("svg", { viewBox: "0 0 14 14", width: 13, height: 13, "aria-hidden": "true" });
  svg.append(draw("path", { d: ICONS[name], fill: "currentColor" }));
  return svg;
}

const percent = (share) => `${(100 * share).toFixed(share > 0.995 || share < 0.0005 ? 0 : 1)} %`;

// A picture of a step. Decoded once, when the episode comes, so that no step waits for it.
class Picture {
  constructor(pictures, order, caption) {
    this.pictures = pictures; // promises of bitmaps
    this.order = order;
    this.caption = caption;
    this.canvas = make("canvas", { role: "img" });
    this.wanted = -1;
  }

  async show(step) {
    const number = this.order[Math.min(step, this.order.length - 1)];
    this.canvas.setAttribute("aria-label", `${this.caption}, step ${Math.min(step, this.order.length - 1)}`);
    if (number === this.wanted) return;
    this.wanted = number;
    const bitmap = await this.pictures[number];
    if (number !== this.wanted) return; // a later step was faster
    if (this.canvas.width !== bitmap.width) [this.canvas.width, this.canvas.height] = [bitmap.width, bitmap.height];
    this.canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }
}

// One agent: pictures, action bars, values.
class Agent {
  constructor(episode) {
    this.episode = episode;
    this.steps = episode.actions.length;
    const pictures = episode.pictures.map((bytes) => createImageBitmap(new Blob([bytes], { type: "image/png" })));
    this.grid = new Picture(pictures, episode.grid, `The grid, ${episode.name}`);
    this.view = new Picture(pictures, episode.view, `What the agent sees, ${episode.name}`);
    this.rows = episode.names.map((name) => {
      const fill = make("div", { class: "qp-fill" });
      const share = make("span", { class: "qp-percent" });
      const row = make("div", { class: "qp-action", role: "listitem" },
        make("span", {}, name), make("div", { class: "qp-track" }, fill), share);
      return { row, fill, share, name };
    });
    this.now = make("p", {});
    this.numbers = make("div", {});
    const list = make("div", { class: "qp-list" }, this.now,
      make("div", { role: "list", "aria-label": `Probabilities of the actions, ${episode.name}` }, ...this.rows.map((each) => each.row)));
    const values = make("div", { class: "qp-values" }, this.numbers, this.chart());
    this.root = make("section", { class: "qp-agent", "aria-label": episode.name },
      make("h4", {}, episode.name), make("p", {}, episode.outcome),
      make("div", { class: "qp-body" },
        make("figure", {}, this.grid.canvas, make("figcaption", {}, "the grid")),
        make("figure", { class: "qp-seen" }, this.view.canvas, make("figcaption", {}, "what it sees")),
        list, values));
  }

  chart() {
    const { values, following } = this.episode;
    const all = [...values, ...following, 0];
    const low = Math.min(...all), high = Math.max(...all, low + 1e-6), pad = 0.06 * (high - low);
    const last = Math.max(values.length - 1, 1);
    this.x = (step) => (100 * step) / last;
    const y = (value) => (100 * (high + pad - value)) / (high - low + 2 * pad);
    const path = (series) => series.map((value, step) => `${step ? "L" : "M"}${this.x(step).toFixed(2)} ${y(value).toFixed(2)}`).join("");
    this.cursor = draw("line", { class: "qp-cursor", y1: 0, y2: 100 });
    const svg = draw("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img",
      "aria-label": `Value and what followed, from ${low.toFixed(2)} to ${high.toFixed(2)}, over ${this.steps} steps` });
    svg.append(draw("path", { class: "qp-following", d: path(following) }), draw("path", { class: "qp-v", d: path(values) }), this.cursor);
    return svg;
  }

  show(wanted) {
    const step = Math.min(wanted, this.steps);
    const { actions, names, probabilities, rewards, values, following } = this.episode;
    this.grid.show(step);
    this.view.show(step);
    const ended = step === this.steps;
    const gained = step && rewards[step - 1] ? `, reward ${rewards[step - 1].toFixed(3)}` : "";
    this.now.textContent = ended ? `after ${names[actions[step - 1]] ?? "no action"}${gained}: the end` : `step ${step + 1}: ${names[actions[step]]}${gained}`;
    this.rows.forEach(({ row, fill, share }, action) => {
      const chance = probabilities[step][action], taken = !ended && actions[step] === action;
      fill.style.width = `${100 * chance}%`;
      share.textContent = percent(chance);
      row.classList.toggle("qp-taken", taken);
      row.setAttribute("aria-current", taken ? "step" : "false");
    });
    this.numbers.replaceChildren(make("b", {}, `value V(s) = ${values[step].toFixed(3)}`), " · ",
      make("i", { class: "qp-dashed", title: "the rewards that came after, discounted" }, `what followed: ${following[step].toFixed(3)}`));
    this.cursor.setAttribute("x1", this.x(step));
    this.cursor.setAttribute("x2", this.x(step));
  }
}

function render({ model, el }) {
  let agents = [], total = 0, step = 0, playing = false, speed = 4, due = 0, request = 0;

  const start = make("button", { type: "button", title: "Back to the start", "aria-label": "Back to the start", onclick: () => go(0) }, icon("start"));
  const back = make("button", { type: "button", title: "Step back", "aria-label": "Step back", onclick: () => go(step - 1) }, icon("back"));
  const play = make("button", { type: "button", class: "qp-play", onclick: () => setPlaying(!playing) }, icon("play"), "Play");
  const next = make("button", { type: "button", title: "Step forward", "aria-label": "Step forward", onclick: () => go(step + 1) }, icon("next"));
  const slider = make("input", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Step of the episode", oninput: () => go(Number(slider.value)) });
  const place = make("output", { "aria-live": "polite" });
  const pace = make("select", { onchange: () => (speed = Number(pace.value)) },
    ...SPEEDS.map((each) => make("option", { value: each, ...(each === speed ? { selected: "" } : {}) }, `${each} a second`)));
  const bar = make("div", { class: "qp-bar", role: "group", "aria-label": "Play the episodes" },
    start, back, play, next, slider, place, make("label", {}, "steps ", pace));
  const stage = make("div", { class: "qp-agents" });
  const none = make("p", { class: "qp-none" }, "There is no agent to watch yet: press Start, or Step.");
  const root = make("div", { class: "qtkit-player", role: "group", "aria-label": "Watch the agent" }, bar, stage, none);
  el.append(root);

  function show() {
    for (const agent of agents) agent.show(step);
    slider.value = step;
    slider.setAttribute("aria-valuetext", `step ${step} of ${total}`);
    place.textContent = `step ${step} of ${total}`;
    start.disabled = back.disabled = step === 0;
    next.disabled = step === total;
  }

  function go(to) {
    setPlaying(false);
    step = Math.max(0, Math.min(total, to));
    show();
  }

  function setPlaying(on) {
    if (on === playing || !agents.length) return;
    playing = on;
    play.replaceChildren(icon(playing ? "pause" : "play"), playing ? "Pause" : "Play");
    place.setAttribute("aria-live", playing ? "off" : "polite");
    cancelAnimationFrame(request);
    if (!playing) return;
    if (step === total) step = 0;
    show();
    due = performance.now() + 1000 / speed;
    request = requestAnimationFrame(tick);
  }

  function tick(now) {
    if (now >= due) {
      due = Math.max(due + 1000 / speed, now); // no hurrying after a pause of the page
      step += 1;
      show();
      if (step >= total) return setPlaying(false);
    }
    request = requestAnimationFrame(tick);
  }

  function load() {
    const was = playing;
    setPlaying(false);
    agents = model.get("_episodes").map((episode) => new Agent(episode));
    total = Math.max(0, ...agents.map((agent) => agent.steps));
    step = 0;
    slider.max = total;
    stage.replaceChildren(...agents.map((agent) => agent.root));
    bar.hidden = stage.hidden = !agents.length;
    none.hidden = agents.length > 0;
    if (agents.length) show();
    setPlaying(was);
  }

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") event.stopPropagation(); // JupyterLab's shortcuts stay out
    if (event.key === " " && event.target === slider) {
      event.preventDefault();
      setPlaying(!playing);
    }
  });
  load();
  model.on("change:_episodes", load);
  return () => {
    cancelAnimationFrame(request);
    model.off("change:_episodes", load);
  };
}

export default { render };
