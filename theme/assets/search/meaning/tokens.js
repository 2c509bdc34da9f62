// @ts-check
/**
 * Word pieces of a text, as BERT's models without capitals know them: the same steps as its own
 * tokeniser takes (Hugging Face's `BertNormalizer`, `BertPreTokenizer` and `WordPiece`).
 */

const LONGEST_WORD = 100; // characters; longer ones are unknown
const SPACE = /\p{White_Space}/u;
const CONTROL = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\ufffd]/u;
const MARK = /\p{Mn}/u;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}]/u;
const IDEOGRAPH =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/u;

/** @param {string} text @returns the words of a text in small letters, without accents; each punctuation character is a word */
export function splitText(text) {
  /** @type {string[]} */
  const words = [];
  let word = "";
  const end = () => {
    if (word) words.push(word);
    word = "";
  };
  for (const character of text.normalize("NFD")) {
    if (/[\t\n\r]/.test(character)) end();
    else if (CONTROL.test(character) || MARK.test(character)) continue;
    else if (SPACE.test(character)) end();
    else if (PUNCTUATION.test(character) || IDEOGRAPH.test(character)) {
      end();
      words.push(character);
    } else word += character.toLowerCase();
  }
  end();
  return words;
}

export class Tokeniser {
  /** @param {string[]} tokens of the vocabulary, in the order of the model's rows */
  constructor(tokens) {
    this.tokens = tokens;
    this.places = new Map(tokens.map((token, place) => [token, place]));
    this.unknown = this.#need("[UNK]");
    this.first = this.#need("[CLS]");
    this.last = this.#need("[SEP]");
  }

  /** @param {string} token */
  #need(token) {
    const place = this.places.get(token);
    if (place === undefined) throw new Error(`vocabulary: ${token}`);
    return place;
  }

  /**
   * Return the places of a text's tokens in the vocabulary, with what stands at its ends.
   * @param {string} text @param {number} most tokens; the rest of the text is left out
   */
  encode(text, most) {
    const places = [this.first];
    for (const word of splitText(text)) {
      if (places.length >= most - 1) break;
      places.push(...this.#split(word));
    }
    return [...places.slice(0, most - 1), this.last];
  }

  /** Split a word into the longest pieces that are known, from its beginning on. @param {string} word */
  #split(word) {
    const characters = [...word];
    if (characters.length > LONGEST_WORD) return [this.unknown];
    /** @type {number[]} */
    const pieces = [];
    for (let start = 0; start < characters.length; ) {
      let end = characters.length;
      let place;
      for (; end > start && place === undefined; end--) {
        place = this.places.get((start ? "##" : "") + characters.slice(start, end).join(""));
      }
      if (place === undefined) return [this.unknown];
      pieces.push(place);
      start = end + 1;
    }
    return pieces;
  }

  /** Return the first, and so most frequent, whole word with a beginning. @param {string} beginning */
  complete(beginning) {
    return this.tokens.find((token) => token.startsWith(beginning));
  }
}
