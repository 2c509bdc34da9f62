// @ts-check
/**
 * Searching: a question to results, over the index that the build made.
 * Nothing is loaded before the first question, and of the index only the parts a question needs.
 */

import { corrections } from "./corrections.js";
import { ROOT } from "./dom.js";
import { asked, best, fused, rarity, says, withAlike } from "./planner.js";
import { spoken, stemmer } from "./words.js";

const FOLDER = new URL("search/", ROOT);
const STATES = ["solved", "answered", "unanswered"];
const PHRASES_READ = 60; // results looked into for a phrase

/**
 * @typedef {{languages: string[], stemmers: string[], synonyms: string[][][],
 *   labels: Record<string, Record<string, string>>, total: number, bundles: string[], end: string, stop: string, stops: Record<string, number>,
 *   ask_url: string, ranking: import("./planner.js").Ranking}} Settings
 * @typedef {{at: string, kind: string, title: string, board?: string, topics?: string,
 *   state?: string, day?: string, fingerprint?: string, answer?: string, rest?: string}} Said what a document says
 * @typedef {{id: string, score: number}} Hit
 * @typedef {{hits: Hit[], found: Hit[], stems: Set<string>, corrected: [string, string][],
 *   unknown: string[]}} Answer hits, the best first, and what was found before filters; `stems` are
 *   those to mark, `corrected` the words taken for others
 * @typedef {{filters?: Record<string, string[]>, unfinished?: boolean}} Options
 */

class Search {
  /** @param {Settings} settings @param {any} pagefind @param {import("./words.js").Stem[]} stems */
  constructor(settings, pagefind, stems) {
    this.settings = settings;
    this.pagefind = pagefind;
    this.stems = stems;
    /** @type {Map<string, Promise<Map<string, number>>>} */
    this.lists = new Map();
    /** @type {Map<string, any>} */
    this.documents = new Map();
    /** @type {Promise<[string, number][]> | undefined} */
    this.vocabulary = undefined;
  }

  /**
   * Return the levels of the documents with a stem; `unfinished` finds longer stems, too.
   * @param {string} stem @param {boolean} [unfinished]
   * @returns {Promise<Map<string, number>>}
   */
  async find(stem, unfinished = false) {
    if (unfinished) return this.#list(stem);
    const { end, stop, stops } = this.settings;
    const term = (Object.hasOwn(stops, stem) ? stop : "") + stem + end;
    // For a word it does not know, Pagefind finds words that begin alike; in quotes it does not.
    const [found, exact] = await Promise.all([this.#list(term), this.#list(`"${term}"`)]);
    return exact.size ? found : new Map();
  }

  /**
   * Return the documents that a filter's value holds.
   * @param {string} filter @param {string} value
   */
  members(filter, value) {
    return this.find(`qf${filter}${value.replaceAll("-", "qq")}`);
  }

  /**
   * Return all documents, by what they can be sorted by, the highest first.
   * @param {string} by
   */
  async sorted(by) {
    if (by === "day") return this.#list(null, { sort: { day: "desc" } });
    const found = await this.find(`qf${by}`);
    return new Map([...found].sort((one, other) => other[1] - one[1]));
  }

  /** @param {string | null} term @param {object} [options] @returns {Promise<Map<string, number>>} */
  #list(term, options = {}) {
    const key = JSON.stringify([term, options]);
    let found = this.lists.get(key);
    if (!found) {
      found = this.pagefind.search(term, options).then((/** @type {any} */ { results }) => {
        for (const result of results) {
          if (!this.documents.has(result.id)) this.documents.set(result.id, result);
        }
        // Pagefind has multiplied levels with the word's rarity; the planner does that for all
        // of a word's stems together.
        const isStem = term?.endsWith(this.settings.end);
        const factor = isStem ? 1 / rarity(results.length, this.settings.total) : 1;
        return new Map(results.map((/** @type {any} */ each) => [each.id, each.score * factor]));
      });
      this.lists.set(key, /** @type {Promise<Map<string, number>>} */ (found));
      // What a network lost can be asked for again.
      found?.catch(() => this.lists.delete(key));
    }
    return /** @type {Promise<Map<string, number>>} */ (found);
  }

  /** @param {string} id @returns {Promise<Said>} */
  async said(id) {
    const { meta } = await this.documents.get(id).data();
    // What a document says is kept as Braille patterns, so that it is no part of the index.
    const bytes = Uint8Array.from(meta.said, (/** @type {string} */ sign) => sign.charCodeAt(0) & 255);
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /**
   * Answer a question.
   * @param {string} text @param {Options} [options]
   * @returns {Promise<Answer>}
   */
  async ask(text, options = {}) {
    const { languages, synonyms, ranking } = this.settings;
    const question = asked(text, this.stems, languages[0], synonyms, ranking);
    /** @type {Answer} */
    const answer = { hits: [], found: [], stems: new Set(), corrected: [], unknown: [] };
    const typed = spoken(text);
    const lists = await Promise.all(
      question.words.map((word) => {
        const last = Boolean(options.unfinished) && word.typed === typed.at(-1);
        return this.#listOf(word, last, answer);
      }),
    );
    let hits = fused(lists, ranking).map(([id, score]) => ({ id, score }));
    if (!question.words.length && (question.without.length || hasFilters(options))) {
      hits = [...(await this.sorted("day")).keys()].map((id) => ({ id, score: 0 }));
    }
    for (const stems of question.without) {
      const refused = await this.#having(stems);
      hits = hits.filter((hit) => !refused.has(hit.id));
    }
    for (const phrase of question.phrases) hits = await this.#saying(hits, phrase);
    answer.found = hits;
    answer.hits = await this.#filtered(hits, options.filters ?? {});
    return answer;
  }

  /** @param {Hit[]} hits @param {Record<string, string[]>} filters @returns {Promise<Hit[]>} */
  async #filtered(hits, filters) {
    for (const [filter, values] of Object.entries(filters)) {
      if (!values.length) continue;
      const sets = await Promise.all(values.map((value) => this.members(filter, value)));
      hits = hits.filter((hit) => sets.some((set) => set.has(hit.id)));
    }
    return hits;
  }

  /**
   * Count the hits of every filter's values, each filter over what the others leave.
   * @param {Hit[]} found @param {Record<string, string[]>} filters
   * @returns {Promise<Record<string, Record<string, number>>>}
   */
  async counts(found, filters) {
    const { labels, languages } = this.settings;
    const known = { ...labels, state: STATES, language: languages };
    /** @type {Record<string, Record<string, number>>} */
    const counts = {};
    for (const [filter, values] of Object.entries(known)) {
      const hits = await this.#filtered(found, { ...filters, [filter]: [] });
      counts[filter] = {};
      for (const value of Array.isArray(values) ? values : Object.keys(values)) {
        const members = await this.members(filter, value);
        counts[filter][value] = hits.filter((hit) => members.has(hit.id)).length;
      }
    }
    return counts;
  }

  /**
   * @param {import("./planner.js").Word} word @param {boolean} unfinished @param {Answer} answer
   */
  async #listOf(word, unfinished, answer) {
    const { ranking } = this.settings;
    if (word.isStop && this.#isEverywhere(word.own)) return new Map();
    /** @type {[Map<string, number>, number][]} */
    let lists = await Promise.all(
      [...word.stems].map(async ([stem, factor]) => {
        if (!word.isStop) answer.stems.add(stem);
        return /** @type {[Map<string, number>, number]} */ ([await this.find(stem), factor]);
      }),
    );
    if (unfinished) {
      lists.push([await this.find(word.typed, true), ranking.unfinished]);
    } else if (word.isStop) {
      const found = best(lists, this.settings.total, ranking);
      return new Map([...found].map(([id, score]) => [id, score * ranking.stop]));
    } else if (lists.every(([found]) => !found.size)) {
      lists = await this.#corrected(word, answer);
    }
    const alike = await this.#alike(word.own);
    return withAlike(best(lists, this.settings.total, ranking), alike, ranking);
  }

  /** Tell whether a stop word stands in so many documents that it says nothing. @param {string} stem */
  #isEverywhere(stem) {
    const { ranking, stops, total } = this.settings;
    const having = Object.hasOwn(stops, stem) ? stops[stem] : 0;
    return having > Math.max(ranking.stop_count, ranking.stop_share * total);
  }

  /** Return the scores of words that begin like a stem. @param {string} stem */
  async #alike(stem) {
    const { total, ranking } = this.settings;
    const { beginning_length: size, beginning_count: count, beginning_share: share } = ranking;
    const beginning = [...stem].slice(0, size).join("");
    const having = (await this.find(stem)).size;
    if ([...stem].length < size || having > Math.max(count, share * total)) return new Map();
    // Where no word begins so, Pagefind would take a shorter beginning.
    const isKnown =
      having ||
      (await this.#words()).some(([word]) => word.startsWith(beginning));
    return isKnown ? this.#list(beginning) : new Map();
  }

  /**
   * @param {import("./planner.js").Word} word @param {Answer} answer
   * @returns {Promise<[Map<string, number>, number][]>}
   */
  async #corrected(word, answer) {
    const { ranking } = this.settings;
    const near = corrections(word.own, await this.#words());
    if (!near.length) answer.unknown.push(word.typed);
    return Promise.all(
      near.map(async ([stem, errors]) => {
        answer.stems.add(stem);
        answer.corrected.push([word.typed, stem]);
        return [await this.find(stem), ranking.typing_error ** errors];
      }),
    );
  }

  /** Load the words of the site: only needed for one that it does not know. */
  #words() {
    this.vocabulary ??= (async () => {
      const text = await (await fetched("vocabulary.txt")).text();
      /** @type {[string, number][]} */
      const words = [];
      let before = "";
      for (const line of text.split("\n")) {
        const [rest, count] = line.split(" ");
        before = before.slice(0, Number(rest[0])) + rest.slice(1);
        words.push([before, Number(count)]);
      }
      return words;
    })();
    this.vocabulary.catch(() => (this.vocabulary = undefined));
    return this.vocabulary;
  }

  /** @param {string[]} stems @returns {Promise<Set<string>>} */
  async #having(stems) {
    const lists = await Promise.all(stems.map((stem) => this.find(stem)));
    const [first, ...others] = lists.map((found) => [...found.keys()]);
    const sets = others.map((ids) => new Set(ids));
    return new Set((first ?? []).filter((id) => sets.every((set) => set.has(id))));
  }

  /** @param {Hit[]} hits @param {string[]} phrase @returns {Promise<Hit[]>} */
  async #saying(hits, phrase) {
    const having = await this.#having(phrase);
    const likely = hits.filter((hit) => having.has(hit.id));
    if (phrase.length === 1) return likely;
    const read = likely.slice(0, PHRASES_READ);
    const said = await Promise.all(read.map((hit) => this.said(hit.id)));
    return read.filter((_, at) => {
      const { title, answer = "", rest = "" } = said[at];
      return [title, `${answer} ${rest}`].some((text) => says(this.stemmed(text), phrase));
    });
  }

  /** @param {string} text */
  stemmed(text) {
    return spoken(text).map(this.stems[0]);
  }
}

/** @param {Options} options */
function hasFilters(options) {
  return Object.values(options.filters ?? {}).some((values) => values.length);
}

/** What a site without any document has for an index. */
const NOTHING = { search: async () => ({ results: [] }) };

/** @type {Promise<Search> | undefined} */
let opened;

/**
 * Open the index; once for all pages that are read without a reload.
 * @returns {Promise<Search>} rejected where there is none or the network fails; then try again
 */
export function openSearch() {
  opened ??= open();
  opened.catch(() => (opened = undefined));
  return opened;
}

/** @param {string} name @returns {Promise<Response>} rejected where there is no such file */
async function fetched(name) {
  const response = await fetch(new URL(name, FOLDER));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

async function open() {
  /** @type {Settings} */
  const settings = await (await fetched("settings.json")).json();
  const [first, ...others] = settings.bundles.map((name) => new URL(name, FOLDER));
  const [pagefind, ...stems] = await Promise.all([
    first ? import(new URL("pagefind.js", first).href) : NOTHING,
    ...settings.stemmers.map((name) => stemmer(name)),
  ]);
  if (!first) return new Search(settings, pagefind, stems);
  await pagefind.options({
    basePath: first.pathname,
    baseUrl: "/",
    ranking: { termFrequency: 0, termSimilarity: 0, pageLength: 0, termSaturation: 1e6 },
  });
  await pagefind.init("und");
  for (const other of others) await pagefind.mergeIndex(other.pathname);
  return new Search(settings, pagefind, stems);
}
