// @ts-check
/**
 * Files that are loaded once and kept: their names change with what is in them. Where a browser keeps
 * nothing, in a private window or when the disk is full, they are loaded each time.
 */

const NAME = "threadbook-meaning";

/** @param {URL} url @param {RequestInit} [how] */
async function load(url, how) {
  const response = await fetch(url, how);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return response.arrayBuffer();
}

export class Store {
  /** @type {Promise<Cache | null> | undefined} */
  #cache;
  /** @type {Map<string, ArrayBuffer>} what was loaded and not yet kept */
  #fresh = new Map();
  /** @type {Set<string>} what was taken from the cache */
  #kept = new Set();
  /** @type {Map<string, Promise<ArrayBuffer>>} */
  #once = new Map();

  /** @param {URL} folder below which all files are, but for the kernel */
  constructor(folder) {
    this.folder = folder;
  }

  /** @returns {Promise<Cache | null>} */
  #open() {
    // The property is missing where pages come without encryption.
    this.#cache ??= "caches" in self ? caches.open(NAME).catch(() => null) : Promise.resolve(null);
    return this.#cache;
  }

  /** @param {URL} url @returns {Promise<ArrayBuffer | null>} */
  async #find(url) {
    try {
      const found = await (await this.#open())?.match(url);
      return found ? await found.arrayBuffer() : null;
    } catch {
      return null;
    }
  }

  /** Tell whether all of these are kept. @param {URL[]} urls */
  async hasAll(urls) {
    const cache = await this.#open();
    if (!cache) return false;
    const found = await Promise.all(urls.map((url) => cache.match(url).catch(() => undefined)));
    return found.every(Boolean);
  }

  /** Load a file whose name changes with its content. @param {URL} url */
  async load(url) {
    const kept = await this.#find(url);
    if (kept) {
      this.#kept.add(url.href);
      return kept;
    }
    const content = this.#fresh.get(url.href) ?? (await load(url));
    this.#fresh.set(url.href, content);
    return content;
  }

  /** Load a file whose name stays; without a network the one that was kept. @param {URL} url */
  async loadNewest(url) {
    try {
      const content = this.#fresh.get(url.href) ?? (await load(url));
      this.#fresh.set(url.href, content);
      await this.keep([url]);
      return content;
    } catch (error) {
      const kept = await this.#find(url);
      if (!kept) throw error;
      return kept;
    }
  }

  /** Load a small file, once for this page. @param {URL} url */
  loadOnce(url) {
    const loaded = this.#once.get(url.href) ?? load(url);
    this.#once.set(url.href, loaded);
    loaded.catch(() => this.#once.delete(url.href));
    return loaded;
  }

  /** Keep files that have shown to be good. @param {URL[]} urls */
  async keep(urls) {
    const cache = await this.#open();
    for (const { href } of cache ? urls : []) {
      const content = this.#fresh.get(href);
      this.#fresh.delete(href);
      try {
        if (content) await cache?.put(href, new Response(content));
      } catch {
        // There is no room, which the next visit pays for.
      }
    }
  }

  /** Keep files no longer; return whether any had been kept. @param {URL[]} urls */
  async forget(urls) {
    const wereKept = urls.some(({ href }) => this.#kept.has(href));
    for (const { href } of urls) {
      this.#fresh.delete(href);
      this.#kept.delete(href);
      await this.#open().then((cache) => cache?.delete(href)).catch(() => undefined);
    }
    return wereKept;
  }

  /** Remove what earlier versions of this site kept; other sites at the same host have theirs. @param {URL[]} needed */
  async tidy(needed) {
    const names = new Set(needed.map(({ href }) => href));
    try {
      const cache = await this.#open();
      for (const { url } of (await cache?.keys()) ?? []) {
        if (url.startsWith(this.folder.href) && !names.has(url)) await cache?.delete(url);
      }
    } catch {
      // What stays does no harm.
    }
  }
}
