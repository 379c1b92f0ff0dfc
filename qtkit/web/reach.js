// @ts-check
// What scrolls sideways is reached by Tab, and only while it does.

/**
 * @param {Element} box what may scroll
 * @param {string} [label] what a screen reader calls it; without one it is only marked, as something else brings Tab there
 */
export function reach(box, label) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  box.classList.toggle("qtkit-scrolls", scrolls);
  if (label === undefined) return;
  for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": label })) {
    if (scrolls) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}
