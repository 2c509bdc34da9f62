// @ts-check
/** Search on every page: a combobox in a dialog, opened by button, `/`, Ctrl-K or ⌘-K. */

import { ROOT, announce, element, findAround } from "../dom.js";
import { _ } from "../words.js";
import { Pace, Waiting } from "./pace.js";

/** @import { Answer } from "../../types" */

/** Load what answers. The dialog itself is there at once, so that no key is lost. */
const load = async () => ({ ...(await import("./search.js")), ...(await import("./results.js")), ...(await import("./card.js")) });

/** Tell whether asking again is worth it. @param {unknown} error */
const isRenewed = async (error) => load().then(({ renewSearch }) => renewSearch(error), () => false);

const SHOWN = 6;

/** @type {SearchDialog | undefined} */
let dialog;

/** @param {string} [typed] what the reader typed elsewhere already */
export function openSearchDialog(typed = "") {
  if (!dialog?.box.isConnected) dialog = new SearchDialog();
  dialog.open(typed);
}

class SearchDialog {
  constructor() {
    this.field = element("input", "tb-ask__field");
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
    this.above = element("p", "tb-found__above");
    this.state = element("p", "tb-found__state");
    this.state.setAttribute("role", "status");
    this.foot = element("p", "tb-found__foot");
    const close = element("button", "tb-dialog__close", _("Close"));
    close.type = "button";
    close.addEventListener("click", () => this.box.close());
    const bar = element("div", "tb-dialog__bar", this.field, close);
    this.box = element("dialog", "tb tb-dialog", bar, this.state, this.above, this.list, this.foot);
    this.box.setAttribute("aria-label", _("Search"));
    this.name("");
    this.active = -1;
    /** @type {import("./card.js").AnswerCard | null} */
    this.card = null;
    this.turn = 0;
    this.timer = 0;
    this.pace = new Pace();
    this.waiting = new Waiting(this.state);
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), this.pace.wait);
    });
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("click", (event) => {
      if (event.target === this.box || findAround(event, "a")) this.box.close();
    });
    document.body.append(element("div", "md-typeset tb-dialog__around", this.box));
  }

  /** @param {string} typed */
  open(typed) {
    if (!this.box.open) this.box.showModal();
    this.field.focus();
    if (typed) this.field.value = typed;
    else this.field.select();
    load()
      .then(async ({ openSearch }) => (await openSearch()).meaning.start())
      .catch(() => undefined);
    this.search();
  }

  /** @param {KeyboardEvent} event */
  async press(event) {
    const options = this.list.children.length;
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault(); // a field for searching would only be emptied
      this.box.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
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
      else if (this.field.value.trim()) location.href = this.address();
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

  /** Return the address of the page with all results. */
  address() {
    const url = new URL("search/", ROOT);
    url.searchParams.set("q", this.field.value.trim());
    return url.href;
  }

  /** @returns {Promise<void>} */
  async search() {
    const turn = ++this.turn;
    const query = this.field.value.trim();
    if (!query) return this.show([], [], "");
    this.waiting.begin();
    try {
      const { openSearch, isAlike, isLeft } = await load();
      const search = await openSearch();
      const { answer, meaning, late } = await this.pace.time(
        search.answer(query, { unfinished: !/\s$/.test(this.field.value) }),
      );
      const isVain = () => turn !== this.turn || this.active >= 0;
      if (!(await this.draw(query, answer, turn))) return;
      if (meaning === "done") void this.improveCard(turn);
      void late?.then(async ({ answer: better, meaning }) => {
        const isMeant = meaning === "done";
        if (isAlike(answer, better)) return isMeant ? this.improveCard(turn) : undefined;
        if (!(await isLeft(this.list, isVain)) || !(await this.draw(query, better, turn, isMeant))) return;
        if (isMeant) announce(_("Results are now sorted by meaning too."));
      });
    } catch (error) {
      if (turn !== this.turn) return;
      if (await isRenewed(error)) return this.search();
      console.info(error);
      this.show([], [_("The search index could not be loaded. Check the connection, and try again.")], "");
    }
  }

  /** Let meaning choose the sentence of the answer, unless somebody reads it already. @param {number} turn */
  async improveCard(turn) {
    const { openSearch, isRead } = await load();
    const cosines = await this.card?.compare((await openSearch()).meaning);
    const isVain = turn !== this.turn || this.active >= 0 || isRead(this.list);
    if (cosines && !isVain) this.card?.improve(cosines);
  }

  /**
   * @param {string} query @param {Answer} answer @param {number} turn
   * @param {boolean} [isMeant] whether meaning chooses the sentence first @returns whether it is still wanted
   */
  async draw(query, answer, turn, isMeant = false) {
    const { AnswerCard, openSearch, addressOf, drawDetails, drawState, linkToAsk, listHits, mark, threadOf } = await load();
    const search = await openSearch();
    const hits = listHits(answer).slice(0, SHOWN);
    const found = await Promise.all(hits.map((hit) => search.index.read(hit.id)));
    let card = found.length ? AnswerCard.of(found[0], answer) : null;
    const cosines = isMeant ? await card?.compare(search.meaning) : null;
    if (turn !== this.turn) return false;
    if (cosines) card = AnswerCard.of(found[0], answer, cosines);
    this.card = card;
    const options = found.map((each, at) => {
      const title = element("span", "tb-result__title", ...mark(each.title, answer.match));
      const option = element("a", "tb-found__option", title);
      Object.assign(option, { id: `tb_found_${at}`, role: "option", href: addressOf(each), tabIndex: -1 });
      if (card && !at) {
        option.classList.add("tb-answer");
        option.append(...card.draw(true));
      } else option.append(...drawDetails(each, answer));
      option.dataset.thread = threadOf(each);
      return option;
    });
    const words = answer.hits.length ? drawState(answer) : [_("No matches.")];
    this.show(options, words, query);
    this.offer(answer, linkToAsk(search.settings.ask_url, query));
    this.list.dataset.answered = answer.isAnswered ? "yes" : "no";
    if (options.length && !answer.isAnswered) this.name(_("Closest matches"));
    return true;
  }

  /** Say above the list, and to screen readers, what it shows. @param {string} words unless these are empty, as usual */
  name(words) {
    this.above.textContent = words;
    this.list.setAttribute("aria-label", words || _("Possible answers"));
  }

  /** @param {HTMLElement[]} options @param {(Node | string)[]} words @param {string} query */
  show(options, words, query) {
    this.waiting.end();
    this.activate(-1);
    this.name("");
    this.list.replaceChildren(...options);
    this.list.dataset.query = query;
    this.field.setAttribute("aria-expanded", String(options.length > 0));
    this.state.replaceChildren(...words);
    this.foot.replaceChildren();
  }

  /** Offer all results, if there are any that answer, and to ask. @param {Answer} answer @param {Node | null} ask */
  offer({ hits, isAnswered }, ask) {
    const all = element("a", "", _("See all results"));
    all.href = this.address();
    const isMore = isAnswered && hits.length > 0;
    this.foot.append(...(isMore ? [all] : []), ...(isMore && ask ? [" · "] : []), ...(ask ? [ask] : []));
  }
}
