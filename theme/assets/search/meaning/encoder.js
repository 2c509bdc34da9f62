// @ts-check
/** The sentence encoder: it turns a question into a vector, and compares it with those of documents. */

import { Pieces } from "./pieces.js";
import { Tokeniser } from "./tokens.js";

/** What the kernel says is wrong with a file, by its number (`theme/kernel/kernel.h`). */
const WRONG = ["", "misplaced", "foreign", "impossible", "truncated", "exhausted", "unloaded"];
const BYTES_OF_SCALE = 2;
const VECTOR_BITS = 4;

/**
 * What the kernel exports.
 * @typedef {{
 *   memory: WebAssembly.Memory, alloc(size: number): number,
 *   load_layers(at: number, size: number): number, load_tokens(at: number, size: number): number,
 *   count_known(): number, count_positions(): number, count_dimensions(): number,
 *   ids_at(): number, result_at(): number, encode(count: number): number,
 *   score(at: number, size: number, count: number, out: number): number,
 * }} Kernel
 */

/** @param {number} wrong @param {string} what */
function check(wrong, what) {
  if (wrong) throw new Error(`${what}: ${WRONG[wrong] ?? wrong}`);
}

export class Encoder {
  /** Where vectors lie in the kernel's memory, and where their cosines belong. */
  #vectors = { at: 0, size: 0, count: 0, out: 0 };
  /** The most that was there. */
  #room = { size: 0, count: 0 };

  /** @param {Kernel} kernel @param {Tokeniser | Pieces} tokeniser */
  constructor(kernel, tokeniser) {
    this.kernel = kernel;
    this.tokeniser = tokeniser;
    this.dimensions = kernel.count_dimensions();
  }

  /**
   * Open a model. Files that are damaged raise an error.
   * @param {WebAssembly.Module} module @param {ArrayBuffer} layers @param {ArrayBuffer} tokens @param {string} vocabulary
   * @param {{ tokens?: string, prefix?: string }} [how] what its tokens are, and what it reads before a text
   */
  static async open(module, layers, tokens, vocabulary, how = {}) {
    const { exports } = await WebAssembly.instantiate(module, {});
    const kernel = /** @type {Kernel} */ (/** @type {unknown} */ (exports));
    check(kernel.load_layers(put(kernel, layers), layers.byteLength), "layers");
    check(kernel.load_tokens(put(kernel, tokens), tokens.byteLength), "tokens");
    const names = vocabulary.trimEnd().split("\n");
    if (names.length !== kernel.count_known()) throw new Error("vocabulary: damaged");
    const tokeniser = how.tokens === "pieces" ? new Pieces(names, how.prefix ?? "") : new Tokeniser(names);
    return new Encoder(kernel, tokeniser);
  }

  /** Return the vector of a text, of unit length. @param {string} text */
  encode(text) {
    return this.encodePlaces(this.tokeniser.encode(text, this.kernel.count_positions()));
  }

  /** Return the vector of a text of tokens. @param {number[]} places in the vocabulary */
  encodePlaces(places) {
    if (places.length > this.kernel.count_positions()) throw new Error("text: overlong");
    new Int32Array(this.kernel.memory.buffer, this.kernel.ids_at(), places.length).set(places);
    const count = this.kernel.encode(places.length);
    const vector = new Float32Array(this.kernel.memory.buffer, this.kernel.result_at(), count).slice();
    if (!count || !vector.every(Number.isFinite)) throw new Error("vector: none");
    return vector;
  }

  /** Take the vectors of so many documents. @param {ArrayBuffer} content @param {number} count */
  takeVectors(content, count) {
    const size = content.byteLength;
    if (size !== count * this.#sizeOfVector) throw new Error("vectors: truncated");
    // Memory is never given back, so what was had before is used again.
    let { at, out } = this.#vectors;
    if (this.#room.size < size) at = alloc(this.kernel, (this.#room.size = size));
    if (this.#room.count < count) out = alloc(this.kernel, 4 * (this.#room.count = count));
    new Uint8Array(this.kernel.memory.buffer, at, size).set(new Uint8Array(content));
    this.#vectors = { at, size, count, out };
  }

  get #sizeOfVector() {
    return BYTES_OF_SCALE + (this.dimensions * VECTOR_BITS) / 8;
  }

  /** Return the cosine of each vector that was taken with the text that was encoded last. */
  score() {
    const { at, size, count, out } = this.#vectors;
    check(this.kernel.score(at, size, count, out), "vectors");
    const cosines = new Float32Array(this.kernel.memory.buffer, out, count).slice();
    if (!cosines.every(Number.isFinite)) throw new Error("vectors: damaged");
    return cosines;
  }
}

/** @param {Kernel} kernel @param {number} size */
function alloc(kernel, size) {
  const at = kernel.alloc(size);
  if (!at) throw new Error("memory: exhausted");
  return at;
}

/** Copy a file into the kernel's memory. @param {Kernel} kernel @param {ArrayBuffer} content @returns where it is */
function put(kernel, content) {
  const at = alloc(kernel, content.byteLength);
  new Uint8Array(kernel.memory.buffer, at, content.byteLength).set(new Uint8Array(content));
  return at;
}
