// @ts-check
/** The library: the path to go on with, bookmarks and history, saved to a file and loaded from one. */

import { ROOT, element, findAll, need, openDialog, textOf, toast } from "../dom.js";
import { _, counted, day } from "../words.js";
import { drawRecall, startRecall } from "./asking.js";
import { countDone, describe, isDone, reader, split } from "./progress.js";
import { serialise } from "./state.js";

const SHOWN = 50; // entries of a list
const LARGEST = 20_000_000; // bytes of a file

/** @param {HTMLElement} page */
export function start(page) {
  const state = need("[data-tb-part=state]", page);
  const draw = () => {
    if (!page.isConnected) return;
    need("[data-tb-part=continue]", page).replaceChildren(drawContinue(page));
    need("[data-tb-part=kept]", page).replaceChildren(drawList("kept:", _("You have no bookmarks yet. Choose “Save” beside a question's title, or press b.")));
    need("[data-tb-part=seen]", page).replaceChildren(drawList("read:", _("You haven't read anything yet.")));
  };
  reader.addEventListener("change", draw);
  draw();
  const recall = need("[data-tb-part=recall]", page);
  startRecall(recall);
  page.dataset.tbFilled = "true";
  need("[data-tb-part=export]", page).addEventListener("click", () => {
    save();
    state.textContent = _("Your library was saved as a file.");
  });
  const input = /** @type {HTMLInputElement} */ (need("[data-tb-part=import]", page));
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    input.value = "";
    const result = await load(file);
    state.textContent = describeResult(file.name, result);
    if (result.count) void drawRecall(recall);
  });
  const forget = need("[data-tb-part=forget]", page);
  forget.addEventListener("click", () => confirmForget(forget, state));
}

/** Add what a file holds to the library. @param {File} file @returns {Promise<import("../../types").Refusal>} */
async function load(file) {
  if (file.size > LARGEST) return { problem: "large", detail: "", count: 0 };
  try {
    return await reader.take(await file.text());
  } catch {
    // It was moved or changed since it was chosen.
    return { problem: "damaged", detail: "", count: 0 };
  }
}

/** @param {string} name of the file @param {import("../../types").Refusal} result */
function describeResult(name, { problem, detail, count }) {
  const refusals = {
    damaged: _("“{name}” isn't a library file from this site. Nothing was changed.", { name }),
    newer: _("“{name}” was saved by a newer version of this site. Nothing was changed.", { name }),
    other: detail
      ? _("“{name}” belongs to another site ({site}). Nothing was changed.", { name, site: detail })
      : _("“{name}” belongs to another site (it does not say which). Nothing was changed.", { name }),
    large: _("“{name}” is too large to be a library file.", { name }),
    entry: _("“{name}” contains an entry that does not belong in a library: “{entry}”. Nothing was changed.", { name, entry: detail }),
  };
  if (problem) return refusals[problem];
  return count ? counted(count, "{n} entry added or updated.", "{n} entries added or updated.") : _("Nothing in this file is newer than what you have here.");
}

/** @param {HTMLElement} opener @param {HTMLElement} state */
function confirmForget(opener, state) {
  const yes = element("button", "tb-button", _("Delete my data"));
  const no = element("button", "tb-button tb-button--quiet", _("Cancel"));
  const words = element("p", "", _("This deletes your bookmarks, history and progress from this browser. If you might want them back, save them as a file first."));
  const box = openDialog(_("Delete your data?"), opener, words, element("p", "", no, " ", yes));
  no.addEventListener("click", () => box.close());
  yes.addEventListener("click", () => {
    reader.forget();
    box.close();
    state.textContent = _("Your data was deleted.");
  });
  no.focus();
}

/** @param {HTMLElement} page */
function drawContinue(page) {
  const id = reader.get("path");
  const card = findAll("li.tb-card[data-tb-path]", page).find((each) => each.dataset.tbPath === id);
  const title = card && textOf("a", card);
  if (!title) return element("p", "tb-empty", _("Start a learning path, and you can pick it up again here."));
  const needed = split(card.dataset.tbNeeded);
  const next = needed.find((key) => !isDone(key));
  const words = next ? describe(countDone(needed), needed.length) : _("You've finished it.");
  const link = element("a", "tb-button", next ? _("Continue: {title}", { title }) : title);
  link.href = new URL(!next ? `paths/${id}/` : next.startsWith("check.") ? `paths/${id}/#${next}` : `threads/${next}/`, ROOT).href;
  return element("p", "tb-library__continue", link, " ", words);
}

/** What was opened or marked as done: each thread once, the newest first. @returns {[string, import("../../types").Entry][]} */
function findRead() {
  const all = [...reader.all("seen:"), ...reader.all("done:")].sort(([, one], [, other]) => other[0] - one[0]);
  /** @type {Map<string, import("../../types").Entry>} */
  const found = new Map();
  for (const [name, entry] of all) if (!found.has(name.slice(5))) found.set(name.slice(5), entry);
  return [...found].map(([id, entry]) => [`read:${id}`, entry]);
}

/** @param {string} kind @param {string} none */
function drawList(kind, none) {
  const found = kind === "read:" ? findRead() : reader.all(kind);
  if (!found.length) return element("p", "tb-empty", none);
  const list = element("ul", "tb-library__list", ...found.slice(0, SHOWN).map((each) => drawEntry(kind, each)));
  return kind === "kept:" && found.length > SHOWN ? element("div", "", list, drawMore(kind, list, found)) : list;
}

/** @param {string} kind @param {[string, import("../../types").Entry]} entry */
function drawEntry(kind, [name, [at, value]]) {
  const id = name.slice(kind.length);
  const link = element("a", "", value.title || id);
  link.href = new URL(`threads/${encodeURIComponent(id)}/`, ROOT).href;
  const time = element("time", "", day(at));
  time.dateTime = new Date(at).toISOString();
  const item = element("li", "", link, " ", time);
  if (kind === "kept:") item.append(drawRemove(name, value.title || id));
  return item;
}

/** Make a button that takes a bookmark back; the focus goes to the next one. @param {string} name @param {string} title */
function drawRemove(name, title) {
  const button = element("button", "tb-library__remove", _("Remove"), element("span", "tb-hidden", _(": {title}", { title })));
  button.addEventListener("click", () => {
    const list = need("[data-tb-part=kept]", document);
    const at = findAll(".tb-library__remove", list).indexOf(button);
    reader.set(name, null); // which draws the list anew
    toast(_("Removed from your library."));
    const left = findAll(".tb-library__remove", list);
    const heading = need("#tb_kept", document);
    heading.tabIndex = -1;
    (left[Math.min(at, left.length - 1)] ?? heading).focus();
  });
  return button;
}

/**
 * Make a button that shows the next entries of a list.
 * @param {string} kind @param {HTMLElement} list @param {[string, import("../../types").Entry][]} found
 */
function drawMore(kind, list, found) {
  const more = element("button", "tb-more");
  const label = () => {
    const left = Math.min(SHOWN, found.length - list.children.length);
    more.textContent = counted(left, "Show {n} more", "Show {n} more");
    if (!left) more.remove();
  };
  more.addEventListener("click", () => {
    const from = list.children.length;
    list.append(...found.slice(from, from + SHOWN).map((each) => drawEntry(kind, each)));
    label();
    list.children[from]?.querySelector("a")?.focus();
  });
  label();
  return more;
}

function save() {
  const text = serialise(reader.entries, reader.site);
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `library-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
