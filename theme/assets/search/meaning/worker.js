// @ts-check
/**
 * Loads the models, and compares questions with documents, away from the page.
 *
 * It is told once what to load, then asked. It says `ready` for each model, `failed` if there will be none,
 * and answers each question by its number.
 */

import { Encoder } from "./encoder.js";
import { Pieces } from "./pieces.js";
import { MOST } from "../sentences.js";
import { Store } from "./store.js";

/** @import { MeaningFiles, ModelFiles, ModelName } from "../../../types" */
/** @typedef {{ files: MeaningFiles, folder: string, root: string, isSparing: boolean }} Start */
/** @typedef {{ id: number, said: string, corrected: [string, string][], best: number[] | null }} Question */
/** @typedef {{ id: number, said: string, corrected: [string, string][], texts: string[] }} Comparison */

const PATIENCE = 30; // seconds that the encoder may take
const SOON = 8; // seconds in which the encoder comes anyway, so that the student is not worth its bytes
const MODEL = 3; // files of a model; the vectors change when the site does
const RUN = /([\p{L}\p{N}]+)/u;

class Desk {
  /** @type {Encoder | undefined} */
  #encoder;
  /** @type {ModelName} */
  #model = "student";
  /** @type {Promise<WebAssembly.Module> | undefined} */
  #kernel;
  #turn = 0; // of comparisons with texts

  /** @param {Start} start */
  constructor({ files, folder, root, isSparing }) {
    this.files = files;
    this.isSparing = isSparing;
    this.store = new Store(new URL("search/", root));
    this.models = new URL(files.folder, root);
    this.index = new URL(`search/${folder}`, root);
  }

  /** Load what is best here: the student first, unless there is none, or the encoder is at hand or comes soon. */
  async load() {
    const { encoder, student } = this.files;
    const wait = encoder ? await this.#estimate(encoder) : Infinity;
    if (encoder && wait <= SOON) {
      await this.#open("encoder", encoder).catch((error) => {
        if (!student) throw error;
        return this.#open("student", student);
      });
    } else if (student) {
      const seconds = await this.#open("student", student);
      if (encoder && this.#isWorthIt(seconds)) await this.#open("encoder", encoder).catch(() => undefined);
    } else if (encoder && !this.isSparing && !(wait > PATIENCE)) await this.#open("encoder", encoder);
    else throw new Error("slow");
    await this.store.tidy([encoder, student].flatMap((model) => (model ? this.#listFiles(model) : [])));
  }

  /**
   * Return how many seconds the encoder takes to load: 0 if it is kept, NaN if nobody knows. The line's
   * speed shows in the vocabulary, which every model needs; so small a file makes a line look slower than
   * it is.
   * @param {ModelFiles} encoder
   */
  async #estimate(encoder) {
    const files = this.#listFiles(encoder).slice(0, MODEL);
    if (await this.store.hasAll(files)) return 0;
    if (this.isSparing) return Infinity;
    const vocabulary = files[MODEL - 1];
    await this.store.load(vocabulary);
    const [timing] = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByName(vocabulary.href));
    if (!timing?.encodedBodySize) return NaN; // it was kept, which says nothing of the line
    const seconds = (timing.responseEnd - timing.responseStart) / 1000;
    return (seconds * (this.files.bytes.encoder ?? 0)) / timing.encodedBodySize;
  }

  /** Tell whether the encoder comes soon enough. @param {number} seconds the student took */
  #isWorthIt(seconds) {
    const { encoder, student } = this.files.bytes;
    return !this.isSparing && (seconds * (encoder ?? 0)) / (student ?? 1) <= PATIENCE;
  }

  /** Return where a model's files are, and last the vectors. @param {ModelFiles} model */
  #listFiles({ layers, tokens }) {
    const { vocabulary, vectors } = this.files;
    const names = [layers, tokens, vocabulary].map((name) => new URL(name, this.models));
    return vectors.file ? [...names, new URL(vectors.file, this.index)] : names;
  }

  /**
   * Load and open a model. A file that was kept and is damaged is loaded once more.
   * @param {ModelName} name @param {ModelFiles} model @returns how many seconds it took to load
   */
  async #open(name, model) {
    const urls = this.#listFiles(model);
    const began = performance.now();
    const contents = await Promise.all(urls.map((url) => this.store.load(url)));
    const seconds = (performance.now() - began) / 1000;
    try {
      await this.#take(name, contents);
    } catch (error) {
      if (!(await this.store.forget(urls))) throw error;
      await this.#take(name, await Promise.all(urls.map((url) => this.store.load(url))));
    }
    await this.store.keep(urls);
    self.postMessage({ ready: name });
    return seconds;
  }

  /** @param {ModelName} name @param {ArrayBuffer[]} contents */
  async #take(name, [layers, tokens, vocabulary, vectors]) {
    this.#kernel ??= this.store.loadNewest(new URL("./kernel.wasm", import.meta.url)).then(WebAssembly.compile);
    const module = await this.#kernel;
    const encoder = await Encoder.open(module, layers, tokens, new TextDecoder().decode(vocabulary), this.files);
    if (encoder.dimensions !== this.files.dimensions) throw new Error("vectors: foreign");
    if (vectors) encoder.takeVectors(vectors, this.files.vectors.count);
    encoder.encode("warm"); // the first question takes longer
    [this.#encoder, this.#model] = [encoder, name];
  }

  /** @param {Question} question */
  async answer({ id, said, corrected, best }) {
    if (!this.#encoder) throw new Error("unready");
    const [encoder, model] = [this.#encoder, this.#model];
    const text = correct(said, corrected, encoder);
    if (!best) {
      encoder.encode(text);
      const cosines = encoder.score();
      self.postMessage({ id, model, cosines }, { transfer: [cosines.buffer] });
      return;
    }
    const cosines = await this.#scoreSome(encoder, text, best);
    self.postMessage({ id, model, cosines, ids: best });
  }

  /** Compare a question with a few texts, unless another comparison is asked for meanwhile. @param {Comparison} asked */
  async compare({ id, said, corrected, texts }) {
    if (!this.#encoder) throw new Error("unready");
    const [encoder, turn] = [this.#encoder, ++this.#turn];
    const question = encoder.encode(correct(said, corrected, encoder));
    const cosines = [];
    for (const text of texts.slice(0, MOST)) {
      await pause(); // questions do not wait for sentences
      if (turn !== this.#turn) break;
      const vector = encoder.encode(text);
      cosines.push(question.reduce((sum, each, at) => sum + each * vector[at], 0));
    }
    self.postMessage({ id, cosines: turn === this.#turn ? cosines : null });
  }

  /** Compare a text with some documents, whose vectors are in shards. @param {Encoder} encoder @param {string} text @param {number[]} ids */
  async #scoreSome(encoder, text, ids) {
    const { shards = "", size = 1, count } = this.files.vectors;
    const numbers = [...new Set(ids.map((id) => Math.floor(id / size)))];
    const urls = numbers.map((number) => new URL(`${shards}${number}.bin`, this.index));
    const contents = await Promise.all(urls.map((url) => this.store.loadOnce(url)));
    const found = new Map();
    encoder.encode(text);
    numbers.forEach((number, at) => {
      encoder.takeVectors(contents[at], Math.min(size, count - number * size));
      found.set(number, encoder.score());
    });
    return Float32Array.from(ids, (id) => found.get(Math.floor(id / size))[id % size]);
  }
}

/** Let other messages come first. */
const pause = () => new Promise((done) => setTimeout(done));

/**
 * Put in the place of a word that no document has what it was taken for: a whole word with that stem.
 * A word that the encoder knows stays: nobody who asks about bread wants to read.
 * @param {string} said @param {[string, string][]} corrected @param {Encoder} encoder
 */
function correct(said, corrected, { tokeniser }) {
  if (tokeniser instanceof Pieces) return said; // pieces are short enough to survive a typing error
  const nearest = new Map(corrected.filter(([word]) => !tokeniser.places.has(word)).reverse());
  const parts = said.normalize("NFKC").split(RUN);
  return parts
    .map((part) => {
      const stem = nearest.get(part.toLowerCase());
      return stem === undefined ? part : (tokeniser.complete(stem) ?? stem);
    })
    .join("");
}

/** @type {Desk | undefined} */
let desk;

/** @param {MessageEvent<Start | Question | Comparison>} event */
self.onmessage = async ({ data }) => {
  try {
    if ("files" in data) await (desk = new Desk(data)).load();
    else if ("texts" in data) await desk?.compare(data);
    else await desk?.answer(data);
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
};
