// @ts-check
// The clock of episodes that are played side by side: which step is shown, and whether they go on.

export class Playback {
  constructor() {
    this.total = 0; // steps of the longest
    this.step = 0;
    this.playing = false;
    this.speed = 4; // steps a second
    this.due = 0;
    this.request = 0;
    this.onStep = () => {};
    this.onPlaying = () => {};
  }

  /** Goes to the start of other episodes, and on if it was playing. */
  begin(total) {
    const was = this.playing;
    this.setPlaying(false);
    this.total = total;
    this.step = 0;
    this.setPlaying(was);
  }

  go(to) {
    this.setPlaying(false);
    this.step = Math.max(0, Math.min(this.total, to));
    this.onStep();
  }

  toggle() {
    this.setPlaying(!this.playing);
  }

  setPlaying(on) {
    if (on === this.playing || !this.total) return;
    this.playing = on;
    this.onPlaying();
    this.close();
    if (!on) return;
    if (this.step === this.total) this.step = 0;
    this.onStep();
    this.due = performance.now() + 1000 / this.speed;
    this.ask();
  }

  ask() {
    this.request = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    if (now >= this.due) {
      this.due = Math.max(this.due + 1000 / this.speed, now); // no hurrying after a pause of the page
      this.step += 1;
      this.onStep();
      if (this.step >= this.total) {
        this.setPlaying(false);
        return;
      }
    }
    this.ask();
  }

  close() {
    cancelAnimationFrame(this.request);
  }
}
