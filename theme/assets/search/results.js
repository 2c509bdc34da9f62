// @ts-check
/** Results as a reader sees them: built of text nodes only, so that nothing in them can run. */

import { _, day } from "../words.js";
import { ROOT, element } from "./dom.js";
import { spoken } from "./words.js";

const SENTENCE = 240; // characters of a sentence that are shown
export const STATES = { solved: _("Solved"), answered: _("Answered"), unanswered: _("Waiting for an answer") };
const KINDS = { path: _("Learning path"), term: _("Glossary"), page: _("Page") };

/** @param {import("./search.js").Said} said */
export function address(said) {
  const url = new URL(said.at, ROOT);
  // An index is content, too: what it says can lead to this site only.
  return url.href.startsWith(ROOT.href) ? url.href : ROOT.href;
}

/** @param {import("./search.js").Said} said @returns {string} the thread's id, if it is one */
export function threadOf(said) {
  return said.at.match(/^threads\/([^/]+)\/$/)?.[1] ?? "";
}

/**
 * Mark the words whose stems were asked for.
 * @param {string} text @param {Set<string>} stems @param {import("./words.js").Stem} stem
 * @returns {(Node | string)[]}
 */
export function marked(text, stems, stem) {
  return text.split(/([\p{L}\p{N}]+)/u).map((part, at) => {
    if (at % 2 === 0) return part;
    return spoken(part).some((word) => stems.has(stem(word))) ? element("mark", "", part) : part;
  });
}

/**
 * Return the sentence that holds the most of the stems that were asked for, the first one if none.
 * @param {string} text @param {Set<string>} stems @param {import("./words.js").Stem} stem
 */
export function bestSentence(text, stems, stem) {
  const sentences = text.match(/[^.!?。！？؟]+(?:[.!?。！？؟]+["'»”]?|$)/gu) ?? [text];
  let [most, best] = [-1, 0];
  sentences.forEach((sentence, at) => {
    const count = new Set(spoken(sentence).map(stem).filter((each) => stems.has(each))).size;
    if (count > most) [most, best] = [count, at];
  });
  let said = sentences[best].trim();
  for (let at = best + 1; at < sentences.length && said.length < SENTENCE / 2; at++) {
    said += ` ${sentences[at].trim()}`;
  }
  return said.length > SENTENCE ? `${said.slice(0, SENTENCE).replace(/\s+\S*$/u, "")} …` : said;
}

/**
 * Return what a result shows below its title: one sentence, and facts.
 * @param {import("./search.js").Said} said @param {Set<string>} stems
 * @param {import("./words.js").Stem} stem
 * @returns {Node[]}
 */
export function details(said, stems, stem) {
  const sentence = bestSentence(said.answer ?? "", stems, stem);
  const facts = element("p", "tb-result__facts");
  const kind = KINDS[/** @type {keyof typeof KINDS} */ (said.kind)];
  const state = STATES[/** @type {keyof typeof STATES} */ (said.state)];
  for (const fact of [kind, state, said.board, said.topics]) {
    if (fact) facts.append(element("span", fact === STATES.solved ? "tb-result__solved" : "", fact));
  }
  if (said.day) {
    const words = day(Date.parse(`${said.day}T00:00:00Z`), "UTC");
    const time = /** @type {HTMLTimeElement} */ (element("time", "", words));
    time.dateTime = said.day;
    facts.append(time);
  }
  const text = element("p", "tb-result__text", ...marked(sentence, stems, stem));
  return sentence ? [text, facts] : [facts];
}

/**
 * Return where the question can be asked, with what was typed filled in; null if nowhere.
 * @param {string} pattern @param {string} query
 */
export function askLink(pattern, query) {
  if (!/^https?:\/\//.test(pattern)) return null;
  const link = /** @type {HTMLAnchorElement} */ (element("a", "tb-ask-this", _("Ask this question")));
  link.href = pattern.replace("{title}", encodeURIComponent(query.slice(0, 300)));
  return link;
}
