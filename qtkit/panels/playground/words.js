// @ts-check
// What is seen, in words.
import { hears } from "./circuit.js";

/** @typedef {import("./training.js").Training} Training */

/** @param {Training} training */
export function countsInWords({ generator }) {
  const { n, weights, trainable } = generator;
  return `${n} ${n === 1 ? "qubit writes" : "qubits write"} ${weights.length} weights with ${trainable} trained numbers`;
}

/** @param {Training} training */
export function numbersInWords(training) {
  const { steps, losses, data } = training;
  if (!training.possible) return "no points of both classes yet";
  const { accuracy } = data.test.labels.length ? training.judgeTest() : training.judgeTrain();
  const where = data.test.labels.length ? "new points" : "your points";
  return `step ${steps} · loss ${shortLoss(losses.at(-1))} · ${Math.round(100 * accuracy)} % of ${where} right`;
}

const shortLoss = (loss) => (loss < 0.001 ? loss.toExponential(0) : loss.toFixed(3));

/** @param {Training} training */
export function planeInWords(training) {
  const { data } = training.settings;
  const hand = data === "own" ? " Arrow keys move a cross, Enter places a point there or takes it away." : "";
  const told = `${numbersInWords(training)}.${hand}`;
  return `The plane with two classes of points and where the network draws the line between them: ${told}`;
}

/** @param {Training} training */
export function leaderInWords(training) {
  return `${leader(training)} ${deafInWords(training)}`.trim();
}

/** @param {Training} training */
function leader({ candidates, generator, steps }) {
  const { structural } = generator;
  const names = candidates.map(({ name }) => name.replace(/^config (\d+): (.*)$/, "Config $1 ($2)"));
  if (names.length === 1) return `${names[0]} writes alone.`;
  if (steps === 0) return `All ${names.length} circuits count alike until you press Start.`;
  const order = Array.from(structural, (w, i) => ({ w, name: names[i], number: candidates[i].number }));
  order.sort((a, b) => b.w - a.w);
  const [first] = order;
  const alike = order.filter(({ w }) => first.w - w < 0.005); // the same to two digits
  const w = first.w.toFixed(2);
  if (alike.length > 3) return `${alike.length} circuits lead alike: w = ${w}.`;
  if (alike.length > 1) return `Configs ${together(alike.map(({ number }) => number))} lead alike: w = ${w}.`;
  return `${first.name} leads: w = ${w}, ${(first.w - order[1].w).toFixed(2)} ahead of config ${order[1].number}.`;
}

/** @param {Training} training */
function deafInWords({ candidates }) {
  const deaf = candidates.filter((candidate) => !hears(candidate)).map(({ number }) => number);
  const all = candidates.length;
  if (!deaf.length) return "";
  if (deaf.length === all) return all === 1 ? "It cannot hear its angles." : "None of them can hear its angles.";
  if (deaf.length === 1) return `Config ${deaf[0]} cannot hear its angles.`;
  return `Configs ${together(deaf)} cannot hear their angles.`;
}

/** @param {number[]} numbers two or more */
function together(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return `${sorted.slice(0, -1).join(", ")} and ${sorted.at(-1)}`;
}
