// @ts-check
/**
 * Joins what words found with what meaning says, and tells whether anything answers the question;
 * `threadbook.search.fusion` does the same with the same constants.
 */

import { rarity } from "./planner.js";

export const LEAST = 5; // results
export const MOST = 50; // results
const LOOKED_AT = 10; // of the best, any of which may show that the question is answered

/** @import { Alone, Fused, Hit, Joined, Ranking, Scores, Word } from "../../types" */

/**
 * Return the share of a question's words that each document has; rarer words count more.
 * @param {Scores[]} lists the scores that each word gave
 * @param {number} missing how many other words no document has
 * @param {number} total documents @param {Ranking} by
 */
export function findShares(lists, missing, total, by) {
  const weights = lists.map(findMost);
  // As if one document had it, and nothing else in its title.
  const rarest = by.levels * rarity(1, total) ** by.rarity;
  const every = weights.reduce((sum, weight) => sum + weight, missing * rarest);
  /** @type {Scores} */
  const shares = new Map();
  lists.forEach((found, at) => {
    for (const id of found.keys()) shares.set(id, (shares.get(id) ?? 0) + weights[at] / every);
  });
  return shares;
}

/**
 * Return what the words of a question say in a sentence, by the scores that each gave.
 * @param {Word[]} words @param {Scores[]} lists @param {[string, string][]} corrected words, and what they were taken for
 */
export function weigh(words, lists, corrected) {
  return words
    .map(({ typed, stems, isStop }, at) => {
      const taken = corrected.filter(([word]) => word === typed).map(([, stem]) => stem);
      return { stems: new Set([...stems.keys(), ...taken]), weight: isStop ? 0 : findMost(lists[at]) };
    })
    .filter(({ weight }) => weight);
}

/** Return the greatest score. @param {Scores} found */
function findMost(found) {
  let most = 0;
  for (const score of found.values()) most = Math.max(most, score);
  return most;
}

/**
 * Return the most that a question's words could score.
 * @param {{size: number, factor: number}[]} words of each, how many documents have it, and the factor of its score
 * @param {number} total documents @param {Ranking} by
 */
export function findPossible(words, total, by) {
  return by.levels * words.reduce((sum, { size, factor }) => sum + factor * rarity(size, total) ** by.rarity, 0);
}

/**
 * Answer by words alone: results end where documents have much less of the question than the best.
 * @param {Hit[]} hits the best first @param {Scores} shares of the question's words @param {Alone} by
 * @returns {Fused}
 */
export function answerAlone(hits, shares, by) {
  const most = hits.reduce((most, { id }) => Math.max(most, shares.get(id) ?? 0), 0);
  return {
    hits: hits.filter(({ id }) => (shares.get(id) ?? 0) >= by.cut * most),
    confidence: most,
    isAnswered: hits.length > 0 && most >= by.threshold,
  };
}

/**
 * Answer by words and meaning.
 * @param {Iterable<number>} candidates the documents that may be results
 * @param {{scores: Scores, shares: Scores, cosine: (id: number) => number, kind: (id: number) => number, gap: number}} found
 *   of each document its score by words, its share of the question's words, its cosine with the question,
 *   and the offset of its kind; and the
 *   cosine with the nearest question of which the site says that it does not answer it
 * @param {number} possible the most that the question's words could score @param {Joined} by
 * @returns {Fused}
 */
export function answerByMeaning(candidates, { scores, shares, cosine, kind, gap }, possible, by) {
  const ids = [...candidates];
  const most = ids.reduce((most, id) => Math.max(most, scores.get(id) ?? 0), 0);
  const factor = most && possible ? by.words / most + by.match / possible : 0;
  const hits = ids.map((id) => ({ id, score: cosine(id) + factor * (scores.get(id) ?? 0) + kind(id) }));
  const best = hits.reduce((best, { score }) => Math.max(best, score), -Infinity);
  const near = hits.filter(({ score }) => score >= best - by.width);
  // To sort all of them would take a while.
  const sorted = (near.length < LOOKED_AT ? hits : near).sort(compare);
  const first = sorted.slice(0, LOOKED_AT);
  const nearest = first.reduce((best, { id }) => Math.max(best, cosine(id)), -Infinity);
  const confidence =
    first.reduce((best, { id }) => Math.max(best, cosine(id) + by.share * (shares.get(id) ?? 0)), -Infinity) -
    by.gap * Math.max(0, gap - nearest + by.margin);
  return {
    hits: sorted.slice(0, Math.min(Math.max(near.length, LEAST), MOST)),
    confidence,
    isAnswered: confidence >= by.threshold,
  };
}

/** @param {Hit} one @param {Hit} other */
export function compare(one, other) {
  return other.score - one.score || one.id - other.id;
}
