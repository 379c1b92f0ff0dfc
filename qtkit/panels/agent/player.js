// @ts-check
// Plays episodes side by side. Everything comes with the episodes; the kernel is not asked again.
import { keepKeys, make } from "../parts/elements.js";
import { heard } from "../parts/hearing.js";
import { Agent } from "./agent.js";
import { drawIcon } from "./icons.js";

const SPEEDS = [1, 2, 4, 8, 16]; // steps a second

/** @param {import("../parts/types.js").Place} place */
function render({ model, el }) {
  /** @type {Agent[]} */
  let agents = [];
  let total = 0;
  let step = 0;
  let playing = false;
  let speed = 4;
  let due = 0;
  let request = 0;

  const button = (icon, label, onclick) =>
    make("button", { type: "button", title: label, "aria-label": label, onclick }, drawIcon(icon));
  const start = button("start", "Back to the start", () => go(0));
  const back = button("back", "Step back", () => go(step - 1));
  const play = make(
    "button",
    { type: "button", class: "qe-play", onclick: () => setPlaying(!playing) },
    drawIcon("play"),
    "Play",
  );
  const next = button("next", "Step forward", () => go(step + 1));
  const slider = make("input", {
    type: "range",
    min: 0,
    max: 0,
    step: 1,
    value: 0,
    "aria-label": "Step of the episode",
    oninput: () => go(Number(slider.value)),
  });
  const place = make("output", { "aria-live": "polite" });
  const pace = make(
    "select",
    {
      onchange: () => {
        speed = Number(pace.value);
      },
    },
    SPEEDS.map((each) =>
      make("option", { value: each, ...(each === speed ? { selected: "" } : {}) }, `${each} a second`),
    ),
  );
  const bar = make(
    "div",
    { class: "qe-bar", role: "group", "aria-label": "Play the episodes" },
    start,
    back,
    play,
    next,
    slider,
    place,
    make("label", {}, "steps ", pace),
  );
  const stage = make("div", { class: "qe-agents" });
  const none = make("p", { class: "qe-none" }, "There is no agent to watch yet: press Start, or Step.");
  const root = make("div", { class: "qtkit-player", role: "group", "aria-label": "Watch the agent" }, bar, stage, none);
  el.append(root);

  function show() {
    for (const agent of agents) agent.show(step);
    slider.value = String(step);
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
    play.replaceChildren(drawIcon(playing ? "pause" : "play"), playing ? "Pause" : "Play");
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
      if (step >= total) {
        setPlaying(false);
        return;
      }
    }
    request = requestAnimationFrame(tick);
  }

  function load() {
    const was = playing;
    setPlaying(false);
    agents = model.get("_episodes").map((episode) => new Agent(episode));
    total = Math.max(0, ...agents.map((agent) => agent.steps));
    step = 0;
    slider.max = String(total);
    stage.replaceChildren(...agents.map((agent) => agent.root));
    bar.hidden = stage.hidden = !agents.length;
    none.hidden = agents.length > 0;
    if (agents.length) show();
    setPlaying(was);
  }

  slider.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    setPlaying(!playing);
  });
  keepKeys(root);
  load();
  model.on("change:_episodes", load);
  return () => {
    cancelAnimationFrame(request);
    model.off("change:_episodes", load);
  };
}

export default heard(render);
