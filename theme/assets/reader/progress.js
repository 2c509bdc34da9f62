// @ts-check
/** What a reader did on this site, and how far they are on its paths. */

import { find } from "../dom.js";
import { counted, number } from "../words.js";
import { Reader } from "./state.js";

const site = find("meta[name=threadbook]")?.getAttribute("content") || location.pathname;

export const reader = new Reader(site, () => localStorage);

addEventListener("storage", (event) => {
  if (event.key === reader.key || event.key === null) reader.follow(event.newValue);
});

/**
 * Tell whether a thread was read or done, or changed since then.
 * @param {string | undefined} id @param {string} [print] fingerprint of the thread as it is now
 */
export function markOf(id, print) {
  const seen = reader.get(`seen:${id}`);
  const done = reader.get(`done:${id}`);
  const known = [seen, done].find((each) => each?.print);
  if (known && print && known.print !== print) return "changed";
  return done ? "done" : seen ? "seen" : "";
}

/** @param {string} [text] words with spaces between them */
export function split(text = "") {
  return text.split(" ").filter(Boolean);
}

/** Name the entry of a step. @param {string} key a thread's id or a check's */
export function entryOf(key) {
  return key.startsWith("check.") ? `check:${key}` : `done:${key}`;
}

/** @param {string} key of a step @returns whether it was read, or answered correctly */
export function isDone(key) {
  const found = reader.get(entryOf(key));
  return key.startsWith("check.") ? found?.right === true : Boolean(found);
}

/** @param {string[]} keys of steps */
export function countDone(keys) {
  return keys.filter(isDone).length;
}

/** @param {number} done @param {number} all */
export function describe(done, all) {
  return counted(all, "{done} of {n} steps done", "{done} of {n} steps done", { done: number(done) });
}

/** Draw a ring that is filled by a share of 1. @param {number} share */
export function drawRing(share) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("class", "tb-ring");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, length] of /** @type {[string, number][]} */ ([["tb-ring__all", 100], ["tb-ring__done", share * 100]])) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    // With this radius the circumference is 100, so a dash's length is a percentage.
    for (const [key, value] of Object.entries({ cx: 18, cy: 18, r: 15.915, class: name, "stroke-dasharray": `${length} 100` })) {
      circle.setAttribute(key, `${value}`);
    }
    svg.append(circle);
  }
  return svg;
}
