// @ts-check
// Plotly's own widget, loaded behind a small one. A page gives a widget two seconds to start; on a busy machine they are
// over before the five megabytes of plotly are read, and the figure would stay away for good. This one starts at once, and
// its picture comes when it can: what Python sends meanwhile is kept, and played to plotly's widget in its order. A page
// reads plotly once, however many figures it shows.
import { hearKernel } from "./hearing.js";

/**
 * @typedef {import("./types.js").Model} Model
 * @typedef {{ initialize: (context: object) => void, render: (context: object) => unknown }} Widget
 */

const KEY = "qtkitPlotly"; // of the page: each widget has a copy of this module
const KINDS = ["addTraces", "deleteTraces", "moveTraces", "restyle", "relayout", "update", "animate"];
const MESSAGES = [...KINDS, "removeLayoutProps", "removeTraceProps"].map((kind) => `_py2js_${kind}`);

/**
 * @param {string} source
 * @returns {Promise<() => Widget>}
 */
function load(source) {
  const page = /** @type {Record<string, Promise<() => Widget>>} */ (/** @type {unknown} */ (globalThis));
  page[KEY] ??= read(source);
  return page[KEY];
}

/** @param {string} source */
async function read(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * What Python sends until `stop` is called, in its order.
 * @param {Model} model
 */
function keepMessages(model) {
  /** @type {[string, unknown][]} */
  const kept = [];
  const listeners = MESSAGES.map((name) => {
    const keep = () => model.get(name) && kept.push([name, model.get(name)]);
    model.on(`change:${name}`, keep);
    return () => model.off(`change:${name}`, keep);
  });
  const stop = () => {
    for (const remove of listeners) remove();
    return kept;
  };
  const forget = () => kept.splice(0);
  return { stop, forget };
}

/**
 * `model`, and a way to have its listeners called as if a message came now.
 * @param {Model} model
 */
function replayable(model) {
  /** @type {Map<string, (() => void)[]>} */
  const listeners = new Map();
  /** @type {Map<string, unknown>} */
  const present = new Map();
  const own = {
    /** @param {string} name */
    get: (name) => (present.has(name) ? present.get(name) : model.get(name)),
    /** @type {(event: string, listener: () => void) => void} */
    on: (event, listener) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      model.on(event, listener);
    },
  };
  /** @type {(name: string, message: unknown) => void} */
  const replay = (name, message) => {
    present.set(name, message);
    for (const listener of listeners.get(`change:${name}`) ?? []) listener();
    present.delete(name);
  };
  const player = { ...own, set: model.set.bind(model), save_changes: model.save_changes.bind(model) };
  return { model: player, replay };
}

/** @param {Model} model */
async function start(model) {
  const messages = keepMessages(model);
  await hearKernel(model, messages.forget); // all is told again, what these had changed included
  const widget = (await load(model.get("_plotly")))();
  const player = replayable(model);
  widget.initialize({ model: player.model });
  for (const [name, message] of messages.stop()) player.replay(name, message);
  return widget;
}

export default () => {
  /** @type {Promise<Widget>} */
  let widget;
  return {
    /** @param {{ model: Model }} context */
    initialize({ model }) {
      widget = start(model);
    },
    /** @param {object} context */
    async render(context) {
      return (await widget).render(context);
    },
  };
};
