// @ts-check
// The ansatz studio's front end. It draws what the kernel says and sends what the user does; it keeps no circuit of its
// own but the angles under the user's finger. One message is under way at a time, and of a drag only the newest step
// waits, so a slow kernel is never flooded.

import { Bars } from "../parts/bars.js";
import { choice, field, typed } from "../parts/fields.js";
import { make, newId } from "../parts/elements.js";
import { floats, follow } from "../parts/follow.js";
import { Line } from "../parts/line.js";
import { generateWeights, READINGS } from "../parts/mapping.js";
import { bits, grouped, inPi, range, short, upper } from "../parts/numbers.js";
import { ENTANGLERS, simulate } from "../parts/simulation.js";
import { Circuit } from "./circuit.js";

const PI = Math.PI;
const STEPS = 64; // slider steps from 0 to π

function render({ model, el }) {
  const id = newId("qs");
  const line = new Line(model);
  const send = (action, values, options) => line.send(action, values, options);
  const state = () => model.get("_circuit");
  let angles = model.get("_angles"); // (L, n), ahead of the kernel's while a slider moves
  let ahead = []; // edits under way to the kernel, each a function from a circuit to the next
  let seen = "raw";
  let cursor = null;

  // An edit whose effect is known here: the bars show it at once, before the kernel has drawn the circuit.
  const edit = (action, values, effect) => {
    ahead.push((circuit) => ({ ...circuit, ...effect(circuit) }));
    send(action, values);
    sync.bars();
  };
  const everywhere = (name) => ({ rotations }) => ({ rotations: rotations.map(() => name) });
  const setHadamard = (on) => edit("hadamard", { on }, () => ({ hadamard: on }));

  // Table I
  const presets = range(12).map((i) => {
    const hadamard = i < 6, ring = Math.floor(i / 3) % 2, rotation = ["rx", "ry", "rz"][i % 3];
    const name = `config ${i + 1}: ${hadamard ? "H" : "no H"}, ${ring ? "cyc" : "ent"}, ${upper(rotation)}`;
    return make("button", {
      class: `qs-preset qs-${rotation} ${ring ? "qs-ring" : ""} ${hadamard ? "" : "qs-plain"}`, type: "button",
      "aria-label": name, title: name,
      onclick: () => edit("config", { number: i + 1 }, (circuit) => ({
        hadamard, cnots: ENTANGLERS[ring ? "cyc" : "ent"](circuit.n), ...everywhere(rotation)(circuit),
      })),
    }, String(i + 1));
  });
  const rows = ["H, ent", "H, cyc", "no H, ent", "no H, cyc"];
  const table = make("div", { class: "qs-table", role: "group", "aria-label": "Table I: load one of the twelve candidates" },
    make("span", { class: "qs-corner" }, "Table I"), ["RX", "RY", "RZ"].map((name) => make("span", { class: "qs-head" }, name)),
    rows.flatMap((row, r) => [make("span", {}, row), ...presets.slice(3 * r, 3 * r + 3)]));

  // what the circuit is made of
  const size = (name, min, max) => make("input", {
    type: "number", min, max, step: 1, inputmode: "numeric",
    onchange: (event) => send("size", { [name]: typed(event.target) }, { field: name }),
  });
  const qubits = field("Qubits n", size("n_qubits", 1, 10), `${id}-n`);
  const layers = field("Layers L", size("depth", 0, 15), `${id}-depth`);
  const start = choice(`${id}-start`, "Start", [["plain", "|0…0⟩"], ["hadamard", "H on all"]],
    (value) => setHadamard(value === "hadamard"));
  const entangler = choice(`${id}-entangler`, "CNOTs of a layer",
    [["cyc", "ring"], ["ent", "brick"], ["none", "none"], ["own", "own", "Press two wires of the circuit"]],
    (value) => {
      if (value === "own") sync.circuit();
      else edit("entangler", { name: value }, ({ n }) => ({ cnots: ENTANGLERS[value](n) }));
    });
  const rotation = choice(`${id}-rotation-all`, "Rotation, all layers", [["rx", "RX"], ["ry", "RY"], ["rz", "RZ"]],
    (value) => edit("rotation", { name: value }, everywhere(value)));
  const undo = make("button", { type: "button", onclick: () => send("undo") }, "Undo");
  const redo = make("button", { type: "button", onclick: () => send("redo") }, "Redo");
  const badge = make("output", { class: "qs-badge", "aria-live": "polite" });
  const hint = make("p", { class: "qs-hint", "aria-live": "polite" });

  // the circuit
  const circuit = new Circuit({
    onHadamard: (on) => setHadamard(on),
    onPair: (control, target) => send("toggle_cnot", { control, target }),
    onRemove: (index) => send("remove_cnot", { index }),
    onPick: (layer, qubit, edit) => {
      circuit.pick(layer, qubit);
      sync.sliders();
      if (edit) sliders[circuit.picked.qubit]?.input.focus();
    },
    hint: (text) => { hint.textContent = text; },
  });

  // angles
  const slider = (label, onTurn) => {
    const output = make("output", {});
    const name = make("span", { class: "qs-name" }, label);
    const input = make("input", {
      type: "range", min: -STEPS, max: STEPS, step: 1, "aria-label": label,
      oninput: () => onTurn((Number(input.value) * PI) / STEPS, true),
      onchange: () => send("end_gesture"),
    });
    const root = make("label", { class: "qs-slider" }, name, input, output);
    const show = (value, text) => {
      if (document.activeElement !== input || !input.matches(":active")) input.value = Math.round((value * STEPS) / PI);
      output.textContent = text ?? inPi(value);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    return { root, input, show, name };
  };
  const turn = (change) => {
    angles = angles.map((row, layer) => row.map((value, qubit) => change(layer, qubit, value)));
    circuit.showAngles(angles);
    sync.sliders();
    sync.bars();
  };
  const all = slider("all angles", (value) => {
    turn(() => value);
    send("all_angles", { value, dragging: true }, { replace: true });
  });
  const sliders = range(10).map((qubit) => slider(`q${qubit}`, (value) => {
    const { layer } = circuit.picked;
    turn((l, q, old) => (l === layer && q === qubit ? value : old));
    send("angle", { layer, qubit, value, dragging: true }, { replace: true });
  }));
  const layerChoice = make("select", {
    id: `${id}-layer`, onchange: () => { circuit.pick(Number(layerChoice.value), circuit.picked.qubit); sync.sliders(); },
  });
  const layerRotation = choice(`${id}-layer-rotation`, "its rotation", [["rx", "RX"], ["ry", "RY"], ["rz", "RZ"]],
    (value) => send("rotation", { name: value, layer: circuit.picked.layer }));
  const seed = make("input", { type: "number", min: 0, value: "0", step: 1, id: `${id}-seed` });
  let usedSeed = "0";
  const seedField = field("seed", seed, `${id}-seed`);
  const randomise = make("button", { type: "button", onclick: () => {
    if (seed.value !== "" && seed.value === usedSeed) seed.value = Number(seed.value) + 1; // pressed again: other angles
    usedSeed = seed.value;
    send("randomise", { seed: typed(seed) }, { field: "seed" });
  } }, "Random angles");
  const zero = make("button", { type: "button", onclick: () => send("all_angles", { value: 0 }) }, "All 0");
  const turning = make("section", { class: "qs-angles", "aria-label": "Angles" },
    make("h4", {}, "Angles Θ"), all.root,
    make("div", { class: "qs-line" }, randomise, seedField.root, zero),
    make("div", { class: "qs-line" }, make("label", { for: `${id}-layer` }, "layer"), layerChoice, layerRotation.root),
    sliders.map((s) => s.root));

  // probabilities and weights
  const setCursor = (index) => {
    cursor = index;
    sync.cursor();
  };
  const probabilities = new Bars("Probabilities of the basis states", "qs-p", setCursor);
  const generated = new Bars("Generated weights κ", "qs-k", setCursor);
  const read = make("output", { class: "qs-read", "aria-live": "polite" });
  const shotsList = make("datalist", { id: `${id}-shots-list` },
    ["exact", "100", "1000", "10000", "100000"].map((value) => make("option", { value })));
  const shots = field("Shots", make("input", {
    type: "text", list: `${id}-shots-list`, value: "exact", size: 8,
    onchange: () => send("shots", { text: shots.input.value }, { field: "shots" }),
  }), `${id}-shots`);
  const noise = field("Noise a gate", make("input", {
    type: "number", min: 0, max: 0.5, step: 0.005, value: "0",
    onchange: () => send("noise", { text: noise.input.value }, { field: "noise" }),
  }), `${id}-noise`);
  const again = make("button", {
    type: "button", onclick: () => send("shot_seed", { seed: model.get("_measurement").seed + 1 }),
  }, "Measure again");
  const measured = make("span", { class: "qs-note", "aria-live": "polite" });
  const target = field("Weights p of the network", make("input", {
    type: "text", list: `${id}-targets`, inputmode: "numeric", size: 12,
    onchange: () => send("target", { text: target.input.value }, { field: "target" }),
  }), `${id}-target`);
  const targets = make("datalist", { id: `${id}-targets` },
    [["16", ""], ["1,781", "series (LSTM)"], ["5,825", "value"], ["6,023", "policy"], ["108,866", "images (MLP)"]]
      .map(([value, label]) => make("option", { value, label })));
  const shown = choice(`${id}-seen`, "The mapping sees", READINGS, (value) => {
    seen = value;
    sync.bars();
  });
  shown.set(seen);
  const sizes = make("p", { class: "qs-sizes" });
  const measuring = make("section", { class: "qs-measuring", "aria-label": "Probabilities" },
    make("h4", {}, "Probabilities P(i)"),
    make("div", { class: "qs-line" }, shots.root, noise.root, again, shotsList, measured),
    probabilities.svg);
  const generating = make("section", { class: "qs-generating", "aria-label": "Generated weights" },
    make("h4", {}, "Weights κᵢ = mapping(bits of i, P(i))"),
    make("div", { class: "qs-line" }, target.root, targets, shown.root),
    generated.svg, read, sizes);

  // words and numbers
  const verdict = make("p", { class: "qs-verdict" });
  const reason = make("p", {});
  const numbers = make("dl", { class: "qs-numbers" });
  const parity = make("div", { class: "qs-parity" });
  const parityBox = make("details", {}, make("summary", {}, "The strings of X's (parity masks)"), parity);
  const words = make("section", { class: "qs-words", "aria-label": "What is known of this circuit", "aria-live": "polite" },
    make("h4", {}, "Does the distribution depend on Θ?"), verdict, reason, parityBox, numbers);

  // the way out
  const text = make("textarea", { readonly: "", rows: 12, spellcheck: "false", "aria-label": "The circuit as text" });
  const copied = make("span", { class: "qs-note", role: "status" });
  const copy = make("button", { type: "button", onclick: () => copyText() }, "Copy");
  const form = choice(`${id}-form`, "The circuit as",
    [["qtkit", "qtkit"], ["pennylane", "PennyLane"], ["openqasm", "OpenQASM 3"], ["svg", "SVG"]], (value) => ask(value));
  const out = make("details", { class: "qs-out" }, make("summary", {}, "Take the circuit with you"),
    make("div", { class: "qs-line" }, form.root, copy, copied), text);
  let wanted = "qtkit";
  let asking = 0;
  const ask = (value = wanted) => {
    wanted = value;
    form.set(value);
    copied.textContent = "";
    send("export", { form: value }, { replace: true });
  };
  const askSoon = () => {
    clearTimeout(asking);
    if (out.open) asking = setTimeout(ask, 250);
  };
  out.addEventListener("toggle", askSoon);
  const copyText = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      copied.textContent = "copied";
    } catch { // pages without https have no clipboard
      text.select();
      copied.textContent = document.execCommand("copy") ? "copied" : "press Ctrl+C to copy the selected text";
    }
  };

  const sync = {
    circuit() {
      const now = state();
      circuit.show(now);
      angles = model.get("_angles");
      circuit.showAngles(angles);
      if (document.activeElement !== qubits.input) qubits.input.value = now.n;
      if (document.activeElement !== layers.input) layers.input.value = now.depth;
      start.set(now.hadamard ? "hadamard" : "plain");
      entangler.set(now.entangler);
      entangler.inputs.own.disabled = now.entangler !== "own";
      rotation.set(new Set(now.rotations).size === 1 ? now.rotations[0] : null);
      badge.textContent = now.recognised;
      badge.classList.toggle("qs-known", now.config !== null);
      presets.forEach((button, i) => {
        const own = now.config === i + 1;
        button.setAttribute("aria-pressed", String(own));
      });
      layerChoice.replaceChildren(...now.rotations.map((name, i) => make("option", { value: String(i) }, `${i} (${upper(name)})`)));
      verdict.textContent = now.headline;
      verdict.classList.toggle("qs-no", !now.depends);
      reason.textContent = now.reason;
      parityBox.hidden = !now.parity.length;
      parity.replaceChildren(...now.parity.map(({ mask, angles: own }) => make("div", {},
        make("code", {}, mask), ` ${own.map(([l, q]) => `θ(${l},${q})`).join(" + ")}`)));
      noise.input.disabled = now.n > 6;
      noise.input.title = now.n > 6 ? "Noise is simulated for up to 6 qubits" : "Chance of a random Pauli error after each gate";
      sync.sliders();
    },
    sliders() {
      const { n, depth, rotations } = state();
      const { layer, qubit } = circuit.picked;
      layerChoice.value = String(layer);
      layerRotation.set(rotations[layer]);
      turning.classList.toggle("qs-empty", depth === 0);
      sliders.forEach((s, q) => {
        s.root.hidden = q >= n || !depth;
        if (q < n && depth) {
          s.input.setAttribute("aria-label", `θ(${layer},${q}): ${upper(rotations[layer])} on wire q${q}, layer ${layer}`);
          s.name.textContent = `θ(${layer},${q})`;
          s.root.classList.toggle("qs-current", q === qubit);
          s.show(angles[layer][q]);
        }
      });
      const flat = angles.flat();
      const same = flat.length && flat.every((value) => value === flat[0]);
      all.show(same ? flat[0] : 0, same ? undefined : "various");
    },
    angles() {
      if (!line.idle) return; // the user is ahead
      angles = model.get("_angles");
      circuit.showAngles(angles);
      sync.sliders();
    },
    bars() {
      if (line.idle) ahead = [];
      const exact = simulate(ahead.reduce((circuit, next) => next(circuit), state()), angles);
      const measuredNow = floats(model.get("_measured"));
      const other = measuredNow?.length === exact.length ? measuredNow : null;
      const now = other ?? exact, { mapping } = state(), used = Math.min(model.get("_sizes").target, now.length);
      probabilities.show(now, { reference: 1 / now.length, outline: other ? exact : null, used });
      generated.show(generateWeights(now, mapping, seen), { signed: true, names: false, used });
      sync.cursor();
    },
    cursor() {
      const now = probabilities.picture.values;
      if (cursor !== null && cursor >= now.length) cursor = null;
      probabilities.setCursor(cursor);
      generated.setCursor(cursor);
      if (cursor === null) {
        read.textContent = "Point at a bar, or use the arrow keys, to read it.";
        return;
      }
      const value = generated.picture.values[cursor];
      read.textContent = `|${bits(cursor, now.length)}⟩ = ${cursor}: P = ${short(now[cursor])}`
        + (cursor >= generated.picture.used ? ", not used: p is smaller" : `, κ = ${short(value)}`);
    },
    measurement() {
      const how = model.get("_measurement");
      if (document.activeElement !== shots.input) shots.input.value = how.shots ?? "exact";
      if (document.activeElement !== noise.input) noise.input.value = how.noise;
      again.disabled = how.shots === null;
      const parts = [];
      if (how.message) parts.push(how.message);
      else if (how.pending) parts.push("simulating the noise …");
      else if (how.noise || how.shots) parts.push("bars: measured; lines: exact");
      measured.textContent = parts.join(" ");
    },
    sizes() {
      const s = model.get("_sizes"), { n } = state();
      target.input.placeholder = `2ⁿ = ${grouped(2 ** n)}`;
      if (document.activeElement !== target.input) target.input.value = s.typed ? grouped(s.target) : "";
      const here = s.qubits === n ? `that is this circuit` : `this one has ${n}` + (s.qubits > n ? `: the first ${grouped(2 ** n)} weights are shown` : "");
      sizes.replaceChildren(
        `p = ${grouped(s.target)} needs n = ⌈log₂ p⌉ = ${s.qubits} qubits (${here}). Trained in a search over Table I: `
        + `L·n = ${grouped(s.angles)} angles + ${s.mapping} of the mapping + ${s.structural} structural weights = `,
        make("strong", {}, grouped(s.searched)), `, ${compression(s.compression)}. `
        + `For this circuit alone: ${grouped(s.trainable)}.`);
    },
    numbers() {
      const { rank, reach } = model.get("_numbers");
      const rows = [];
      if (rank) rows.push(["Effective parameters (rank of ∂p/∂Θ)", `${rank.random} of ${rank.angles}`,
        rank.here === rank.random ? "at random angles and at these" : `at random angles; at these angles ${rank.here}`]);
      if (reach) {
        rows.push(["Expressibility of the states", reach.expressibility.toPrecision(3),
          `KL divergence from Haar in nats, 0 is best; ${grouped(reach.n_pairs)} pairs`]);
        rows.push(["Entanglement (Meyer–Wallach)", reach.entanglement.toFixed(3),
          `mean over ${grouped(reach.n_samples)} random Θ; 0 none, 1 most`]);
      }
      numbers.replaceChildren(...rows.map(([name, value, note]) => make("div", {},
        make("dt", {}, name), make("dd", {}, make("b", {}, value), make("small", {}, note)))));
    },
    history() {
      const { undo: back, redo: forth } = model.get("_history");
      undo.disabled = !back;
      redo.disabled = !forth;
    },
    errors() {
      const errors = model.get("_errors");
      for (const [name, where] of Object.entries({ n_qubits: qubits, depth: layers, seed: seedField, shots, noise, target })) {
        where.setError(errors[name]);
      }
      general.textContent = errors[""] ?? "";
    },
    export() {
      const now = model.get("_export");
      if (now.form === wanted) text.value = now.text;
    },
  };
  const compression = (ratio) => (ratio >= 1 ? `${ratio < 1e6 ? grouped(Number(ratio.toPrecision(4))) : ratio.toExponential(2)} × fewer than p` : "more than p: nothing is saved");
  const general = make("p", { class: "qs-error", role: "alert" });

  const root = make("div", { class: "qtkit-studio", role: "group", "aria-label": "Ansatz studio" },
    make("div", { class: "qs-top" }, badge, make("div", { class: "qs-line" }, undo, redo)),
    make("div", { class: "qs-parts" }, table,
      make("div", { class: "qs-controls" }, qubits.root, layers.root, start.root, entangler.root, rotation.root)),
    general, circuit.root, hint,
    make("div", { class: "qs-body" }, measuring, turning, generating), words, out);

  // JupyterLab's notebook listens for keys (arrows, a, b, dd ...) when no text is edited: keys pressed here are ours.
  root.addEventListener("keydown", (event) => {
    const undoKey = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (undoKey && !event.target.closest("input[type=text], input[type=number], textarea")) {
      event.preventDefault();
      send(event.shiftKey ? "redo" : "undo");
    }
    if (event.key !== "Tab") event.stopPropagation();
  });
  root.dataset.jpSuppressContextMenu = "";
  root.classList.add("jp-mod-accept-text"); // not a text field, yet keys belong to it
  el.append(root);

  const unfollow = follow(model, [
    [["_circuit"], sync.circuit], [["_circuit", "_sizes"], sync.sizes], [["_angles", "_answered"], sync.angles],
    [["_measurement"], sync.measurement], [["_circuit", "_angles", "_answered", "_measured", "_sizes"], sync.bars],
    [["_numbers"], sync.numbers], [["_history"], sync.history], [["_errors"], sync.errors], [["_export"], sync.export],
    [["_circuit", "_angles"], askSoon],
  ]);
  const observer = new ResizeObserver(() => {
    const width = Math.floor(measuring.clientWidth);
    if (width > 0 && width !== probabilities.width) {
      probabilities.resize(width);
      generated.resize(width);
    }
  });
  observer.observe(measuring);
  return () => {
    observer.disconnect();
    clearTimeout(asking);
    line.close();
    unfollow();
  };
}

export default { render };
