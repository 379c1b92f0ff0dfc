// @ts-check
// Messages to the kernel.

/** @typedef {import("./types.js").Model} Model */

// The next message goes out when the last was answered. A drag's newest step replaces the one waiting, so that a slow
// kernel is never flooded.
export class Line {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.waiting = [];
    this.number = model.get("_answered");
    this.underway = false;
    this.onAnswer = () => {
      if (this.model.get("_answered") < this.number) return;
      this.underway = false;
      this.flush();
    };
    model.on("change:_answered", this.onAnswer);
  }

  get idle() {
    return !this.underway && !this.waiting.length;
  }

  /**
   * @param {string} action what the kernel is to do
   * @param {object} values its arguments
   * @param {{ field?: string, replace?: boolean, still?: () => boolean }} options where a refusal is shown; whether this
   *   replaces what waits; asked when its turn comes, whether it is still meant
   */
  send(action, values = {}, { field = "", replace = false, still = () => true } = {}) {
    if (replace) this.waiting = this.waiting.filter(({ message }) => message.action !== action);
    this.waiting.push({ message: { action, with: values, field }, still });
    this.flush();
  }

  flush() {
    while (!this.underway && this.waiting.length) {
      const { message, still } = this.waiting.shift();
      if (!still()) continue;
      this.underway = true;
      this.number += 1;
      this.model.send({ ...message, number: this.number });
    }
  }

  close() {
    this.model.off("change:_answered", this.onAnswer);
  }
}
