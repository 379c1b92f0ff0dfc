// @ts-check
// The clock of a training: some steps a frame, none while nobody can see the page.
import { MAX_STEPS, writeState } from "./settings.js";
import { Training } from "./training.js";

const RATE = 100; // steps a second, as many as the eye can follow
const BUDGET = 12; // milliseconds of a frame for steps; the rest is for the picture
const STILL = 500; // milliseconds between two pictures where less motion is wanted

export class Runner {
  /** @param {import("./settings.js").Settings} settings */
  constructor(settings) {
    this.onPicture = () => {}; // something has moved
    this.onState = () => {}; // started, paused, reset
    this.training = new Training(settings);
    this.running = false;
    this.frame = 0;
    this.target = 0; // where a link's training goes at once
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
  }

  get settings() {
    return this.training.settings;
  }

  /** Settings and steps as one line of text. */
  get state() {
    return writeState(this.settings, this.training.steps);
  }

  get canRun() {
    return this.training.possible && this.training.steps < MAX_STEPS;
  }

  /** Trains anew with these settings, and goes on if it was running. */
  renew(settings) {
    const running = this.running;
    this.halt();
    this.training = new Training(settings);
    this.onState();
    if (running && this.canRun) this.start();
  }

  /**
   * Trains anew with some settings changed.
   * @param {Partial<import("./settings.js").Settings>} settings
   */
  change(settings) {
    this.renew({ ...this.settings, ...settings });
  }

  start() {
    if (this.running || !this.canRun) return;
    this.running = true;
    this.last = performance.now();
    this.shown = 0;
    this.due = 1;
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.onState();
  }

  /** Goes to a step as fast as it can, and pauses there. */
  goTo(step) {
    this.target = step;
    this.start();
  }

  pause() {
    this.halt();
    this.onState();
  }

  step() {
    if (this.running) this.halt();
    if (this.canRun) this.training.step();
    this.onState();
  }

  reset() {
    this.halt();
    this.training = new Training(this.settings);
    this.onState();
  }

  // Frames are not drawn in a hidden tab, so that nothing is trained there; the pause is not made up for.
  tick(now) {
    const goal = this.target || MAX_STEPS;
    this.due = this.target ? MAX_STEPS : Math.min(this.due + (Math.min(now - this.last, 100) * RATE) / 1000, 20);
    this.last = now;
    const begin = performance.now();
    while (this.due >= 1 && this.training.steps < goal && performance.now() - begin < BUDGET) {
      this.training.step();
      this.due -= 1;
    }
    if (this.training.steps >= goal) {
      this.pause();
      return;
    }
    if (!this.calm.matches || now - this.shown > STILL) {
      this.shown = now;
      this.onPicture();
    }
    this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  halt() {
    cancelAnimationFrame(this.frame);
    this.running = false;
    this.target = 0;
  }
}
