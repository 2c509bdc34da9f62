// @ts-check
/** The navigation of a small screen: its button says whether it is open, and Escape closes it. */

import { find, findAround } from "./dom.js";

const TOGGLE = "input[data-md-toggle=drawer]"; // the theme's, which its style sheet looks at

/** @returns {HTMLInputElement | null} */
const findToggle = () => /** @type {HTMLInputElement | null} */ (find(TOGGLE));

/** Open or close the navigation. */
export const switchDrawer = () => findToggle()?.click();

// On the document, because instant navigation changes only what is in it. The theme closes the navigation,
// too: when a link is followed, or the page beside it is touched.
document.addEventListener("change", (event) => {
  const toggle = findAround(event, TOGGLE);
  if (toggle instanceof HTMLInputElement) find(".tb-bar__menu")?.setAttribute("aria-expanded", String(toggle.checked));
});

document.addEventListener("keydown", (event) => {
  const toggle = findToggle();
  const button = find(".tb-bar__menu");
  if (event.key !== "Escape" || event.isComposing || !toggle?.checked || !button?.checkVisibility()) return;
  toggle.click();
  button.focus();
});
