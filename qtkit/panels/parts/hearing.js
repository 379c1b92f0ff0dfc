// @ts-check
// Widgets that hear their kernel, however late they start. anywidget gives a script two seconds to load; on a busy machine
// they pass, and it then shows the widget, but refuses all that the kernel ever sends: each message waits for a promise
// that was broken. Here such a widget takes its messages without waiting, and asks once for what it missed.

/**
 * @typedef {import("./types.js").Model} Model
 * @typedef {import("./types.js").Place} Place
 */

/**
 * Resolves when the page hears the kernel.
 * @param {Model} model
 * @param {() => void} [told] called if messages were missed, when all state is up to date
 */
export async function hearKernel(model, told = () => {}) {
  const own = await model.widget_manager.get_model(model.get("_own_id"));
  if (!own.comm) return; // a page without a kernel
  try {
    await own._handle_comm_msg({ content: { data: { method: "nothing" } } }); // waits as any message does
  } catch {
    const { _handle_comm_msg: handle } = Object.getPrototypeOf(Object.getPrototypeOf(own)); // as of ipywidgets itself
    own.comm.on_msg(handle.bind(own));
    await new Promise((resolve) => {
      const done = () => {
        model.off("change:_told", done);
        told();
        resolve(undefined);
      };
      model.on("change:_told", done);
      model.send({ kind: "tell-again" });
    });
  }
}

/**
 * What a module exports for a widget that `render` shows, once it knows what the kernel has said.
 * @param {(place: Place) => unknown} render
 */
export function heard(render) {
  return () => {
    /** @type {Promise<void>} */
    let hearing;
    return {
      /** @param {{ model: Model }} context */
      initialize({ model }) {
        hearing = hearKernel(model).catch((error) => console.warn("a widget may not hear its kernel", error));
      },
      /** @param {Place} place */
      async render(place) {
        await hearing;
        return render(place);
      },
    };
  };
}
