// @ts-check
/** The library: the path to go on with, bookmarks and history, saved to a file and loaded from one. */

import { ROOT, byId, element, findAll, openDialog, textOf } from "../dom.js";
import { _, counted, day } from "../words.js";
import { countDone, describe, isDone, reader, split } from "./progress.js";
import { serialise } from "./state.js";

const SHOWN = 50; // entries of the history
const LARGEST = 20_000_000; // bytes of a file

/** @param {HTMLElement} page */
export function start(page) {
  const state = byId("tb-library-state");
  const draw = () => {
    if (!page.isConnected) return;
    byId("tb-continue").replaceChildren(drawContinue(page));
    byId("tb-kept").replaceChildren(drawList("kept:", Infinity, _("You have no bookmarks yet. Choose “Bookmark” in a thread's page options, or press b.")));
    byId("tb-seen").replaceChildren(drawList("seen:", SHOWN, _("You have not read anything yet.")));
  };
  reader.addEventListener("change", draw);
  draw();
  page.dataset.tbFilled = "true";
  byId("tb-export").addEventListener("click", () => {
    save();
    state.textContent = _("Your library was saved as a file.");
  });
  const input = /** @type {HTMLInputElement} */ (byId("tb_import"));
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    input.value = "";
    const { name } = file;
    if (file.size > LARGEST) {
      state.textContent = _("“{name}” is too large for a library.", { name });
      return;
    }
    const { problem, site, count } = reader.take(await file.text());
    const words = {
      damaged: _("“{name}” is no library saved from this site. Nothing was changed.", { name }),
      newer: _("“{name}” was saved by a newer version of this site. Nothing was changed.", { name }),
      other: site
        ? _("“{name}” belongs to another site ({site}). Nothing was changed.", { name, site })
        : _("“{name}” belongs to another site (it does not say which). Nothing was changed.", { name }),
    };
    state.textContent =
      words[/** @type {keyof typeof words} */ (problem)] ??
      (count ? counted(count, "{n} entry is new or newer.", "{n} entries are new or newer.") : _("Nothing in the file is newer than what is here."));
  });
  const forget = byId("tb-forget");
  forget.addEventListener("click", () => confirmForget(forget, state));
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

/** @param {string} kind @param {number} most @param {string} none */
function drawList(kind, most, none) {
  const found = reader.all(kind).slice(0, most);
  if (!found.length) return element("p", "tb-empty", none);
  return element(
    "ul",
    "tb-library__list",
    ...found.map(([name, [at, value]]) => {
      const id = name.slice(kind.length);
      const link = element("a", "", value.title || id);
      link.href = new URL(`threads/${encodeURIComponent(id)}/`, ROOT).href;
      const time = element("time", "", day(at));
      time.dateTime = new Date(at).toISOString();
      return element("li", "", link, " ", time);
    }),
  );
}

function save() {
  const text = serialise(reader.entries, reader.site);
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `library-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
