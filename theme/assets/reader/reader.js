// @ts-check
/** The reader's state on every page: marks in lists, progress of paths, a thread's buttons, keys. */

import { element, isTyping } from "../search/dom.js";
import { _, counted, day, number } from "../words.js";
import { Reader } from "./state.js";

const READ_AFTER = 3000; // milliseconds for which a thread must be looked at
const site = document.querySelector("meta[name=threadbook]")?.getAttribute("content") || location.pathname;

export const reader = new Reader(site, () => localStorage);

addEventListener("storage", (event) => {
  if (event.key === reader.key || event.key === null) reader.heard(event.newValue);
});

/** @param {string | undefined} id @param {string} [print] fingerprint of the thread as it is now */
export function markOf(id, print) {
  const seen = reader.get(`seen:${id}`);
  const done = reader.get(`done:${id}`);
  const latest = [seen, done].filter((each) => each?.print).at(0);
  if (latest && print && latest.print !== print) return "changed";
  return done ? "done" : seen ? "seen" : "";
}

const MARKS = { seen: _("Read"), done: _("Done"), changed: _("Changed since you read it"), kept: _("Bookmarked") };

/** Mark what lists show; what does not change is not touched. @param {ParentNode} root */
export function mark(root) {
  for (const item of root.querySelectorAll("li[data-tb-thread]")) {
    if (!(item instanceof HTMLElement)) continue;
    const { tbThread: id, tbPrint: print } = item.dataset;
    const said = `${markOf(id, print)} ${reader.get(`kept:${id}`) ? "kept" : ""}`.trim();
    if ((item.dataset.tbMark ?? "") === said) continue;
    item.dataset.tbMark = said;
    item.querySelector(".tb-marks")?.remove();
    const words = said.split(" ").map((name) => {
      const text = MARKS[/** @type {keyof typeof MARKS} */ (name)];
      return element("span", `tb-mark tb-mark--${name}`, text);
    });
    if (said) item.querySelector(".tb-item__facts, .tb-result__facts")?.append(element("span", "tb-marks", ...words));
  }
  for (const card of root.querySelectorAll("li.tb-card[data-tb-path]")) {
    if (card instanceof HTMLElement) progressOf(card);
  }
  markStages(root);
}

/** Say in the life-cycle how much of each stage was read. @param {ParentNode} root */
function markStages(root) {
  const stages = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".tb-stage[data-tb-stage]")]);
  const read = stages.length ? [...reader.all("done:"), ...reader.all("seen:")] : [];
  const topics = new Map(read.map(([name, [, value]]) => [name.slice(5), value.in ?? []]));
  for (const stage of stages) {
    const { tbStage: id = "", tbCount: all } = stage.dataset;
    const count = Math.min([...topics.values()].filter((each) => each.includes(id)).length, Number(all));
    const said = count ? counted(count, "{n} read", "{n} read") : "";
    const place = stage.querySelector(".tb-stage__read");
    if ((place?.textContent ?? "") === said) continue;
    place?.remove();
    if (said) stage.querySelector(".tb-stage__count")?.append(element("span", "tb-stage__read", said));
  }
}

/** @param {string[]} needed keys of steps */
export function doneOf(needed) {
  return needed.filter((key) => isDone(key)).length;
}

/** @param {string} key of a step: a thread's id or a check's */
export function isDone(key) {
  return Boolean(key.startsWith("check.") ? reader.get(`check:${key}`) : reader.get(`done:${key}`));
}

/** @param {number} done @param {number} all */
export function stepsDone(done, all) {
  return counted(all, "{done} of {n} steps done", "{done} of {n} steps done", { done: number(done) });
}

/** @param {HTMLElement} card */
function progressOf(card) {
  const needed = (card.dataset.tbNeeded ?? "").split(" ").filter(Boolean);
  const done = doneOf(needed);
  if ((card.dataset.tbDone ?? "0") === `${done}`) return;
  card.dataset.tbDone = `${done}`;
  card.querySelector(".tb-card__progress")?.remove();
  const words = done === needed.length ? _("Finished") : stepsDone(done, needed.length);
  if (done) card.append(element("p", "tb-card__progress", ring(done / needed.length), words));
}

/** Draw a ring that is filled by a share of 1. @param {number} share */
export function ring(share) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("class", "tb-ring");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, length] of /** @type {[string, number][]} */ ([["tb-ring__all", 100], ["tb-ring__done", share * 100]])) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of Object.entries({ cx: 18, cy: 18, r: 15.915, class: name, "stroke-dasharray": `${length} 100` })) {
      circle.setAttribute(key, `${value}`);
    }
    svg.append(circle);
  }
  return svg;
}

/** Say in one place, politely; each sentence once while the page lives. @param {string} words */
function tell(words) {
  const box = element("div", "tb tb-said", words);
  box.setAttribute("role", "status");
  const close = element("button", "tb-said__close", _("Close"));
  close.addEventListener("click", () => box.parentElement?.remove());
  box.append(close);
  document.body.append(element("div", "md-typeset", box));
}

/** Each is said once. @type {Record<import("./state.js").Problem, string>} */
const PROBLEMS = {
  forbidden: _("This browser does not let the site keep anything. Your progress lasts until you close the page."),
  full: _("This browser's storage is full. What you do now lasts until you close the page."),
  newer: _("Your progress was kept by a newer version of this site. It is left alone, and what you do now lasts until you close the page."),
  damaged: _("What this browser kept of your progress could not be read. It was set aside, and you begin anew."),
};

const said = new Set();

function sayProblem() {
  if (!reader.problem || said.has(reader.problem)) return;
  said.add(reader.problem);
  tell(PROBLEMS[reader.problem]);
}

// A thread's page

/** @returns {HTMLElement | null} the thread's page that is shown */
function thread() {
  return document.querySelector(".tb-thread[data-tb-thread]");
}

/** @param {HTMLElement} page @returns {{title: string, print: string | undefined, in: string[]}} */
function facts(page) {
  const title = (page.querySelector("h1")?.textContent ?? "").slice(0, 500);
  const { tbPrint: print, tbTopics: topics = "" } = page.dataset;
  return { title, print, in: topics.split(" ").filter(Boolean) };
}

/** Show the path the reader walks, and fold the others. @param {HTMLElement} page */
function unfold(page) {
  const all = /** @type {HTMLElement[]} */ ([...page.querySelectorAll(".tb-membership")]);
  const last = reader.get("path");
  const walked = all.find((each) => each.dataset.tbPath === last);
  if (!walked || all.length < 2) return;
  all[0].before(walked);
  const others = all.filter((each) => each !== walked);
  const words = counted(others.length, "In another path", "In {n} other paths");
  const fold = element("details", "tb-fold", element("summary", "", words), ...others);
  walked.after(fold);
}

/** @param {HTMLElement} page */
function startThread(page) {
  const id = page.dataset.tbThread;
  unfold(page);
  if (markOf(id, page.dataset.tbPrint) === "changed") {
    const date = day(reader.at(`seen:${id}`) || reader.at(`done:${id}`));
    page.querySelector(".tb-thread__head")?.after(element("p", "tb-notice tb-changed", _("This thread changed since you read it on {date}.", { date })));
  }
  const seen = () => {
    if (!page.isConnected) return;
    if (document.hidden) document.addEventListener("visibilitychange", () => setTimeout(seen, READ_AFTER), { once: true });
    else reader.set(`seen:${id}`, facts(page));
  };
  setTimeout(seen, READ_AFTER);
}

/** @param {HTMLElement} page */
function drawThread(page) {
  for (const button of page.querySelectorAll("[data-tb-toggle]")) {
    if (!(button instanceof HTMLElement)) continue;
    const kind = button.dataset.tbToggle;
    const isOn = Boolean(reader.get(`${kind}:${page.dataset.tbThread}`));
    button.setAttribute("aria-pressed", `${isOn}`);
  }
}

/** @param {string} kind `done` or `kept` */
function toggle(kind) {
  const page = thread();
  if (!page) return;
  const name = `${kind}:${page.dataset.tbThread}`;
  reader.set(name, reader.get(name) ? null : facts(page));
  const on = { done: _("Marked as done."), kept: _("Bookmarked.") };
  const off = { done: _("No longer marked as done."), kept: _("Bookmark removed.") };
  announce((reader.get(name) ? on : off)[/** @type {"done" | "kept"} */ (kind)]);
}

/** Tell screen readers, and nobody else. @param {string} words */
export function announce(words) {
  let box = document.querySelector("#tb-announced");
  if (!box) {
    box = element("p", "tb-announced");
    box.id = "tb-announced";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  box.textContent = words;
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("[data-tb-toggle]");
  if (button instanceof HTMLElement) toggle(button.dataset.tbToggle ?? "");
  // Whoever opens a step from a path walks that path.
  const from = event.target.closest("a")?.closest(".tb-path, .tb-membership");
  if (from instanceof HTMLElement && from.dataset.tbPath) reader.set("path", from.dataset.tbPath);
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
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open], :popover-open")) return;
  const page = thread();
  if (event.key === "?") help();
  else if (page && (event.key === "n" || event.key === "p")) {
    const way = page.querySelector(`.tb-membership .tb-way[rel=${event.key === "n" ? "next" : "prev"}]`);
    if (way instanceof HTMLElement) way.click();
  } else if (page && event.key === "m") toggle("done");
  else if (page && event.key === "b") toggle("kept");
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

function help() {
  const before = document.activeElement;
  const rows = KEYS.flatMap(([key, words]) => [element("dt", "", element("kbd", "", key)), element("dd", "", words)]);
  const close = element("button", "tb-button", _("Close"));
  const box = /** @type {HTMLDialogElement} */ (
    element("dialog", "tb tb-dialog tb-help", element("h2", "", _("Keys")), element("dl", "tb-keys", ...rows), close)
  );
  box.setAttribute("aria-label", _("Keys"));
  const around = element("div", "md-typeset", box);
  close.addEventListener("click", () => box.close());
  box.addEventListener("close", () => {
    around.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(around);
  box.showModal();
}

// Every page

/** Draw what changed. */
function draw() {
  mark(document);
  const page = thread();
  if (page) drawThread(page);
  sayProblem();
}

reader.addEventListener("change", draw);

/** Start what the page that is shown needs; called again when another one is put in. */
export async function start() {
  const page = thread();
  if (page && !page.dataset.tbRead) {
    page.dataset.tbRead = "true";
    startThread(page);
  }
  draw();
  for (const [name, load] of Object.entries({ path: () => import("./path.js"), library: () => import("./library.js") })) {
    const found = document.querySelector(`[data-tb-page=${name}]`);
    if (found instanceof HTMLElement && !found.dataset.tbRead) {
      found.dataset.tbRead = "true";
      (await load()).start(found);
    }
  }
}
