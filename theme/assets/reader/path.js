// @ts-check
/** A path's page: progress, where to go on, checks, and what was done when. */

import { element } from "../search/dom.js";
import { _, counted, day, parts } from "../words.js";
import { announce, doneOf, isDone, markOf, reader, ring, stepsDone } from "./reader.js";

/** What a button is for, where only the ear needs it said. @param {string} title */
function of(title) {
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
    this.needed = (page.dataset.tbNeeded ?? "").split(" ").filter(Boolean);
    this.steps = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-tb-step]")]);
    this.box = /** @type {HTMLElement} */ (page.querySelector(".tb-progress"));
    for (const step of this.steps) {
      if (step.classList.contains("tb-step--check")) new CheckForm(step);
      else if (step.querySelector("h3 a")) this.#button(step);
    }
  }

  /** @param {HTMLElement} step */
  #button(step) {
    const button = element("button", "tb-toggle", _("Done"));
    button.setAttribute("aria-pressed", "false");
    const title = step.querySelector("h3")?.textContent ?? "";
    button.append(of(title));
    button.addEventListener("click", () => {
      const name = `done:${step.dataset.tbStep}`;
      reader.set(name, reader.get(name) ? null : { title, print: step.dataset.tbPrint });
      announce(this.words());
    });
    step.append(element("p", "tb-step__tools", button));
  }

  draw() {
    for (const step of this.steps) {
      const key = step.dataset.tbStep ?? "";
      const done = isDone(key);
      step.classList.toggle("tb-step--done", done);
      step.querySelector(".tb-toggle")?.setAttribute("aria-pressed", `${done}`);
      step.querySelector(".tb-step__changed")?.remove();
      if (markOf(key, step.dataset.tbPrint) === "changed") {
        step.append(element("p", "tb-step__changed", _("This thread changed since you read it.")));
      }
    }
    const done = doneOf(this.needed);
    const all = this.needed.length;
    const optional = this.steps.length - all;
    const next = this.steps.find((step) => this.needed.includes(step.dataset.tbStep ?? "") && !isDone(step.dataset.tbStep ?? ""));
    const words = element("strong", "", this.words());
    const more = counted(optional, "{progress}, {n} more optional", "{progress}, {n} more optional");
    const said = optional && done < all ? parts(more, { progress: words }) : [words];
    const ways = element("p", "tb-progress__ways");
    if (next) {
      const link = /** @type {HTMLAnchorElement} */ (element("a", "tb-button", done ? _("Continue") : _("Start")));
      const title = next.querySelector("h3 a");
      link.href = title instanceof HTMLAnchorElement ? title.href : `#${next.id}`;
      link.append(of(next.querySelector("h3")?.textContent ?? ""));
      ways.append(link);
    }
    if (done) {
      const again = element("button", "tb-button tb-button--quiet", _("Start again"));
      again.addEventListener("click", () => this.#again());
      ways.append(again);
    }
    const hadFocus = this.box.contains(document.activeElement);
    this.box.replaceChildren(ring(all ? done / all : 0), element("p", "tb-progress__words", ...said), ways);
    if (hadFocus) /** @type {HTMLElement | null} */ (ways.querySelector("a, button"))?.focus();
    this.#record(done === all && all > 0);
  }

  /** How far the reader is. */
  words() {
    const done = doneOf(this.needed);
    const all = this.needed.length;
    return done === all && all ? _("You finished this path.") : stepsDone(done, all);
  }

  #again() {
    /** @type {import("./state.js").Entries} */
    const entries = {};
    for (const step of this.steps) {
      const key = step.dataset.tbStep ?? "";
      const name = key.startsWith("check.") ? `check:${key}` : `done:${key}`;
      if (reader.get(name)) entries[name] = [Math.max(Date.now(), reader.at(name) + 1), null];
    }
    reader.add(entries);
    announce(_("You begin this path anew."));
  }

  /** Show what was done and when; not a certificate, and it says so. @param {boolean} isFinished */
  #record(isFinished) {
    let section = this.page.querySelector(".tb-record");
    if (!isFinished) return section?.remove();
    if (!section) {
      section = element("section", "tb-record");
      section.setAttribute("aria-labelledby", "tb_record");
      this.page.append(section);
    }
    const rows = this.steps.map((step) => {
      const key = step.dataset.tbStep ?? "";
      const isCheck = key.startsWith("check.");
      const name = isCheck ? `check:${key}` : `done:${key}`;
      const at = reader.get(name) ? day(reader.at(name)) : _("not done");
      const title = isCheck ? step.querySelector(".tb-check__question") : step.querySelector("h3");
      const result = !reader.get(name) ? "" : !isCheck ? _("read") : reader.get(name).right ? _("answered rightly") : _("answered");
      return element("tr", "", element("th", "", title?.textContent ?? ""), element("td", "", result), element("td", "", at));
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

/** A check as a form, made of the list and the answers that stand there without scripts. */
class CheckForm {
  /** @param {HTMLElement} step */
  constructor(step) {
    this.step = step;
    this.key = step.dataset.tbStep ?? "";
    this.answers = [...step.querySelectorAll(".tb-answer li")].map((item) => ({
      text: item.querySelector(".tb-answer__text")?.textContent ?? "",
      why: item.querySelector(".tb-answer__why")?.textContent ?? "",
      right: /** @type {HTMLElement} */ (item).dataset.tbRight === "yes",
    }));
    const details = step.querySelector(".tb-answer");
    const question = step.querySelector(".tb-check__question");
    this.source = details?.querySelector(":scope > p");
    this.several = this.answers.filter((answer) => answer.right).length > 1;
    this.result = element("div", "tb-check__result");
    this.result.setAttribute("role", "status");
    this.inputs = this.answers.map((_, at) => {
      const input = /** @type {HTMLInputElement} */ (element("input"));
      Object.assign(input, { type: this.several ? "checkbox" : "radio", name: this.key, value: `${at}` });
      return input;
    });
    const legend = element("legend", "tb-check__question", question?.textContent ?? "");
    if (this.several) legend.append(element("span", "tb-small", " ", _("(more than one is right)")));
    const labels = this.inputs.map((input, at) => element("label", "tb-check__choice", input, element("span", "", this.answers[at].text)));
    this.button = /** @type {HTMLButtonElement} */ (element("button", "tb-button", _("Check")));
    this.form = element("form", "tb-check", element("fieldset", "", legend, ...labels), element("p", "tb-check__tools", this.button), this.result);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.judge();
    });
    this.form.addEventListener("change", () => this.clear());
    question?.remove();
    step.querySelector(".tb-choices")?.remove();
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
