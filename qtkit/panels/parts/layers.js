// @ts-check
// The layers of a circuit in words, on the amplitudes of a state: CNOTs, then a rotation on every qubit. Wire 0 is the most
// significant bit of an index.

// The CNOTs of one layer on n wires by the entangler's name; the kernel's `Ansatz.cnots` is held against it.
export const ENTANGLERS = {
  cyc: (n) => (n > 1 ? Array.from({ length: n }, (_, i) => [i, (i + 1) % n]) : []),
  ent: (n) =>
    [0, 1].flatMap((first) =>
      Array.from({ length: Math.floor((n - first) / 2) }, (_, k) => [first + 2 * k, first + 2 * k + 1]),
    ),
  none: () => [],
};

/**
 * Where the CNOTs of a layer take each basis state.
 * @param {number[][]} cnots [control, target] in their order
 * @param {number} n
 */
export function permutation(cnots, n) {
  return Int32Array.from({ length: 2 ** n }, (_, state) => {
    for (const [control, target] of cnots) if ((state >> (n - 1 - control)) & 1) state ^= 1 << (n - 1 - target);
    return state;
  });
}

/**
 * @param {Float64Array} from
 * @param {Int32Array} goesTo
 * @param {Float64Array} to
 */
export function scatter(from, goesTo, to) {
  for (let i = 0; i < goesTo.length; i++) to[goesTo[i]] = from[i];
}

/**
 * RY on the real or on the imaginary parts, which it does not mix.
 * @param {Float64Array} re
 * @param {number} bit of the qubit
 * @param {number} half of the angle
 */
export function turnReal(re, bit, half) {
  const c = Math.cos(half);
  const s = Math.sin(half);
  for (let base = 0; base < re.length; base += 2 * bit) {
    for (let i = base; i < base + bit; i++) {
      const a = re[i];
      const x = re[i + bit];
      re[i] = c * a - s * x;
      re[i + bit] = s * a + c * x;
    }
  }
}

// Each works on pairs of amplitudes that differ in one bit; `half` is half the angle.
/** @type {Record<string, (re: Float64Array, im: Float64Array, bit: number, half: number) => void>} */
export const ROTATE = {
  rx(re, im, bit, half) {
    const c = Math.cos(half);
    const s = Math.sin(half);
    for (let base = 0; base < re.length; base += 2 * bit) {
      for (let i = base; i < base + bit; i++) {
        const j = i + bit;
        const a = re[i];
        const b = im[i];
        const x = re[j];
        const y = im[j];
        re[i] = c * a + s * y;
        im[i] = c * b - s * x;
        re[j] = c * x + s * b;
        im[j] = c * y - s * a;
      }
    }
  },
  ry(re, im, bit, half) {
    turnReal(re, bit, half);
    turnReal(im, bit, half);
  },
  rz(re, im, bit, half) {
    const c = Math.cos(half);
    const s = Math.sin(half);
    for (let i = 0; i < re.length; i++) {
      const sign = i & bit ? 1 : -1;
      const a = re[i];
      const b = im[i];
      re[i] = c * a - sign * s * b;
      im[i] = c * b + sign * s * a;
    }
  },
};
