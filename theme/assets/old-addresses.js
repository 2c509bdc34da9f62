// @ts-check
/**
 * Leads from an old address with a query, such as `viewtopic.php?t=42`, to its new one.
 *
 * The page says in `data-tb-old` where the lists are, and in `data-tb-parts` how many. Each list
 * holds the queries that its number comes out for, so that a browser loads few of them. How a query
 * is written and numbered is the same in `outputs/queries.py`.
 */

const MOST = 6; // parameters of an address that are tried in all combinations

/** Return the number of a query's list (FNV-1a). @param {string} query @param {number} parts */
export function partOf(query, parts) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(query)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % parts;
}

/** Return what may be in a list, the most exact first. @param {string} search */
export function listQueries(search) {
  const all = search.replace(/^\?/, "").split("&").filter(Boolean).map(normal).sort().slice(0, MOST);
  /** @type {string[][]} */
  let sets = [[]];
  for (const each of all) sets = sets.flatMap((set) => [set, [...set, each]]);
  sets.sort((one, other) => other.length - one.length);
  const exact = sets.filter((set) => set.length).map((set) => set.join("&"));
  // Some forums write the title behind the number, and the title may have changed.
  const numbers = all.map((each) => each.match(/^(\d+)-/)?.[1] ?? "").filter(Boolean);
  return [...exact, ...numbers];
}

/** @param {string} part */
function normal(part) {
  try {
    return decodeURIComponent(part.replaceAll("+", " ")).toLowerCase();
  } catch {
    return part.toLowerCase();
  }
}

/** @param {HTMLElement} place */
async function lead(place) {
  const { tbOld = "", tbParts = "1", tbRoot = "./", tbElse = "" } = place.dataset;
  const queries = listQueries(location.search);
  /** @type {Map<number, Record<string, string>>} */
  const lists = new Map();
  for (const query of queries) {
    const part = partOf(query, Number(tbParts));
    if (!lists.has(part)) {
      const answer = await fetch(`${tbOld}${part}.json`);
      lists.set(part, answer.ok ? await answer.json() : {});
    }
    const list = lists.get(part) ?? {};
    if (Object.hasOwn(list, query)) return go(`${tbRoot}${list[query]}`);
  }
  if (tbElse) go(`${tbRoot}${tbElse}`);
}

/** Go there, if it is a page of this site. @param {string} address */
function go(address) {
  const url = new URL(address, location.href);
  if (url.origin === location.origin) location.replace(`${url.href}${location.hash}`);
}

if (typeof document !== "undefined") {
  const place = document.querySelector("[data-tb-old]");
  if (place instanceof HTMLElement) lead(place).catch(() => {});
}
