// @ts-check
// The agents side by side, each in its episode.
import { make } from "../parts/elements.js";
import { Agent } from "./agent.js";

/**
 * @param {import("../parts/types.js").Model} model
 * @param {import("./playback.js").Playback} playback
 * @returns {import("../parts/types.js").Part & { none: HTMLElement, show: () => void }}
 */
export function makeStage(model, playback) {
  /** @type {Agent[]} */
  let agents = [];
  const root = make("div", { class: "qe-agents" });
  const none = make("p", { class: "qe-none" }, "There is no agent to watch yet: press Start, or Step.");
  const show = () => {
    for (const agent of agents) agent.show(playback.step);
  };
  const load = () => {
    agents = model.get("_episodes").map((episode) => new Agent(episode));
    root.replaceChildren(...agents.map((agent) => agent.root));
    root.hidden = !agents.length;
    none.hidden = agents.length > 0;
    playback.begin(Math.max(0, ...agents.map((agent) => agent.steps)));
    show();
  };
  return { root, none, sync: [[["_episodes"], load]], show };
}
