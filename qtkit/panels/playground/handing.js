// @ts-check
// What the kernel is told of a training, if there is one.

/**
 * @param {import("../parts/types.js").Model} model
 * @param {import("./runner.js").Runner} runner
 * @returns {{ sync: import("../parts/types.js").Sync, give: () => void }}
 */
export function makeHanding(model, runner) {
  const give = () => {
    model.set("_handed", handOver(runner.training, runner.state));
    model.save_changes();
  };
  return { sync: [[["kernel"], give]], give };
}

// What Python is given: all numbers of the model, the points, and the state as text.
function handOver({ generator, data, settings, steps, losses }, state) {
  const { angles, structural, mapping, n } = generator;
  const list = (values) => Array.from(values);
  const rows = Array.from({ length: settings.depth }, (_, layer) => list(angles.subarray(layer * n, (layer + 1) * n)));
  const points = ({ points, labels }) => list(labels).map((label, i) => [points[2 * i], points[2 * i + 1], label]);
  return {
    state,
    step: steps,
    loss: losses.at(-1) ?? null,
    settings,
    angles: rows,
    structural_weights: list(structural),
    mapping: list(mapping),
    train: points(data.train),
    test: points(data.test),
  };
}
