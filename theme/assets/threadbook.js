// @ts-check
/**
 * What a thread's page can do once a script runs: print, and copy its address.
 * Everything else works without. Listens on the document, so it also serves pages that the
 * theme's instant navigation puts in later.
 */

const SAID_FOR = 2000; // milliseconds

/** @param {HTMLElement} button @param {string} words */
function say(button, words) {
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
    say(button, "Copied");
  } catch {
    say(button, "Copy it from the address bar");
  }
}

// Links within a page are the browser's: the theme's instant navigation would change the address
// without changing the target, and the answer would not be highlighted.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link?.getAttribute("href")?.startsWith("#")) event.stopPropagation();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("[data-tb-action]");
  if (button instanceof HTMLElement) {
    if (button.dataset.tbAction === "print") window.print();
    if (button.dataset.tbAction === "copy-link") void copyLink(button);
    return;
  }
  for (const open of document.querySelectorAll(".tb-options[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll(".tb-options[open]")) {
    open.removeAttribute("open");
    open.querySelector("summary")?.focus();
  }
});
