// @ts-check
// Types that comments name. No script imports this file, so it is in no bundle.

/**
 * The widget's model as anywidget gives it to `render`: what the panels use of it.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(content: object) => void} send
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 * @property {{ get_model: (id: string) => Promise<any> }} widget_manager
 */

/**
 * What `render` is called with: the model, and the element that is the widget's place in the page.
 * @typedef {{ model: Model, el: HTMLElement }} Place
 */

/**
 * A gate: its name, its wires, and the place of its first angle in the layer's row.
 * @typedef {[string, number[], number]} Operation
 */

/**
 * A circuit to simulate. In words: qubits, CNOTs of a layer as [control, target], the name of each layer's rotation. By
 * elements: the gates of the start and of each layer, which are used in turn.
 * @typedef {{
 *   n: number, hadamard: boolean, cnots: number[][], rotations: string[],
 *   operations?: { start: Operation[], layers: Operation[][] } | null,
 * }} Gates
 */

/**
 * What is shown again when something by one of these names has changed, for `follow`.
 * @typedef {[string[], () => void][]} Sync
 */

/**
 * A part of a panel: its element, what it shows again, and its fields by the names under which the kernel refuses.
 * @typedef {object} Part
 * @property {HTMLElement} root
 * @property {Sync} sync
 * @property {Record<string, { setError: (text?: string) => void }>} [fields]
 */

export {};
