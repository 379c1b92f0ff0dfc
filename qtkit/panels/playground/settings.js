// @ts-check
// What can be set, and the same as one line of text: a link's end, or what Python is given.
import { READINGS } from "../parts/mapping.js";
import { range } from "../parts/numbers.js";
import { DATA, LIMIT } from "./data.js";

/**
 * @typedef {object} Settings
 * @property {string} data a name of `DATA`
 * @property {number} noise standard deviation, in half-widths of the data
 * @property {number[]} hidden widths of the two hidden layers
 * @property {string} reading what the mapping sees, a name of `READINGS`
 * @property {number} depth layers of each candidate
 * @property {number[]} candidates their numbers in Table I, ascending
 * @property {number} rate of Adam
 * @property {number} seed
 * @property {number[][]} points placed by hand: x, y and the label 0 or 1
 */

export const MAX_STEPS = 20000;
const MAX_POINTS = 400;

/** The bounds of whole numbers and of others, by the names of the fields. */
export const BOUNDS = {
  noise: { min: 0, max: 0.5, whole: false, words: "the noise" },
  hidden: { min: 1, max: 16, whole: true, words: "a layer's width" },
  depth: { min: 1, max: 8, whole: true, words: "the depth" },
  rate: { min: 0.0001, max: 1, whole: false, words: "the rate" },
  seed: { min: 0, max: 99999, whole: true, words: "the seed" },
};

/** @type {Settings} */
export const DEFAULTS = {
  data: "moons",
  noise: 0.1,
  hidden: [8, 8],
  reading: "scaled",
  depth: 4,
  candidates: range(12).map((i) => i + 1),
  rate: 0.03,
  seed: 0,
  points: [],
};

/**
 * A number as it was typed.
 * @param {keyof typeof BOUNDS} field
 * @param {string} text
 * @throws {Error} that says what is expected
 */
export function readNumber(field, text) {
  const { min, max, whole, words } = BOUNDS[field];
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new Error(`${words} must be a ${whole ? "whole " : ""}number from ${min} to ${max}, got "${text}"`);
}

/**
 * @param {Settings} settings
 * @param {number} step
 */
export function writeState(settings, step) {
  const { data, noise, hidden, reading, depth, candidates, rate, seed, points } = settings;
  const fields = [
    ["data", data],
    ...(data === "own" ? [["points", points.map(writePoint).join("")]] : [["noise", noise]]),
    ["net", hidden.join("-")],
    ["sees", reading],
    ["depth", depth],
    ["configs", candidates.length === 12 ? "all" : candidates.join("-")],
    ["rate", rate],
    ["seed", seed],
    ["step", step],
  ];
  return fields.map((pair) => pair.join("=")).join("&");
}

/**
 * @param {string} text as `writeState` makes it; what is missing is as at first
 * @returns {{ settings: Settings, step: number }}
 * @throws {Error} that says what is wrong with it
 */
export function readState(text) {
  const settings = { ...DEFAULTS };
  let step = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === "data") settings.data = readChoice("the data", value, DATA);
    else if (name === "sees") settings.reading = readChoice("what the mapping sees", value, READINGS);
    else if (name === "net") settings.hidden = readWidths(value);
    else if (name === "configs") settings.candidates = readCandidates(value);
    else if (name === "points") settings.points = readPoints(value);
    else if (name === "step") step = readStep(value);
    else if (name === "noise" || name === "depth" || name === "rate" || name === "seed") {
      settings[name] = readNumber(name, value);
    } else throw new Error(`a playground has no setting "${name}"`);
  }
  return { settings, step };
}

function readChoice(what, value, choices) {
  if (choices.some(([name]) => name === value)) return value;
  throw new Error(`${what} must be one of ${choices.map(([name]) => name).join(", ")}, got "${value}"`);
}

function readWidths(value) {
  const widths = value.split("-").map((text) => readNumber("hidden", text));
  if (widths.length === 2) return widths;
  throw new Error(`the network has two hidden layers, such as 8-8, got "${value}"`);
}

function readCandidates(value) {
  const numbers = value === "all" ? DEFAULTS.candidates : value.split("-").map(Number);
  const right = (number) => Number.isInteger(number) && number >= 1 && number <= 12;
  if (numbers.every(right)) return [...new Set(numbers)].sort((a, b) => a - b);
  throw new Error(`the configs must be numbers from 1 to 12, such as 2-5-8, got "${value}"`);
}

function readStep(value) {
  const step = Number(value);
  if (Number.isInteger(step) && step >= 0 && step <= MAX_STEPS) return step;
  throw new Error(`the step must be a whole number from 0 to ${MAX_STEPS}, got "${value}"`);
}

// A coordinate is a whole number of 1/1295 of the width, two digits of base 36; a point is x, y and its label.
const GRID = 36 ** 2 - 1;
const POINT = /^[0-9a-z]{4}[01]$/;

/** The coordinate as a link keeps it, so that a link brings back the very points. */
export const snap = (x) => fromGrid(toGrid(x));
const toGrid = (x) => Math.round((Math.min(Math.max(x / LIMIT, -1), 1) + 1) * (GRID / 2));
const fromGrid = (whole) => (whole / (GRID / 2) - 1) * LIMIT;

const writePoint = ([x, y, label]) =>
  [x, y].map((value) => toGrid(value).toString(36).padStart(2, "0")).join("") + label;

function readPoints(value) {
  const texts = value.match(/.{1,5}/g) ?? [];
  if (texts.length > MAX_POINTS || !texts.every((text) => POINT.test(text))) {
    throw new Error(`the points must be up to ${MAX_POINTS} times five digits and letters`);
  }
  const coordinate = (text) => fromGrid(Number.parseInt(text, 36));
  return texts.map((text) => [coordinate(text.slice(0, 2)), coordinate(text.slice(2, 4)), Number(text[4])]);
}
