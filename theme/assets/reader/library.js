// @ts-check
/** The library: the path to go on with, bookmarks and history, saved to a file and loaded from one. */

import { ROOT, element, findAll, need, openDialog, textOf } from "../dom.js";
import { _, counted, day } from "../words.js";
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
    need("[data-tb-part=kept]", page).replaceChildren(drawList("kept:", _("You have no bookmarks yet. Choose “Bookmark” in a thread's page options, or press b.")));
    need("[data-tb-part=seen]", page).replaceChildren(drawList("seen:", _("You have not read anything yet.")));
  };
  reader.addEventListener("change", draw);
  draw();
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
    state.textContent = describeResult(file.name, await load(file));
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
    damaged: _("“{name}” is no library saved from this site. Nothing was changed.", { name }),
    newer: _("“{name}” was saved by a newer version of this site. Nothing was changed.", { name }),
    other: detail
      ? _("“{name}” belongs to another site ({site}). Nothing was changed.", { name, site: detail })
      : _("“{name}” belongs to another site (it does not say which). Nothing was changed.", { name }),
    large: _("“{name}” is too large for a library.", { name }),
    entry: _("“{name}” holds something that is no entry of a library: “{entry}”. Nothing was changed.", { name, entry: detail }),
  };
  if (problem) return refusals[problem];
  return count ? counted(count, "{n} entry is new or newer.", "{n} entries are new or newer.") : _("Nothing in the file is newer than what is here.");
}

/** @param {HTMLElement} opener @param {HTMLElement} state */
function confirmForget(opener, state) {
  const yes = element("button", "tb-button", _("Forget everything"));
  const no = element("button", "tb-button tb-button--quiet", _("Keep it"));
  const words = element("p", "", _("Your bookmarks, history and progress on this site are removed from this browser. Save them as a file first if you may want them again."));
  const box = openDialog(_("Forget everything?"), opener, words, element("p", "", no, " ", yes));
  no.addEventListener("click", () => box.close());
  yes.addEventListener("click", () => {
    reader.forget();
    box.close();
    state.textContent = _("Everything was forgotten.");
  });
  no.focus();
}

/** @param {HTMLElement} page */
function drawContinue(page) {
  const id = reader.get("path");
  const card = findAll("li.tb-card[data-tb-path]", page).find((each) => each.dataset.tbPath === id);
  const title = card && textOf("a", card);
  if (!title) return element("p", "tb-empty", _("Begin a learning path, and you can go on with it here."));
  const needed = split(card.dataset.tbNeeded);
  const next = needed.find((key) => !isDone(key));
  const words = next ? describe(countDone(needed), needed.length) : _("You finished it.");
  const link = element("a", "tb-button", next ? _("Continue: {title}", { title }) : title);
  link.href = new URL(next && !next.startsWith("check.") ? `threads/${next}/` : `paths/${id}/`, ROOT).href;
  return element("p", "tb-library__continue", link, " ", words);
}

/** @param {string} kind @param {string} none */
function drawList(kind, none) {
  const found = reader.all(kind);
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
  return element("li", "", link, " ", time);
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
