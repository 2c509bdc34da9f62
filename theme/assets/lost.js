// @ts-check
/** The page of missing addresses: what its address says, as words to search for. */

import { ROOT, find } from "./dom.js";

const LONGEST = 200; // characters

/**
 * Return the words of an address: those of its last part that has any.
 * @param {string} path of an address @param {string} root where the site is
 */
export function wordsOf(path, root) {
  const below = path.startsWith(root) ? path.slice(root.length) : path;
  const parts = below.split("/").map(readPart).filter(Boolean);
  return (parts.at(-1) ?? "").slice(0, LONGEST);
}

/** @param {string} part @returns its words, without numbers and a file's ending */
function readPart(part) {
  const words = decode(part).replace(/\.[a-z]{2,5}$/i, "").split(/[^\p{L}\p{M}\p{N}']+/u);
  const said = words.filter((word) => /\p{L}/u.test(word)).join(" ");
  return said === "index" ? "" : said;
}

/** @param {string} part which may be no valid encoding */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part.replace(/%[\da-f]{2}/gi, " ");
  }
}

/** Fill the field in, unless somebody has typed already. @param {HTMLElement} page */
export function start(page) {
  const field = /** @type {HTMLInputElement | null} */ (find("[name=q]", page));
  if (field) field.value ||= wordsOf(location.pathname, ROOT.pathname);
}
