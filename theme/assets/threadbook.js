// @ts-check
/**
 * What every page loads: buttons, definitions of terms, keys, and the other scripts that a page needs.
 * It listens on the document, because the theme's instant navigation puts other pages into it.
 */

import { element, find, findAll, findAround, isFree, textOf } from "./dom.js";
import { openSearchDialog } from "./search/dialog.js";
import { _ } from "./words.js";

const TOLD_FOR = 2000; // milliseconds

/** Show words on a button for a moment. @param {HTMLElement} button @param {string} words */
function tell(button, words) {
  const before = button.dataset.tbLabel ?? button.textContent ?? "";
  button.dataset.tbLabel = before;
  button.setAttribute("aria-live", "polite");
  button.textContent = words;
  setTimeout(() => {
    button.textContent = before;
  }, TOLD_FOR);
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
    // Safari copies only if it gets a promise at once, within the click.
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

/** @param {string} hash of an address, which may be no valid encoding */
function findTarget(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/** Open the fold around the target of the address: not every browser does so by itself. */
function unfoldTarget() {
  const target = findTarget(location.hash);
  const fold = target?.closest("details.tb-fold:not([open])");
  if (!fold) return;
  fold.setAttribute("open", "");
  target?.scrollIntoView();
}

addEventListener("hashchange", unfoldTarget);

/** @type {HTMLElement[]} */
let opened = [];

addEventListener("beforeprint", () => {
  opened = findAll("details.tb-fold:not([open])");
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
 * Show a term's definition beside it. Escape, a click elsewhere and scrolling close it, and the
 * browser gives the focus back.
 * @param {HTMLAnchorElement} link
 * @returns whether it could be shown; if not, the link leads there
 */
function define(link) {
  const entry = findTarget(link.hash);
  if (!entry || !HTMLElement.prototype.showPopover) return false;
  const box = element("div", "tb-definition");
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  const word = textOf("dfn", entry);
  box.setAttribute("aria-label", _("Definition: {word}", { word }));
  for (const part of findAll("dt, dd", entry)) {
    box.append(element(part.localName === "dt" ? "strong" : "p", "", ...part.cloneNode(true).childNodes));
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

// Links within a page are left to the browser. The theme's instant navigation would change the
// address but not `:target`, and the answer would not be highlighted.
document.addEventListener(
  "click",
  (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (findAround(event, "a"));
    if (!link?.hash || link.href.split("#")[0] !== location.href.split("#")[0]) return;
    event.stopPropagation();
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link.matches(".tb-term") && isPlain && define(link)) event.preventDefault();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const button = findAround(event, "[data-tb-action]");
  if (button) {
    if (button.dataset.tbAction === "print") window.print();
    if (button.dataset.tbAction === "copy-link") void copyLink(button);
    if (button.dataset.tbAction === "copy-markdown") void copyMarkdown(button);
    return;
  }
  const helpful = findAround(event, "[data-tb-helpful]");
  if (helpful) void import("./helpful.js").then(({ answer }) => answer(helpful));
  const around = findAround(event, ".tb-options");
  for (const open of findAll(".tb-options[open]")) {
    if (open !== around) open.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  const isSlash = event.key === "/" && isFree(event);
  const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if ((isSlash || isK) && find(".tb-open-search")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    openSearchDialog();
  }
}, { capture: true });

document.addEventListener("click", (event) => {
  if (!findAround(event, ".tb-open-search") || event.ctrlKey || event.metaKey || event.shiftKey || find("[data-tb-page=search]")) return;
  event.preventDefault();
  event.stopPropagation();
  openSearchDialog();
}, { capture: true });

/** What can wait runs after the first paint. */
const painted = new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/** Start what a page needs; called again when instant navigation has put in another one. */
async function start() {
  // The theme makes a landmark of every code block's buttons, which is noise for screen readers.
  for (const tools of findAll("nav.md-code__nav:not([role])")) tools.setAttribute("role", "none");
  const thread = find(".tb-thread");
  if (thread && !thread.dataset.tbUnfolded) {
    thread.dataset.tbUnfolded = "true";
    unfoldTarget();
  }
  void painted.then(async () => {
    await (await import("./reader/reader.js")).start();
  });
  const search = find("[data-tb-page=search]");
  if (search && !search.dataset.tbStarted) {
    (await import("./search/page.js")).start(search);
  }
}

new MutationObserver(() => void start()).observe(document.body, { childList: true, subtree: true });
void start();

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of findAll(".tb-options[open]")) {
    open.removeAttribute("open");
    find("summary", open)?.focus();
  }
});
