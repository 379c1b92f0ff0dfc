// @ts-check
// The exact probabilities of a circuit, in the browser: an angle turned shows at once, even while the kernel is busy.
// The kernel has its own simulation; a test holds this one against it.

import { anglesOf, applyGate } from "./gates.js";

/**
 * @param {import("./types.js").Gates} circuit
 * @param {number[][]} angles one array a layer: in words one angle a qubit, by elements those of its gates in order
 * @returns {Float64Array} the 2ⁿ probabilities; wire 0 is the most significant bit of an index
 */
export function simulate(circuit, angles) {
  const size = 2 ** circuit.n;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  if (circuit.operations) runOperations(circuit.operations, circuit.n, angles, re, im);
  else runWords(circuit, angles, re, im);
  return re.map((x, i) => x * x + im[i] * im[i]);
}

function runOperations({ start, layers }, n, angles, re, im) {
  re[0] = 1;
  for (const operation of start) applyGate(re, im, n, operation, []);
  angles.forEach((row, layer) => {
    for (const operation of layers[layer % layers.length]) applyGate(re, im, n, operation, anglesOf(operation, row));
  });
}

function runWords({ n, hadamard, cnots, rotations }, angles, re, im) {
  if (hadamard) re.fill(re.length ** -0.5);
  else re[0] = 1;
  rotations.forEach((rotation, layer) => {
    for (const [control, target] of cnots) flip(re, im, 1 << (n - 1 - control), 1 << (n - 1 - target));
    for (let q = 0; q < n; q++) ROTATE[rotation](re, im, 1 << (n - 1 - q), angles[layer][q] / 2);
  });
}

function flip(re, im, control, target) {
  for (let i = 0; i < re.length; i++) {
    if (!(i & control) || i & target) continue;
    const j = i | target;
    [re[i], re[j]] = [re[j], re[i]];
    [im[i], im[j]] = [im[j], im[i]];
  }
}

// Each works on pairs of amplitudes that differ in one bit; `half` is half the angle.
const ROTATE = {
  rx(re, im, bit, half) {
    const c = Math.cos(half);
    const s = Math.sin(half);
    for (let i = 0; i < re.length; i++) {
      if (i & bit) continue;
      const j = i | bit;
      const [a, b, x, y] = [re[i], im[i], re[j], im[j]];
      re[i] = c * a + s * y;
      im[i] = c * b - s * x;
      re[j] = c * x + s * b;
      im[j] = c * y - s * a;
    }
  },
  ry(re, im, bit, half) {
    const c = Math.cos(half);
    const s = Math.sin(half);
    for (let i = 0; i < re.length; i++) {
      if (i & bit) continue;
      const j = i | bit;
      const [a, b, x, y] = [re[i], im[i], re[j], im[j]];
      re[i] = c * a - s * x;
      im[i] = c * b - s * y;
      re[j] = s * a + c * x;
      im[j] = s * b + c * y;
    }
  },
  rz(re, im, bit, half) {
    const c = Math.cos(half);
    const s = Math.sin(half);
    for (let i = 0; i < re.length; i++) {
      const sign = i & bit ? 1 : -1;
      const [a, b] = [re[i], im[i]];
      re[i] = c * a - sign * s * b;
      im[i] = c * b + sign * s * a;
    }
  },
};

// The CNOTs of one layer on n wires by the entangler's name; the kernel's `Ansatz.cnots` is held against it.
export const ENTANGLERS = {
  cyc: (n) => (n > 1 ? Array.from({ length: n }, (_, i) => [i, (i + 1) % n]) : []),
  ent: (n) =>
    [0, 1].flatMap((first) =>
      Array.from({ length: Math.floor((n - first) / 2) }, (_, k) => [first + 2 * k, first + 2 * k + 1]),
    ),
  none: () => [],
};
