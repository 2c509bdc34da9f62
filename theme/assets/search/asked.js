// @ts-check
/**
 * What was asked on the search page, for sites that want to know what their readers miss (`search_url`).
 * Without that setting nothing here does anything. Only the question and whether it was answered are sent.
 */

import { find, need } from "../dom.js";

const SETTLED = 3000; // milliseconds without a change of question or answer
const LONGEST = 300; // characters
const SHORTEST = 3;

const MAIL = /[^\s@]{1,64}@[^\s@]{1,255}/g;
const NUMBER = /\+?\(?\d(?:[ .\-/()]{0,3}\d){6,}/g;

/** Take out what is private. @param {string} question */
export function mask(question) {
  return question.slice(0, LONGEST).replace(MAIL, "[e-mail]").replace(NUMBER, "[number]");
}

/** Send each question once, when it is settled: it has stood for a while, or a result was followed. @param {HTMLElement} root the search page */
export function watchAsked(root) {
  const url = root.dataset.tbAsked;
  if (!url) return;
  if (/** @type {{globalPrivacyControl?: boolean}} */ (navigator).globalPrivacyControl) {
    find(".tb-search__told", root)?.remove(); // nothing is sent, so there is nothing to tell
    return;
  }
  const results = need(".tb-results", root);
  /** @type {Set<string>} */
  const sent = new Set();
  let timer = 0;
  const settle = () => {
    clearTimeout(timer);
    const question = (results.dataset.query ?? "").trim();
    if (question.length < SHORTEST || sent.has(question) || !root.isConnected) return;
    sent.add(question);
    send(url, question, results.dataset.answered ?? (results.childElementCount ? "yes" : "no"));
  };
  new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLED);
  }).observe(results, { attributes: true, attributeFilter: ["data-query", "data-answered"] });
  results.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a")) settle();
  });
}

/**
 * No cookie, no address of the page, and no answer is waited for. A beacon would send cookies.
 * @param {string} url @param {string} question @param {string} answered
 */
function send(url, question, answered) {
  void fetch(url, {
    method: "POST",
    mode: "no-cors",
    body: JSON.stringify({ question: mask(question), answered }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    keepalive: true,
  }).catch(() => undefined); // readers have nothing to do about it
}
