// @ts-check
/**
 * The index as a browser reads it: which documents have a stem, and what a result shows of them.
 * The other half is `threadbook/search/codec.py`, which writes the index and describes its format.
 */

import { ROOT } from "../dom.js";
import { rarity } from "./planner.js";

const FOLDER = new URL("search/", ROOT);

/** @import { Scores, Settings, Shown } from "../../types" */

export class Index {
  /** @type {Map<string | null, () => Promise<Scores>>} */
  lists = new Map();
  /** @type {Map<string, any>} */
  documents = new Map();
  /** Load every stem, and how many documents have it; few questions need that. */
  loadVocabulary = once(readVocabulary);

  /** @param {Settings} settings @param {any} pagefind */
  constructor(settings, pagefind) {
    this.settings = settings;
    this.pagefind = pagefind;
  }

  /** Return the levels of the documents with a stem. @param {string} stem @returns {Promise<Scores>} */
  async find(stem) {
    const { end, stop, stops } = this.settings;
    const term = (Object.hasOwn(stops, stem) ? stop : "") + stem + end;
    // For a word it does not know, Pagefind finds words that begin alike; in quotes it does not.
    // So the scores come from one look-up, and whether the word is there from the other.
    const [found, exact] = await Promise.all([this.#list(term), this.#list(`"${term}"`)]);
    return exact.size ? found : new Map();
  }

  /** Return the levels of all stems with a beginning, each times its rarity, added up. @param {string} beginning */
  findBeginning(beginning) {
    return this.#list(beginning);
  }

  /** Return the documents with a filter's value. @param {string} filter @param {string} value */
  findFiltered(filter, value) {
    return this.find(`qf${filter}${value.replaceAll("-", "qq")}`);
  }

  /** Return the ids of all documents, the first first. @param {string} order `day` or `votes` */
  async sort(order) {
    if (order === "day") return [...(await this.#list(null)).keys()];
    const found = [...(await this.findFiltered(order, ""))];
    return found.sort(([, one], [, other]) => other - one).map(([id]) => id);
  }

  /** @param {string | null} term null for all documents, the latest first */
  #list(term) {
    const list = this.lists.get(term) ?? once(() => this.#ask(term));
    this.lists.set(term, list);
    return list();
  }

  /** @param {string | null} term @returns {Promise<Scores>} */
  async #ask(term) {
    const { results } = await this.pagefind.search(term, term === null ? { sort: { day: "desc" } } : {});
    for (const each of results) if (!this.documents.has(each.id)) this.documents.set(each.id, each);
    // Pagefind has multiplied levels with the word's rarity. The planner does that for all stems
    // of a word together.
    const { end, total } = this.settings;
    const factor = term?.endsWith(end) ? 1 / rarity(results.length, total) : 1;
    return new Map(results.map((/** @type {any} */ each) => [each.id, each.score * factor]));
  }

  /** Read what a result shows of a document. @param {string} id @returns {Promise<Shown>} */
  async read(id) {
    const { meta } = await this.documents.get(id).data();
    // Each byte of the text is a Braille pattern, of which the low byte is the byte itself.
    const bytes = Uint8Array.from(meta.said, (/** @type {string} */ character) => character.charCodeAt(0) & 255);
    return JSON.parse(new TextDecoder().decode(bytes));
  }
}

async function readVocabulary() {
  /** @type {[string, number][]} */
  const words = [];
  let before = "";
  for (const line of (await (await load("vocabulary.txt")).text()).split("\n")) {
    const [rest, count] = line.split(" ");
    before = before.slice(0, Number(rest[0])) + rest.slice(1);
    words.push([before, Number(count)]);
  }
  return words;
}

/** Make a function that does something once, and again only if it failed. @template Result @param {() => Promise<Result>} call */
export function once(call) {
  /** @type {Promise<Result> | undefined} */
  let result;
  return () => {
    result ??= call();
    result.catch(() => (result = undefined));
    return result;
  };
}

/** @param {string} name of a file of the index */
async function load(name) {
  const response = await fetch(new URL(name, FOLDER));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

/** @returns {Promise<Settings>} */
export async function loadSettings() {
  return (await load("settings.json")).json();
}

/** @param {Settings} settings */
export async function openIndex(settings) {
  const [first, ...others] = settings.bundles.map((name) => new URL(name, FOLDER));
  if (!first) return new Index(settings, { search: async () => ({ results: [] }) });
  const pagefind = await import(new URL("pagefind.js", first).href);
  await pagefind.options({
    basePath: first.pathname,
    baseUrl: "/",
    // A score is to be nothing but level times rarity.
    ranking: { termFrequency: 0, termSimilarity: 0, pageLength: 0, termSaturation: 1e6 },
  });
  await pagefind.init("und");
  for (const other of others) await pagefind.mergeIndex(other.pathname);
  return new Index(settings, pagefind);
}
