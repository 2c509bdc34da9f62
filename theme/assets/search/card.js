// @ts-check
/** The first result of a question that is answered: the short answer, and the sentence of the answer that fits. */

import { ROOT, element } from "../dom.js";
import { _, parts } from "../words.js";
import { makeFragment } from "./fragments.js";
import { addressOf, mark } from "./results.js";
import { listSentences, rankSentences, saysSame } from "./sentences.js";

/** @import { Answer, Shown } from "../../types" */
/** @import { Meaning } from "./meaning.js" */

/** Whether this browser finds texts in pages; others would not even find the anchor. */
const CAN_FIND = "fragmentDirective" in document;

export class AnswerCard {
  /**
   * @param {Shown} shown @param {Answer} answer
   * @param {number[] | null} [cosines] of the sentences with the question, if they are known
   */
  constructor(shown, answer, cosines = null) {
    this.shown = shown;
    this.answer = answer;
    this.sentences = listSentences(shown.answer ?? "", answer.words, answer.match, document.documentElement.lang);
    this.chosen = rankSentences(this.sentences, cosines, answer.choosing)[0];
    this.isAlone = !shown.summary || (this.text !== "" && saysSame(shown.summary, this.text));
  }

  /** Make the card of the first result, if it is one that answers. @param {Shown} shown @param {Answer} answer @param {number[] | null} [cosines] */
  static of(shown, answer, cosines) {
    const card = answer.isAnswered && shown.kind === "thread" && shown.post ? new AnswerCard(shown, answer, cosines) : null;
    return card && (card.text || shown.summary) ? card : null;
  }

  get text() {
    return this.sentences[this.chosen]?.text ?? "";
  }

  /** Return the address of the sentence in its place. */
  get address() {
    const url = new URL(addressOf(this.shown));
    if (url.href === ROOT.href || !this.text) return url.href;
    const anchor = this.shown.post ?? "";
    url.hash = CAN_FIND ? makeFragment(this.text, anchor) : anchor;
    return url.href;
  }

  /** Make what is below the title. The sentence is a link, unless the card is in one. @param {boolean} [isInLink] */
  draw(isInLink = false) {
    const short = element("p", "tb-answer__short", ...mark(this.shown.summary ?? "", this.answer.match));
    if (!this.text) return [short];
    this.place = element(isInLink ? "span" : "a");
    this.said = element("p", "tb-answer__said", ...parts(_("From the answer: {sentence}"), { sentence: this.place }));
    this.said.classList.toggle("tb-answer__said--alone", this.isAlone);
    this.#write();
    return this.isAlone ? [this.said] : [short, this.said];
  }

  #write() {
    this.place?.replaceChildren(...mark(this.text, this.answer.match));
    // With a target, instant navigation leaves it alone: a page that is loaded as a whole looks for the text.
    if (this.place instanceof HTMLAnchorElement) Object.assign(this.place, { href: this.address, target: "_self" });
  }

  /** Ask how near the sentences are to the question. @param {Meaning} meaning */
  compare(meaning) {
    const texts = this.sentences.map(({ text }) => text);
    return texts.length > 1 ? meaning.compare(this.answer.said, this.answer.corrected, texts) : Promise.resolve(null);
  }

  /** Take the sentence that means most, of those for which there is room: nothing else moves. @param {number[]} cosines */
  improve(cosines) {
    const [{ said, chosen }, summary] = [this, this.shown.summary];
    if (!said || (summary && this.isAlone)) return;
    const room = said.getBoundingClientRect().height;
    for (const at of rankSentences(this.sentences, cosines, this.answer.choosing)) {
      this.chosen = at;
      if (at === chosen) break;
      if (summary && saysSame(summary, this.text)) continue;
      this.#write();
      if (said.getBoundingClientRect().height <= room) return;
    }
    this.chosen = chosen;
    this.#write();
  }
}
