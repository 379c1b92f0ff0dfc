// @ts-check
// Numbers in words: for fields, readings and scales.

export const inPi = (angle) => `${(angle / Math.PI).toFixed(2).replace("-0.00", "0.00")} π`;
export const grouped = (number) => number.toLocaleString("en-US");
export const short = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4));
export const tick = (value) =>
  Math.abs(value) >= 1e-3 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
export const upper = (name) => name.toUpperCase();

// A basis state as its bits, of `size` = 2ⁿ states; wire 0 first.
export const bits = (index, size) => index.toString(2).padStart(Math.round(Math.log2(size)), "0");

// 0, 1 ... size - 1
export const range = (size) => Array.from({ length: size }, (_, i) => i);

/** The next "round" number at or above a value, so that the scale does not tremble while an angle turns. */
export function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].find((m) => m * power >= value * 0.999999) * power;
}
