// @ts-check
/**
 * How long to wait after a key before search begins: hardly, unless each letter costs a slow line something.
 * And when to say that it goes on.
 */

import { _ } from "../words.js";

const SHORT = 20; // milliseconds
const LONG = 150; // milliseconds
const PATIENCE = 300; // milliseconds without an answer that need no word
const QUICK = 60; // milliseconds in which nothing large was loaded

export class Pace {
  wait = LONG;

  /** Wait for an answer, and see how long it takes. @template Result @param {Promise<Result>} answer */
  async time(answer) {
    const began = performance.now();
    const result = await answer;
    this.wait = performance.now() - began < QUICK ? SHORT : LONG;
    return result;
  }
}

/** Says that search goes on: not at once, and once for all letters that are typed meanwhile. */
export class Waiting {
  #timer = 0;

  /** @param {HTMLElement} state the line, which screen readers are told of */
  constructor(state) {
    this.state = state;
  }

  begin() {
    this.#timer ||= setTimeout(() => (this.state.textContent = _("Searching…")), PATIENCE);
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }
}
