// @ts-check
/** Text fragments: the part of an address that makes a browser highlight a text in a page. */

const LONG = 150; // characters, from which on a text is named by its ends
const END = 40; // characters, at least, of each of these

/**
 * Encode a text for a fragment, where a hyphen, a comma and an ampersand mean something. Half a character
 * cannot be encoded.
 * @param {string} text
 */
function encode(text) {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(/-/g, "%2D");
}

/**
 * Return the fragment of an address that highlights a text; it must stand in one block of the page.
 * @param {string} text @param {string} [anchor] where browsers go that find no texts
 */
export function makeFragment(text, anchor = "") {
  const place = /^[A-Za-z0-9_-]+$/.test(anchor) ? anchor : "";
  return `#${place}:~:text=${nameEnds(text).map(encode).join(",")}`;
}

/** Return a short text, or the beginning and the end of a long one. @param {string} text */
function nameEnds(text) {
  if (text.length < LONG) return [text];
  const start = text.slice(0, text.indexOf(" ", END));
  const end = text.slice(text.lastIndexOf(" ", text.length - END) + 1);
  // Without spaces, or with a long word, an end could be half of a word, which no browser finds.
  return text.indexOf(" ", END) > 0 && start.length + end.length < text.length ? [start, end] : [text];
}
