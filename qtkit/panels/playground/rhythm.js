// @ts-check
// How often what is seen follows a training: some of it with each picture, some more seldom, and all when it stops.

// Milliseconds, at least, between two times that parts by this name are shown while a training runs.
const EVERY = {
  plane: 0,
  pictures: 100, // of what moves less than the plane
  words: 400,
  kernel: 1000,
  aloud: 8000,
  state: Number.POSITIVE_INFINITY, // never: only when it starts, stops, or is another
};

/** @param {import("../parts/types.js").Sync} sync what is shown again, by names of `EVERY` */
export function makeRhythm(sync) {
  const lastly = Object.fromEntries(Object.keys(EVERY).map((name) => [name, 0]));
  const show = (names) => {
    for (const [of, part] of sync) if (of.some((name) => names.includes(name))) part();
  };
  const onPicture = () => {
    const now = performance.now();
    const due = Object.keys(EVERY).filter((name) => now - lastly[name] >= EVERY[name]);
    for (const name of due) lastly[name] = now;
    show(due);
  };
  return { onPicture, onState: () => show(Object.keys(EVERY)) };
}
