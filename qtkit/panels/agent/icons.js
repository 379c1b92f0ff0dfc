// @ts-check
// The signs on the player's buttons. Drawn, not written: not every machine has a font with these signs.
import { draw } from "../parts/elements.js";

const ICONS = {
  start: "M2 2h2v10H2zM13 2v10L5 7z",
  back: "M11 2v10L3 7z",
  play: "M3 2v10l9-5z",
  pause: "M3 2h3v10H3zM8 2h3v10H8z",
  next: "M3 2v10l8-5z",
};

/** @param {keyof typeof ICONS} name */
export function drawIcon(name) {
  const path = draw("path", { d: ICONS[name], fill: "currentColor" });
  return draw("svg", { viewBox: "0 0 14 14", width: 13, height: 13, "aria-hidden": "true" }, path);
}
