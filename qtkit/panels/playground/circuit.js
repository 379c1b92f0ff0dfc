// @ts-check
// The probabilities of one candidate and their gradient, exact: what Python does with compiled kernels, for the few qubits
// of a playground. A test holds one against the other.
import { ENTANGLERS, permutation, ROTATE, scatter, turnReal } from "../parts/layers.js";

/** @typedef {{ hadamard: boolean, entangler: string, rotation: string }} Candidate */

// Whether the probabilities can depend on the angles: `structure` in Python has the rules and their proofs. RZ turns
// phases, which no measurement sees; of |+…+⟩, which Hadamards make, RX changes the phase alone.
/** @param {Candidate} candidate */
export const hears = ({ hadamard, rotation }) => rotation === "ry" || (rotation === "rx" && !hadamard);

export class Circuit {
  /**
   * @param {Candidate} candidate
   * @param {number} n qubits
   * @param {number} depth layers
   */
  constructor(candidate, n, depth) {
    const size = 2 ** n;
    this.n = n;
    this.depth = depth;
    this.hears = depth > 0 && hears(candidate);
    this.real = candidate.rotation === "ry"; // then all amplitudes are
    this.start = new Float64Array(size);
    if (candidate.hadamard) this.start.fill(size ** -0.5);
    else this.start[0] = 1;
    this.probabilities = this.start.map((x) => x * x);
    if (!this.hears) return;
    this.goesTo = permutation(ENTANGLERS[candidate.entangler](n), n);
    const states = () => Array.from({ length: depth }, () => new Float64Array(size));
    this.re = states(); // of the state after each layer, kept for the gradient
    this.im = this.real ? [] : states();
    this.buffers = Array.from({ length: 4 }, () => new Float64Array(size));
    this.zero = new Float64Array(size);
  }

  /** @param {ArrayLike<number>} angles `depth` rows of n, in radians */
  forward(angles) {
    if (!this.hears) return;
    const { depth, goesTo, probabilities } = this;
    const size = probabilities.length;
    for (let layer = 0; layer < depth; layer++) {
      const re = this.re[layer];
      scatter(layer ? this.re[layer - 1] : this.start, goesTo, re);
      if (!this.real) scatter(layer ? this.im[layer - 1] : this.zero, goesTo, this.im[layer]);
      this.rotate(re, this.im[layer], angles, layer, 1);
    }
    const re = this.re[depth - 1];
    const im = this.real ? this.zero : this.im[depth - 1];
    for (let i = 0; i < size; i++) probabilities[i] = re[i] * re[i] + im[i] * im[i];
  }

  // RX on every qubit by sign · angle, or RY, which needs no imaginary parts.
  rotate(re, im, angles, layer, sign) {
    for (let q = 0; q < this.n; q++) {
      const bit = 1 << (this.n - 1 - q);
      const half = (sign * angles[layer * this.n + q]) / 2;
      if (this.real) turnReal(re, bit, half);
      else ROTATE.rx(re, im, bit, half);
    }
  }

  /**
   * Adds to `gradient` what the angles of the last `forward` are worth: adjoint differentiation.
   * @param {ArrayLike<number>} upstream the gradient by the probabilities
   * @param {number} weight of this circuit in the sum
   * @param {ArrayLike<number>} angles
   * @param {Float64Array} gradient as `angles`
   */
  backward(upstream, weight, angles, gradient) {
    if (!this.hears) return;
    const { n, depth, goesTo, real } = this;
    const size = this.probabilities.length;
    let [re, im, nextRe, nextIm] = this.buffers;
    const lastRe = this.re[depth - 1];
    for (let i = 0; i < size; i++) re[i] = weight * upstream[i] * lastRe[i];
    if (!real) {
      const lastIm = this.im[depth - 1];
      for (let i = 0; i < size; i++) im[i] = weight * upstream[i] * lastIm[i];
    }
    for (let layer = depth - 1; layer >= 0; layer--) {
      if (real) slopesReal(re, this.re[layer], n, gradient, layer * n);
      else slopesComplex(re, im, this.re[layer], this.im[layer], n, gradient, layer * n);
      if (layer === 0) break;
      this.rotate(re, im, angles, layer, -1);
      gather(re, goesTo, nextRe);
      [re, nextRe] = [nextRe, re];
      if (real) continue;
      gather(im, goesTo, nextIm);
      [im, nextIm] = [nextIm, im];
    }
  }
}

function gather(from, goesTo, to) {
  for (let i = 0; i < goesTo.length; i++) to[i] = from[goesTo[i]];
}

// The rotations of a layer commute, so each angle's slope is ⟨λ| -iY |ψ⟩ with both as they are after the layer.
function slopesReal(lambda, re, n, gradient, offset) {
  for (let q = 0; q < n; q++) {
    const bit = 1 << (n - 1 - q);
    let sum = 0;
    for (let base = 0; base < re.length; base += 2 * bit) {
      for (let i = base; i < base + bit; i++) sum += lambda[i + bit] * re[i] - lambda[i] * re[i + bit];
    }
    gradient[offset + q] += sum;
  }
}

// The real part of ⟨λ| -iX |ψ⟩.
function slopesComplex(lambdaRe, lambdaIm, re, im, n, gradient, offset) {
  for (let q = 0; q < n; q++) {
    const bit = 1 << (n - 1 - q);
    let sum = 0;
    for (let i = 0; i < re.length; i++) sum += lambdaRe[i] * im[i ^ bit] - lambdaIm[i] * re[i ^ bit];
    gradient[offset + q] += sum;
  }
}
