// @ts-check
/** What every part of search needs before anything is loaded: where the site is, and elements. */

/** Where the site is, whatever page this runs on. */
export const ROOT = new URL("../../../", import.meta.url);

/**
 * Make an element of text and other nodes only, so that nothing in it can run.
 * @param {string} tag @param {string} [className] @param {(Node | string)[]} children
 */
export function element(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** Tell whether keys belong to what they are typed into. @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
