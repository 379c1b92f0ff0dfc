// @ts-check
// The picture of a step.
import { make } from "../parts/elements.js";

// Pictures are decoded once, when the episode comes, so that no step waits for it.
export class Picture {
  /**
   * @param {Promise<ImageBitmap>[]} pictures
   * @param {number[]} order the number of each step's picture
   * @param {string} caption
   */
  constructor(pictures, order, caption) {
    this.pictures = pictures;
    this.order = order;
    this.caption = caption;
    this.canvas = make("canvas", { role: "img" });
    this.wanted = -1;
  }

  /** @param {number} step */
  async show(step) {
    const place = Math.min(step, this.order.length - 1);
    const number = this.order[place];
    this.canvas.setAttribute("aria-label", `${this.caption}, step ${place}`);
    if (number === this.wanted) return;
    this.wanted = number;
    const bitmap = await this.pictures[number];
    if (number !== this.wanted) return; // a later step was faster
    if (this.canvas.width !== bitmap.width) [this.canvas.width, this.canvas.height] = [bitmap.width, bitmap.height];
    this.canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }
}
