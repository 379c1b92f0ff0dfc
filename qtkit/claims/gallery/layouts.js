// @ts-check
// Layouts for the page as it is: its width, its theme, mouse or finger.

const NARROW = 620; // pixels, below which plots stand below each other
const ROW = 240; // height of each then

export const dark = matchMedia("(prefers-color-scheme: dark)");
const mouse = matchMedia("(pointer: fine)");

/**
 * The names of a layout's axes.
 * @param {object} layout
 * @param {"x" | "y"} letter
 */
export const axesOf = (layout, letter) =>
  Object.keys(layout).filter((name) => new RegExp(`^${letter}axis[0-9]*$`).test(name));

/**
 * A figure's layout for a place of this width.
 * @param {any} given
 * @param {number} width
 */
export function layoutFor(given, width) {
  const starts = new Set(axesOf(given, "x").map((name) => given[name].domain?.[0] ?? 0));
  const small = width < NARROW && starts.size > 1 && axesOf(given, "y").length <= 4;
  const layout = small ? stacked(given) : structuredClone(given);
  const ink = dark.matches ? "#d6dae0" : "#3f464f";
  layout.font = { ...layout.font, color: ink };
  layout.margin = { ...layout.margin, t: 30, r: 24 };
  return { ...layout, showlegend: false, dragmode: mouse.matches ? "zoom" : false, width, autosize: false };
}

// The same plots below each other; what stands above one goes with it.
function stacked(layout) {
  const copy = structuredClone(layout);
  const pairs = axesOf(copy, "y").map((y) => {
    const x = `xaxis${(copy[y].anchor ?? "x").slice(1)}`;
    return { x, y, left: copy[x].domain ?? [0, 1], up: copy[y].domain ?? [0, 1] };
  });
  pairs.sort((a, b) => b.up[1] - a.up[1] || a.left[0] - b.left[0]);
  const height = 1 / pairs.length;
  for (const annotation of copy.annotations ?? []) {
    if (annotation.xref !== "paper" || annotation.yref !== "paper") continue;
    const place = pairs.findIndex(({ left, up }) => {
      const inside = annotation.x >= left[0] - 0.01 && annotation.x <= left[1];
      return inside && Math.abs(annotation.y - up[1]) < 0.02;
    });
    if (place >= 0) Object.assign(annotation, { x: 0, xanchor: "left", y: 1 - place * height, yanchor: "bottom" });
  }
  pairs.forEach(({ x, y }, place) => {
    copy[x] = { ...copy[x], domain: [0, 1], showticklabels: true };
    if (place + 1 < pairs.length && copy[x].title?.text === copy[pairs.at(-1).x].title?.text) delete copy[x].title;
    if (copy[y].title) copy[y].title = { ...copy[y].title, font: { size: 10 } };
    copy[y] = { ...copy[y], domain: [1 - (place + 1) * height + 0.25 * height, 1 - place * height] };
  });
  return { ...copy, height: pairs.length * ROW + 60 };
}
