// @ts-check
/** Results as a reader sees them, made of text nodes only, so that nothing in them can run. */

import { ROOT, element } from "../dom.js";
import { _, counted, day, month, parts } from "../words.js";
import { MOST } from "./fusion.js";
import { listSentences, rankSentences } from "./sentences.js";
import { splitWords } from "./words.js";

/** @import { Answer, Card, Match, Shown } from "../../types" */

const LOOK = 250; // milliseconds between looks whether a list is read
const CLOSEST = 3; // threads that are shown where nothing answers the question
/** @type {Record<string, string>} */
export const STATES = { solved: _("Answered"), answered: _("Discussed"), unanswered: _("Waiting for an answer"), draft: _("Draft") };
/** @type {Record<string, string>} */
const KINDS = { path: _("Learning path"), term: _("Glossary"), page: _("Page") };

/** @param {Shown} shown */
export function addressOf(shown) {
  const url = new URL(shown.at, ROOT);
  // An index is content, too: it can lead to this site only.
  return url.origin === ROOT.origin && url.protocol === ROOT.protocol ? url.href : ROOT.href;
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

/** Make the line of facts about a result. @param {Shown} shown @param {Answer} answer */
export function drawFacts(shown, { order }) {
  const facts = element("p", "tb-result__facts");
  for (const fact of [KINDS[shown.kind], shown.archived ? _("Archived") : "", STATES[shown.state ?? ""], shown.board, shown.topics]) {
    if (fact) facts.append(element("span", fact === STATES.solved ? "tb-result__solved" : "", fact));
  }
  const time = drawTime(shown, order === "day");
  if (time) facts.append(time);
  return facts;
}

/**
 * Say when somebody checked that it holds, as lists do: the day of an old question would make it look abandoned.
 * @param {Shown} shown @param {boolean} isByDay whether results are in the order of their days, which are then shown
 */
function drawTime({ checked, day: changed }, isByDay) {
  const at = isByDay ? changed : (checked ?? changed);
  if (!at) return null;
  const date = Date.parse(`${at}T00:00:00Z`);
  const isChecked = at === checked && !isByDay;
  const time = element("time", "", isChecked ? month(date, "UTC") : day(date, "UTC"));
  time.dateTime = at;
  return isChecked ? element("span", "", ...parts(_("Checked {day}"), { day: time })) : time;
}

/** Make what a result shows below its title: one text, and facts. @param {Shown} shown @param {Answer} answer */
export function drawDetails(shown, answer) {
  const text = pickText(shown, answer);
  const facts = drawFacts(shown, answer);
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
  entry.append(...(card ? [...card.draw(), drawFacts(shown, answer)] : drawDetails(shown, answer)));
  return entry;
}

/** Return the results that are shown: where nothing answers the question, the closest. @param {Answer} answer */
export function listHits({ hits, isAnswered }) {
  return isAnswered ? hits : hits.slice(0, CLOSEST);
}

/** Say how many results there are, unless they were cut off where nobody counts any more. @param {Answer} answer */
function countResults({ hits, isAnswered, isCut }) {
  if (!isAnswered) return _("There is no answer to this question here yet.");
  if (isCut && hits.length >= MOST) return _("Best results");
  return counted(hits.length, "{n} result", "{n} results");
}

/**
 * Say what was found. How many results there are is for those who cannot see them.
 * @param {Answer} answer @param {string} [more] what else there is to say
 */
export function drawState(answer, more = "") {
  const words = countResults(answer);
  const isPlain = answer.isAnswered && answer.hits.length > 0;
  return isPlain ? [element("span", "tb-hidden", more ? `${words} · ` : words), more] : [[words, more].filter(Boolean).join(" ")];
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
