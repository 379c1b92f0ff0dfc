// @ts-check
// The gates that elements of circuits are made of, on the amplitudes of a state: the same as the kernel's.

// How many angles each gate has, and what they are called.
export const ANGLE_NAMES = {
  h: [],
  rx: ["θ"],
  ry: ["θ"],
  rz: ["θ"],
  u3: ["θ", "φ", "λ"],
  cnot: [],
  cz: [],
  swap: [],
  crx: ["θ"],
  cry: ["θ"],
  crz: ["θ"],
  cu3: ["θ", "φ", "λ"],
  rzz: ["θ"],
};

/**
 * @param {import("./types.js").Operation} operation
 * @param {number[]} row the angles of its layer
 */
export const anglesOf = ([name, , place], row) => row.slice(place, place + ANGLE_NAMES[name].length);

/**
 * Let a gate act on the state re + i·im of n wires, of which 0 is the most significant bit of an index.
 * @param {Float64Array} re
 * @param {Float64Array} im
 * @param {number} n
 * @param {import("./types.js").Operation} operation
 * @param {number[]} angles its own
 */
export function applyGate(re, im, n, [name, wires], angles) {
  const [first, last] = [wires[0], wires[wires.length - 1]].map((wire) => 1 << (n - 1 - wire));
  if (name === "swap") swap(re, im, first, last);
  else if (name === "rzz") turnPhases(re, im, first, last, angles[0] / 2);
  else turn(re, im, MATRICES[ALONE[name] ?? name](...angles), last, wires.length > 1 ? first : 0);
}

// A gate on its target, where the control is 1.
const ALONE = { cnot: "x", cz: "z", crx: "rx", cry: "ry", crz: "rz", cu3: "u3" };

// [m00, m01, m10, m11], each as its real and its imaginary part.
const MATRICES = {
  x: () => [0, 0, 1, 0, 1, 0, 0, 0],
  z: () => [1, 0, 0, 0, 0, 0, -1, 0],
  h: () => [Math.SQRT1_2, 0, Math.SQRT1_2, 0, Math.SQRT1_2, 0, -Math.SQRT1_2, 0],
  rx: (t) => [Math.cos(t / 2), 0, 0, -Math.sin(t / 2), 0, -Math.sin(t / 2), Math.cos(t / 2), 0],
  ry: (t) => [Math.cos(t / 2), 0, -Math.sin(t / 2), 0, Math.sin(t / 2), 0, Math.cos(t / 2), 0],
  rz: (t) => [Math.cos(t / 2), -Math.sin(t / 2), 0, 0, 0, 0, Math.cos(t / 2), Math.sin(t / 2)],
  u3: (theta, phi, lambda) => {
    const c = Math.cos(theta / 2);
    const s = Math.sin(theta / 2);
    const [both, p, l] = [phi + lambda, phi, lambda];
    return [
      ...[c, 0, -s * Math.cos(l), -s * Math.sin(l)],
      ...[s * Math.cos(p), s * Math.sin(p), c * Math.cos(both), c * Math.sin(both)],
    ];
  },
};

function turn(re, im, [ar, ai, br, bi, cr, ci, dr, di], bit, control) {
  for (let i = 0; i < re.length; i++) {
    if (i & bit || (i & control) !== control) continue;
    const j = i | bit;
    const [x, y, u, v] = [re[i], im[i], re[j], im[j]];
    re[i] = ar * x - ai * y + br * u - bi * v;
    im[i] = ar * y + ai * x + br * v + bi * u;
    re[j] = cr * x - ci * y + dr * u - di * v;
    im[j] = cr * y + ci * x + dr * v + di * u;
  }
}

function swap(re, im, first, last) {
  for (let i = 0; i < re.length; i++) {
    if (!(i & first) || i & last) continue;
    const j = (i ^ first) | last;
    [re[i], re[j]] = [re[j], re[i]];
    [im[i], im[j]] = [im[j], im[i]];
  }
}

// exp(-i half ZZ): one phase where the two bits are equal, the opposite where they differ.
function turnPhases(re, im, first, last, half) {
  const c = Math.cos(half);
  for (let i = 0; i < re.length; i++) {
    const s = Boolean(i & first) === Boolean(i & last) ? -Math.sin(half) : Math.sin(half);
    const [x, y] = [re[i], im[i]];
    re[i] = c * x - s * y;
    im[i] = c * y + s * x;
  }
}
