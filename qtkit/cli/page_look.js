// @ts-check
// What scrolls sideways on an exported page is marked; formulas and tables are reached by Tab while they do.
import { reach } from "../web/reach.js";

function reachAll() {
  for (const wide of document.querySelectorAll(".qtkit-wide, .jp-OutputArea-output")) {
    // An output has no label: it is reached by Tab anyway.
    if (wide instanceof HTMLElement) reach(wide, wide.dataset.label);
  }
}

addEventListener("load", () => setTimeout(reachAll, 300)); // figures have their width then
addEventListener("resize", reachAll);
addEventListener("toggle", reachAll, true);
