// @ts-check
// A training from its settings: the same settings give the same numbers, step by step.
import { CANDIDATES } from "../parts/candidates.js";
import { Adam } from "./adam.js";
import { makeData } from "./data.js";
import { Generator } from "./generator.js";
import { judge, Network } from "./network.js";
import { makeRandom } from "./random.js";

export class Training {
  /** @param {import("./settings.js").Settings} settings */
  constructor(settings) {
    this.settings = settings;
    this.widths = [2, ...settings.hidden, 1];
    this.candidates = CANDIDATES.filter(({ number }) => settings.candidates.includes(number));
    this.generator = new Generator(this.candidates, this.widths, settings.depth, settings.reading);
    this.adam = new Adam(this.generator.parameters.length);
    this.data = makeData(settings);
    this.network = new Network(this.widths, this.data.train.labels.length);
    this.tested = new Network(this.widths, this.data.test.labels.length);
    /** @type {number[]} after so many steps each; the first before any */
    this.losses = [];
    this.begin();
    this.generator.forward();
    if (this.possible) this.losses.push(this.judgeTrain().loss);
  }

  /** Whether there are points of both classes. */
  get possible() {
    const { labels } = this.data.train;
    return labels.includes(0) && labels.includes(1);
  }

  get steps() {
    return this.adam.steps;
  }

  // Uniform angles, equal weights, and the mapping as PyTorch starts a linear layer.
  begin() {
    const { angles, structural, mapping, n } = this.generator;
    const random = makeRandom(this.settings.seed);
    const bound = 1 / Math.sqrt(n + 1);
    for (let i = 0; i < mapping.length; i++) mapping[i] = (2 * random() - 1) * bound;
    for (let i = 0; i < angles.length; i++) angles[i] = (2 * random() - 1) * Math.PI;
    structural.fill(1 / structural.length);
  }

  /** One step of Adam on all points; the network still holds what the last look at the loss left in it. */
  step() {
    const { generator, network, data } = this;
    network.backward(generator.weights, data.train.labels, generator.byWeights);
    generator.backward();
    this.adam.step(generator.parameters, generator.gradient, this.settings.rate);
    generator.forward();
    this.losses.push(this.judgeTrain().loss);
  }

  judgeTrain() {
    return judge(this.network.forward(this.generator.weights, this.data.train.points), this.data.train.labels);
  }

  judgeTest() {
    return judge(this.tested.forward(this.generator.weights, this.data.test.points), this.data.test.labels);
  }
}
