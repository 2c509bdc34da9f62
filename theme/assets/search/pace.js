// @ts-check
/** How long to wait after a key before search begins: hardly, unless each letter costs a slow line something. */

const SHORT = 20; // milliseconds
const LONG = 150; // milliseconds
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
