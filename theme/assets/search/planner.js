// @ts-check
/** Reads a question, and joins what its words find; `threadbook.search.question` does the same. */

import { splitWords } from "./words.js";

const LONGEST = 2000; // characters
const MOST_WORDS = 32;
const PART = /(?<!\S)(-?)"([^"]+)"|(?<!\S)-([\p{L}\p{N}_]\S*)|(\S+)/gu;

/** @import { Groups, Places, Ranking, Scores, Settings, Stem, Word } from "../../types" */

/**
 * Read a question.
 * @param {string} text @param {Stem[]} stems for each of the languages @param {Settings} settings
 */
export function readQuestion(text, stems, { languages, synonyms, ranking: by }) {
  const stem = stems[0];
  /** @type {string[]} */ const free = [];
  /** @type {string[][]} */ const phrases = [];
  /** @type {string[][]} */ const without = [];
  /** @type {string[]} */ const said = [];
  let isFree = false;
  for (const [, minus, quoted, refused, other] of [...text].slice(0, LONGEST).join("").matchAll(PART)) {
    if (quoted) {
      (minus ? without : phrases).push(splitWords(quoted).map(stem));
      if (!minus) {
        free.push(...splitWords(quoted));
        said.push(quoted);
      }
    } else if (refused) without.push(splitWords(refused).map(stem));
    else {
      const words = splitWords(other);
      free.push(...words);
      said.push(other);
      isFree ||= words.length > 0;
    }
  }
  const stops = new Set(by.stop_words[languages[0]]);
  const unique = [...new Set(free)];
  const kept = unique.filter((word) => !stops.has(word));
  const words = (kept.length ? kept : unique).map((typed) => ({
    typed,
    own: stem(typed),
    stems: new Map(stems.map((each) => [each(typed), 1])),
  }));
  const little = kept.length ? unique.filter((word) => stops.has(word)) : [];
  const all = [
    ...withSynonyms(words, synonyms, by),
    ...little.map((typed) => ({
      typed,
      own: stem(typed),
      stems: new Map([[stem(typed), 1]]),
      isStop: true,
    })),
  ];
  return {
    words: all.slice(0, MOST_WORDS),
    said: said.join(" "),
    isFree,
    phrases: phrases.filter((phrase) => phrase.length),
    without: without.filter((phrase) => phrase.length),
  };
}

/** @param {Word[]} words @param {Groups} groups @param {Ranking} by */
function withSynonyms(words, groups, by) {
  const typed = words.map((word) => word.own);
  /** @type {Map<string, number>[]} */
  const added = words.map(() => new Map());
  for (const group of groups) {
    for (const phrase of group) {
      for (let start = 0; start + phrase.length <= typed.length; start++) {
        if (!phrase.every((stem, at) => typed[start + at] === stem)) continue;
        for (const other of group) {
          for (const stem of other === phrase ? [] : other) {
            const factor = by.synonym / other.length;
            added[start].set(stem, Math.max(added[start].get(stem) ?? 0, factor));
          }
        }
      }
    }
  }
  return words.map((word, at) => ({
    ...word,
    stems: new Map([...added[at], ...word.stems]),
  }));
}

/**
 * Return the inverse document frequency, which is never below 0.
 * @param {number} having @param {number} total
 */
export function rarity(having, total) {
  return Math.log((Math.max(total - having, 0) + 0.5) / (having + 0.5) + 1);
}

/**
 * Join the levels of a word's stems: of each document the best, times the stem's factor.
 * A word is as rare as all of its stems together: a rare synonym of a common word says little.
 * @param {[Scores, number][]} lists @param {Settings} settings
 */
export function joinStems(lists, { total, ranking: by }) {
  /** @type {Scores} */
  const found = new Map();
  for (const [scores, factor] of lists) {
    for (const [id, score] of scores) {
      found.set(id, Math.max(found.get(id) ?? 0, score * factor));
    }
  }
  const factor = rarity(found.size, total) ** by.rarity;
  for (const [id, level] of found) found.set(id, level * factor);
  return found;
}

/**
 * Add to a word's scores a little of those of words that begin alike.
 * @param {Scores} found @param {Scores} alike @param {Ranking} by
 */
export function addAlike(found, alike, by) {
  const scores = new Map(found);
  for (const [id, score] of alike) scores.set(id, (scores.get(id) ?? 0) + by.beginning * score);
  return scores;
}

/**
 * Add up the scores of all words; documents with more of the words come first.
 * @param {Scores[]} lists @param {Ranking} by @returns documents and scores, the best first
 */
export function fuse(lists, by) {
  /** @type {Map<number, [number, number]>} */
  const sums = new Map();
  let every = 0;
  for (const found of lists) {
    let weight = 0;
    for (const score of found.values()) weight = Math.max(weight, score);
    every += weight;
    for (const [id, score] of found) {
      const sum = sums.get(id);
      if (sum) {
        sum[0] += score;
        sum[1] += weight;
      } else sums.set(id, [score, weight]);
    }
  }
  /** @type {[number, number][]} */
  const scores = [...sums].map(([id, [sum, share]]) => [id, sum * (share / every) ** by.coverage]);
  return scores.sort((one, other) => other[1] - one[1] || one[0] - other[0]);
}

/** Return the documents that have a phrase. @param {Places[]} words where each of its stems is, in order */
export function havePhrase([first, ...others]) {
  /** @type {Set<number>} */
  const found = new Set();
  for (const [id, starts] of first) {
    const rest = others.map((places) => places.get(id));
    if ([...starts].some((start) => rest.every((places, at) => places?.has(start + at + 1)))) found.add(id);
  }
  return found;
}
