// @ts-check
/** What every page shows of a reader's progress, a thread's buttons, and keys. */

import { announce, element, find, findAll, findAround, isFree, openDialog, textOf } from "../dom.js";
import { _, counted, day } from "../words.js";
import { countDone, describe, drawRing, markOf, reader, split } from "./progress.js";

const READ_AFTER = 3000; // milliseconds for which a thread must be looked at

const MARKS = { seen: _("Read"), done: _("Done"), changed: _("Changed since you read it"), kept: _("Bookmarked") };

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
  const words = done === needed.length ? _("Finished") : describe(done, needed.length);
  if (done) card.append(element("p", "tb-card__progress", drawRing(done / needed.length), words));
}

/** Show a message at the foot of the page until it is closed. @param {string} words */
function tell(words) {
  const box = element("div", "tb tb-said", words);
  box.setAttribute("role", "status");
  const close = element("button", "tb-said__close", _("Close"));
  close.addEventListener("click", () => box.parentElement?.remove());
  box.append(close);
  document.body.append(element("div", "md-typeset", box));
}

/** Each is shown once while the page lives. @type {Record<import("../../types").Problem, string>} */
const PROBLEMS = {
  forbidden: _("This browser does not let the site keep anything. Your progress lasts until you close the page."),
  full: _("This browser's storage is full. What you do now lasts until you close the page."),
  newer: _("Your progress was kept by a newer version of this site. It is left alone, and what you do now lasts until you close the page."),
  damaged: _("What this browser kept of your progress could not be read. It was set aside, and you begin anew."),
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

/** Show the path that the reader follows first, and fold the others. @param {HTMLElement} page */
function foldPaths(page) {
  const all = findAll(".tb-membership", page);
  const last = reader.get("path");
  const followed = all.find((each) => each.dataset.tbPath === last);
  if (!followed || all.length < 2) return;
  all[0].before(followed);
  const others = all.filter((each) => each !== followed);
  const words = counted(others.length, "In another path", "In {n} other paths");
  const fold = element("details", "tb-fold", element("summary", "", words), ...others);
  followed.after(fold);
}

/** @param {HTMLElement} page */
function startThread(page) {
  const id = page.dataset.tbThread;
  foldPaths(page);
  if (markOf(id, page.dataset.tbPrint) === "changed") {
    const date = day(reader.at(`seen:${id}`) || reader.at(`done:${id}`));
    find(".tb-thread__head", page)?.after(element("p", "tb-notice tb-changed", _("This thread changed since you read it on {date}.", { date })));
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
}

/** @param {string} kind `done` or `kept` */
function toggle(kind) {
  const page = findThread();
  if (!page) return;
  const name = `${kind}:${page.dataset.tbThread}`;
  reader.set(name, reader.get(name) ? null : collectFacts(page));
  const on = { done: _("Marked as done."), kept: _("Bookmarked.") };
  const off = { done: _("No longer marked as done."), kept: _("Bookmark removed.") };
  announce((reader.get(name) ? on : off)[/** @type {"done" | "kept"} */ (kind)]);
}

document.addEventListener("click", (event) => {
  const button = findAround(event, "[data-tb-toggle]");
  if (button) toggle(button.dataset.tbToggle ?? "");
  // Whoever opens a step from a path follows that path.
  const from = findAround(event, "a") && findAround(event, ".tb-path, .tb-membership");
  if (from?.dataset.tbPath) reader.set("path", from.dataset.tbPath);
}, { capture: true });

// Keys

const KEYS = [
  ["n", _("Next step of the path")],
  ["p", _("Previous step of the path")],
  ["m", _("Mark the thread as done, or take that back")],
  ["b", _("Bookmark the thread, or remove the bookmark")],
  ["/", _("Search")],
  ["?", _("This help")],
];

document.addEventListener("keydown", (event) => {
  if (!isFree(event) || find("dialog[open], :popover-open")) return;
  const page = findThread();
  if (event.key === "?") help();
  else if (page && (event.key === "n" || event.key === "p")) {
    find(`.tb-membership .tb-way[rel=${event.key === "n" ? "next" : "prev"}]`, page)?.click();
  } else if (page && event.key === "m") toggle("done");
  else if (page && event.key === "b") toggle("kept");
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

function help() {
  const rows = KEYS.flatMap(([key, words]) => [element("dt", "", element("kbd", "", key)), element("dd", "", words)]);
  const close = element("button", "tb-button", _("Close"));
  const focused = /** @type {HTMLElement} */ (document.activeElement ?? document.body);
  const box = openDialog(_("Keys"), focused, element("dl", "tb-keys", ...rows), close);
  close.addEventListener("click", () => box.close());
}

// Every page

/** Draw what changed. */
function draw() {
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
  for (const [name, load] of Object.entries({ path: () => import("./path.js"), library: () => import("./library.js") })) {
    const found = find(`[data-tb-page=${name}]`);
    if (found && !found.dataset.tbRead) {
      found.dataset.tbRead = "true";
      (await load()).start(found);
    }
  }
}
