// @ts-check
/** Pages of paths, for what is shown of them elsewhere. */

import { ROOT } from "../dom.js";

/** @type {Map<string, Promise<Document | null>>} */
const pages = new Map();

/** Load the page of a path; null if it cannot be had. @param {string} id */
export function loadPath(id) {
  const known = pages.get(id);
  if (known) return known;
  const loaded = fetch(new URL(`paths/${id}/`, ROOT))
    .then(async (found) => (found.ok ? new DOMParser().parseFromString(await found.text(), "text/html") : null))
    .catch(() => null);
  pages.set(id, loaded);
  return loaded;
}
