// @ts-check
/** Answers questions. Nothing is loaded before the first one, and of the index only what a question needs. */

import { Index, Outdated, loadSettings, once } from "./codec.js";
import { corrections } from "./corrections.js";
import { answerAlone, answerByMeaning, findPossible, findShares, weigh } from "./fusion.js";
import { Meaning } from "./meaning.js";
import { addAlike, fuse, havePhrase, joinStems, readQuestion } from "./planner.js";
import { loadStemmer, splitWords } from "./words.js";

/** @import { Answer, Answers, Asking, Filters, Found, Hit, Joined, ModelName, Question, Scores, Settings, Stem, Word } from "../../types" */

const PATIENCE = 150; // milliseconds that words wait for meaning, once it is loaded

class Search {
  /** @param {Index} index @param {Stem[]} stems */
  constructor(index, stems) {
    this.index = index;
    this.stems = stems;
    this.settings = index.settings;
    this.meaning = new Meaning(this.settings);
  }

  /**
   * Answer a question by words, and by meaning as well if that is loaded and quick; otherwise it comes late.
   * @param {string} text @param {Asking} [asking] @param {number} [patience] milliseconds
   * @returns {Promise<Answers>}
   */
  async answer(text, asking = {}, patience = PATIENCE) {
    // Most questions have no typing errors, and then this is what is asked below.
    const { said } = readQuestion(text, this.stems, this.settings);
    if (said && this.meaning.isReady && this.meaning.isWhole) void this.meaning.ask(said);
    const found = await this.#findWords(text, asking);
    if (!said || this.meaning.isOff) return { answer: found.answer, meaning: "off", late: null };
    const late = this.#joinOrLeave(found);
    const isQuick = this.meaning.isReady || patience === Infinity;
    const { answer } = found;
    // That nothing answers the question is not said before it is known what it means.
    const hasty = { ...answer, isAnswered: answer.hits.length > 0 };
    return (isQuick && (await within(late, patience))) || { answer: hasty, meaning: "loading", late };
  }

  /** @param {Found} found @returns {Promise<Answers>} the answer by words where meaning fails */
  async #joinOrLeave(found) {
    const joined = await this.#join(found).catch((error) => (console.info(error), null));
    return { answer: joined ?? found.answer, meaning: joined ? "done" : "off", late: null };
  }

  /** Answer a question by words alone. @param {string} text @param {Asking} [asking] */
  async ask(text, asking = {}) {
    return (await this.#findWords(text, asking)).answer;
  }

  /** @param {string} text @param {Asking} asking @returns {Promise<Found>} */
  async #findWords(text, asking) {
    const { filters = {}, unfinished = false } = asking;
    const question = await this.#relax(readQuestion(text, this.stems, this.settings));
    /** @type {Set<string>} */
    const stems = new Set();
    const match = (/** @type {string} */ word) => {
      const stem = this.stems[0](word);
      return stems.has(stem) ? stem : "";
    };
    const isCut = question.isFree && !hasValues(filters) && !asking.order;
    /** @type {Answer} */
    const answer = {
      said: question.said,
      words: [],
      choosing: this.settings.ranking.sentence,
      order: asking.order ?? "",
      hits: [],
      found: [],
      isAnswered: false,
      isCut,
      stems,
      match,
      corrected: [],
      unknown: [],
    };
    const last = unfinished ? splitWords(text).at(-1) : undefined;
    const lists = await Promise.all(
      question.words.map((word) => this.#find(word, word.typed === last, answer)),
    );
    answer.words = weigh(question.words, lists, answer.corrected);
    const { ranking, total } = this.settings;
    let hits = fuse(lists, ranking).map(([id, score]) => ({ id, score }));
    if (!question.words.length && (question.without.length || hasValues(filters))) {
      hits = (await this.index.sort("day")).map((id) => ({ id, score: 0 }));
    }
    const fits = await this.#readConditions(question);
    const scores = new Map(hits.map(({ id, score }) => [id, score]));
    const missing = question.words.filter(({ isStop, typed }, at) => !isStop && typed !== last && !lists[at].size);
    const shares = findShares(lists, missing.length, total, ranking);
    // What a word was taken for may be another word: meaning counts only those that some document has.
    const strange = new Set([...answer.corrected.map(([word]) => word), ...answer.unknown]);
    const typed = lists.filter((_, at) => !strange.has(question.words[at].typed));
    const lacking = question.words.filter(({ typed }) => strange.has(typed) && typed !== last);
    const known = findShares(typed, lacking.length, total, ranking);
    const sizes = question.words
      .map(({ isStop, typed }, at) => ({
        size: lists[at].size || (isStop || typed === last ? 0 : 1),
        factor: isStop ? ranking.stop : 1,
      }))
      .filter(({ size }) => size);
    const possible = findPossible(sizes, total, ranking);
    answer.found = hits.filter(({ id }) => fits(id));
    const alone = answerAlone(answer.found, shares, ranking.alone);
    answer.hits = isCut ? alone.hits : await this.#arrange(answer.found, asking);
    answer.isAnswered = isCut ? alone.isAnswered : answer.hits.length > 0;
    return { answer, question, asking, scores, known, possible, fits };
  }

  /**
   * Return a question without its phrases, if no document has all of them: people quote what others told
   * them, and then the quoted words are words like any others.
   * @param {Question} question
   */
  async #relax(question) {
    const [first, ...others] = await Promise.all(question.phrases.map((phrase) => this.#withPhrase(phrase)));
    const isVain = first && ![...first].some((id) => others.every((set) => set.has(id)));
    return isVain ? { ...question, phrases: [], isFree: true } : question;
  }

  /** Return what tells whether a document has all phrases, and nothing with a minus. @param {Question} question */
  async #readConditions({ phrases, without }) {
    const refused = await Promise.all(without.map((stems) => this.#withAll(stems)));
    const wanted = await Promise.all(phrases.map((phrase) => this.#withPhrase(phrase)));
    return (/** @type {number} */ id) => wanted.every((set) => set.has(id)) && !refused.some((set) => set.has(id));
  }

  /** Return the hits that pass all filters, in the order that was chosen. @param {Hit[]} hits @param {Asking} asking */
  async #arrange(hits, { filters = {}, order = "" }) {
    const kept = await this.#filter(hits, filters);
    if (!order) return kept;
    const ids = await this.index.sort(order);
    const places = new Map(ids.map((id, place) => [id, place]));
    return kept.sort((one, other) => (places.get(one.id) ?? ids.length) - (places.get(other.id) ?? ids.length));
  }

  /**
   * Join what words found with what meaning says; null where meaning fails. It waits until a model is loaded.
   * @param {Found} found @returns {Promise<Answer | null>}
   */
  async #join({ answer, question, asking, scores, known, possible, fits }) {
    const { ranking } = this.settings;
    const best = [...scores.keys()].filter(fits).slice(0, ranking.meaning.rerank);
    const meant = await this.meaning.ask(question.said, answer.corrected, best);
    if (!meant) return null;
    const kind = await this.#readKinds();
    const candidates = (this.meaning.isWhole ? this.#all() : [...scores.keys()]).filter(fits);
    const parts = { scores, shares: known, cosine: meant.cosine, kind, gap: meant.gap };
    const fused = answerByMeaning(candidates, parts, possible, this.#joinedBy(meant.model));
    const near = new Set(fused.hits.map(({ id }) => id));
    const found = [...fused.hits, ...answer.found.filter(({ id }) => !near.has(id))];
    if (answer.isCut) return { ...answer, ...fused, found };
    // Where readers have chosen what to see, nothing that has the words is left out. Filters come last,
    // so that each leaves as many results as it says.
    const hits = await this.#arrange(found, asking);
    return { ...answer, found, hits, isAnswered: hits.length > 0 };
  }

  /** Return the constants of the model that read a question. @param {ModelName} model */
  #joinedBy(model) {
    const { ranking, meaning } = this.settings;
    /** @type {Record<string, Joined>} */
    const ofLanguages = ranking.meaning.languages ?? {};
    return (model === "encoder" && ofLanguages[meaning?.languages[0] ?? ""]) || ranking.meaning[model];
  }

  /** @returns the numbers of all documents */
  #all() {
    return Array.from({ length: this.settings.total }, (_, id) => id);
  }

  /** Return what gives the offset of a document's kind. */
  async #readKinds() {
    const offsets = Object.entries(this.settings.ranking.meaning.kinds);
    const members = await Promise.all(offsets.map(([kind]) => this.index.findFiltered("kind", kind)));
    return (/** @type {number} */ id) => offsets.find((_, at) => members[at].has(id))?.[1] ?? 0;
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

  /** @param {string[]} phrase @returns the documents that have it */
  async #withPhrase(phrase) {
    return havePhrase(await Promise.all(phrase.map((stem) => this.index.findPlaces(stem))));
  }
}

/** Return what a promise gives in time, else null. @template Result @param {Promise<Result>} promise @param {number} patience */
function within(promise, patience) {
  if (patience === Infinity) return promise;
  return Promise.race([promise, new Promise((done) => setTimeout(done, patience, null))]);
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
    before.meaning.stop("outdated");
    opened = once(() => open(settings));
    return true;
  } catch {
    return false;
  }
}
