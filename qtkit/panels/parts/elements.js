// @ts-check
// Elements of the page, made in one call each.

const SVG = "http://www.w3.org/2000/svg";
let instances = 0;

/**
 * An HTML element. A property `on...` is a listener; what is no text is set as a property where the element has one.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} properties
 * @param {...(Node | string | (Node | string)[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

/**
 * @param {Element} node
 * @param {Record<string, string | number>} attributes
 */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

// A prefix for the ids of one panel's elements: a page may show several.
export function newId(prefix) {
  instances += 1;
  return `${prefix}${instances}`;
}

// What has the focus is under the user's hands: it is not overwritten by what the kernel says.
export const hasFocus = (node) => document.activeElement === node;

// JupyterLab's notebook listens for keys (arrows, a, b, dd ...) when no text is edited: keys pressed here are ours.
export function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") event.stopPropagation();
  });
}

/**
 * Calls `resize` with the width of `node` in whole pixels, when it is seen first and whenever it changes.
 * @param {Element} node
 * @param {(width: number) => void} resize
 * @returns {() => void} what ends it
 */
export function followWidth(node, resize) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    const now = Math.floor(node.clientWidth);
    if (now === 0 || now === width) return;
    width = now;
    resize(width);
  });
  observer.observe(node);
  return () => observer.disconnect();
}
