// @ts-check
/** What every page shows of a reader's progress, a thread's buttons, and keys. */

import { element, find, findAll, findAround, isFree, openDialog, shortcuts, textOf, toast } from "../dom.js";
import { _, counted, day } from "../words.js";
import { countDone, describe, drawRing, markOf, reader, split } from "./progress.js";
import { drawWalk, followPath, offerStep } from "./walk.js";

const READ_AFTER = 3000; // milliseconds for which a thread must be looked at

const MARKS = { seen: _("Read"), done: _("Done"), changed: _("Updated since you read it"), kept: _("Bookmarked") };

/** Mark threads, paths and stages. An equal mark stays: the observer would start over with each change. @param {ParentNode} root */
export function mark(root) {
  for (const item of findAll("li[data-tb-thread]", root)) {
    const { tbThread: id, tbPrint: print } = item.dataset;
    const marks = `${markOf(id, print)} ${reader.get(`kept:${id}`) ? "kept" : ""}`.trim();
    if ((item.dataset.tbMark ?? "") === marks) continue;
    item.dataset.tbMark = marks;
    find(".tb-marks", item)?.remove();
    const words = split(marks).map((name) => {
      const text = MARKS[/** @type {keyof typeof MARKS} */ (name)];
      return element("span", `tb-mark tb-mark--${name}`, text);
    });
    if (marks) find(".tb-item__facts, .tb-result__facts", item)?.append(element("span", "tb-marks", ...words));
  }
  findAll("li.tb-card[data-tb-path]", root).forEach(drawProgress);
  markStages(root);
}

/** Show in the life-cycle how many threads of each stage were read. @param {ParentNode} root */
function markStages(root) {
  const stages = findAll(".tb-stage[data-tb-stage]", root);
  const read = stages.length ? [...reader.all("done:"), ...reader.all("seen:")] : [];
  const topics = new Map(read.map(([name, [, value]]) => [name.slice(5), value.in ?? []]));
  for (const stage of stages) {
    const { tbStage: id = "", tbCount: all } = stage.dataset;
    const count = Math.min([...topics.values()].filter((each) => each.includes(id)).length, Number(all));
    const words = count ? counted(count, "{n} read", "{n} read") : "";
    const place = find(".tb-stage__read", stage);
    if ((place?.textContent ?? "") === words) continue;
    place?.remove();
    if (words) find(".tb-stage__count", stage)?.append(element("span", "tb-stage__read", words));
  }
}

/** @param {HTMLElement} card */
function drawProgress(card) {
  const needed = split(card.dataset.tbNeeded);
  const done = countDone(needed);
  if ((card.dataset.tbDone ?? "0") === `${done}`) return;
  card.dataset.tbDone = `${done}`;
  find(".tb-card__progress", card)?.remove();
  card.classList.toggle("tb-card--finished", done === needed.length);
  const words = done === needed.length ? _("Finished") : describe(done, needed.length);
  if (done) card.append(element("p", "tb-card__progress", drawRing(done / needed.length), words));
}

const said = element("div", "tb tb-said");
said.setAttribute("role", "status");

/** Show a message at the foot of the page, below others that are there. @param {string} words @returns what closes it, as its button does */
export function tell(words) {
  if (!said.isConnected) document.body.append(element("div", "md-typeset", said));
  const button = element("button", "tb-said__close", _("Close"));
  const message = element("p", "tb-said__words", words, button);
  said.append(message);
  const close = () => {
    message.remove();
    if (!said.children.length) said.parentElement?.remove();
  };
  button.addEventListener("click", close);
  return close;
}

/** Each is shown once while the page lives. @type {Record<import("../../types").Problem, string>} */
const PROBLEMS = {
  forbidden: _("This browser doesn't let the site save anything, so your progress will be lost when you close the page."),
  full: _("This browser's storage is full. What you do now will be lost when you close the page."),
  newer: _("Your progress was saved by a newer version of this site. It has been left alone, and what you do now will be lost when you close the page."),
  damaged: _("Your saved progress could not be read. It has been set aside, and you start from the beginning."),
};

const told = new Set();

function tellProblem() {
  if (!reader.problem || told.has(reader.problem)) return;
  told.add(reader.problem);
  tell(PROBLEMS[reader.problem]);
}

// A thread's page

/** Find the thread's page that is shown, if one is. */
function findThread() {
  return find(".tb-thread[data-tb-thread]");
}

/** @param {HTMLElement} page */
function collectFacts(page) {
  const title = textOf("h1", page).slice(0, 500);
  const { tbPrint: print, tbTopics: topics } = page.dataset;
  return { title, print, in: split(topics) };
}

/** @param {HTMLElement} page */
function startThread(page) {
  const id = page.dataset.tbThread;
  followPath(page);
  offerStep(page);
  if (markOf(id, page.dataset.tbPrint) === "changed") {
    const date = day(reader.at(`seen:${id}`) || reader.at(`done:${id}`));
    find(".tb-thread__head", page)?.after(element("p", "tb-notice tb-changed", _("Updated since you read it on {date}.", { date })));
  }
  const seen = () => {
    if (!page.isConnected) return;
    if (document.hidden) document.addEventListener("visibilitychange", () => setTimeout(seen, READ_AFTER), { once: true });
    else reader.set(`seen:${id}`, collectFacts(page));
  };
  setTimeout(seen, READ_AFTER);
}

/** @param {HTMLElement} page */
function drawThread(page) {
  for (const button of findAll("[data-tb-toggle]", page)) {
    const kind = button.dataset.tbToggle;
    const isOn = Boolean(reader.get(`${kind}:${page.dataset.tbThread}`));
    button.setAttribute("aria-pressed", `${isOn}`);
  }
  drawWalk(page);
}

/** @param {string} kind `done` or `kept` */
function toggle(kind) {
  const page = findThread();
  if (!page) return;
  const name = `${kind}:${page.dataset.tbThread}`;
  reader.set(name, reader.get(name) ? null : collectFacts(page));
  const on = { done: _("Marked as done."), kept: _("Saved to your library.") };
  const off = { done: _("No longer marked as done."), kept: _("Removed from your library.") };
  toast((reader.get(name) ? on : off)[/** @type {"done" | "kept"} */ (kind)]);
}

document.addEventListener("click", (event) => {
  const button = findAround(event, "[data-tb-toggle]");
  if (button) toggle(button.dataset.tbToggle ?? "");
  if (findAround(event, "[data-tb-action=keys]")) help();
  const thread = findAround(event, "[data-tb-finish]") && findThread();
  if (thread && !reader.get(`done:${thread.dataset.tbThread}`)) toggle("done");
  // Whoever opens a step from a path follows that path.
  const from = findAround(event, "a") && findAround(event, ".tb-path, .tb-membership, .tb-next__step");
  const path = from?.dataset.tbPath ?? from?.dataset.tbWay;
  if (path && !findAround(event, ".tb-onward")) reader.set("path", path);
}, { capture: true });

// Keys

const KEEPS = "[data-tb-toggle=kept]"; // a site without a library has no such button

const KEYS = [
  ["n", _("Next step")],
  ["p", _("Previous step")],
  ["m", _("Mark as done, or undo")],
  ["b", _("Add or remove a bookmark")],
  ["/", _("Search")],
  ["?", _("Show this help")],
];

document.addEventListener("keydown", (event) => {
  if (!isFree(event) || find("dialog[open], :popover-open")) return;
  const page = findThread();
  if (event.key === "?") help();
  else if (event.key === "n" || event.key === "p") {
    const ways = `.tb-way[rel=${event.key === "n" ? "next" : "prev"}]`;
    // Not `:target`: the theme writes the address again while a page loads, and a browser forgets its target.
    const step = findAll(".tb-step").find((each) => location.hash === `#${each.id}`);
    const way = step ? find(ways, step) : find(`.tb-membership ${ways}`);
    if (!way) return;
    way.click();
  } else if (page && event.key === "m") toggle("done");
  else if (page && event.key === "b" && find(KEEPS, page)) toggle("kept");
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

function help() {
  const keys = KEYS.filter(([key]) => key !== "b" || find(KEEPS));
  const rows = keys.flatMap(([key, words]) => [element("dt", "", element("kbd", "", key)), element("dd", "", words)]);
  const input = element("input");
  Object.assign(input, { type: "checkbox", checked: !shortcuts.areOff });
  input.addEventListener("change", () => reader.set("keys", input.checked ? null : "off"));
  const choice = element("p", "", element("label", "tb-keys__choice", input, " ", _("Use these keys")));
  const note = element("p", "tb-small", _("Ctrl K or ⌘ K always opens search."));
  const close = element("button", "tb-button", _("Close"));
  const focused = /** @type {HTMLElement} */ (document.activeElement ?? document.body);
  const box = openDialog(_("Keyboard shortcuts"), focused, element("dl", "tb-keys", ...rows), choice, note, close);
  close.addEventListener("click", () => box.close());
}

// Every page

/** Draw what changed. */
function draw() {
  shortcuts.areOff = reader.get("keys") === "off";
  const wasHere = [...reader.all("seen:"), ...reader.all("done:")].length > 0;
  document.documentElement.classList.toggle("tb-was-here", wasHere); // as `early.js` does where a page is loaded
  mark(document);
  const page = findThread();
  if (page) drawThread(page);
  tellProblem();
}

reader.addEventListener("change", draw);

/** Start what the page that is shown needs; called again for every change of the page. */
export async function start() {
  const page = findThread();
  if (page && !page.dataset.tbRead) {
    page.dataset.tbRead = "true";
    startThread(page);
  }
  draw();
  for (const [name, load] of Object.entries({ home: () => import("./home.js"), path: () => import("./path.js"), library: () => import("./library.js") })) {
    const found = find(`[data-tb-page=${name}]`);
    if (found && !found.dataset.tbRead) {
      found.dataset.tbRead = "true";
      (await load()).start(found);
    }
  }
}
