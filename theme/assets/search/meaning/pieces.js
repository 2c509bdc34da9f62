// @ts-check
/**
 * Pieces of words, as SentencePiece's unigram model cuts texts; `threadbook.meaning.pieces` does the same.
 *
 * Each piece is worth the logarithm of how likely it is, and a word is cut so that its pieces are worth
 * most together. A space is written as `▁`, with which a word begins.
 */

const SPACE = "\u2581";
const LONGEST = 200; // characters; a longer word is cut into parts that are taken by themselves
const PENALTY = 10; // how much less than the least likely piece a character is worth that is in none
const GAP = /[\p{White_Space}\x1c-\x1f]/gu;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** @param {string} text @returns its words, each as characters, of which the first is `▁` */
export function splitPieces(text) {
  const plain = text.replace(GAP, " ").normalize("NFKC").replace(UNSEEN, "");
  return plain
    .split(" ")
    .filter(Boolean)
    .flatMap((word) => {
      const whole = [...(SPACE + word)];
      const parts = Math.ceil(whole.length / LONGEST);
      return Array.from({ length: parts }, (_, at) => whole.slice(at * LONGEST, (at + 1) * LONGEST));
    });
}

export class Pieces {
  /** @param {string[]} lines of a piece, a tab and what it is worth @param {string} prefix what the model reads first */
  constructor(lines, prefix) {
    const parts = lines.map((line) => line.split("\t"));
    this.prefix = prefix;
    this.tokens = parts.map(([piece]) => piece);
    this.worth = parts.map(([, worth]) => Number(worth));
    if (!this.worth.every(Number.isFinite)) throw new Error("vocabulary: damaged");
    this.places = new Map(this.tokens.map((piece, place) => [piece, place]));
    this.unknown = this.#need("<unk>");
    this.first = this.#need("<s>");
    this.last = this.#need("</s>");
    this.longest = this.tokens.reduce((most, piece) => Math.max(most, [...piece].length), 0);
    this.least = this.worth.reduce((least, worth) => Math.min(least, worth), 0) - PENALTY;
  }

  /** @param {string} piece */
  #need(piece) {
    const place = this.places.get(piece);
    if (place === undefined) throw new Error(`vocabulary: ${piece}`);
    return place;
  }

  /**
   * Return the places of a text's pieces in the vocabulary, with what stands at its ends.
   * @param {string} text @param {number} most pieces; the rest of the text is left out
   */
  encode(text, most) {
    const places = [this.first];
    for (const word of splitPieces(this.prefix + text)) {
      if (places.length >= most) break;
      places.push(...this.#cut(word));
    }
    return [...places.slice(0, most - 1), this.last];
  }

  /** Return the pieces that are worth most together; of equals, those found first. @param {string[]} word */
  #cut(word) {
    const best = [0, ...word.map(() => -Infinity)];
    const came = best.map(() => [0, 0]);
    for (let start = 0; start < word.length; start++) {
      for (let end = start + 1; end <= Math.min(start + this.longest, word.length); end++) {
        let place = this.places.get(word.slice(start, end).join("")) ?? this.unknown;
        if (place === this.first || place === this.last) place = this.unknown;
        if (place === this.unknown && end > start + 1) continue;
        const worth = best[start] + (place === this.unknown ? this.least : this.worth[place]);
        if (worth > best[end]) [best[end], came[end]] = [worth, [start, place]];
      }
    }
    /** @type {number[]} */
    const pieces = [];
    for (let end = word.length; end > 0; ) {
      const [start, place] = came[end];
      pieces.unshift(place);
      end = start;
    }
    return pieces;
  }
}
