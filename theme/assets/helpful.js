// @ts-check
/** "Was this helpful?" The answer is sent to the address that the site is set up with, if any. Nothing is stored. */

import { find, findAll } from "./dom.js";
import { _ } from "./words.js";

/** @param {HTMLElement} button */
export async function answer(button) {
  const box = /** @type {HTMLElement} */ (button.closest(".tb-helpful"));
  const state = /** @type {HTMLElement} */ (find("[role=status]", box));
  const { tbFeedback: url } = box.dataset;
  const buttons = box.querySelectorAll("button");
  for (const each of buttons) each.disabled = true;
  const words = url ? await send(url, button.dataset.tbHelpful ?? "") : _("Glad it helped.");
  if (words) {
    for (const each of findAll("button, details", box)) each.remove();
    // Without this, the focus would go with its button, and Tab would start at the top of the page.
    state.tabIndex = -1;
    state.textContent = words;
    state.focus();
  } else {
    for (const each of buttons) each.disabled = false;
    button.focus();
    state.textContent = _("Your feedback could not be sent. Please try again later.");
  }
}

/** @param {string} url @param {string} word @returns what to tell the reader; empty if it failed */
async function send(url, word) {
  const thread = find("[data-tb-thread]")?.dataset.tbThread ?? "";
  const page = location.href.split(/[?#]/)[0];
  try {
    const done = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ thread, answer: word, page }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    return done.ok ? _("Thank you. Your feedback was sent.") : "";
  } catch {
    return "";
  }
}
