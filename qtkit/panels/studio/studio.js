// @ts-check
// The ansatz studio's front end: it draws what the kernel says and sends what the user does.
import { followWidth, keepKeys, make } from "../parts/elements.js";
import { makeErrors } from "../parts/fields.js";
import { follow } from "../parts/follow.js";
import { heard } from "../parts/hearing.js";
import { makeAngles } from "./angles.js";
import { makeCandidates } from "./candidates.js";
import { makeCharts } from "./charts.js";
import { Circuit } from "./circuit.js";
import { makeCode } from "./code.js";
import { makeControls } from "./controls.js";
import { Editor } from "./editor.js";
import { makeGates } from "./gates.js";
import { makeMeasurement } from "./measurement.js";
import { makeSizes } from "./sizes.js";
import { makeToolbar, undoByKey } from "./toolbar.js";
import { makeWords } from "./words.js";

/** @param {import("../parts/types.js").Place} place */
function render({ model, el }) {
  const editor = new Editor(model);
  const toolbar = makeToolbar(editor);
  const candidates = makeCandidates(editor);
  const controls = makeControls(editor);
  const gates = makeGates(editor);
  const circuit = new Circuit(editor, (layer, qubit, edit) => {
    circuit.pick(layer, qubit);
    angles.show();
    if (edit) angles.focus();
  });
  const angles = makeAngles(editor, circuit);
  const charts = makeCharts(editor);
  const measurement = makeMeasurement(editor, charts.probabilities);
  const sizes = makeSizes(editor, charts);
  const words = makeWords(editor);
  const code = makeCode(editor);
  const parts = [toolbar, candidates, controls, gates, angles, measurement, sizes, words, code];
  const errors = makeErrors(model, Object.assign({}, ...parts.map((part) => part.fields)));

  const root = make(
    "div",
    { class: "qtkit-studio", role: "group", "aria-label": "Ansatz studio" },
    toolbar.root,
    make("div", { class: "qs-parts" }, candidates.root, controls.root),
    gates.root,
    errors.root,
    circuit.root,
    circuit.hint,
    make("div", { class: "qs-body" }, measurement.root, angles.root, sizes.root),
    words.root,
    code.root,
  );
  undoByKey(root, editor);
  keepKeys(root);
  root.dataset.jpSuppressContextMenu = "";
  root.classList.add("jp-mod-accept-text"); // not a text field, yet keys belong to it
  el.append(root);

  editor.onEdit = charts.show;
  editor.onTurn = () => {
    circuit.showAngles();
    angles.show();
    charts.show();
  };
  // First what others look at: the angles, then the circuit with the rotation that is picked.
  const unfollow = follow(
    model,
    [editor, circuit, ...parts, charts, errors].flatMap((part) => part.sync),
  );
  const unfollowWidth = followWidth(measurement.root, charts.resize);
  return () => {
    unfollowWidth();
    code.close();
    editor.line.close();
    unfollow();
  };
}

export default heard(render);
