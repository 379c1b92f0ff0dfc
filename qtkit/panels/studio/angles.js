// @ts-check
// The angles: one slider for all, one a qubit for those of the layer that is picked, random ones.
import { make } from "../parts/elements.js";
import { makeChoice, makeField, readInput } from "../parts/fields.js";
import { ANGLE_NAMES } from "../parts/gates.js";
import { inPi, range, upper } from "../parts/numbers.js";
import { ROTATIONS } from "./controls.js";
import { makeSlider } from "./slider.js";

/**
 * What each angle of a layer turns: its gate, its wires, and its own name where a gate has three.
 * @param {import("../parts/types.js").Gates} circuit
 * @param {number} layer
 */
function namesOfAngles({ n, rotations, operations }, layer) {
  if (!operations) return range(n).map((qubit) => `${upper(rotations[layer])} on wire q${qubit}`);
  return operations.layers[layer % operations.layers.length].flatMap(([name, wires]) => {
    const where = wires.length > 1 ? `wires q${wires[0]} and q${wires[1]}` : `wire q${wires[0]}`;
    const names = ANGLE_NAMES[name];
    return names.map((angle) => `${names.length > 1 ? `${angle} of ` : ""}${upper(name)} on ${where}`);
  });
}

/**
 * @param {import("./editor.js").Editor} editor
 * @param {import("./circuit.js").Circuit} circuit whose picked rotation has its slider here
 * @returns {import("../parts/types.js").Part & { show: () => void, focus: () => void }}
 */
export function makeAngles(editor, circuit) {
  const { id } = editor;
  const onEnd = () => editor.send("end_gesture");
  const all = makeSlider(
    "all angles",
    (value) => {
      editor.turn(() => value);
      editor.send("all_angles", { value, dragging: true }, { replace: true });
    },
    onEnd,
  );
  const sliders = [];
  const box = make("div", { class: "qs-sliders" });
  const addSlider = (qubit) => {
    const turn = (value) => {
      const { layer } = circuit.picked;
      editor.turn((l, q, old) => (l === layer && q === qubit ? value : old));
      editor.send("angle", { layer, qubit, value, dragging: true }, { replace: true });
    };
    sliders.push(makeSlider(`q${qubit}`, turn, onEnd));
    box.append(sliders[qubit].root);
  };
  const layerChoice = make("select", {
    id: `${id}-layer`,
    onchange: () => {
      circuit.pickNear(Number(layerChoice.value), circuit.picked.qubit);
      show();
    },
  });
  const layerRotation = makeChoice(`${id}-layer-rotation`, "its rotation", ROTATIONS, (name) =>
    editor.send("rotation", { name, layer: circuit.picked.layer }),
  );
  const random = makeRandom(editor);
  const zero = make("button", { type: "button", onclick: () => editor.send("all_angles", { value: 0 }) }, "All 0");
  const root = make(
    "section",
    { class: "qs-angles", "aria-label": "Angles" },
    make("h4", {}, "Angles Θ"),
    all.root,
    make("div", { class: "qs-line" }, random.button, random.seed.root, zero),
    make("div", { class: "qs-line" }, make("label", { for: `${id}-layer` }, "layer"), layerChoice, layerRotation.root),
    box,
  );

  const showLayers = () => {
    const { depth, rotations } = editor.circuit;
    const options = range(depth).map((i) =>
      make("option", { value: String(i) }, rotations[i] ? `${i} (${upper(rotations[i])})` : String(i)),
    );
    layerChoice.replaceChildren(...options);
    show();
  };
  const show = () => {
    const { depth, rotations, operations } = editor.circuit;
    const { angles } = editor;
    const { layer, qubit } = circuit.picked;
    layerChoice.value = String(layer);
    layerRotation.root.hidden = Boolean(operations);
    layerRotation.set(rotations[layer]);
    root.classList.toggle("qs-empty", depth === 0);
    const names = depth ? namesOfAngles(editor.circuit, layer) : [];
    while (sliders.length < names.length) addSlider(sliders.length);
    sliders.forEach((slider, q) => {
      slider.root.hidden = q >= names.length;
      if (slider.root.hidden) return;
      slider.name(`θ(${layer},${q})`, `θ(${layer},${q}): ${names[q]}, layer ${layer}`);
      slider.root.classList.toggle("qs-current", q === qubit);
      slider.show(angles[layer][q]);
    });
    const flat = angles.flat();
    const same = flat.length && flat.every((value) => value === flat[0]);
    all.show(same ? flat[0] : 0, same ? inPi(flat[0]) : "various");
  };
  return {
    root,
    show,
    focus: () => sliders[circuit.picked.qubit]?.input.focus(),
    sync: [
      [["_circuit"], showLayers],
      [["_angles", "_answered"], show],
    ],
    fields: { seed: random.seed },
  };
}

// A button for random angles with its seed; pressed again, it takes the next seed.
function makeRandom(editor) {
  let used = "0";
  const input = make("input", { type: "number", min: 0, value: "0", step: 1 });
  const seed = makeField("seed", input, `${editor.id}-seed`);
  const press = () => {
    if (input.value !== "" && input.value === used) input.value = String(Number(input.value) + 1);
    used = input.value;
    editor.send("randomise", { seed: readInput(input) }, { field: "seed" });
  };
  return { seed, button: make("button", { type: "button", onclick: press }, "Random angles") };
}
