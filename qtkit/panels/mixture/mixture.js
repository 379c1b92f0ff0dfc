// @ts-check
// The mixture panel's front end: it mixes the candidates' distributions, which the kernel sends, by itself, so that the
// pictures move with the finger. The kernel is told where the sliders are.
import { followWidth, keepKeys, make, newId } from "../parts/elements.js";
import { makeErrors } from "../parts/fields.js";
import { follow } from "../parts/follow.js";
import { heard } from "../parts/hearing.js";
import { Line } from "../parts/line.js";
import { makePictures } from "./pictures.js";
import { makeSettings } from "./settings.js";
import { makeWeights } from "./weights.js";

/** @param {import("../parts/types.js").Place} place */
function render({ model, el }) {
  const id = newId("qm");
  const line = new Line(model);
  const weights = makeWeights(model, line, () => pictures.show());
  const pictures = makePictures(model, id, weights.read);
  const settings = makeSettings(model, line, id, pictures.mappingSees);
  const errors = makeErrors(model, settings.fields);
  const root = make(
    "div",
    { class: "qtkit-studio qtkit-mixture", role: "group", "aria-label": "Mixture of the twelve candidates" },
    settings.root,
    errors.root,
    make("div", { class: "qm-body" }, weights.root, pictures.root),
    pictures.sums,
    settings.counts,
  );
  keepKeys(root);
  root.dataset.jpSuppressContextMenu = "";
  el.append(root);

  const unfollow = follow(
    model,
    [settings, weights, pictures, errors].flatMap((part) => part.sync),
  );
  const unfollowWidth = followWidth(pictures.root, pictures.resize);
  return () => {
    unfollowWidth();
    line.close();
    unfollow();
  };
}

export default heard(render);
