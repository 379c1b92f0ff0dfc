// @ts-check
// A fully connected network with tanh between its layers and one logit at its end, on a batch of points in the plane;
// its weights come as one vector in the order of PyTorch's `state_dict`: each layer's matrix by rows, then its bias.

/** @param {number[]} widths 2 … 1 */
export function countWeights(widths) {
  return widths.slice(1).reduce((sum, width, k) => sum + width * (widths[k] + 1), 0);
}

export class Network {
  /**
   * @param {number[]} widths of its layers: 2 … 1
   * @param {number} count points of a batch
   */
  constructor(widths, count) {
    this.widths = widths;
    this.count = count;
    this.values = widths.map((width) => new Float64Array(count * width));
    this.slopes = widths.map((width) => new Float64Array(count * width));
  }

  /**
   * @param {ArrayLike<number>} weights
   * @param {ArrayLike<number>} points x and y in turn
   * @returns {Float64Array} a logit for each point
   */
  forward(weights, points) {
    const { widths, values, count } = this;
    values[0].set(points);
    let at = 0;
    for (let k = 1; k < widths.length; k++) {
      const [wide, next] = [widths[k - 1], widths[k]];
      const [from, to] = [values[k - 1], values[k]];
      const bias = at + wide * next;
      const last = k === widths.length - 1;
      for (let b = 0; b < count; b++) {
        for (let j = 0; j < next; j++) {
          let sum = weights[bias + j];
          for (let i = 0; i < wide; i++) sum += weights[at + j * wide + i] * from[b * wide + i];
          to[b * next + j] = last ? sum : Math.tanh(sum);
        }
      }
      at = bias + next;
    }
    return values[widths.length - 1];
  }

  /**
   * The gradient of the mean binary cross entropy of the last `forward`.
   * @param {ArrayLike<number>} weights
   * @param {ArrayLike<number>} labels 0 or 1 for each point
   * @param {Float64Array} gradient as the weights
   */
  backward(weights, labels, gradient) {
    const { widths, values, slopes, count } = this;
    gradient.fill(0);
    const top = widths.length - 1;
    for (let b = 0; b < count; b++) slopes[top][b] = (sigmoid(values[top][b]) - labels[b]) / count;
    let at = countWeights(widths);
    for (let k = top; k >= 1; k--) {
      const [wide, next] = [widths[k - 1], widths[k]];
      const [from, below, above] = [values[k - 1], slopes[k - 1], slopes[k]];
      at -= next * (wide + 1);
      const bias = at + wide * next;
      below.fill(0);
      for (let b = 0; b < count; b++) {
        for (let j = 0; j < next; j++) {
          const slope = above[b * next + j];
          gradient[bias + j] += slope;
          for (let i = 0; i < wide; i++) {
            gradient[at + j * wide + i] += slope * from[b * wide + i];
            below[b * wide + i] += slope * weights[at + j * wide + i];
          }
        }
        for (let i = 0; i < wide; i++) below[b * wide + i] *= 1 - from[b * wide + i] ** 2; // of tanh
      }
    }
  }
}

export const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));

/**
 * The mean binary cross entropy, and the share of points on the right side.
 * @param {ArrayLike<number>} logits
 * @param {ArrayLike<number>} labels
 */
export function judge(logits, labels) {
  let loss = 0;
  let right = 0;
  for (let b = 0; b < labels.length; b++) {
    const z = logits[b];
    loss += Math.max(z, 0) - z * labels[b] + Math.log1p(Math.exp(-Math.abs(z)));
    right += z > 0 === labels[b] > 0.5 ? 1 : 0;
  }
  return { loss: loss / labels.length, accuracy: right / labels.length };
}
