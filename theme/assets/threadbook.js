// @ts-check
/**
 * What a thread's page can do once a script runs: print, copy its address, and show what a word
 * means over the text instead of at the page's end.
 * Everything else works without. Listens on the document, so it also serves pages that the
 * theme's instant navigation puts in later.
 */

import { openDialog } from "./search/dialog.js";
import { isTyping } from "./search/dom.js";
import { _ } from "./words.js";

const SAID_FOR = 2000; // milliseconds

/** @param {HTMLElement} button @param {string} words */
function tell(button, words) {
  const before = button.dataset.tbLabel ?? button.textContent ?? "";
  button.dataset.tbLabel = before;
  button.setAttribute("aria-live", "polite");
  button.textContent = words;
  setTimeout(() => {
    button.textContent = before;
  }, SAID_FOR);
}

/** @param {HTMLElement} button */
async function copyLink(button) {
  try {
    await navigator.clipboard.writeText(location.href);
    tell(button, _("Copied"));
  } catch {
    tell(button, _("Copy it from the address bar"));
  }
}

/** @param {HTMLElement} button */
async function copyMarkdown(button) {
  try {
    // Safari lets only those copy who give it a promise at once.
    const text = fetch("index.md").then(async (found) => {
      if (!found.ok) throw new Error(found.statusText);
      return new Blob([await found.text()], { type: "text/plain" });
    });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    tell(button, _("Copied"));
  } catch {
    location.href = "index.md";
  }
}

/** @param {string} hash of an address, which anybody can write @returns {HTMLElement | null} */
function named(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/** Open what folds the place that the address names: not every browser does it by itself. */
function unfoldTarget() {
  const target = named(location.hash);
  const fold = target?.closest("details.tb-fold:not([open])");
  if (!target || !(fold instanceof HTMLDetailsElement)) return;
  fold.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", unfoldTarget);

/** @type {Element[]} */
let opened = [];

addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.tb-fold:not([open])")];
  for (const fold of opened) fold.setAttribute("open", "");
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.removeAttribute("open");
});

const GAP = 8; // pixels between a word and its definition

/** @param {HTMLElement} box @param {DOMRect} word */
function place(box, word) {
  const below = word.bottom + GAP;
  const fits = below + box.offsetHeight <= innerHeight || word.top < box.offsetHeight + GAP;
  const left = Math.min(word.left, document.documentElement.clientWidth - box.offsetWidth - GAP);
  box.style.top = `${fits ? below : word.top - box.offsetHeight - GAP}px`;
  box.style.left = `${Math.max(left, GAP)}px`;
}

/**
 * Show a word's definition beside it; Escape, a click elsewhere and scrolling close it, and the
 * browser gives the focus back.
 * @param {HTMLAnchorElement} link
 * @returns {boolean} whether it could be shown; else the link leads there
 */
function define(link) {
  const entry = named(link.hash);
  if (!entry || !HTMLElement.prototype.showPopover) return false;
  const box = document.createElement("div");
  box.className = "tb-definition";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  const word = entry.querySelector("dfn")?.textContent ?? "";
  box.setAttribute("aria-label", _("Definition: {word}", { word }));
  for (const part of entry.querySelectorAll("dt, dd")) {
    const copy = document.createElement(part.localName === "dt" ? "strong" : "p");
    copy.append(...[...part.childNodes].map((node) => node.cloneNode(true)));
    box.append(copy);
  }
  const close = () => box.hidePopover();
  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    removeEventListener("scroll", close);
    link.removeAttribute("aria-expanded");
    box.remove();
  });
  link.closest(".tb")?.append(box);
  link.setAttribute("aria-expanded", "true");
  box.showPopover();
  place(box, link.getBoundingClientRect());
  box.focus({ preventScroll: true });
  addEventListener("scroll", close, { once: true, passive: true });
  return true;
}

// Links within a page are the browser's: the theme's instant navigation would change the address
// without changing the target, and the answer would not be highlighted.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.hash || link.href.split("#")[0] !== location.href.split("#")[0]) return;
    event.stopPropagation();
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link.matches(".tb-term") && isPlain && define(link)) event.preventDefault();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("[data-tb-action]");
  if (button instanceof HTMLElement) {
    if (button.dataset.tbAction === "print") window.print();
    if (button.dataset.tbAction === "copy-link") void copyLink(button);
    if (button.dataset.tbAction === "copy-markdown") void copyMarkdown(button);
    return;
  }
  const helpful = event.target.closest("[data-tb-helpful]");
  if (helpful instanceof HTMLElement) void import("./helpful.js").then(({ answer }) => answer(helpful));
  for (const open of document.querySelectorAll(".tb-options[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
  const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if ((isSlash || isK) && document.querySelector(".tb-open-search")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    openDialog();
  }
}, { capture: true });

document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element ? event.target.closest(".tb-open-search") : null;
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("[data-tb-page=search]")) return;
  event.preventDefault();
  event.stopPropagation();
  openDialog();
}, { capture: true });

/** @type {Promise<typeof import("./reader/reader.js")> | undefined} */
let reading;

/** After the first paint, so that nobody waits for it. */
const painted = new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/** The theme makes a landmark of every code block's buttons; pages with several need no map of them. */
function quietCode() {
  for (const tools of document.querySelectorAll("nav.md-code__nav:not([role])")) tools.setAttribute("role", "none");
}

/** Start what a page needs, now and whenever instant navigation puts in another one. */
async function start() {
  quietCode();
  const thread = document.querySelector(".tb-thread");
  if (thread instanceof HTMLElement && !thread.dataset.tbUnfolded) {
    thread.dataset.tbUnfolded = "true";
    unfoldTarget();
  }
  void painted.then(async () => {
    reading ??= import("./reader/reader.js");
    await (await reading).start();
  });
  const search = document.querySelector("[data-tb-page=search]");
  if (search instanceof HTMLElement && !search.dataset.tbStarted) {
    (await import("./search/page.js")).start(search);
  }
}

new MutationObserver(() => void start()).observe(document.body, { childList: true, subtree: true });
void start();

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll(".tb-options[open]")) {
    open.removeAttribute("open");
    open.querySelector("summary")?.focus();
  }
});
