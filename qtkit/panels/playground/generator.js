// @ts-check
// `QuantumTrain` in the browser: the numbers that are trained, the weights they generate, and the gradient back.
import { fillWeights, seenBy } from "../parts/mapping.js";
import { Circuit } from "./circuit.js";
import { countWeights } from "./network.js";

/** As many qubits as `p` weights need. */
export const qubitsFor = (p) => Math.max(1, Math.ceil(Math.log2(p)));

export class Generator {
  /**
   * @param {import("./circuit.js").Candidate[]} candidates N of them
   * @param {number[]} widths of the network that is written
   * @param {number} depth
   * @param {string} reading what the mapping sees, a name of `READINGS`
   */
  constructor(candidates, widths, depth, reading) {
    const p = countWeights(widths);
    const n = qubitsFor(p);
    const angles = n * depth;
    const mapping = angles + candidates.length;
    this.n = n;
    this.depth = depth;
    this.seen = seenBy(reading, 2 ** n);
    this.circuits = candidates.map((candidate) => new Circuit(candidate, n, depth));
    // Angles by layers, structural weights, then the mapping: of the n bits, of the probability, the bias.
    this.parameters = new Float64Array(mapping + n + 2);
    this.gradient = new Float64Array(mapping + n + 2);
    this.angles = this.parameters.subarray(0, angles);
    this.structural = this.parameters.subarray(angles, mapping);
    this.mapping = this.parameters.subarray(mapping);
    this.byAngles = this.gradient.subarray(0, angles);
    this.byStructural = this.gradient.subarray(angles, mapping);
    this.byMapping = this.gradient.subarray(mapping);
    this.distribution = new Float64Array(2 ** n);
    this.byDistribution = new Float64Array(2 ** n);
    this.weights = new Float64Array(p);
    this.byWeights = new Float64Array(p); // whoever calls `backward` fills it
  }

  /** How many numbers training moves: the weight of a single candidate stays 1. */
  get trainable() {
    return this.parameters.length - (this.circuits.length === 1 ? 1 : 0);
  }

  /** Equations 7 and 4: from the parameters to the distribution and to the weights. */
  forward() {
    const { circuits, structural, mapping, distribution, weights, seen } = this;
    distribution.fill(0);
    circuits.forEach((circuit, j) => {
      circuit.forward(this.angles);
      for (let i = 0; i < distribution.length; i++) distribution[i] += structural[j] * circuit.probabilities[i];
    });
    fillWeights(weights, distribution, mapping, seen);
  }

  /** From `byWeights` to `gradient`, at the place of the last `forward`. */
  backward() {
    const { n, circuits, structural, mapping, distribution, byWeights, byDistribution, byMapping } = this;
    const { factor, shift } = this.seen;
    this.gradient.fill(0);
    byDistribution.fill(0);
    for (let i = 0; i < byWeights.length; i++) {
      const slope = byWeights[i];
      for (let q = 0; q < n; q++) if ((i >> (n - 1 - q)) & 1) byMapping[q] += slope;
      byMapping[n] += slope * (factor * distribution[i] + shift);
      byMapping[n + 1] += slope;
      byDistribution[i] = slope * mapping[n] * factor;
    }
    circuits.forEach((circuit, j) => {
      circuit.backward(byDistribution, structural[j], this.angles, this.byAngles);
      if (circuits.length === 1) return;
      for (let i = 0; i < distribution.length; i++)
        this.byStructural[j] += byDistribution[i] * circuit.probabilities[i];
    });
  }
}
