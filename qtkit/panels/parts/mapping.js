// @ts-check
// The weights that a linear mapping generates, as the kernel's `weights` does: a test holds one against the other.

// What the mapping sees of P, by the name that Python has for it; the first is what it begins with.
export const READINGS = [
  ["raw", "P"],
  ["scaled", "2ⁿP − 1"],
];

/**
 * κ_i = mapping([bits of i, P(i)]), equation 4.
 * @param {ArrayLike<number>} probabilities 2ⁿ of them
 * @param {number[]} mapping n + 2 numbers: of the bits, wire 0 first, of the probability, the bias
 * @param {string} reading a name of `READINGS`
 * @returns {number[]}
 */
export function generateWeights(probabilities, mapping, reading) {
  const n = mapping.length - 2;
  const size = probabilities.length;
  return Array.from(probabilities, (p, i) => {
    let value = mapping[n + 1] + mapping[n] * (reading === READINGS[0][0] ? p : size * p - 1);
    for (let q = 0; q < n; q++) if ((i >> (n - 1 - q)) & 1) value += mapping[q];
    return value;
  });
}
