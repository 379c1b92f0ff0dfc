// @ts-check
// Two classes of points in the plane, drawn from the seed.
import { range } from "../parts/numbers.js";
import { drawNormal, makeRandom } from "./random.js";

/**
 * @typedef {{ points: Float64Array, labels: Float64Array }} Points x and y in turn; 0 or 1 each
 * @typedef {{ train: Points, test: Points }} Data
 */

export const LIMIT = 2.5; // what is seen of the plane: x and y from -LIMIT to LIMIT
const COUNT = 200; // points to train on, and as many to test on

// A point of a class, where there is no noise; the shape fills about ±2.
/** @type {Record<string, (label: number, random: () => number) => [number, number]>} */
const SHAPES = {
  moons(label, random) {
    const t = Math.PI * random();
    return label
      ? [1.3 * (0.5 - Math.cos(t)), 1.3 * (0.25 - Math.sin(t))]
      : [1.3 * (Math.cos(t) - 0.5), 1.3 * (Math.sin(t) - 0.25)];
  },
  circles(label, random) {
    const t = 2 * Math.PI * random();
    const radius = label ? 0.9 : 1.9;
    return [radius * Math.cos(t), radius * Math.sin(t)];
  },
  xor(label, random) {
    const x = 0.2 + 1.8 * random();
    const y = 0.2 + 1.8 * random();
    const side = random() < 0.5 ? -1 : 1;
    return label ? [side * x, -side * y] : [side * x, side * y];
  },
  spirals(label, random) {
    const r = 0.15 + 0.85 * Math.sqrt(random());
    const t = 1.25 * 2 * Math.PI * r + label * Math.PI;
    return [2.1 * r * Math.cos(t), 2.1 * r * Math.sin(t)];
  },
};

/** Their names in a link and what the page calls them; the last is for points placed by hand. */
export const DATA = [
  ["moons", "moons"],
  ["circles", "circles"],
  ["xor", "XOR"],
  ["spirals", "spirals"],
  ["own", "own"],
];

/**
 * @param {import("./settings.js").Settings} settings
 * @returns {Data} points placed by hand have none to test on
 */
export function makeData({ data, noise, seed, points }) {
  if (data === "own") return { train: pack(points), test: pack([]) };
  const random = makeRandom(seed + 0x10000);
  const draw = () =>
    pack(
      range(COUNT).map((i) => {
        const label = i % 2;
        const [x, y] = SHAPES[data](label, random);
        return [x + 2 * noise * drawNormal(random), y + 2 * noise * drawNormal(random), label];
      }),
    );
  return { train: draw(), test: draw() };
}

/** @param {number[][]} rows x, y and the label of each */
function pack(rows) {
  return {
    points: Float64Array.from(rows.flatMap((row) => row.slice(0, 2))),
    labels: Float64Array.from(rows.map((row) => row[2])),
  };
}
