// @ts-check
// The exact probabilities of a circuit, in the browser: an angle turned shows at once, even while the kernel is busy.
// The kernel has its own simulation; a test holds this one against it.

import { anglesOf, applyGate } from "./gates.js";
import { permutation, ROTATE, scatter } from "./layers.js";

/**
 * @param {import("./types.js").Gates} circuit
 * @param {number[][]} angles one array a layer: in words one angle a qubit, by elements those of its gates in order
 * @returns {Float64Array} the 2ⁿ probabilities; wire 0 is the most significant bit of an index
 */
export function simulate(circuit, angles) {
  const { n, operations } = circuit;
  const { re, im } = operations ? runOperations(operations, n, angles) : runWords(circuit, angles);
  return re.map((x, i) => x * x + im[i] * im[i]);
}

function runOperations({ start, layers }, n, angles) {
  const re = new Float64Array(2 ** n);
  const im = new Float64Array(2 ** n);
  re[0] = 1;
  for (const operation of start) applyGate(re, im, n, operation, []);
  angles.forEach((row, layer) => {
    for (const operation of layers[layer % layers.length]) applyGate(re, im, n, operation, anglesOf(operation, row));
  });
  return { re, im };
}

function runWords({ n, hadamard, cnots, rotations }, angles) {
  let [re, im, nextRe, nextIm] = Array.from({ length: 4 }, () => new Float64Array(2 ** n));
  if (hadamard) re.fill(re.length ** -0.5);
  else re[0] = 1;
  const goesTo = permutation(cnots, n);
  rotations.forEach((rotation, layer) => {
    scatter(re, goesTo, nextRe);
    scatter(im, goesTo, nextIm);
    [re, im, nextRe, nextIm] = [nextRe, nextIm, re, im];
    for (let q = 0; q < n; q++) ROTATE[rotation](re, im, 1 << (n - 1 - q), angles[layer][q] / 2);
  });
  return { re, im };
}
