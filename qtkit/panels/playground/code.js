// @ts-check
// The network in Python: from the very numbers that were trained.

/** @param {import("./training.js").Training} training */
export function writeCode({ settings, widths, candidates, generator, steps }) {
  const { angles, structural, mapping, n, weights, trainable } = generator;
  const layers = widths.slice(1).map((width, k) => `nn.Linear(${widths[k]}, ${width})`);
  const numbers = candidates.map(({ number }) => number).join(", ");
  const rows = [];
  for (let i = 0; i < angles.length; i += n) rows.push(`[${list(angles.subarray(i, i + n))}]`);
  const alone = candidates.length === 1;
  return `import torch
from torch import nn
from qtkit import CANDIDATES, QuantumTrain

# ${trainable} trained numbers generate ${weights.length} weights; step ${steps}, ${settings.data}
network = nn.Sequential(${layers.join(", nn.Tanh(), ")})
candidates = [CANDIDATES[number - 1] for number in (${numbers}${alone ? "," : ""})]
model = QuantumTrain(
    network, depth=${settings.depth}, candidates=candidates, probability="${settings.reading}", dtype=torch.float64
)
angles = [
    ${rows.join(",\n    ")},
]
structural_weights = [${list(structural)}]
mapping = [${list(mapping.subarray(0, n + 1))}]
bias = [${list(mapping.subarray(n + 1))}]
with torch.no_grad():
    model.search.angles.copy_(torch.tensor(angles, dtype=torch.float64))
    model.search.structural_weights.copy_(torch.tensor(structural_weights, dtype=torch.float64))
    model.mapping.weight.copy_(torch.tensor([mapping], dtype=torch.float64))
    model.mapping.bias.copy_(torch.tensor(bias, dtype=torch.float64))
model
`;
}

const list = (values) => Array.from(values, String).join(", ");
