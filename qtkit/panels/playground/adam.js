// @ts-check
// Adam as PyTorch has it, with its defaults.

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export class Adam {
  /** @param {number} size how many numbers it moves */
  constructor(size) {
    this.mean = new Float64Array(size);
    this.square = new Float64Array(size);
    this.steps = 0;
  }

  /**
   * @param {Float64Array} parameters are changed
   * @param {Float64Array} gradient
   * @param {number} rate
   */
  step(parameters, gradient, rate) {
    this.steps += 1;
    const size = rate / (1 - BETA1 ** this.steps);
    const root = Math.sqrt(1 - BETA2 ** this.steps);
    for (let i = 0; i < parameters.length; i++) {
      this.mean[i] = BETA1 * this.mean[i] + (1 - BETA1) * gradient[i];
      this.square[i] = BETA2 * this.square[i] + (1 - BETA2) * gradient[i] ** 2;
      parameters[i] -= (size * this.mean[i]) / (Math.sqrt(this.square[i]) / root + EPSILON);
    }
  }
}
