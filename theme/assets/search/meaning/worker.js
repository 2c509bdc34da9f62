// @ts-check
/**
 * Loads the models, and compares questions with documents, away from the page.
 *
 * It is told once what to load, then asked. It says `ready` for each model, `failed` if there will be none,
 * and answers each question by its number.
 */

import { Encoder } from "./encoder.js";
import { MOST } from "../sentences.js";
import { Store } from "./store.js";

/** @import { MeaningFiles, ModelFiles, ModelName } from "../../../types" */
/** @typedef {{ files: MeaningFiles, folder: string, root: string, isSparing: boolean }} Start */
/** @typedef {{ id: number, said: string, corrected: [string, string][], best: number[] | null }} Question */
/** @typedef {{ id: number, said: string, corrected: [string, string][], texts: string[] }} Comparison */

const PATIENCE = 30; // seconds that the encoder may take at the speed of the student
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

  /** Load what is best here: the student first, unless the encoder is at hand. */
  async load() {
    const { encoder, student } = this.files;
    if (encoder && (await this.store.hasAll(this.#listFiles(encoder).slice(0, MODEL)))) {
      await this.#open("encoder", encoder).catch(() => this.#open("student", student));
    } else {
      const seconds = await this.#open("student", student);
      if (encoder && this.#isWorthIt(seconds)) await this.#open("encoder", encoder).catch(() => undefined);
    }
    await this.store.tidy([encoder, student].flatMap((model) => (model ? this.#listFiles(model) : [])));
  }

  /** Tell whether the encoder comes soon enough. @param {number} seconds the student took */
  #isWorthIt(seconds) {
    const { encoder = 0, student } = this.files.bytes;
    return !this.isSparing && (seconds * encoder) / student <= PATIENCE;
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
    const encoder = await Encoder.open(module, layers, tokens, new TextDecoder().decode(vocabulary));
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
 * @param {string} said @param {[string, string][]} corrected @param {Encoder} encoder
 */
function correct(said, corrected, { tokeniser }) {
  const nearest = new Map([...corrected].reverse());
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
