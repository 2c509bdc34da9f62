// @ts-check
/** Results as a reader sees them, made of text nodes only, so that nothing in them can run. */

import { ROOT, element } from "../dom.js";
import { _, counted, day } from "../words.js";
import { MOST } from "./fusion.js";
import { listSentences, rankSentences } from "./sentences.js";
import { splitWords } from "./words.js";

/** @import { Answer, Card, Match, Shown } from "../../types" */

const LOOK = 250; // milliseconds between looks whether a list is read
const CLOSEST = 3; // threads that are shown where nothing answers the question
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

/** Return the short answer, or else the sentence that has most of the question. @param {Shown} shown @param {Answer} answer */
function pickText({ summary, answer = "" }, { words, match, choosing }) {
  if (summary) return summary;
  const sentences = listSentences(answer, words, match, document.documentElement.lang);
  return sentences.length ? sentences[rankSentences(sentences, null, choosing)[0]].text : "";
}

/** Make the line of facts about a result. @param {Shown} shown */
export function drawFacts(shown) {
  const facts = element("p", "tb-result__facts");
  for (const fact of [KINDS[shown.kind], STATES[shown.state ?? ""], shown.board, shown.topics]) {
    if (fact) facts.append(element("span", fact === STATES.solved ? "tb-result__solved" : "", fact));
  }
  if (shown.day) {
    const time = element("time", "", day(Date.parse(`${shown.day}T00:00:00Z`), "UTC"));
    time.dateTime = shown.day;
    facts.append(time);
  }
  return facts;
}

/** Make what a result shows below its title: one text, and facts. @param {Shown} shown @param {Answer} answer */
export function drawDetails(shown, answer) {
  const text = pickText(shown, answer);
  const facts = drawFacts(shown);
  return text ? [element("p", "tb-result__text", ...mark(text, answer.match)), facts] : [facts];
}

/**
 * Make an entry of the list of results.
 * @param {Shown} shown @param {Answer} answer @param {Card | null} [card] if it is the one that answers
 */
export function drawEntry(shown, answer, card = null) {
  const { match, isAnswered } = answer;
  const entry = element("li", card ? "tb-result tb-answer" : "tb-result");
  const thread = threadOf(shown);
  if (thread) Object.assign(entry.dataset, { thread, tbThread: thread, tbPrint: shown.fingerprint ?? "" });
  const link = element("a", "", ...mark(shown.title, match));
  link.href = addressOf(shown);
  // Where nothing answers the question, there is a heading above the list.
  entry.append(element(isAnswered ? "h2" : "h3", "tb-result__title", link));
  entry.append(...(card ? [...card.draw(), drawFacts(shown)] : drawDetails(shown, answer)));
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
export function isRead(list) {
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
