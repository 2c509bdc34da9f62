// @ts-check
/** A path's page: progress, the next step, checks, and a record of what was done when. */

import { announce, element, find, findAll, need, textOf } from "../dom.js";
import { _, counted, day, parts } from "../words.js";
import { CheckForm } from "./check.js";
import { countDone, describe, drawRing, entryOf, isDone, markOf, reader, split } from "./progress.js";
import { drawBar } from "./walk.js";

/** Say which step a button is for, to screen readers only. @param {string} title */
function nameStep(title) {
  return element("span", "tb-hidden", _(": {title}", { title }));
}

/** @param {HTMLElement} page */
export function start(page) {
  const shown = new PathPage(page);
  shown.draw();
  shown.drawBar();
  // The library knows which check is next, but not its place: here it gets the address that the walk has.
  const asked = shown.steps.find((step) => location.hash === `#${step.dataset.tbStep}`);
  if (asked) location.replace(`#${asked.id}`);
  reader.addEventListener("change", () => page.isConnected && shown.draw());
  addEventListener("hashchange", () => page.isConnected && shown.drawBar());
}

class PathPage {
  /** @param {HTMLElement} page */
  constructor(page) {
    this.page = page;
    this.needed = split(page.dataset.tbNeeded);
    this.steps = findAll("[data-tb-step]", page);
    this.box = need(".tb-progress", page);
    for (const step of this.steps) {
      if (step.classList.contains("tb-step--check")) this.#addForm(step);
      else if (find("h3 a", step)) this.#addButton(step);
    }
  }

  /** @param {HTMLElement} step */
  #addForm(step) {
    const name = entryOf(step.dataset.tbStep ?? "");
    const judged = (/** @type {number[]} */ chosen, /** @type {boolean} */ right) => {
      // What is in a box stays there: it is asked again on its day, and not sooner.
      if (right && reader.get(name)?.right) return;
      const passed = { box: 0, print: step.dataset.tbPrint, path: this.page.dataset.tbPath };
      reader.set(name, right ? { chosen, right, ...passed } : { chosen, right });
    };
    new CheckForm(step, judged, reader.get(name)?.chosen ?? []);
  }

  /** On a phone, a check that was opened as a step has the bar of a step. */
  drawBar() {
    const step = this.steps.find((each) => each.classList.contains("tb-step--check") && location.hash === `#${each.id}`);
    const next = step && find(".tb-check__ways [rel=next]", step);
    drawBar(this.page, step?.dataset.tbWhere ?? "", /** @type {HTMLAnchorElement | null} */ (next ?? null), false);
  }

  /** @param {HTMLElement} step */
  #addButton(step) {
    const title = textOf("h3", step);
    const button = element("button", "tb-toggle", _("Mark as done"), nameStep(title));
    button.addEventListener("click", () => {
      const name = `done:${step.dataset.tbStep}`;
      reader.set(name, reader.get(name) ? null : { title, print: step.dataset.tbPrint, in: split(step.dataset.tbTopics) });
      announce(this.describe());
    });
    step.append(element("p", "tb-step__tools", button));
  }

  draw() {
    for (const step of this.steps) {
      const key = step.dataset.tbStep ?? "";
      const done = isDone(key);
      step.classList.toggle("tb-step--done", done);
      find(".tb-toggle", step)?.setAttribute("aria-pressed", `${done}`);
      find(".tb-step__changed", step)?.remove();
      if (markOf(key, step.dataset.tbPrint) === "changed") {
        step.append(element("p", "tb-step__changed", _("Updated since you read it.")));
      }
    }
    const done = countDone(this.needed);
    const all = this.needed.length;
    const optional = this.steps.length - all;
    const next = this.steps.find((step) => this.needed.includes(step.dataset.tbStep ?? "") && !isDone(step.dataset.tbStep ?? ""));
    const words = element("strong", "", this.describe());
    const more = counted(optional, "{progress}, plus {n} optional", "{progress}, plus {n} optional");
    const sentence = optional && done < all ? parts(more, { progress: words }) : [words];
    const ways = element("p", "tb-progress__ways");
    if (next) {
      const link = element("a", "tb-button", done ? _("Continue") : _("Start"));
      const title = /** @type {HTMLAnchorElement | null} */ (find("h3 a", next));
      link.href = title?.href ?? `#${next.id}`;
      link.append(nameStep(textOf("h3", next)));
      ways.append(link);
    }
    const onward = /** @type {HTMLAnchorElement | null} */ (next ? null : find(".tb-onward a", this.page));
    if (onward && done) {
      const link = element("a", "tb-button", _("Next path: {title}", { title: onward.textContent ?? "" }));
      link.href = onward.href;
      ways.append(link);
    }
    if (done) {
      const again = element("button", "tb-button tb-button--quiet", _("Start again"));
      again.addEventListener("click", () => this.#restart());
      ways.append(again);
    }
    const hadFocus = this.box.contains(document.activeElement);
    this.box.replaceChildren(drawRing(all ? done / all : 0), element("p", "tb-progress__words", ...sentence), ways);
    if (hadFocus) find("a, button", ways)?.focus();
    this.#drawRecord(done === all && all > 0);
  }

  describe() {
    const done = countDone(this.needed);
    const all = this.needed.length;
    return done === all && all ? _("You've finished this path.") : describe(done, all);
  }

  #restart() {
    /** @type {import("../../types").Entries} */
    const entries = {};
    for (const step of this.steps) {
      const name = entryOf(step.dataset.tbStep ?? "");
      if (reader.get(name)) entries[name] = [Math.max(Date.now(), reader.at(name) + 1), null];
    }
    reader.add(entries);
    announce(_("Path restarted."));
  }

  /** Show what was done and when. It says that it is no certificate. @param {boolean} isFinished */
  #drawRecord(isFinished) {
    let section = find(".tb-record", this.page);
    if (!isFinished) return section?.remove();
    if (!section) {
      section = element("section", "tb-record");
      section.setAttribute("aria-labelledby", "tb_record");
      this.page.append(section);
    }
    const rows = this.steps.map((step) => {
      const key = step.dataset.tbStep ?? "";
      const isCheck = key.startsWith("check.");
      const name = entryOf(key);
      const at = isDone(key) ? day(reader.at(name)) : _("not done");
      const title = textOf(isCheck ? ".tb-check__question" : "h3", step);
      const result = !isDone(key) ? "" : isCheck ? _("answered correctly") : _("read");
      return element("tr", "", element("th", "", title), element("td", "", result), element("td", "", at));
    });
    const print = element("button", "tb-button tb-button--quiet", _("Print this page"));
    print.addEventListener("click", () => window.print());
    const heading = element("h2", "", _("What you did"));
    heading.id = "tb_record";
    const path = this.page.dataset.tbTitle ?? "";
    section.replaceChildren(
      heading,
      element("p", "", _("You have completed every required step of “{path}”. This is your own record, kept in this browser. Nobody has checked it, and it is not a certificate.", { path })),
      element("div", "tb-record__table", element("table", "tb-record__rows", element("tbody", "", ...rows))),
      print,
    );
  }
}
