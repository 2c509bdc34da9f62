// @ts-check
/** What every script needs of a page: where the site is, elements, dialogs and announcements. */

/** Where the site is, whatever page this runs on. */
export const ROOT = new URL("../../", import.meta.url);

/**
 * Make an element of text and other nodes only, so that nothing in it can run.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} [className] @param {(Node | string)[]} children
 */
export function element(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null} */
export function find(selector, root = document) {
  return root.querySelector(selector);
}

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
export function findAll(selector, root = document) {
  return Array.from(root.querySelectorAll(selector));
}

/**
 * Find an element that is known to be there. It is looked for below `root` and not by its id alone,
 * because a text on the page could have the same id.
 * @param {string} selector @param {ParentNode} root
 */
export function need(selector, root) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/** Find the target of an event, or what is around it. @param {Event} event @param {string} selector @returns {HTMLElement | null} */
export function findAround({ target }, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}

/** @param {string} selector @param {ParentNode} root @returns the text of an element, empty if there is none */
export function textOf(selector, root) {
  return find(selector, root)?.textContent ?? "";
}

/** Tell whether a key is free for the site: pressed without Control, Command or Alt, and not typed into a field. @param {KeyboardEvent} event */
export function isFree({ ctrlKey, metaKey, altKey, isComposing, target }) {
  if (ctrlKey || metaKey || altKey || isComposing) return false;
  return !(target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select")));
}

/**
 * Open a dialog that is gone when it closes.
 * @param {string} title @param {HTMLElement} opener gets the focus back @param {(Node | string)[]} children
 */
export function openDialog(title, opener, ...children) {
  const box = element("dialog", "tb tb-dialog tb-help", element("h2", "", title), ...children);
  box.setAttribute("aria-label", title);
  const around = element("div", "md-typeset", box);
  box.addEventListener("close", () => {
    around.remove();
    opener.focus();
  });
  document.body.append(around);
  box.showModal();
  return box;
}

const announced = element("p", "tb-announced");
announced.id = "tb-announced";
announced.setAttribute("role", "status");

/** Tell screen readers, and nobody else. @param {string} words */
export function announce(words) {
  if (!announced.isConnected) document.body.append(announced);
  announced.textContent = words;
}
