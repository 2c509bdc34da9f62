// @ts-check
/** "Was this helpful?": the answer goes where the site says, or nowhere. Nothing is stored. */

import { _ } from "./words.js";

/** @param {HTMLElement} button */
export async function answer(button) {
  const box = button.closest(".tb-helpful");
  if (!(box instanceof HTMLElement)) return;
  const said = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  const { tbFeedback: url } = box.dataset;
  const buttons = [...box.querySelectorAll("button")];
  for (const each of buttons) each.disabled = true;
  const words = url ? await sent(url, button.dataset.tbHelpful ?? "") : _("Good to know. Nothing was sent or stored.");
  if (words) {
    for (const each of box.querySelectorAll("button, details")) each.remove();
    // A focus that is lost with its button would begin the page anew.
    said.tabIndex = -1;
    said.textContent = words;
    said.focus();
  } else {
    for (const each of buttons) each.disabled = false;
    button.focus();
    said.textContent = _("It could not be sent. Please try again later.");
  }
}

/** @param {string} url @param {string} word @returns {Promise<string>} nothing if it failed */
async function sent(url, word) {
  const thread = document.querySelector("[data-tb-thread]")?.getAttribute("data-tb-thread") ?? "";
  const page = location.href.split(/[?#]/)[0];
  try {
    const done = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ thread, answer: word, page }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    return done.ok ? _("Thank you. Your answer was sent.") : "";
  } catch {
    return "";
  }
}
