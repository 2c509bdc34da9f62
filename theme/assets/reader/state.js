// @ts-check
/**
 * What a reader did, kept in their browser alone. Of two states the newest of each entry is kept, so
 * merging is commutative, associative and idempotent, whatever tab, browser or file a state comes from.
 */

export const VERSION = 1;

const NAME = /^(?:(?:seen|done|kept|check|path):[\w.-]{1,150}|path)$/;
const LONGEST = 2000; // characters of a value
const MOST = 50_000; // entries
const LATEST = 8.64e15; // what a date can hold, in milliseconds

/** @import { Entries, Entry, Problem } from "../../types" */

/** @param {Entry} one @param {Entry} other @returns the newer; of equally old ones always the same */
function pickNewer(one, other) {
  if (one[0] !== other[0]) return one[0] > other[0] ? one : other;
  return JSON.stringify(one[1]) >= JSON.stringify(other[1]) ? one : other;
}

/** @param {Entries} one @param {Entries} other */
export function merge(one, other) {
  /** @type {Entries} */
  const all = { ...one };
  for (const [name, entry] of Object.entries(other)) {
    all[name] = Object.hasOwn(all, name) ? pickNewer(all[name], entry) : entry;
  }
  return all;
}

/**
 * Return the entries of a text that was stored or exported, without what is not an entry.
 * @param {string} text @param {string} site
 * @returns {{entries: Entries, problem: "" | "damaged" | "newer" | "other", site: string}}
 */
export function parse(text, site) {
  /** @type {any} */
  let state = null;
  try {
    state = JSON.parse(text);
  } catch {
    // It is damaged.
  }
  const problem =
    !state || typeof state !== "object" || !Number.isInteger(state.threadbook) || typeof state.entries !== "object" || !state.entries
      ? "damaged"
      : state.threadbook > VERSION
        ? "newer"
        : state.site !== site
          ? "other"
          : "";
  if (problem) return { entries: {}, problem, site: String(state?.site ?? "").slice(0, 200) };
  const good = Object.entries(state.entries).filter(([name, entry]) => isEntry(name, entry));
  return { entries: Object.fromEntries(good.slice(0, MOST)), problem: "", site };
}

/** @param {string} name @param {any} entry */
function isEntry(name, entry) {
  if (!NAME.test(name) || !Array.isArray(entry) || entry.length !== 2) return false;
  const [at, value] = entry;
  if (!Number.isFinite(at) || at < 0 || at > LATEST) return false;
  if (value === null) return true;
  if (name === "path") return typeof value === "string" && /^[\w-]{1,150}$/.test(value);
  if (typeof value !== "object" || Array.isArray(value) || JSON.stringify(value).length > LONGEST) return false;
  if (name.startsWith("check:")) return Array.isArray(value.chosen) && value.chosen.every(Number.isInteger);
  if (value.in !== undefined && !(Array.isArray(value.in) && value.in.every((/** @type {any} */ each) => typeof each === "string"))) return false;
  return ["title", "print"].every((key) => value[key] === undefined || typeof value[key] === "string");
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
    if (text === null) return true;
    const { entries, problem } = parse(text, this.site);
    if (problem === "newer") {
      this.problem = "newer";
      return false;
    }
    if (problem) {
      this.problem = "damaged";
      return this.#setAside(text);
    }
    this.entries = merge(this.entries, entries);
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
    this.add({ [name]: [Math.max(Date.now(), this.at(name) + 1), value] });
  }

  /** Add entries, and store them with what other tabs have stored since. @param {Entries} entries */
  add(entries) {
    const mayWrite = this.#join(this.#load());
    this.entries = merge(this.entries, entries);
    if (mayWrite && this.storage) {
      try {
        this.storage.setItem(this.key, serialise(this.entries, this.site));
      } catch {
        this.problem = "full";
      }
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Take over what another tab stored; null if it removed everything. @param {string | null} text */
  follow(text) {
    if (text === null) this.entries = {};
    else this.#join(text);
    this.dispatchEvent(new Event("change"));
  }

  /** Remove everything, and what was set aside; but not what a newer version of the site stored. */
  forget() {
    this.entries = {};
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

  /** Add the entries of a file. @param {string} text */
  take(text) {
    const { entries, problem, site } = parse(text, this.site);
    if (problem) return { problem, site, count: 0 };
    const before = this.entries;
    this.add(entries);
    const count = Object.keys(entries).filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(this.entries[name]),
    ).length;
    return { problem: "", site, count };
  }
}
