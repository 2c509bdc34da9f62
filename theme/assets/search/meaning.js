// @ts-check
/**
 * Asks a worker what questions mean. Words never wait for it: where anything is missing, refused, damaged
 * or slow, it is off, and stays so until the page is loaded again.
 */

import { ROOT } from "../dom.js";
import { once } from "./codec.js";

/** @import { MeaningFiles, Meant, ModelName, Settings } from "../../types" */

const LOADED_WITHIN = 120_000; // milliseconds; a slow line may take a while for the student
const ANSWERED_WITHIN = 10_000; // milliseconds; a worker without memory says nothing
/** A module with one instruction of SIMD, by which one sees whether the browser has it. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const SLOW = /^(slow-2g|2g|3g)$/;

function isAble() {
  return typeof Worker === "function" && typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(SIMD));
}

/** Tell whether a reader saves data, or has a slow line. */
function isSparing() {
  const { connection } = /** @type {{connection?: {saveData?: boolean, effectiveType?: string}}} */ (navigator);
  return Boolean(connection?.saveData) || SLOW.test(connection?.effectiveType ?? "");
}

export class Meaning {
  isOff = false;
  /** Whether a model is loaded, so that answers are quick. */
  isReady = false;
  /** Start to load, at the first call. */
  start = once(async () => this.#start());

  /** @type {Worker | undefined} */
  #worker;
  /** @type {Map<number, (said: any) => void>} what waits for the worker, by the number of the question */
  #waiting = new Map();
  #asked = 0;
  #last = { key: "", promise: /** @type {Promise<Meant | null>} */ (Promise.resolve(null)) };

  /** @param {Settings} settings */
  constructor({ meaning, folder }) {
    this.files = meaning;
    this.folder = folder;
    this.isOff = !meaning || !isAble();
    /** Whether all documents are compared, not only those that words find. */
    this.isWhole = Boolean(meaning?.vectors.file);
  }

  /** @returns {Promise<void>} resolved when a model is loaded, or none will be */
  #start() {
    if (this.isOff) return Promise.resolve();
    return new Promise((done) => {
      const late = setTimeout(() => this.stop("overdue"), LOADED_WITHIN);
      this.#settle = () => {
        clearTimeout(late);
        done();
      };
      try {
        this.#worker = new Worker(new URL("./meaning/worker.js", import.meta.url), { type: "module" });
      } catch (error) {
        this.stop(error);
        return;
      }
      this.#worker.onmessage = ({ data }) => this.#take(data);
      // Without modules in workers, with a policy that forbids them, or when one breaks down.
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.stop(event.message);
      };
      const { files, folder } = this;
      this.#worker.postMessage({ files, folder, root: ROOT.href, isSparing: isSparing() });
    });
  }

  #settle = () => {};

  /** @param {{ ready?: ModelName, failed?: string, id?: number, cosines?: Float32Array | number[] | null, ids?: number[], model?: ModelName }} data */
  #take(data) {
    if (data.failed !== undefined) this.stop(data.failed);
    else if (data.ready) {
      this.isReady = true;
      this.#settle();
    } else if (data.id !== undefined) {
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    }
  }

  /** Do without meaning from now on. @param {unknown} why for who looks into the console */
  stop(why) {
    if (this.isOff) return;
    this.isOff = true;
    this.isReady = false;
    console.info("meaning: off:", why);
    this.#worker?.terminate();
    for (const answer of this.#waiting.values()) answer(null);
    this.#waiting.clear();
    this.#settle();
  }

  /**
   * Ask what a question means; null where that cannot be told. It waits until a model is loaded.
   * @param {string} said @param {[string, string][]} [corrected] words, and the stems that they were taken for
   * @param {number[]} [best] the documents that are compared if not all are
   * @returns {Promise<Meant | null>}
   */
  ask(said, corrected = [], best = []) {
    const key = JSON.stringify([said, corrected, this.isWhole ? [] : best]);
    if (this.#last.key !== key) this.#last = { key, promise: this.#ask(said, corrected, best) };
    return this.#last.promise;
  }

  /** @param {string} said @param {[string, string][]} corrected @param {number[]} best @returns {Promise<Meant | null>} */
  async #ask(said, corrected, best) {
    /** @type {{cosines: Float32Array, ids?: number[], model: ModelName} | null} */
    const found = await this.#send({ said, corrected, best: this.isWhole ? null : best });
    if (!found) return null;
    const { cosines, ids, model } = found;
    if (!ids) {
      // What the site does not answer comes after the documents.
      const { gaps = 0 } = /** @type {MeaningFiles} */ (this.files).vectors;
      const gap = Math.max(-1, ...cosines.subarray(cosines.length - gaps));
      return { model, gap, cosine: (each) => cosines[each] ?? 0 };
    }
    const places = new Map(ids.map((each, at) => [each, cosines[at]]));
    return { model, gap: -1, cosine: (each) => places.get(each) ?? 0 };
  }

  /**
   * Ask how near texts are to a question; null where that cannot be told, or where the next such
   * question has come.
   * @param {string} said @param {[string, string][]} corrected @param {string[]} texts a few
   * @returns {Promise<number[] | null>}
   */
  async compare(said, corrected, texts) {
    return (await this.#send({ said, corrected, texts }))?.cosines ?? null;
  }

  /** @param {object} message @returns {Promise<any>} what the worker says, null if nothing */
  async #send(message) {
    await this.start();
    if (this.isOff) return null;
    const id = ++this.#asked;
    return new Promise((done) => {
      const late = setTimeout(() => this.stop("silent"), ANSWERED_WITHIN);
      this.#waiting.set(id, (answer) => {
        clearTimeout(late);
        done(answer);
      });
      this.#worker?.postMessage({ id, ...message });
    });
  }
}
