// @ts-check
/** Answers questions. Nothing is loaded before the first one, and of the index only what a question needs. */

import { Index, Outdated, loadSettings, once } from "./codec.js";
import { corrections } from "./corrections.js";
import { addAlike, fuse, havePhrase, joinStems, readQuestion } from "./planner.js";
import { loadStemmer, splitWords } from "./words.js";

/** @import { Answer, Filters, Hit, Scores, Settings, Stem, Word } from "../../types" */

class Search {
  /** @param {Index} index @param {Stem[]} stems */
  constructor(index, stems) {
    this.index = index;
    this.stems = stems;
    this.settings = index.settings;
  }

  /**
   * Answer a question.
   * @param {string} text
   * @param {{filters?: Filters, unfinished?: boolean}} [options] `unfinished`: the last word is still being typed
   */
  async ask(text, { filters = {}, unfinished = false } = {}) {
    const question = readQuestion(text, this.stems, this.settings);
    /** @type {Set<string>} */
    const stems = new Set();
    const match = (/** @type {string} */ word) => {
      const stem = this.stems[0](word);
      return stems.has(stem) ? stem : "";
    };
    /** @type {Answer} */
    const answer = { hits: [], found: [], stems, match, corrected: [], unknown: [] };
    const last = unfinished ? splitWords(text).at(-1) : undefined;
    const lists = await Promise.all(
      question.words.map((word) => this.#find(word, word.typed === last, answer)),
    );
    let hits = fuse(lists, this.settings.ranking).map(([id, score]) => ({ id, score }));
    if (!question.words.length && (question.without.length || hasValues(filters))) {
      hits = (await this.index.sort("day")).map((id) => ({ id, score: 0 }));
    }
    for (const stems of question.without) {
      const refused = await this.#withAll(stems);
      hits = hits.filter((hit) => !refused.has(hit.id));
    }
    for (const phrase of question.phrases) hits = await this.#withPhrase(hits, phrase);
    answer.found = hits;
    answer.hits = await this.#filter(hits, filters);
    return answer;
  }

  /** @param {Hit[]} hits @param {Filters} filters */
  async #filter(hits, filters) {
    for (const [filter, values] of Object.entries(filters)) {
      if (!values.length) continue;
      const sets = await Promise.all(values.map((value) => this.index.findFiltered(filter, value)));
      hits = hits.filter((hit) => sets.some((set) => set.has(hit.id)));
    }
    return hits;
  }

  /**
   * Count the hits of every filter's values, each filter over what the others leave.
   * @param {Hit[]} found @param {Filters} filters @param {Record<string, object>} values all there are, by filter
   */
  async count(found, filters, values) {
    /** @type {Record<string, Record<string, number>>} */
    const counts = {};
    for (const filter in values) {
      const hits = await this.#filter(found, { ...filters, [filter]: [] });
      counts[filter] = {};
      for (const value in values[filter]) {
        const members = await this.index.findFiltered(filter, value);
        counts[filter][value] = hits.filter((hit) => members.has(hit.id)).length;
      }
    }
    return counts;
  }

  /**
   * Return the scores of the documents with a word, or with one that is close to it.
   * @param {Word} word @param {boolean} unfinished
   * @param {Answer} answer is told what was looked for
   */
  async #find(word, unfinished, answer) {
    const { ranking } = this.settings;
    if (word.isStop && this.#isEverywhere(word.own)) return new Map();
    /** @type {[Scores, number][]} */
    let lists = await Promise.all(
      [...word.stems].map(async ([stem, factor]) => {
        if (!word.isStop) answer.stems.add(stem);
        return /** @type {[Scores, number]} */ ([await this.index.find(stem), factor]);
      }),
    );
    if (unfinished) {
      lists.push([await this.index.findBeginning(word.typed), ranking.unfinished]);
    } else if (word.isStop) {
      const found = joinStems(lists, this.settings);
      return new Map([...found].map(([id, score]) => [id, score * ranking.stop]));
    } else if (lists.every(([found]) => !found.size)) {
      lists = await this.#correct(word, answer);
    }
    const alike = await this.#findAlike(word.own);
    return addAlike(joinStems(lists, this.settings), alike, ranking);
  }

  /** Tell whether a stop word is in so many documents that it says nothing. @param {string} stem */
  #isEverywhere(stem) {
    const { ranking, stops, total } = this.settings;
    const having = Object.hasOwn(stops, stem) ? stops[stem] : 0;
    return having > Math.max(ranking.stop_count, ranking.stop_share * total);
  }

  /** Return the scores of words that begin like a stem. @param {string} stem */
  async #findAlike(stem) {
    const { total, ranking } = this.settings;
    const { beginning_length: size, beginning_count: count, beginning_share: share } = ranking;
    const beginning = [...stem].slice(0, size).join("");
    const having = (await this.index.find(stem)).size;
    if ([...stem].length < size || having > Math.max(count, share * total)) return new Map();
    return this.index.findBeginning(beginning);
  }

  /**
   * @param {Word} word @param {Answer} answer
   * @returns {Promise<[Scores, number][]>}
   */
  async #correct(word, answer) {
    const near = corrections(word.own, await this.index.loadVocabulary());
    if (!near.length) answer.unknown.push(word.typed);
    return Promise.all(
      near.map(async ([stem, errors]) => {
        answer.stems.add(stem);
        answer.corrected.push([word.typed, stem]);
        return [await this.index.find(stem), this.settings.ranking.typing_error ** errors];
      }),
    );
  }

  /** @param {string[]} stems @returns the documents that have all of them */
  async #withAll(stems) {
    const [first, ...others] = await Promise.all(stems.map((stem) => this.index.find(stem)));
    return new Set([...(first?.keys() ?? [])].filter((id) => others.every((found) => found.has(id))));
  }

  /** @param {Hit[]} hits @param {string[]} phrase */
  async #withPhrase(hits, phrase) {
    const having = havePhrase(await Promise.all(phrase.map((stem) => this.index.findPlaces(stem))));
    return hits.filter((hit) => having.has(hit.id));
  }
}

/** @param {Filters} filters */
export function hasValues(filters) {
  return Object.values(filters).some((values) => values.length);
}

/** @param {Settings} settings */
async function open(settings) {
  return new Search(new Index(settings), await Promise.all(settings.stemmers.map(loadStemmer)));
}

let opened = once(async () => open(await loadSettings()));

/** Open the index, once for all pages read without a reload; rejected where there is none, or the network fails. */
export const openSearch = () => opened();

/**
 * Open the index of a site that was built anew while somebody reads, or whose settings a cache kept.
 * @param {unknown} error why nothing was found @returns whether asking again is worth it
 */
export async function renewSearch(error) {
  if (!(error instanceof Outdated)) return false;
  try {
    const [before, settings] = [await opened(), await loadSettings(true)];
    if (before.settings.folder === settings.folder) return false;
    opened = once(() => open(settings));
    return true;
  } catch {
    return false;
  }
}
