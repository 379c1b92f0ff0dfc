// @ts-check
// The loss over the steps, on a logarithmic scale.
import { draw, make } from "../parts/elements.js";

const LOSS_HEIGHT = 150;
const FOOT = 16; // pixels below for the steps
const LEFT = 48; // and beside, for the losses
const DECADES = [1, 0.1, 0.01, 0.001, 0.0001];
const POINTS = 300; // as many are drawn

/**
 * @param {import("./runner.js").Runner} runner
 * @returns {import("../parts/types.js").Part & { resize: (width: number) => void }}
 */
export function makeLoss(runner) {
  const path = draw("path", { class: "qp-curve" });
  const scale = draw("g");
  const steps = draw("text", { class: "qs-tick", y: LOSS_HEIGHT - 3, "text-anchor": "end" });
  const svg = draw("svg", { class: "qp-loss", height: LOSS_HEIGHT, role: "img" }, scale, path, steps);
  const root = make("section", {}, make("h4", { "aria-level": "3" }, "Loss"), svg);
  const top = Math.log10(3);
  const bottom = Math.log10(DECADES.at(-1));
  const y = (loss) => {
    const height = (top - Math.log10(Math.max(loss, DECADES.at(-1)))) / (top - bottom);
    return 4 + Math.max(height, 0) * (LOSS_HEIGHT - FOOT - 4);
  };
  for (const loss of DECADES) {
    scale.append(
      draw("line", { class: "qp-rule", x1: LEFT, y1: y(loss), y2: y(loss) }),
      draw("text", { class: "qs-tick", x: LEFT - 5, y: y(loss) + 4, "text-anchor": "end" }, String(loss)),
    );
  }

  let width = 0;
  const resize = (now) => {
    width = now;
    svg.setAttribute("viewBox", `0 0 ${width} ${LOSS_HEIGHT}`);
    steps.setAttribute("x", String(width));
    for (const rule of scale.querySelectorAll("line")) rule.setAttribute("x2", String(width));
    show();
  };

  const show = () => {
    if (!width) return;
    const { losses, steps: done } = runner.training;
    const end = Math.max(100, 2 ** Math.ceil(Math.log2((done + 1) / 100)) * 100); // doubles when it is full
    const stride = Math.ceil(losses.length / POINTS);
    const at = (i) => `${(LEFT + ((width - LEFT) * i) / end).toFixed(1)} ${y(losses[i]).toFixed(1)}`;
    const places = [];
    for (let i = 0; i < losses.length; i += stride) places.push(at(i));
    if (losses.length) places.push(at(losses.length - 1));
    path.setAttribute("d", places.length ? `M${places.join("L")}` : "");
    steps.textContent = `step ${end}`;
    svg.setAttribute("aria-label", losses.length ? `Loss ${losses.at(-1).toPrecision(2)} after ${done} steps` : "Loss");
  };
  return { root, sync: [[["pictures"], show]], resize };
}
