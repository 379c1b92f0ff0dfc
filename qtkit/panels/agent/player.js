// @ts-check
// Plays episodes side by side. Everything comes with the episodes; the kernel is not asked again.
import { keepKeys, make } from "../parts/elements.js";
import { follow } from "../parts/follow.js";
import { heard } from "../parts/hearing.js";
import { makeBar } from "./bar.js";
import { Playback } from "./playback.js";
import { makeStage } from "./stage.js";

/** @param {import("../parts/types.js").Place} place */
function render({ model, el }) {
  const playback = new Playback();
  const bar = makeBar(playback);
  const stage = makeStage(model, playback);
  playback.onPlaying = bar.showPlaying;
  playback.onStep = () => {
    stage.show();
    bar.show();
  };
  const root = make(
    "div",
    { class: "qtkit-player", role: "group", "aria-label": "Watch the agent" },
    bar.root,
    stage.root,
    stage.none,
  );
  keepKeys(root);
  el.append(root);
  const unfollow = follow(model, [...stage.sync, ...bar.sync]); // first the agents: the bar says how long they play
  return () => {
    playback.close();
    unfollow();
  };
}

export default heard(render);
