// @ts-check
// The weights that a linear mapping generates, as the kernel's `weights` does: a test holds one against the other.

// What the mapping sees of P, by the name that Python has for it; the first is what it begins with.
export const READINGS = [
  ["raw", "P"],
  ["scaled", "2ⁿP − 1"],
];

/**
 * What the mapping sees of one of 2ⁿ probabilities is factor · P + shift.
 * @typedef {{ factor: number, shift: number }} Seen
 */

/**
 * @param {string} reading a name of `READINGS`
 * @param {number} size how many probabilities there are
 * @returns {Seen}
 */
export const seenBy = (reading, size) =>
  reading === READINGS[0][0] ? { factor: 1, shift: 0 } : { factor: size, shift: -1 };

/**
 * κ_i = mapping([bits of i, P(i)]), equation 4, for as many i as there are weights.
 * @param {Float64Array} weights are filled
 * @param {ArrayLike<number>} probabilities 2ⁿ of them
 * @param {ArrayLike<number>} mapping n + 2 numbers: of the bits, wire 0 first, of the probability, the bias
 * @param {Seen} seen
 */
export function fillWeights(weights, probabilities, mapping, { factor, shift }) {
  const n = mapping.length - 2;
  for (let i = 0; i < weights.length; i++) {
    let value = mapping[n + 1] + mapping[n] * (factor * probabilities[i] + shift);
    for (let q = 0; q < n; q++) if ((i >> (n - 1 - q)) & 1) value += mapping[q];
    weights[i] = value;
  }
}

/**
 * The weights of all basis states.
 * @param {ArrayLike<number>} probabilities 2ⁿ of them
 * @param {ArrayLike<number>} mapping as `fillWeights` takes it
 * @param {string} reading a name of `READINGS`
 */
export function generateWeights(probabilities, mapping, reading) {
  const weights = new Float64Array(probabilities.length);
  fillWeights(weights, probabilities, mapping, seenBy(reading, weights.length));
  return weights;
}
