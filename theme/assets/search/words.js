// @ts-check
/**
 * Words of a text: found, folded and stemmed, step for step as `threadbook.text.words` does.
 * In unspaced scripts every pair of neighbouring characters counts as a word.
 */

const LONGEST = 40; // characters
// The ranges of `threadbook.text.scripts`, where each is named.
const UNSPACED =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\ua9e0-\\ua9ff\\uaa60-\\uaa7f\\u1780-\\u17ff" +
  "\\u1950-\\u19df\\u1a20-\\u1aaf\\uaa80-\\uaadf\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}\\uac00-\\ud7af";
const RUN = /[\p{L}\p{N}]+/gu;
const PIECE = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
const APOSTROPHE = /['\u2019\u02bc](?:s(?![\p{L}\p{N}_]))?/gu;
const MARKS = /[\u0300-\u036f\u064b-\u0652\u0670\u0640]/gu;

/** @import { Stem } from "../../types" */

/**
 * Return the words of a text in small letters, in order, without stemming them.
 * @param {string} text
 */
export function splitWords(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(APOSTROPHE, " ");
  const words = [];
  for (const run of plain.match(RUN) ?? []) {
    for (const piece of run.match(PIECE) ?? []) {
      const characters = [...piece];
      if (!IS_UNSPACED.test(piece)) words.push(characters.slice(0, LONGEST).join(""));
      else if (characters.length === 1) words.push(piece);
      else for (let at = 0; at + 1 < characters.length; at++) words.push(characters[at] + characters[at + 1]);
    }
  }
  return words;
}

/**
 * Return the function that stems a language's words; words of others stay as they are.
 * @param {string | undefined} name of Snowball's algorithm, such as `english`
 * @returns {Promise<Stem>}
 */
export async function loadStemmer(name) {
  /** @type {Map<string, string>} */
  const known = new Map();
  const algorithm = name ? (await import(`../vendor/snowball/${name}.js`)).stem : String;
  return (word) => {
    let stem = known.get(word);
    if (stem === undefined) {
      stem = algorithm(word).normalize("NFD").replace(MARKS, "").normalize("NFC");
      known.set(word, /** @type {string} */ (stem));
    }
    return /** @type {string} */ (stem);
  };
}
