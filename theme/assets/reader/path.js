// @ts-check
/** A path's page: progress, the next step, checks, and a record of what was done when. */

import { announce, element, find, findAll, textOf } from "../dom.js";
import { _, counted, day, parts } from "../words.js";
import { countDone, describe, drawRing, entryOf, isDone, markOf, reader, split } from "./progress.js";

/** Say which step a button is for, to screen readers only. @param {string} title */
function nameStep(title) {
  return element("span", "tb-hidden", _(": {title}", { title }));
}

/** @param {HTMLElement} page */
export function start(page) {
  const shown = new PathPage(page);
  shown.draw();
  reader.addEventListener("change", () => page.isConnected && shown.draw());
}

class PathPage {
  /** @param {HTMLElement} page */
  constructor(page) {
    this.page = page;
    this.needed = split(page.dataset.tbNeeded);
    this.steps = findAll("[data-tb-step]", page);
    this.box = /** @type {HTMLElement} */ (find(".tb-progress", page));
    for (const step of this.steps) {
      if (step.classList.contains("tb-step--check")) new CheckForm(step);
      else if (find("h3 a", step)) this.#addButton(step);
    }
  }

  /** @param {HTMLElement} step */
  #addButton(step) {
    const button = element("button", "tb-toggle", _("Done"));
    button.setAttribute("aria-pressed", "false");
    const title = textOf("h3", step);
    button.append(nameStep(title));
    button.addEventListener("click", () => {
      const name = `done:${step.dataset.tbStep}`;
      reader.set(name, reader.get(name) ? null : { title, print: step.dataset.tbPrint });
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
        step.append(element("p", "tb-step__changed", _("This thread changed since you read it.")));
      }
    }
    const done = countDone(this.needed);
    const all = this.needed.length;
    const optional = this.steps.length - all;
    const next = this.steps.find((step) => this.needed.includes(step.dataset.tbStep ?? "") && !isDone(step.dataset.tbStep ?? ""));
    const words = element("strong", "", this.describe());
    const more = counted(optional, "{progress}, {n} more optional", "{progress}, {n} more optional");
    const sentence = optional && done < all ? parts(more, { progress: words }) : [words];
    const ways = element("p", "tb-progress__ways");
    if (next) {
      const link = element("a", "tb-button", done ? _("Continue") : _("Start"));
      const title = /** @type {HTMLAnchorElement | null} */ (find("h3 a", next));
      link.href = title?.href ?? `#${next.id}`;
      link.append(nameStep(textOf("h3", next)));
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
    return done === all && all ? _("You finished this path.") : describe(done, all);
  }

  #restart() {
    /** @type {import("../../types").Entries} */
    const entries = {};
    for (const step of this.steps) {
      const name = entryOf(step.dataset.tbStep ?? "");
      if (reader.get(name)) entries[name] = [Math.max(Date.now(), reader.at(name) + 1), null];
    }
    reader.add(entries);
    announce(_("You begin this path anew."));
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
      const at = reader.get(name) ? day(reader.at(name)) : _("not done");
      const title = textOf(isCheck ? ".tb-check__question" : "h3", step);
      const result = !reader.get(name) ? "" : !isCheck ? _("read") : reader.get(name).right ? _("answered rightly") : _("answered");
      return element("tr", "", element("th", "", title), element("td", "", result), element("td", "", at));
    });
    const print = element("button", "tb-button tb-button--quiet", _("Print this page"));
    print.addEventListener("click", () => window.print());
    const heading = element("h2", "", _("What you did"));
    heading.id = "tb_record";
    const path = this.page.dataset.tbTitle ?? "";
    section.replaceChildren(
      heading,
      element("p", "", _("You went through every step of “{path}” that is not optional. This is your own note, kept in this browser; nobody checked it, and it certifies nothing.", { path })),
      element("div", "tb-record__table", element("table", "", element("tbody", "", ...rows))),
      print,
    );
  }
}

/** A check as a form, made of the list and the answers that the page has without scripts. */
class CheckForm {
  /** @param {HTMLElement} step */
  constructor(step) {
    this.step = step;
    this.key = step.dataset.tbStep ?? "";
    this.answers = findAll(".tb-answer li", step).map((item) => ({
      text: textOf(".tb-answer__text", item),
      why: textOf(".tb-answer__why", item),
      right: item.dataset.tbRight === "yes",
    }));
    const details = find(".tb-answer", step);
    const question = find(".tb-check__question", step);
    this.source = find(".tb-answer > p", step);
    this.several = this.answers.filter((answer) => answer.right).length > 1;
    this.result = element("div", "tb-check__result");
    this.result.setAttribute("role", "status");
    this.inputs = this.answers.map((_, at) => {
      const input = element("input");
      Object.assign(input, { type: this.several ? "checkbox" : "radio", name: this.key, value: `${at}` });
      return input;
    });
    const legend = element("legend", "tb-check__question", question?.textContent ?? "");
    if (this.several) legend.append(element("span", "tb-small", " ", _("(more than one is right)")));
    const labels = this.inputs.map((input, at) => element("label", "tb-check__choice", input, element("span", "", this.answers[at].text)));
    const button = element("button", "tb-button", _("Check"));
    this.form = element("form", "tb-check", element("fieldset", "", legend, ...labels), element("p", "tb-check__tools", button), this.result);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.judge();
    });
    this.form.addEventListener("change", () => this.clear());
    question?.remove();
    find(".tb-choices", step)?.remove();
    details?.replaceWith(this.form);
    const chosen = reader.get(`check:${this.key}`)?.chosen ?? [];
    if (chosen.length) {
      for (const at of chosen) if (this.inputs[at]) this.inputs[at].checked = true;
      this.show(chosen);
    }
  }

  judge() {
    const chosen = this.inputs.flatMap((input, at) => (input.checked ? [at] : []));
    if (!chosen.length) {
      this.result.replaceChildren(element("p", "", _("Choose an answer first.")));
      return;
    }
    const right = this.answers.every((answer, at) => answer.right === chosen.includes(at));
    this.show(chosen);
    reader.set(`check:${this.key}`, { chosen, right });
  }

  /** @param {number[]} chosen */
  show(chosen) {
    const right = this.answers.every((answer, at) => answer.right === chosen.includes(at));
    const words = chosen.map((at) => {
      const answer = this.answers[at];
      if (!answer) return "";
      const result = element("strong", "", answer.right ? _("✓ Right") : _("✗ Not this one"));
      const text = chosen.length > 1 ? _("{result}: {answer} {why}") : _("{result}. {why}");
      return element("p", answer.right ? "tb-check__right" : "tb-check__wrong", ...parts(text, { result, answer: answer.text, why: answer.why }));
    });
    if (!right && this.several && chosen.every((at) => this.answers[at]?.right)) words.push(element("p", "", _("Something is missing: choose one more.")));
    if (!right) words.push(element("p", "tb-small", _("Choose again if you like; you can go on in any case.")));
    this.result.replaceChildren(...words, ...(this.source ? [this.source] : []));
  }

  clear() {
    this.result.replaceChildren();
  }
}
