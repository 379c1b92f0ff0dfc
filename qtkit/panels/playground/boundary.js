// @ts-check
// The plane: what the network says everywhere, where it is undecided, and the points.
import { make } from "../parts/elements.js";
import { range } from "../parts/numbers.js";
import { LIMIT } from "./data.js";
import { Network } from "./network.js";

const SIDE = 56; // logits along an edge
const SOFT = 3; // logits over which the colour fades: a sigmoid alone is a step, and steps show the grid
const REACH = 12; // pixels from which a point is hit
const COLOURS = [
  [230, 159, 0],
  [0, 130, 200],
];

export class Boundary {
  /** @param {{ onPlace: (x: number, y: number) => void, onRemove: (index: number) => void }} listeners own points */
  constructor({ onPlace, onRemove }) {
    this.onPlace = onPlace;
    this.onRemove = onRemove;
    this.canvas = make("canvas", { class: "qp-plane", role: "img" });
    this.small = make("canvas", { width: SIDE, height: SIDE });
    this.image = new ImageData(SIDE, SIDE);
    const across = range(SIDE).map((k) => LIMIT * ((2 * k) / (SIDE - 1) - 1));
    this.points = Float64Array.from(across.flatMap((y) => across.flatMap((x) => [x, -y])));
    /** @type {number[] | null} where the keyboard is */
    this.cross = null;
    this.canvas.addEventListener("click", (event) => this.press(event));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("blur", () => this.setCross(null));
  }

  /** @param {import("./training.js").Training} training */
  show(training) {
    if (this.network?.widths.join() !== training.widths.join()) this.network = new Network(training.widths, SIDE ** 2);
    this.training = training;
    this.canvas.classList.toggle("qp-open", this.open);
    this.canvas.tabIndex = this.open ? 0 : -1; // only points of one's own are placed by keyboard
    this.paint();
  }

  get open() {
    return this.training?.settings.data === "own";
  }

  resize(width) {
    this.width = width;
    this.scale = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = this.canvas.height = Math.round(width * this.scale);
    if (this.training) this.paint();
  }

  paint() {
    if (!this.width) return;
    const style = getComputedStyle(this.canvas);
    const paper = rgb(style.backgroundColor);
    const logits = this.network.forward(this.training.generator.weights, this.points);
    const pen = this.canvas.getContext("2d");
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    pen.clearRect(0, 0, this.width, this.width);
    if (this.training.possible) {
      this.paintPlane(pen, logits, paper);
      this.paintLine(pen, logits, style.color);
    } else this.paintHint(pen, style.color);
    this.paintPoints(pen, style.backgroundColor);
    if (this.cross) this.paintCross(pen, style.color);
  }

  paintPlane(pen, logits, paper) {
    const { data } = this.image;
    for (let i = 0; i < logits.length; i++) {
      const colour = COLOURS[logits[i] > 0 ? 1 : 0];
      const share = 0.62 * Math.tanh(Math.abs(logits[i]) / SOFT);
      for (let c = 0; c < 3; c++) data[4 * i + c] = paper[c] + share * (colour[c] - paper[c]);
      data[4 * i + 3] = 255;
    }
    this.small.getContext("2d").putImageData(this.image, 0, 0);
    pen.drawImage(this.small, 0.5, 0.5, SIDE - 1, SIDE - 1, 0, 0, this.width, this.width);
  }

  // Where the logit is 0: marching squares, each cell cut by straight lines.
  paintLine(pen, logits, colour) {
    const step = this.width / (SIDE - 1);
    pen.beginPath();
    for (let row = 0; row + 1 < SIDE; row++) {
      for (let column = 0; column + 1 < SIDE; column++) {
        const at = row * SIDE + column;
        const corners = [logits[at], logits[at + 1], logits[at + SIDE + 1], logits[at + SIDE]];
        const cuts = cutsOf(corners);
        for (let k = 0; k + 1 < cuts.length; k += 2) {
          pen.moveTo((column + cuts[k][0]) * step, (row + cuts[k][1]) * step);
          pen.lineTo((column + cuts[k + 1][0]) * step, (row + cuts[k + 1][1]) * step);
        }
      }
    }
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.stroke();
  }

  paintHint(pen, colour) {
    pen.fillStyle = colour;
    pen.font = "15px system-ui, sans-serif";
    pen.textAlign = "center";
    const lines = ["Click or tap to place points of both classes.", "By keyboard: arrows, then Enter."];
    lines.forEach((line, k) => {
      pen.fillText(line, this.width / 2, this.width / 2 + 22 * k, this.width - 20);
    });
  }

  // Circles and diamonds: the classes differ in more than their colour.
  paintPoints(pen, edge) {
    const { points, labels } = this.training.data.train;
    const radius = this.width < 360 ? 3.5 : 4.5;
    pen.strokeStyle = edge;
    pen.lineWidth = 1.2;
    labels.forEach((label, i) => {
      const [x, y] = this.toPixels(points[2 * i], points[2 * i + 1]);
      pen.beginPath();
      if (label) diamond(pen, x, y, 1.25 * radius);
      else pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fillStyle = `rgb(${COLOURS[label]})`;
      pen.fill();
      pen.stroke();
    });
  }

  paintCross(pen, colour) {
    const [x, y] = this.toPixels(this.cross[0], this.cross[1]);
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    for (const [dx, dy] of [
      [9, 0],
      [0, 9],
    ]) {
      pen.moveTo(x - dx, y - dy);
      pen.lineTo(x + dx, y + dy);
    }
    pen.stroke();
  }

  toPixels(x, y) {
    return [((x / LIMIT + 1) / 2) * this.width, ((1 - y / LIMIT) / 2) * this.width];
  }

  press(event) {
    if (!this.open) return;
    const box = this.canvas.getBoundingClientRect();
    const x = (2 * (event.clientX - box.left)) / box.width - 1;
    const y = 1 - (2 * (event.clientY - box.top)) / box.height;
    this.place(x * LIMIT, y * LIMIT);
  }

  // A new point, or off with the one that is there.
  place(x, y) {
    const reach = (REACH / this.width) * 2 * LIMIT;
    const near = this.training.settings.points.findIndex((point) => Math.hypot(point[0] - x, point[1] - y) < reach);
    if (near < 0) this.onPlace(x, y);
    else this.onRemove(near);
  }

  onKey(event) {
    if (!this.open) return;
    const step = event.shiftKey ? 0.5 : 0.125;
    const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    const [x, y] = this.cross ?? [0, 0];
    if (move) this.setCross([x + move[0], y + move[1]].map((v) => Math.min(Math.max(v, -LIMIT), LIMIT)));
    else if (event.key === "Enter" || event.key === " ") {
      this.setCross([x, y]);
      this.place(x, y);
    } else return;
    event.preventDefault();
  }

  setCross(cross) {
    this.cross = cross;
    if (this.training) this.paint();
  }
}

const rgb = (text) => text.match(/[\d.]+/g).map(Number);

function diamond(pen, x, y, radius) {
  pen.moveTo(x, y - radius);
  pen.lineTo(x + radius, y);
  pen.lineTo(x, y + radius);
  pen.lineTo(x - radius, y);
  pen.closePath();
}

// The places on a unit cell's edges where a value between the corners is 0, from the upper left corner clockwise.
/** @param {number[]} corners */
function cutsOf([a, b, c, d]) {
  const cuts = [];
  const share = (from, to) => from / (from - to);
  if (a > 0 !== b > 0) cuts.push([share(a, b), 0]);
  if (b > 0 !== c > 0) cuts.push([1, share(b, c)]);
  if (c > 0 !== d > 0) cuts.push([1 - share(c, d), 1]);
  if (d > 0 !== a > 0) cuts.push([0, 1 - share(d, a)]);
  return cuts;
}
