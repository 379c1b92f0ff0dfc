// @ts-check
// The page follows the kernel.

/** @typedef {import("./types.js").Model} Model */

/**
 * Calls each function of `shows`, pairs of names and a function, when something by one of its names has changed: once
 * for all that one message changes, and in this order.
 * @param {Model} model
 * @param {[string[], () => void][]} shows
 * @returns {() => void} what ends it
 */
export function follow(model, shows) {
  const names = [...new Set(shows.flatMap(([of]) => of))];
  const changed = new Set(names);
  const show = () => {
    const now = new Set(changed);
    changed.clear();
    for (const [of, part] of shows) if (of.some((name) => now.has(name))) part();
  };
  const listener = (name) => () => {
    if (!changed.size) queueMicrotask(show);
    changed.add(name);
  };
  /** @type {[string, () => void][]} */
  const listeners = names.map((name) => [`change:${name}`, listener(name)]);
  for (const [event, heard] of listeners) model.on(event, heard);
  show();
  return () => {
    for (const [event, heard] of listeners) model.off(event, heard);
  };
}

// Numbers that the kernel sends as bytes; null if it sent none.
export const floats = (view) =>
  view?.byteLength ? new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)) : null;
