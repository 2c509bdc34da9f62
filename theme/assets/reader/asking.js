// @ts-check
/** The library's questions: checks that were passed, asked again on their day. */

import { ROOT, element, find, findAll } from "../dom.js";
import { _, counted, day } from "../words.js";
import { CheckForm } from "./check.js";
import { loadPath } from "./load.js";
import { reader } from "./progress.js";
import { dueAt, moveOn } from "./recall.js";

const MOST = 5; // checks at once: a minute or two

/** @typedef {import("./recall.js").Passed} Passed */
/** @typedef {{ name: string, due: number, value: Passed }} Asked */

/** Find the checks that will be asked again, the one that is due first at the beginning. @returns {Asked[]} */
function findAsked() {
  return reader
    .all("check:")
    .map(([name, [at, value]]) => ({ name, value, due: dueAt(at, value) }))
    .filter(({ due }) => due < Infinity)
    .sort((one, other) => one.due - other.due);
}

/** Names what may be asked: other entries than the reader's own answers put in or take out. */
function nameAsked() {
  const passed = reader.all("check:").filter(([, [, value]]) => value.right);
  return passed.map(([name]) => name).sort().join(" ");
}

/** Ask what is due, and anew once something was deleted, or came from another tab. @param {HTMLElement} place */
export function startRecall(place) {
  let drawn = nameAsked();
  reader.addEventListener("change", () => {
    if (!place.isConnected || nameAsked() === drawn) return;
    drawn = nameAsked();
    void drawRecall(place);
  });
  void drawRecall(place);
}

let turns = 0;

/** Ask what is due, or say when that will be. @param {HTMLElement} place */
export async function drawRecall(place) {
  const turn = ++turns;
  const all = findAsked();
  const due = all.filter((each) => each.due <= Date.now());
  const forms = [];
  for (const each of due) if (forms.length < MOST) forms.push(...(await ask(each)));
  if (turn !== turns) return; // what it found is out of date
  const waiting = all.find((each) => each.due > Date.now());
  const words = forms.length
    ? counted(forms.length, "{n} question to see what you still remember.", "{n} questions to see what you still remember.")
    : waiting
      ? _("Nothing to answer today. The next question comes up on {date}.", { date: day(waiting.due) })
      : _("Questions that you answer correctly on a learning path come up again here after 1, 3, 7 and 21 days.");
  place.replaceChildren(element("p", forms.length ? "" : "tb-empty", words), element("ul", "tb-recall", ...forms));
}

/**
 * Make the form of a check as its path has it today. Once the thread that explains it has changed, it is
 * no longer asked: what was learnt may not hold.
 * @param {Asked} asked @returns {Promise<HTMLElement[]>} the form, or nothing
 */
async function ask({ name, value }) {
  const page = await loadPath(value.path ?? "");
  const key = name.slice("check:".length);
  const source = page && findAll("[data-tb-step]", page).find((each) => each.dataset.tbStep === key);
  if (!source || (source.dataset.tbPrint ?? "") !== (value.print ?? "")) return [];
  const item = document.importNode(source, true);
  for (const part of findAll(".tb-check__ways, .tb-facts, .tb-step__title", item)) part.remove();
  for (const link of /** @type {HTMLAnchorElement[]} */ (findAll("a[href]", item))) {
    link.href = new URL(link.getAttribute("href") ?? "", new URL(`paths/${value.path}/`, ROOT)).href;
  }
  item.className = "tb-recall__check";
  item.removeAttribute("id");
  new CheckForm(item, (_chosen, right) => answer(item, name, right), []);
  return [item];
}

/**
 * Keep an answer once; whoever tries again learns, but the box is chosen. Of what was deleted since it was
 * asked nothing is kept, and what another tab has answered meanwhile stays in its box.
 * @param {HTMLElement} item @param {string} name @param {boolean} isRight
 */
function answer(item, name, isRight) {
  const before = reader.get(name);
  if (!before?.right || item.dataset.tbAnswered) return;
  item.dataset.tbAnswered = "true";
  if (dueAt(reader.at(name), before) <= Date.now()) reader.set(name, moveOn(before, isRight));
  const due = dueAt(reader.at(name), reader.get(name));
  const words = due < Infinity ? _("This comes up again on {date}.", { date: day(due) }) : _("You know this one. It won't come up again.");
  find(".tb-check", item)?.append(element("p", "tb-small", words));
}
