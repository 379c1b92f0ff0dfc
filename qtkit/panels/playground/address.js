// @ts-check
// The state that a playground begins with, and that its page's address says.
import { make } from "../parts/elements.js";
import { DEFAULTS, readState } from "./settings.js";

/** Reads states, and says why one cannot be read. */
export function makeOpener() {
  const root = make("p", { class: "qs-error", role: "alert" });
  /** @param {string} text */
  const open = (text) => {
    root.textContent = "";
    try {
      return readState(text);
    } catch (error) {
      root.textContent = `This link cannot be read: ${error.message}.`;
      return { settings: DEFAULTS, step: 0 };
    }
  };
  return { root, open };
}

/**
 * Lets the address say the state, and a new address bring another.
 * @param {import("./runner.js").Runner} runner
 * @param {ReturnType<typeof makeOpener>["open"]} open
 * @returns {{ sync: import("../parts/types.js").Sync, close: () => void }}
 */
export function followAddress(runner, open) {
  const say = () => {
    if (!runner.running) history.replaceState(null, "", `#${runner.state}`);
  };
  const onHash = () => {
    if (location.hash.slice(1) === runner.state) return;
    const next = open(location.hash.slice(1));
    runner.halt();
    runner.renew(next.settings);
    if (next.step) runner.goTo(next.step);
  };
  window.addEventListener("hashchange", onHash);
  return { sync: [[["state"], say]], close: () => window.removeEventListener("hashchange", onHash) };
}
