// @ts-check
// The models of a figure: what its traces are of, by their names and legends.

/** @typedef {{ key: string, traces: number[], rank: number, called?: string, line?: any }} Model */

/**
 * What a text of plotly's says, without its marks.
 * @param {string | undefined} text
 */
export const plain = (text) => new DOMParser().parseFromString(text ?? "", "text/html").body.textContent.trim();

/**
 * The models of a figure by what their traces share, in the order of the legend.
 * @param {any[]} data its traces
 */
export function modelsOf(data) {
  /** @type {Map<string, Model>} */
  const models = new Map();
  data.forEach((trace, index) => {
    const key = trace.legendgroup || plain(trace.name) || `trace ${index}`;
    /** @type {Model} */
    const model = models.get(key) ?? { key, traces: [], rank: 1000 };
    model.traces.push(index);
    if (trace.name && trace.showlegend !== false) {
      model.called ??= plain(trace.name);
      model.rank = trace.legendrank ?? model.rank;
      model.line ??= trace.line;
    }
    models.set(key, model);
  });
  return [...models.values()].sort((a, b) => a.rank - b.rank);
}
