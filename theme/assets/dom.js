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

/** Tell whether a key is pressed without Control, Command or Alt, and not typed into a field. @param {KeyboardEvent} event */
function isSingle({ ctrlKey, metaKey, altKey, isComposing, target }) {
  if (ctrlKey || metaKey || altKey || isComposing) return false;
  return !(target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select")));
}

/** Whether the reader has switched off shortcuts of a single key: what they say or touch by accident does nothing then. */
export const shortcuts = { areOff: false };

/** Tell whether a key is free for the site. @param {KeyboardEvent} event */
export function isFree(event) {
  return isSingle(event) && !shortcuts.areOff;
}

// The theme has shortcuts too, and listens on the window.
document.addEventListener("keydown", (event) => {
  if (shortcuts.areOff && isSingle(event) && /^[^\s]$/u.test(event.key)) event.stopImmediatePropagation();
}, { capture: true });

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

let isToast = false;

/** What is said comes into sight with its words, never before them. */
function say() {
  announced.replaceChildren(announced.dataset.tbSaid ?? "");
  announced.classList.toggle("tb-announced--shown", isToast);
}

/** Tell screen readers, and nobody else. @param {string} words @param {boolean} [isSeen] whether it is seen as well */
export function announce(words, isSeen = false) {
  announced.dataset.tbSaid = words;
  isToast = isSeen;
  if (announced.isConnected) return say();
  document.body.append(announced);
  setTimeout(say, 50); // a region that comes with its words may go unheard
}

const SHOWN_FOR = 4000; // milliseconds
let showing = 0;

/** Tell everybody what was done, for a moment: it is nothing that a reader needs to keep. @param {string} words */
export function toast(words) {
  announce(words, true);
  clearTimeout(showing);
  showing = setTimeout(() => announced.classList.remove("tb-announced--shown"), SHOWN_FOR);
}
