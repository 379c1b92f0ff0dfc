// @ts-check
// What is drawn on a canvas takes no colours of the page by itself: it is drawn again when they change.

/**
 * @param {() => void} repaint called when the page turns light or dark
 * @returns {() => void} what ends it
 */
export function followTheme(repaint) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const soon = () => requestAnimationFrame(repaint);
  const observer = new MutationObserver(soon); // JupyterLab names its theme on the body
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  dark.addEventListener("change", soon);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", soon);
  };
}
