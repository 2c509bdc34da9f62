// @ts-check
/** The reader's own page: what to go on with, bookmarks, history, and taking it all elsewhere. */

import { ROOT, element } from "../search/dom.js";
import { _, counted, day } from "../words.js";
import { doneOf, isDone, reader, stepsDone } from "./reader.js";
import { written } from "./state.js";

const SHOWN = 50; // entries of the history
const LARGEST = 20_000_000; // bytes of a file

/** @param {HTMLElement} page */
export function start(page) {
  const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (page.querySelector(`#${id}`));
  const state = at("tb-library-state");
  const draw = () => {
    if (!page.isConnected) return;
    at("tb-continue").replaceChildren(goOn(page));
    at("tb-kept").replaceChildren(list("kept:", Infinity, _("You have no bookmarks yet. Choose “Bookmark” in a thread's page options, or press b.")));
    at("tb-seen").replaceChildren(list("seen:", SHOWN, _("You have not read anything yet.")));
  };
  reader.addEventListener("change", draw);
  draw();
  page.dataset.tbFilled = "true";
  at("tb-export").addEventListener("click", () => {
    save();
    state.textContent = _("Your library was saved as a file.");
  });
  const input = /** @type {HTMLInputElement} */ (at("tb_import"));
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
  at("tb-forget").addEventListener("click", () => ask(state));
}

/** @param {HTMLElement} state */
function ask(state) {
  const yes = element("button", "tb-button", _("Forget everything"));
  const no = element("button", "tb-button tb-button--quiet", _("Keep it"));
  const box = /** @type {HTMLDialogElement} */ (
    element("dialog", "tb tb-dialog tb-help", element("h2", "", _("Forget everything?")), element("p", "", _("Your bookmarks, history and progress on this site are removed from this browser. Save them as a file first if you may want them again.")), element("p", "", no, " ", yes))
  );
  box.setAttribute("aria-label", _("Forget everything?"));
  const around = element("div", "md-typeset", box);
  box.addEventListener("close", () => {
    around.remove();
    document.getElementById("tb-forget")?.focus();
  });
  no.addEventListener("click", () => box.close());
  yes.addEventListener("click", () => {
    reader.forget();
    box.close();
    state.textContent = _("Everything was forgotten.");
  });
  document.body.append(around);
  box.showModal();
  no.focus();
}

/** @param {HTMLElement} page @returns {Node} */
function goOn(page) {
  const id = reader.get("path");
  const card = [...page.querySelectorAll("li.tb-card[data-tb-path]")].find(
    (each) => each instanceof HTMLElement && each.dataset.tbPath === id,
  );
  const title = card?.querySelector("a")?.textContent;
  if (!(card instanceof HTMLElement) || !title) return element("p", "tb-empty", _("Begin a learning path, and you can go on with it here."));
  const needed = (card.dataset.tbNeeded ?? "").split(" ").filter(Boolean);
  const next = needed.find((key) => !isDone(key));
  const words = next ? stepsDone(doneOf(needed), needed.length) : _("You finished it.");
  const link = /** @type {HTMLAnchorElement} */ (element("a", "tb-button", next ? _("Continue: {title}", { title }) : title));
  link.href = new URL(next && !next.startsWith("check.") ? `threads/${next}/` : `paths/${id}/`, ROOT).href;
  return element("p", "tb-library__continue", link, " ", words);
}

/** @param {string} kind @param {number} most @param {string} none @returns {Node} */
function list(kind, most, none) {
  const found = reader.all(kind).slice(0, most);
  if (!found.length) return element("p", "tb-empty", none);
  return element(
    "ul",
    "tb-library__list",
    ...found.map(([name, [at, value]]) => {
      const id = name.slice(kind.length);
      const link = /** @type {HTMLAnchorElement} */ (element("a", "", value.title || id));
      link.href = new URL(`threads/${encodeURIComponent(id)}/`, ROOT).href;
      const time = /** @type {HTMLTimeElement} */ (element("time", "", day(at)));
      time.dateTime = new Date(at).toISOString();
      return element("li", "", link, " ", time);
    }),
  );
}

function save() {
  const text = written(reader.entries, reader.site);
  const link = /** @type {HTMLAnchorElement} */ (element("a"));
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `library-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
