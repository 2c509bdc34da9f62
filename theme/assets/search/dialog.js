// @ts-check
/** Search on every page: a combobox in a dialog, opened by button, `/`, Ctrl-K or ⌘-K. */

import { _, counted } from "../words.js";
import { ROOT, element } from "./dom.js";

/** Load what answers; the dialog itself is there at once, so that no key is lost. */
const load = async () => ({ ...(await import("./search.js")), ...(await import("./results.js")) });

const SHOWN = 6;
const WAIT = 80; // milliseconds after a key

/** @type {SearchDialog | undefined} */
let dialog;

/** Open the dialog. @param {string} [query] */
export function openDialog(query = "") {
  if (!dialog?.box.isConnected) dialog = new SearchDialog();
  dialog.open(query);
}

class SearchDialog {
  constructor() {
    this.field = /** @type {HTMLInputElement} */ (element("input", "tb-ask__field"));
    Object.assign(this.field, { type: "search", id: "tb_ask_dialog", maxLength: 2000, autocomplete: "off" });
    this.field.placeholder = _("Ask in your own words");
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-label": _("Your question"),
      "aria-expanded": "false",
      "aria-controls": "tb_found",
      "aria-autocomplete": "list",
    })) {
      this.field.setAttribute(name, value);
    }
    this.list = element("div", "tb-found");
    Object.assign(this.list, { id: "tb_found", role: "listbox" });
    this.list.setAttribute("aria-label", _("Threads that may answer it"));
    this.state = element("p", "tb-found__state");
    this.state.setAttribute("role", "status");
    this.foot = element("p", "tb-found__foot");
    const close = /** @type {HTMLButtonElement} */ (element("button", "tb-dialog__close", _("Close")));
    close.type = "button";
    close.addEventListener("click", () => this.box.close());
    this.box = /** @type {HTMLDialogElement} */ (
      element("dialog", "tb tb-dialog", element("div", "tb-dialog__bar", this.field, close), this.state, this.list, this.foot)
    );
    this.box.setAttribute("aria-label", _("Search"));
    this.active = -1;
    this.turn = 0;
    this.timer = 0;
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), WAIT);
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("click", (event) => {
      if (event.target === this.box || (event.target instanceof Element && event.target.closest("a"))) this.box.close();
    });
    const around = element("div", "md-typeset tb-dialog__around", this.box);
    document.body.append(around);
  }

  /** @param {string} query */
  open(query) {
    if (query) this.field.value = query;
    if (!this.box.open) this.box.showModal();
    this.field.focus();
    this.field.select();
    load()
      .then(({ openSearch }) => openSearch())
      .catch(() => undefined);
    this.search();
  }

  /** @param {KeyboardEvent} event */
  async key(event) {
    const options = this.list.children.length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!options) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.active < 0 && step < 0 ? 0 : this.active;
      this.activate((from + step + options) % options);
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(this.timer);
      if (this.list.dataset.query !== this.field.value.trim()) await this.search();
      const chosen = this.list.children[Math.max(this.active, 0)];
      if (chosen instanceof HTMLElement) chosen.click();
      else if (this.field.value.trim()) location.href = this.whole();
    }
  }

  /** @param {number} place */
  activate(place) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const chosen = this.list.children[place];
    if (chosen) {
      chosen.setAttribute("aria-selected", "true");
      chosen.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", chosen.id);
    } else this.field.removeAttribute("aria-activedescendant");
  }

  whole() {
    const url = new URL("search/", ROOT);
    url.searchParams.set("q", this.field.value.trim());
    return url.href;
  }

  async search() {
    const turn = ++this.turn;
    const query = this.field.value.trim();
    if (!query) return this.show([], "", "");
    try {
      const { openSearch, address, askLink, details, marked, threadOf } = await load();
      const search = await openSearch();
      const answer = await search.ask(query, { unfinished: !/\s$/.test(this.field.value) });
      const hits = answer.hits.slice(0, SHOWN);
      const said = await Promise.all(hits.map((hit) => search.said(hit.id)));
      if (turn !== this.turn) return;
      const options = said.map((each, at) => {
        const option = /** @type {HTMLAnchorElement} */ (
          element("a", "tb-found__option", element("span", "tb-result__title", ...marked(each.title, answer.stems, search.stems[0])), ...details(each, answer.stems, search.stems[0]))
        );
        Object.assign(option, { id: `tb_found_${at}`, role: "option", href: address(each), tabIndex: -1 });
        option.setAttribute("aria-selected", "false");
        option.dataset.thread = threadOf(each);
        return option;
      });
      const count = answer.hits.length;
      const words = count ? counted(count, "{n} result", "{n} results") : _("Nothing here has these words.");
      this.show(options, words, query, askLink(search.settings.ask_url, query));
    } catch (error) {
      if (turn !== this.turn) return;
      console.info(error);
      this.show([], _("The search index could not be loaded. Check the connection, and try again."), "");
    }
  }

  /** @param {HTMLElement[]} options @param {string} words @param {string} query @param {Node | null} [ask] */
  show(options, words, query, ask = null) {
    this.activate(-1);
    this.list.replaceChildren(...options);
    this.list.dataset.query = query;
    this.field.setAttribute("aria-expanded", String(options.length > 0));
    this.state.textContent = words;
    this.foot.replaceChildren();
    if (!query) return;
    const all = /** @type {HTMLAnchorElement} */ (element("a", "", _("All results, with filters")));
    all.href = this.whole();
    this.foot.append(all, ...(ask ? [" · ", ask] : []));
  }
}
