// @ts-check
// The plane of a training: points of one's own are placed in it.
import { Boundary } from "./boundary.js";
import { snap } from "./settings.js";
import { planeInWords } from "./words.js";

/**
 * @param {import("./runner.js").Runner} runner
 * @param {() => number} label of the next point
 * @returns {import("../parts/types.js").Part & { resize: (width: number) => void, paint: () => void }}
 */
export function makePlane(runner, label) {
  const boundary = new Boundary({
    onPlace: (x, y) => runner.change({ points: [...runner.settings.points, [snap(x), snap(y), label()]] }),
    onRemove: (index) => runner.change({ points: runner.settings.points.filter((_, i) => i !== index) }),
  });
  const root = boundary.canvas;
  return {
    root,
    sync: [
      [["plane"], () => boundary.show(runner.training)],
      [["words"], () => root.setAttribute("aria-label", planeInWords(runner.training))],
    ],
    resize: (width) => boundary.resize(width),
    paint: () => boundary.paint(),
  };
}
