// @ts-check
/**
 * The index as a browser reads it: which documents have a stem, and what a result shows of them.
 * The other half is `threadbook/search/codec.py`, which writes the index and describes its format.
 *
 * An index is content, like pages: what is damaged or enormous raises an error, and nothing of it
 * is a key of an ordinary object.
 */

import { ROOT } from "../dom.js";
import { rarity } from "./planner.js";

const FOLDER = new URL("search/", ROOT);
const LARGEST = 1 << 24; // bytes of a file, when it is no longer compressed
const MOST_SHARDS = 4; // that are looked through for words that begin alike

/** @import { Places, Scores, Settings, Shown } from "../../types" */

/**
 * A stem in a shard: how many documents have it, the bytes that list them, and where its places are.
 * @typedef {{ having: number, list: Uint8Array, file: number, at: number, size: number }} Entry
 */

export class Index {
  /** @type {Map<string, () => Promise<any>>} */
  #kept = new Map();
  /** Load every stem, and how many documents have it; few questions need that. */
  loadVocabulary = once(() => this.#readVocabulary());

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
  }

  /**
   * Return what was made before under a name, or make it.
   * @template Result @param {string} name @param {() => Promise<Result>} make @returns {Promise<Result>}
   */
  #keep(name, make) {
    const kept = this.#kept.get(name) ?? once(make);
    this.#kept.set(name, kept);
    return kept();
  }

  /** @param {string} name of a file, without its ending @returns {Promise<Uint8Array>} */
  #load(name) {
    return this.#keep(name, () => loadPart(`${this.settings.folder}${name}.bin`));
  }

  /** Return the levels of the documents with a stem. @param {string} stem @returns {Promise<Scores>} */
  find(stem) {
    return this.#keep(`find ${stem}`, async () => {
      const entry = (await this.#loadShard(this.#shardOf(stem))).get(stem);
      return entry ? this.#decode(entry) : new Map();
    });
  }

  /**
   * Return the levels of all stems with a beginning, each times its rarity, added up.
   * @param {string} beginning @returns {Promise<Scores>}
   */
  findBeginning(beginning) {
    return this.#keep(`begin ${beginning}`, async () => {
      const { shards, total } = this.settings;
      const first = this.#shardOf(beginning);
      let last = first;
      while (last - first < MOST_SHARDS - 1 && shards[last + 1]?.startsWith(beginning)) last++;
      const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      /** @type {Scores} */
      const sums = new Map();
      for (const shard of await Promise.all(numbers.map((number) => this.#loadShard(number)))) {
        for (const [stem, entry] of shard) {
          if (!stem.startsWith(beginning)) continue;
          const factor = rarity(entry.having, total);
          for (const [id, level] of this.#decode(entry)) sums.set(id, (sums.get(id) ?? 0) + level * factor);
        }
      }
      return sums;
    });
  }

  /** Return the places of a stem in each document that has it. @param {string} stem @returns {Promise<Places>} */
  findPlaces(stem) {
    return this.#keep(`places ${stem}`, async () => {
      /** @type {Places} */
      const places = new Map();
      const entry = (await this.#loadShard(this.#shardOf(stem))).get(stem);
      if (!entry?.size) return places;
      const numbers = new Numbers(slice(await this.#load(`p/${entry.file}`), entry.at, entry.size));
      for (let id = 0; !numbers.isAtEnd; ) {
        id += numbers.next(this.settings.total);
        const found = new Set();
        let place = 0;
        for (let left = numbers.next(); left; left--) found.add((place += numbers.next()));
        places.set(id, found);
      }
      return places;
    });
  }

  /** @param {string} stem @returns the number of the shard where it would be */
  #shardOf(stem) {
    const { shards } = this.settings;
    let [low, high] = [0, shards.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (shards[middle] <= stem) low = middle;
      else high = middle;
    }
    return low;
  }

  /** @param {number} number @returns {Promise<Map<string, Entry>>} */
  #loadShard(number) {
    return this.#keep(`shard ${number}`, async () => {
      /** @type {Map<string, Entry>} */
      const entries = new Map();
      if (!this.settings.shards.length) return entries;
      const content = await this.#load(`t/${number}`);
      let [text, start] = readText(content);
      const [first, ...lines] = text.split("\n");
      let [file, at] = first.split(" ").map(Number);
      let before = "";
      for (const line of lines) {
        const [shortened, ...words] = line.split(" ");
        const [having, bytes, size] = words.map(Number);
        before = lengthen(shortened, before);
        if (at >= this.settings.places) [file, at] = [file + 1, 0];
        entries.set(before, { having, list: slice(content, start, bytes), file, at, size });
        start += bytes;
        at += size;
      }
      return entries;
    });
  }

  /** @param {Entry} entry @returns {Scores} */
  #decode({ having, list }) {
    const { ranking, total } = this.settings;
    const step = ranking.levels + 1;
    const numbers = new Numbers(list);
    /** @type {Scores} */
    const found = new Map();
    for (let id = 0; found.size < having; ) {
      const number = numbers.next(total * step);
      id += Math.floor(number / step);
      found.set(id, number % step);
    }
    return found;
  }

  /** Return the documents with a filter's value. @param {string} filter @param {string} value @returns {Promise<Set<number>>} */
  async findFiltered(filter, value) {
    const lists = await this.#keep(`filter ${filter}`, async () => {
      /** @type {Map<string, Set<number>>} */
      const lists = new Map();
      if (!this.settings.filters.includes(filter)) return lists;
      const content = await this.#load(`c/${filter}`);
      let [text, start] = readText(content);
      for (const [value, size] of JSON.parse(text)) {
        const numbers = new Numbers(slice(content, start, size));
        const found = new Set();
        for (let id = 0; !numbers.isAtEnd; ) found.add((id += numbers.next(this.settings.total)));
        lists.set(value, found);
        start += size;
      }
      return lists;
    });
    return lists.get(value) ?? new Set();
  }

  /** Return the numbers of all documents, the first first. @param {string} order `day` or `votes` @returns {Promise<number[]>} */
  sort(order) {
    return this.#keep(`sort ${order}`, async () => {
      const numbers = new Numbers(await this.#load(`c/${order}`));
      const values = Array.from({ length: this.settings.total }, () => numbers.next());
      return [...values.keys()].sort((one, other) => values[other] - values[one] || one - other);
    });
  }

  /** Read what a result shows of a document. @param {number} id @returns {Promise<Shown>} */
  async read(id) {
    const { group } = this.settings;
    const number = Math.floor(id / group);
    const found = await this.#keep(`documents ${number}`, async () => JSON.parse(decodeText(await this.#load(`d/${number}`))));
    const shown = found[id % group];
    if (typeof shown?.at !== "string" || typeof shown.title !== "string") throw new Error(`d/${id}: damaged`);
    return shown;
  }

  /** @returns {Promise<[string, number][]>} */
  async #readVocabulary() {
    let before = "";
    const text = decodeText(await this.#load("vocabulary"));
    return (text ? text.split("\n") : []).map((line) => {
      const [shortened, having] = line.split(" ");
      return [(before = lengthen(shortened, before)), Number(having)];
    });
  }
}

/** Varints, read one after another. */
class Numbers {
  #at = 0;

  /** @param {Uint8Array} content */
  constructor(content) {
    this.content = content;
  }

  get isAtEnd() {
    return this.#at >= this.content.length;
  }

  get at() {
    return this.#at;
  }

  /** @param {number} [most] a larger number is no number */
  next(most = Number.MAX_SAFE_INTEGER) {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 42; factor *= 128) {
      if (this.isAtEnd) throw new Error("truncated");
      const byte = this.content[this.#at++];
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (value > most) break;
        return value;
      }
    }
    throw new Error("overlong");
  }
}

/** Return a part, all of which must be there. @param {Uint8Array} content @param {number} start @param {number} size */
function slice(content, start, size) {
  if (!(size >= 0 && start + size <= content.length)) throw new Error("truncated");
  return content.subarray(start, start + size);
}

/** @param {Uint8Array} content */
function decodeText(content) {
  return new TextDecoder("utf-8", { fatal: true }).decode(content);
}

/** Return the text at the beginning of a file, and where it ends. @param {Uint8Array} content @returns {[string, number]} */
function readText(content) {
  const numbers = new Numbers(content);
  const size = numbers.next();
  return [decodeText(slice(content, numbers.at, size)), numbers.at + size];
}

/** Return a whole stem. @param {string} shortened a digit, and letters @param {string} before the stem before it */
function lengthen(shortened, before) {
  return [...before].slice(0, Number(shortened[0])).join("") + shortened.slice(1);
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

/** The site was built anew since the settings were loaded: the folder of its index has another name. */
export class Outdated extends Error {}

/** @param {string} name of a file of the index @param {RequestInit} [how] */
async function load(name, how) {
  const response = await fetch(new URL(name, FOLDER), how);
  if (response.status === 404) throw new Outdated(name);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

/** Load a compressed file. @param {string} name */
async function loadPart(name) {
  const { body } = await load(name);
  if (!body) throw new Error(`${name}: empty`);
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  for (const reader = body.pipeThrough(new DecompressionStream("deflate")).getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LARGEST) throw new Error(`${name}: overlong`);
    pieces.push(value);
  }
  const content = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    content.set(piece, at);
    at += piece.length;
  }
  return content;
}

/** Load what must be known before a question. @param {boolean} [afresh] whether the browser's cache is left out @returns {Promise<Settings>} */
export async function loadSettings(afresh = false) {
  const settings = await (await load("settings.json", afresh ? { cache: "reload" } : {})).json();
  if (!/^[0-9a-f]{16}\/$/.test(settings?.folder) || !Array.isArray(settings.shards)) throw new Error("settings.json: damaged");
  return settings;
}
