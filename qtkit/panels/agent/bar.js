// @ts-check
// The row of controls above the episodes.
import { make } from "../parts/elements.js";
import { drawIcon } from "./icons.js";

const SPEEDS = [1, 2, 4, 8, 16]; // steps a second

/**
 * @param {import("./playback.js").Playback} playback
 * @returns {import("../parts/types.js").Part & { show: () => void, showPlaying: () => void }}
 */
export function makeBar(playback) {
  const button = (icon, label, onclick) =>
    make("button", { type: "button", title: label, "aria-label": label, onclick }, drawIcon(icon));
  const start = button("start", "Back to the start", () => playback.go(0));
  const back = button("back", "Step back", () => playback.go(playback.step - 1));
  const play = make(
    "button",
    { type: "button", class: "qe-play", onclick: () => playback.toggle() },
    drawIcon("play"),
    "Play",
  );
  const next = button("next", "Step forward", () => playback.go(playback.step + 1));
  const slider = make("input", {
    type: "range",
    min: 0,
    max: 0,
    step: 1,
    value: 0,
    "aria-label": "Step of the episode",
    oninput: () => playback.go(Number(slider.value)),
    onkeydown: (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      playback.toggle();
    },
  });
  const place = make("output", { "aria-live": "polite" });
  const root = make(
    "div",
    { class: "qe-bar", role: "group", "aria-label": "Play the episodes" },
    start,
    back,
    play,
    next,
    slider,
    place,
    make("label", {}, "steps ", makePace(playback)),
  );

  const show = () => {
    const { step, total } = playback;
    root.hidden = !total;
    slider.max = String(total);
    slider.value = String(step);
    slider.setAttribute("aria-valuetext", `step ${step} of ${total}`);
    place.textContent = `step ${step} of ${total}`;
    start.disabled = back.disabled = step === 0;
    next.disabled = step === total;
  };
  const showPlaying = () => {
    const { playing } = playback;
    play.replaceChildren(drawIcon(playing ? "pause" : "play"), playing ? "Pause" : "Play");
    place.setAttribute("aria-live", playing ? "off" : "polite");
  };
  return { root, sync: [[["_episodes"], show]], show, showPlaying };
}

/** @param {import("./playback.js").Playback} playback */
function makePace(playback) {
  const pace = make(
    "select",
    {
      onchange: () => {
        playback.speed = Number(pace.value);
      },
    },
    SPEEDS.map((each) =>
      make("option", { value: each, ...(each === playback.speed ? { selected: "" } : {}) }, `${each} a second`),
    ),
  );
  return pace;
}
