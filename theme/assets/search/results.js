// @ts-check
/** Results as a reader sees them, made of text nodes only, so that nothing in them can run. */

import { ROOT, element } from "../dom.js";
import { _, counted, day } from "../words.js";
import { MOST } from "./fusion.js";
import { splitWords } from "./words.js";

/** @import { Answer, Match, Shown } from "../../types" */

const LOOK = 250; // milliseconds between looks whether a list is read
const CLOSEST = 3; // threads that are shown where nothing answers the question
const SENTENCE = 240; // characters of a sentence that are shown
/** @type {Record<string, string>} */
export const STATES = { solved: _("Solved"), answered: _("Answered"), unanswered: _("Waiting for an answer") };
/** @type {Record<string, string>} */
const KINDS = { path: _("Learning path"), term: _("Glossary"), page: _("Page") };

/** @param {Shown} shown */
export function addressOf(shown) {
  const url = new URL(shown.at, ROOT);
  // An index is content, too: it can lead to this site only.
  return url.href.startsWith(ROOT.href) ? url.href : ROOT.href;
}

/** @param {Shown} shown @returns the thread's id, if it is one */
export function threadOf(shown) {
  return shown.at.match(/^threads\/([^/]+)\/$/)?.[1] ?? "";
}

/** Mark the words that were asked for. @param {string} text @param {Match} match */
export function mark(text, match) {
  return text.split(/([\p{L}\p{N}]+)/u).map((part, at) => {
    return at % 2 && splitWords(part).some(match) ? element("mark", "", part) : part;
  });
}

/**
 * Return the sentence with the most of the stems that were asked for, the first one if none has any.
 * @param {string} text @param {Match} match
 */
export function pickSentence(text, match) {
  const sentences = text.match(/[^.!?。！？؟]+(?:[.!?。！？؟]+["'»”]?|$)/gu) ?? [text];
  let [most, best] = [-1, 0];
  sentences.forEach((sentence, at) => {
    const count = new Set(splitWords(sentence).map(match).filter(Boolean)).size;
    if (count > most) [most, best] = [count, at];
  });
  let picked = sentences[best].trim();
  for (let at = best + 1; at < sentences.length && picked.length < SENTENCE / 2; at++) {
    picked += ` ${sentences[at].trim()}`;
  }
  return picked.length > SENTENCE ? `${picked.slice(0, SENTENCE).replace(/\s+\S*$/u, "")} …` : picked;
}

/** Make what a result shows below its title: one sentence, and facts. @param {Shown} shown @param {Match} match */
export function drawDetails(shown, match) {
  const sentence = pickSentence(shown.answer ?? "", match);
  const facts = element("p", "tb-result__facts");
  for (const fact of [KINDS[shown.kind], STATES[shown.state ?? ""], shown.board, shown.topics]) {
    if (fact) facts.append(element("span", fact === STATES.solved ? "tb-result__solved" : "", fact));
  }
  if (shown.day) {
    const time = element("time", "", day(Date.parse(`${shown.day}T00:00:00Z`), "UTC"));
    time.dateTime = shown.day;
    facts.append(time);
  }
  const text = element("p", "tb-result__text", ...mark(sentence, match));
  return sentence ? [text, facts] : [facts];
}

/** Make an entry of the list of results. @param {Shown} shown @param {Answer} answer */
export function drawEntry(shown, { match, isAnswered }) {
  const entry = element("li", "tb-result");
  const thread = threadOf(shown);
  if (thread) Object.assign(entry.dataset, { thread, tbThread: thread, tbPrint: shown.fingerprint ?? "" });
  const link = element("a", "", ...mark(shown.title, match));
  link.href = addressOf(shown);
  // Where nothing answers the question, there is a heading above the list.
  entry.append(element(isAnswered ? "h2" : "h3", "tb-result__title", link), ...drawDetails(shown, match));
  return entry;
}

/** Return the results that are shown: where nothing answers the question, the closest. @param {Answer} answer */
export function listHits({ hits, isAnswered }) {
  return isAnswered ? hits : hits.slice(0, CLOSEST);
}

/** Say how many results there are, unless they were cut off where nobody counts any more. @param {Answer} answer */
export function countResults({ hits, isAnswered, isCut }) {
  if (!isAnswered) return _("Nothing here answers this question.");
  if (isCut && hits.length >= MOST) return _("The best results");
  return counted(hits.length, "{n} result", "{n} results");
}

/** Tell whether a reader would see no difference. @param {Answer} one @param {Answer} other */
export function isAlike(one, other) {
  const ids = (/** @type {Answer} */ { hits }) => hits.map(({ id }) => id).join();
  return one.isAnswered === other.isAnswered && ids(one) === ids(other);
}

/** Tell whether a reader is in a list: by the focus, by the pointer, or because they have scrolled into it. @param {HTMLElement} list */
function isRead(list) {
  return list.contains(document.activeElement) || list.matches(":hover") || list.getBoundingClientRect().top < 0;
}

/**
 * Wait until nobody is in a list.
 * @param {HTMLElement} list @param {() => boolean} isVain whether there is nothing to wait for any more
 * @returns {Promise<boolean>} false in vain
 */
export async function isLeft(list, isVain) {
  while (!isVain() && list.isConnected) {
    if (!isRead(list)) return true;
    await new Promise((done) => setTimeout(done, LOOK));
  }
  return false;
}

/**
 * Make a link to where the question can be asked, with its text filled in; null if there is none.
 * @param {string} pattern @param {string} query
 */
export function linkToAsk(pattern, query) {
  if (!/^https?:\/\//.test(pattern)) return null;
  const link = element("a", "tb-ask-this", _("Ask this question"));
  // A function, because `$&` in a replacement means something; and half a character cannot be encoded.
  const title = encodeURIComponent(query.slice(0, 300).replace(/\p{Surrogate}/gu, "\ufffd"));
  link.href = pattern.replace("{title}", () => title);
  return link;
}
