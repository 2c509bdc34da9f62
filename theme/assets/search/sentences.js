// @ts-check
/** Finds the sentence of a text that answers a question best. Only whole sentences are shown. */

import { splitWords } from "./words.js";

/** @import { Choosing, Match, Weighted } from "../../types" */

export const MOST = 14; // sentences that are compared with a question by meaning
const LONGEST = 300; // characters of a sentence that is shown
const FEWEST = 7; // words of a sentence that is shown without its neighbour
const READ = 4000; // characters; an index keeps less of a text
const SAME = 0.6; // share of words, from which on two sentences say the same
const SENTENCE = /[^.!?。！？؟]+(?:[.!?。！？؟]+["'»”]?|$)/gu;
const FULL = /[.!?…。！？؟]["'»”’)」』]*$/u;
/** What has a full stop and does not end there, as far as it is in wide use. */
const SHORTENED = /(?:^|[\s(])(?:\p{L}|\p{L}\.\s?\p{L}|Mrs?|Ms|Dr|St|No|Nr|vs|etc|ca|bzw|approx|Sra?|p\. ?ej)\.$/iu;

/** @param {string} language @returns {Intl.Segmenter | null} null in older browsers */
function openSegmenter(language) {
  try {
    return new Intl.Segmenter(language || "en", { granularity: "sentence" });
  } catch {
    return null;
  }
}

/**
 * Cut a text into whole sentences, of which none goes across two lines. Very short ones stay with a neighbour.
 * @param {string} text @param {string} [language]
 */
export function splitSentences(text, language = "en") {
  const segmenter = openSegmenter(language);
  return text
    .slice(0, READ)
    .split("\n")
    .flatMap((line) => joinShort(segmenter ? Array.from(segmenter.segment(line), ({ segment }) => segment) : (line.match(SENTENCE) ?? [])));
}

/** @param {string[]} pieces of a line */
function joinShort(pieces) {
  /** @type {string[]} */
  const sentences = [];
  for (const [at, piece] of pieces.entries()) {
    const before = sentences.at(-1) ?? "";
    const joined = before + piece;
    const isLast = at === pieces.length - 1;
    // What goes on with a small letter is the same sentence: "Is it done?" prevents most quarrels.
    if (before && (/^\p{Ll}/u.test(piece) || SHORTENED.test(before.trimEnd()) || (joined.length <= LONGEST && (isOpen(before) || (isLast && isShort(piece)))))) {
      sentences[sentences.length - 1] = joined;
    } else sentences.push(piece);
  }
  return sentences.map((each) => each.trim()).filter((each) => /[\p{L}\p{N}]/u.test(each));
}

/** @param {string} text */
const isShort = (text) => splitWords(text).length < FEWEST;

/** Tell whether a text takes what follows: it is short, or somebody is still speaking in it. @param {string} text */
function isOpen(text) {
  const count = (/** @type {RegExp} */ of) => text.match(of)?.length ?? 0;
  return isShort(text) || count(/"/g) % 2 > 0 || count(/[“„«「『]/g) > count(/[”»」』]/g);
}

/**
 * Return the sentences of a text that can stand alone: none that is too long; and none that only leads to a list, is
 * an item of one or a mere label, unless there is no other. Where they are many, those with most of the question.
 * @param {string} text @param {Weighted[]} words of the question @param {Match} match @param {string} [language]
 */
export function listSentences(text, words, match, language) {
  const every = splitSentences(text, language);
  const short = every.filter((each) => each.length <= LONGEST);
  const whole = short.filter((each) => FULL.test(each) || (!/[:;,：；]$/u.test(each) && !isShort(each)));
  const sentences = whole.length ? whole : short;
  const shares = sentences.map((each) => shareOf(each, words, match));
  const order = [...sentences.keys()].sort((one, other) => shares[other] - shares[one] || one - other);
  const kept = order.slice(0, MOST).sort((one, other) => one - other);
  return kept.map((at) => ({ text: sentences[at], share: shares[at], isFirst: sentences[at] === every[0] }));
}

/**
 * Return the share of a question's words that a sentence has; rarer words count more.
 * @param {string} sentence @param {Weighted[]} words @param {Match} match
 */
export function shareOf(sentence, words, match) {
  const found = new Set(splitWords(sentence).map(match).filter(Boolean));
  const every = words.reduce((sum, { weight }) => sum + weight, 0);
  const had = words.filter(({ stems }) => [...stems].some((stem) => found.has(stem)));
  return every ? had.reduce((sum, { weight }) => sum + weight, 0) / every : 0;
}

/**
 * Return the places of sentences, the best first. People begin with the answer: another sentence must fit much better.
 * @param {{share: number, isFirst: boolean}[]} sentences @param {number[] | null} cosines with the question, if they are known
 * @param {Choosing} by
 */
export function rankSentences(sentences, cosines, by) {
  const scores = sentences.map(({ share, isFirst }, at) => (cosines?.[at] ?? 0) + by.words * share + (isFirst ? by.lead : 0));
  return [...scores.keys()].sort((one, other) => scores[other] - scores[one] || one - other);
}

/** Tell whether two sentences have nearly the same words. @param {string} one @param {string} other */
export function saysSame(one, other) {
  const [fewer, more] = [one, other].map((each) => new Set(splitWords(each))).sort((a, b) => a.size - b.size);
  const shared = [...fewer].filter((word) => more.has(word));
  return fewer.size > 0 && shared.length >= SAME * fewer.size;
}
