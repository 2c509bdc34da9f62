// @ts-check
/**
 * What every page loads: buttons, definitions of terms, keys, and the other scripts that a page needs.
 * It listens on the document, because the theme's instant navigation puts other pages into it.
 */

import { element, find, findAll, findAround, isFree, need, textOf, toast } from "./dom.js";
import { openSearchDialog } from "./search/dialog.js";
import { Waiting } from "./search/pace.js";
import { _ } from "./words.js";

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast(_("Copied"));
  } catch {
    toast(_("Copy it from the address bar"));
  }
}

async function copyMarkdown() {
  try {
    // Safari copies only if it gets a promise at once, within the click.
    const text = fetch("index.md").then(async (found) => {
      if (!found.ok) throw new Error(found.statusText);
      return new Blob([await found.text()], { type: "text/plain" });
    });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    toast(_("Copied"));
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

/** Show all of a question that a small screen cuts; the reader goes on where it was cut. @param {HTMLElement} button */
function unfoldQuestion(button) {
  const question = button.closest(".tb-question");
  question?.classList.remove("tb-question--folds");
  const body = find(".tb-body", question ?? undefined);
  if (!body) return;
  body.tabIndex = -1;
  body.focus({ preventScroll: true });
}

/** Take the button from a question that is short enough to be seen; its place stays, so that nothing moves. */
function keepShortQuestion() {
  const question = find(".tb-question--folds");
  const body = question && find(".tb-body", question);
  if (!body || find(".tb-comments", question) || body.scrollHeight > body.clientHeight) return;
  question.classList.replace("tb-question--folds", "tb-question--whole");
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
  // To focus a link may scroll to it, and the event of that comes only now: the page stands where it stood.
  const top = scrollY;
  const close = () => scrollY !== top && box.hidePopover();
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
  addEventListener("scroll", close, { passive: true });
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

// Two pages have a field of their own: with the first letter the dialog takes over and answers while one types.
document.addEventListener("input", (event) => {
  const field = /** @type {HTMLInputElement | null} */ (findAround(event, ":is(.tb-hero, .tb-lost) .tb-ask__field"));
  if (!field?.value || /** @type {InputEvent} */ (event).isComposing) return;
  openSearchDialog(field.value);
  field.value = ""; // it is in the dialog now
});

document.addEventListener("click", (event) => {
  const button = findAround(event, "[data-tb-action]");
  if (button) {
    if (button.dataset.tbAction === "print") window.print();
    if (button.dataset.tbAction === "unfold") unfoldQuestion(button);
    if (button.dataset.tbAction === "copy-link") void copyLink();
    if (button.dataset.tbAction === "copy-markdown") void copyMarkdown();
    return;
  }
  const helpful = findAround(event, "[data-tb-helpful]");
  if (helpful) void import("./helpful.js").then(({ answer }) => answer(helpful));
  if (findAround(event, ".tb-bar__menu")) void import("./drawer.js").then(({ switchDrawer }) => switchDrawer());
  const around = findAround(event, ".tb-options");
  for (const open of findAll(".tb-options[open]")) {
    if (open !== around) open.removeAttribute("open");
  }
});

/** Open the dialog, but where the page has a field of its own, go there: it holds what was asked. */
function openSearch() {
  const field = /** @type {HTMLInputElement | null} */ (find("[data-tb-page=search] [name=q]"));
  if (!field) return openSearchDialog();
  field.focus();
  field.select();
}

document.addEventListener("keydown", (event) => {
  const isSlash = event.key === "/" && isFree(event);
  const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if ((isSlash || isK) && find(".tb-open-search")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    openSearch();
  }
}, { capture: true });

document.addEventListener("click", (event) => {
  if (!findAround(event, ".tb-open-search") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  openSearch();
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
    keepShortQuestion();
  }
  void painted.then(async () => {
    await (await import("./reader/reader.js")).start();
    if (find("meta[name=threadbook-offline]")) await (await import("./offline.js")).keep();
  });
  const lost = find("[data-tb-page=lost]");
  if (lost && !lost.dataset.tbStarted) {
    lost.dataset.tbStarted = "true";
    (await import("./lost.js")).start(lost);
  }
  const search = find("[data-tb-page=search]");
  if (search && !search.dataset.tbStarted) {
    search.dataset.tbStarted = "true";
    await startSearch(search);
  }
}

/** How long the first results wait for fonts, in milliseconds. In another font they would move when it comes. */
const FONTS = 400;

/** Show what is asked while the rest of the script is still on its way. @param {HTMLElement} root */
async function startSearch(root) {
  const state = need(".tb-search__state", root);
  const waiting = new Waiting(state);
  const field = /** @type {HTMLInputElement} */ (need("[name=q]", root));
  field.value ||= new URLSearchParams(location.search).get("q") ?? ""; // somebody may have typed already
  if (field.value) waiting.begin();
  try {
    const fonts = Promise.race([document.fonts.ready, new Promise((done) => setTimeout(done, FONTS))]);
    const page = await import("./search/page.js");
    await fonts;
    page.start(root, waiting);
  } catch {
    waiting.end();
    state.textContent = _("The search index could not be loaded. Check the connection, and search again.");
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
