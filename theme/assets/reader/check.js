// @ts-check
/** A check as a form, on a path's page and where it is asked again. */

import { element, find, findAll, textOf } from "../dom.js";
import { _, parts } from "../words.js";

/** @typedef {(chosen: number[], right: boolean) => void} Judge */

/** A check as a form, made of the list and the answers that the page has without scripts. */
export class CheckForm {
  /** @param {HTMLElement} step @param {Judge} judged is told what was chosen @param {number[]} chosen before */
  constructor(step, judged, chosen) {
    this.step = step;
    this.judged = judged;
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
    if (this.several) legend.append(element("span", "tb-small", " ", _("(choose all that apply)")));
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
    this.judged(chosen, right);
  }

  /** @param {number[]} chosen */
  show(chosen) {
    const right = this.answers.every((answer, at) => answer.right === chosen.includes(at));
    const words = chosen.map((at) => {
      const answer = this.answers[at];
      if (!answer) return "";
      const result = element("strong", "", answer.right ? _("✓ Right") : _("✗ Not quite"));
      const text = chosen.length > 1 ? _("{result}: {answer} {why}") : _("{result}. {why}");
      return element("p", answer.right ? "tb-check__right" : "tb-check__wrong", ...parts(text, { result, answer: answer.text, why: answer.why }));
    });
    if (!right && this.several && chosen.every((at) => this.answers[at]?.right)) words.push(element("p", "", _("That is not all: choose one more.")));
    if (!right) words.push(element("p", "tb-small", _("Try again, or continue.")));
    this.result.replaceChildren(...words, ...(this.source ? [this.source] : []));
  }

  clear() {
    this.result.replaceChildren();
  }
}
