// @ts-check
/**
 * What a reader did, kept in their browser alone. Of two states the newest of each entry is kept, so
 * merging is commutative, associative and idempotent, whatever tab, browser or file a state comes from.
 */

export const VERSION = 1;

const NAME = /^(?:(?:seen|done|kept|check|path):[\w.-]{1,150}|path|keys)$/;
const PATH = /^[\w-]{1,150}$/;
const LONGEST = { title: 1000, print: 200, topic: 200 }; // characters
const MOST_TOPICS = 200;
const MOST_CHOICES = 1000;
const MOST_BOXES = 100;
const MOST = 50_000; // entries
const LATEST = 8.64e15; // what a date can hold, in milliseconds
const SLICE = 2000; // entries of a file that are read before the page may do something else

/** @import { Entries, Entry, Problem, Refusal } from "../../types" */

/** @param {Entry} one @param {Entry} other @returns the newer; of equally old ones always the same */
function pickNewer(one, other) {
  if (one[0] !== other[0]) return one[0] > other[0] ? one : other;
  return JSON.stringify(one[1]) >= JSON.stringify(other[1]) ? one : other;
}

/** @param {Entries} one @param {Entries} other */
export function merge(one, other) {
  return mergeInto({ ...one }, other);
}

/** @param {Entries} all is changed @param {Entries} more */
function mergeInto(all, more) {
  for (const name of Object.keys(more)) {
    all[name] = Object.hasOwn(all, name) ? pickNewer(all[name], more[name]) : more[name];
  }
  return all;
}

/**
 * Return what a text holds that was stored or exported. Its entries are not looked at yet.
 * @param {string} text @param {string} site
 * @returns {{found: Record<string, unknown>, problem: "" | "damaged" | "newer" | "other", site: string}}
 */
function open(text, site) {
  /** @type {any} */
  let state = null;
  try {
    state = JSON.parse(text);
  } catch {
    // It is damaged.
  }
  const problem =
    !isRecord(state) || !Number.isInteger(state.threadbook) || state.threadbook < 1 || !isRecord(state.entries)
      ? "damaged"
      : state.threadbook > VERSION
        ? "newer"
        : state.site !== site
          ? "other"
          : "";
  if (!problem) return { found: state.entries, problem, site };
  return { found: {}, problem, site: typeof state?.site === "string" ? state.site.slice(0, 200) : "" };
}

/**
 * Return the entries of a text that was stored, without what is not an entry.
 * @param {string} text @param {string} site
 */
export function parse(text, site) {
  const { found, ...said } = open(text, site);
  /** @type {Entries} */
  const entries = {};
  let left = MOST;
  for (const [name, written] of Object.entries(found)) {
    const entry = left ? readEntry(name, written) : null;
    if (!entry) continue;
    entries[name] = entry;
    left--;
  }
  return { entries, ...said };
}

/** @param {any} value @returns whether it is an object and no list */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Return an entry with what is known of it, and nothing else that was written there.
 * @param {string} name @param {any} entry @returns {Entry | null} null if it is none
 */
function readEntry(name, entry) {
  if (!NAME.test(name) || !Array.isArray(entry) || entry.length !== 2) return null;
  const [at, written] = entry;
  if (!Number.isFinite(at) || at < 0 || at > LATEST) return null;
  if (written === null) return [at, null];
  if (name === "keys") return written === "off" ? [at, written] : null;
  const value = name === "path" ? readPath(written) : !isRecord(written) ? null : name.startsWith("check:") ? readCheck(written) : readThread(written);
  return value === null ? null : [at, value];
}

/** @param {any} id */
function readPath(id) {
  return typeof id === "string" && PATH.test(id) ? id : null;
}

/** @param {any} written */
function readCheck({ chosen, right, box, print, path }) {
  const isGood = isList(chosen, MOST_CHOICES, (at) => Number.isInteger(at) && at >= 0 && at < MOST_CHOICES);
  if (!isGood || (right !== undefined && typeof right !== "boolean")) return null;
  if (box !== undefined && !(Number.isInteger(box) && box >= 0 && box <= MOST_BOXES)) return null;
  if (!isText(print, LONGEST.print) || (path !== undefined && readPath(path) === null)) return null;
  /** @type {Record<string, unknown>} */
  const value = { chosen };
  for (const [name, each] of Object.entries({ right, box, print, path })) if (each !== undefined) value[name] = each;
  return value;
}

/** @param {any} written */
function readThread({ title, print, in: topics }) {
  if (!isText(title, LONGEST.title) || !isText(print, LONGEST.print)) return null;
  if (topics !== undefined && !isList(topics, MOST_TOPICS, (id) => isText(id, LONGEST.topic))) return null;
  /** @type {Record<string, unknown>} */
  const value = {};
  if (title !== undefined) value.title = title;
  if (print !== undefined) value.print = print;
  if (topics !== undefined) value.in = topics;
  return value;
}

/** @param {any} text @param {number} longest @returns whether it is a text, or nothing */
function isText(text, longest) {
  return text === undefined || (typeof text === "string" && text.length <= longest);
}

/** @param {any} list @param {number} most @param {(item: any) => boolean} isGood */
function isList(list, most, isGood) {
  return Array.isArray(list) && list.length <= most && list.every(isGood);
}

/** @param {Entries} entries @param {string} site */
export function serialise(entries, site) {
  return JSON.stringify({ threadbook: VERSION, site, entries });
}

/** Keeps entries in a storage, or without one as long as the page lives; fires `change`. */
export class Reader extends EventTarget {
  /** @param {string} site @param {() => Storage} storage which may throw */
  constructor(site, storage) {
    super();
    this.site = site;
    this.key = `threadbook:${site}`;
    /** @type {Entries} */
    this.entries = {};
    /** @type {Problem | ""} */
    this.problem = "";
    /** @type {Storage | null} */
    this.storage = null;
    /** What was last read or written there, so that the same need not be read again. @type {string | null} */
    this.known = null;
    try {
      this.storage = storage();
      this.storage.getItem(this.key);
    } catch {
      this.storage = null;
      this.problem = "forbidden";
    }
    this.#join(this.#load());
  }

  #load() {
    try {
      return this.storage?.getItem(this.key) ?? null;
    } catch {
      this.problem = "forbidden";
      return null;
    }
  }

  /** @param {string | null} text @returns whether the storage may be written */
  #join(text) {
    if (text === null || text === this.known) return true;
    const { entries, problem } = parse(text, this.site);
    if (problem === "newer") {
      this.problem = "newer";
      return false;
    }
    if (problem) {
      this.problem = "damaged";
      return this.#setAside(text);
    }
    mergeInto(this.entries, entries);
    this.known = text;
    return true;
  }

  /** Keep a damaged text under another name, for whoever can mend it. @param {string} text @returns whether that worked */
  #setAside(text) {
    try {
      const place = `${this.key}:damaged`;
      if (this.storage?.getItem(place) === null) this.storage.setItem(place, text);
      this.storage?.removeItem(this.key);
      return true;
    } catch {
      this.storage = null;
      return false;
    }
  }

  /** @param {string} name @returns {any} the value, or null */
  get(name) {
    return Object.hasOwn(this.entries, name) ? this.entries[name][1] : null;
  }

  /** @param {string} name @returns when, in milliseconds since 1970; 0 if never */
  at(name) {
    return Object.hasOwn(this.entries, name) ? this.entries[name][0] : 0;
  }

  /** @param {string} beginning @returns what was not taken back, the newest first */
  all(beginning) {
    return Object.entries(this.entries)
      .filter(([name, [, value]]) => name.startsWith(beginning) && value !== null)
      .sort(([, one], [, other]) => other[0] - one[0]);
  }

  /** @param {string} name @param {any} value null takes it back */
  set(name, value) {
    this.add({ [name]: [Math.min(Math.max(Date.now(), this.at(name) + 1), LATEST), value] });
  }

  /** Add entries, and store them with what other tabs have stored since. @param {Entries} entries */
  add(entries) {
    const mayWrite = this.#join(this.#load());
    mergeInto(this.entries, entries);
    if (mayWrite && this.storage) {
      try {
        const text = serialise(this.entries, this.site);
        this.storage.setItem(this.key, text);
        this.known = text;
      } catch {
        this.problem = "full";
      }
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Take over what another tab stored; null if it removed everything. @param {string | null} text */
  follow(text) {
    if (text === null) {
      this.entries = {};
      this.known = null;
    } else this.#join(text);
    this.dispatchEvent(new Event("change"));
  }

  /** Remove everything, and what was set aside; but not what a newer version of the site stored. */
  forget() {
    this.entries = {};
    this.known = null;
    try {
      if (this.problem !== "newer") {
        this.storage?.removeItem(this.key);
        this.storage?.removeItem(`${this.key}:damaged`);
      }
    } catch {
      this.problem = "forbidden";
    }
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Add the entries of a file, all or none of them. Between slices the page can do something else.
   * @param {string} text
   * @returns {Promise<Refusal>} why they were not taken, or how many are new or newer
   */
  async take(text) {
    const { found, problem, site } = open(text, this.site);
    if (problem) return { problem, detail: site, count: 0 };
    const names = Object.keys(found);
    if (names.length > MOST) return { problem: "large", detail: "", count: 0 };
    /** @type {Entries} */
    const entries = {};
    const now = Date.now();
    for (const [place, name] of names.entries()) {
      if (place % SLICE === SLICE - 1) await pause();
      const entry = readEntry(name, found[name]);
      if (!entry) return { problem: "entry", detail: name.slice(0, 100), count: 0 };
      // A day in the future would win over everything that the reader does from now on.
      entries[name] = [Math.min(entry[0], now), entry[1]];
    }
    const more = names.filter((name) => !Object.hasOwn(this.entries, name));
    if (Object.keys(this.entries).length + more.length > MOST) return { problem: "large", detail: "", count: 0 };
    await pause();
    this.add(entries);
    await pause();
    return { problem: "", detail: "", count: names.filter((name) => this.entries[name] === entries[name]).length };
  }
}

/** Let the page do something else. */
function pause() {
  return new Promise((done) => setTimeout(done));
}
