// @ts-check
/** A thread as a step of a path: the path that is followed, one button to go on, and a bar on phones. */

import { element, find, findAll } from "../dom.js";
import { _, counted } from "../words.js";
import { reader } from "./progress.js";

/** Show the path that the reader follows first, and fold the others. @param {HTMLElement} page of a thread */
export function followPath(page) {
  const all = findAll(".tb-membership", page);
  const last = reader.get("path");
  const followed = all.find((each) => each.dataset.tbPath === last);
  if (!followed) return;
  followed.dataset.tbFollowed = "true";
  if (all.length < 2) return;
  all[0].before(followed);
  const others = all.filter((each) => each !== followed);
  const words = counted(others.length, "In another path", "In {n} other paths");
  const fold = element("details", "tb-fold", element("summary", "", words), ...others);
  followed.after(fold);
}

/** Offer the next step of the path that the reader follows; without one, that of the first stays. @param {HTMLElement} page of a thread */
export function offerStep(page) {
  const last = reader.get("path");
  const steps = findAll(".tb-next__step", page);
  if (steps.some((each) => each.dataset.tbWay === last)) for (const each of steps) each.hidden = each.dataset.tbWay !== last;
}

/** Say what the buttons to go on do. @param {HTMLElement} page of a thread */
export function drawWalk(page) {
  const isDone = Boolean(reader.get(`done:${page.dataset.tbThread}`));
  for (const button of findAll(".tb-membership [data-tb-finish]", page)) {
    button.textContent = isDone ? _("Continue") : _("Mark as done and continue");
  }
  const followed = find("[data-tb-followed]", page);
  const next = /** @type {HTMLAnchorElement | null} */ (followed && find("[data-tb-finish]", followed));
  if (followed) drawBar(page, find(".tb-membership__where", followed)?.textContent ?? "", next, !isDone);
}

/**
 * Draw the bar that phones show at the foot of the screen; an equal one stays.
 * @param {HTMLElement} page @param {string} where @param {HTMLAnchorElement | null} next @param {boolean} finishes whether going on marks the step as done
 */
export function drawBar(page, where, next, finishes) {
  const said = next ? `${where} ${next.href} ${finishes}` : "";
  const bar = find(".tb-stepbar", page);
  if ((bar?.dataset.tbSaid ?? "") === said) return;
  bar?.remove();
  if (!next) return;
  const link = element("a", "tb-button", finishes ? _("Done, next ›") : _("Next ›"));
  link.href = next.href;
  if (finishes) link.dataset.tbFinish = "";
  const drawn = element("nav", "tb-stepbar", element("span", "tb-stepbar__where", where), link);
  drawn.setAttribute("aria-label", _("Learning path"));
  drawn.dataset.tbSaid = said;
  page.append(drawn);
}
