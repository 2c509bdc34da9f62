// @ts-check
/** The search page. Question, filters and order are in the address, so that it can be shared. */

import { announce, element, find, findAll, findAround, need } from "../dom.js";
import { _, counted, either, number, parts } from "../words.js";
import { AnswerCard } from "./card.js";
import { Pace } from "./pace.js";
import { findPlace, keepPlace } from "./place.js";
import { STATES, drawEntry, drawState, isAlike, isLeft, isRead, linkToAsk, listHits } from "./results.js";
import { hasValues, openSearch, renewSearch } from "./search.js";

/** @import { Answer, Answers } from "../../types" */
/** @import { Waiting } from "./pace.js" */
/** @typedef {{search: Awaited<ReturnType<typeof openSearch>>, answer: Answer, query: string, turn: number}} Asked */

const STEP = 10; // results shown at once
const FILTERS = { state: _("Status"), topic: _("Topic"), stage: _("Stage"), board: _("Board"), path: _("Learning path"), applies_to: _("Applies to"), owner: _("Kept up to date by"), language: _("Language") };
const ORDERS = { "": _("Most relevant"), day: _("Newest"), votes: _("Most votes") };

const VALUE = /^[A-Za-z0-9-]{1,100}$/;
const MOST_VALUES = 50; // of a filter

/** Quote words, each once. @param {string[]} words */
function quote(words) {
  return either([...new Set(words)].map((word) => _("“{word}”", { word })));
}

/** Load what a question will need, before it is asked. */
async function warm() {
  try {
    await (await openSearch()).meaning.start();
  } catch {
    // It is said when a question is asked.
  }
}

/** @param {HTMLElement} root @param {Waiting} waiting */
export function start(root, waiting) {
  if (root.dataset.tbAsked) void import("./asked.js").then(({ watchAsked }) => watchAsked(root));
  void new SearchPage(root, waiting).read();
}

class SearchPage {
  /** @param {HTMLElement} root @param {Waiting} waiting */
  constructor(root, waiting) {
    this.root = root;
    this.waiting = waiting;
    this.field = /** @type {HTMLInputElement} */ (need("[name=q]", root));
    this.results = need(".tb-results", root);
    this.state = need(".tb-search__state", root);
    this.above = need(".tb-search__above", root);
    this.more = need(".tb-search__more", root);
    this.sides = need(".tb-search__filters", root);
    this.before = need(".tb-search__before", root);
    /** @type {Record<string, string[]>} */
    this.filters = {};
    this.order = "";
    this.turn = 0;
    this.shown = STEP;
    /** @type {AnswerCard | null} */
    this.card = null;
    this.timer = 0;
    this.pace = new Pace();
    this.field.addEventListener("focus", () => void warm());
    if (document.activeElement === this.field) void warm(); // before this script ran
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(!/\s$/.test(this.field.value)), this.pace.wait);
    });
    find("form", root)?.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.timer);
      this.search();
    });
    addEventListener("popstate", () => root.isConnected && void this.read());
    // The theme's instant navigation leaves without `pagehide`, and keeps a state of its own.
    document.addEventListener("click", (event) => findAround(event, "a") && this.keepPlace(), { capture: true });
    addEventListener("pagehide", () => this.keepPlace());
  }

  /** Keep how much is shown, and what the reader looks at, for when they come back. */
  keepPlace() {
    if (this.root.isConnected) keepPlace({ shown: this.shown, top: scrollY });
  }

  /** Read question, filters and order from the address, and show what was shown there before. */
  async read() {
    const asked = new URLSearchParams(location.search);
    const { shown, top } = findPlace();
    // Somebody may have typed before this script ran.
    if (this.turn) this.field.value = asked.get("q") ?? "";
    const isSame = this.field.value === (asked.get("q") ?? "");
    // Anybody can make up an address: only what can be a value is looked up.
    const read = (/** @type {string} */ name) => [...new Set(asked.getAll(name))].filter((value) => VALUE.test(value)).slice(0, MOST_VALUES);
    this.filters = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, read(name)]));
    const order = asked.get("sort") ?? "";
    this.order = Object.hasOwn(ORDERS, order) ? order : "";
    await this.search(false, isSame ? shown : STEP);
    if (isSame && top > scrollY) scrollTo({ top, behavior: "instant" });
  }

  /** Write question, filters and order into the address. */
  write() {
    const asked = new URLSearchParams();
    if (this.field.value.trim()) asked.set("q", this.field.value.trim());
    for (const [name, values] of Object.entries(this.filters)) {
      for (const value of values) asked.append(name, value);
    }
    if (this.order) asked.set("sort", this.order);
    const query = String(asked);
    const url = location.pathname + (query ? `?${query}` : "");
    if (url !== location.pathname + location.search) history.replaceState(history.state, "", url);
  }

  /**
   * @param {boolean} [unfinished] whether the last word is still being typed
   * @param {number} [shown] how many results, at most @returns {Promise<void>}
   */
  async search(unfinished = false, shown = STEP) {
    const turn = ++this.turn;
    this.shown = shown;
    const query = this.field.value.trim();
    this.write();
    const isAsked = Boolean(query) || hasValues(this.filters);
    this.offer(!isAsked);
    if (!isAsked) {
      this.waiting.end();
      this.results.replaceChildren();
      this.results.dataset.query = "";
      delete this.results.dataset.answered;
      this.above.replaceChildren();
      this.more.replaceChildren();
      this.state.textContent = "";
      this.results.dataset.meaning = "off";
      return;
    }
    this.waiting.begin();
    try {
      const search = await openSearch();
      const asking = { filters: this.filters, order: this.order, unfinished };
      const { answer, meaning, late } = await this.pace.time(search.answer(query, asking));
      if (turn !== this.turn) return;
      const asked = { search, answer, query, turn };
      await this.show(asked, 0);
      if (turn !== this.turn) return;
      this.results.dataset.meaning = meaning;
      this.offer(!answer.hits.length && !late);
      if (meaning === "done") void this.improveCard(asked);
      void late?.then((better) => this.improve(asked, better));
      await this.offerFilters(asked);
    } catch (error) {
      if (turn !== this.turn) return;
      if (await renewSearch(error)) return this.search(unfinished, shown);
      console.info(error);
      this.waiting.end();
      this.state.classList.remove("tb-search__state--none");
      this.state.textContent = _("The search index could not be loaded. Check the connection, and search again.");
    }
  }

  /** Offer questions and topics, where there is nothing else. @param {boolean} isOffered */
  offer(isOffered) {
    this.before.hidden = !isOffered;
    this.root.classList.toggle("tb-search--asked", Boolean(this.field.value.trim()) || hasValues(this.filters));
  }

  /**
   * Show results in a better order, once meaning has come. What somebody is reading stays where it is
   * until they turn away from it.
   * @param {Asked} asked @param {Answers} better
   */
  async improve(asked, { answer, meaning }) {
    const isVain = () => asked.turn !== this.turn;
    const isSame = isAlike(asked.answer, answer);
    if (isVain() || (!isSame && !(await isLeft(this.results, isVain)))) return;
    const improved = { ...asked, answer };
    if (!isSame) await this.show(improved, 0, meaning === "done");
    if (isVain()) return;
    this.results.dataset.meaning = meaning;
    this.offer(!answer.hits.length);
    if (isSame && meaning === "done") void this.improveCard(asked);
    if (!isSame && meaning === "done") announce(_("Results are now sorted by meaning too."));
    await this.offerFilters(improved);
  }

  /** Let meaning choose the sentence of the answer, unless somebody reads it already. @param {Asked} asked */
  async improveCard({ search, turn }) {
    const cosines = await this.card?.compare(search.meaning);
    if (cosines && turn === this.turn && !isRead(this.results)) this.card?.improve(cosines);
  }

  /** @param {Asked} asked @param {number} from @param {boolean} [isMeant] whether meaning chooses the sentence first */
  async show(asked, from, isMeant = false) {
    const { search, answer, query, turn } = asked;
    const all = listHits(answer);
    const hits = all.slice(from, this.shown);
    const found = await Promise.all(hits.map((hit) => search.index.read(hit.id)));
    if (turn !== this.turn) return;
    let card = !from && query && found.length ? AnswerCard.of(found[0], answer) : null; // filters alone ask nothing
    const cosines = isMeant ? await card?.compare(search.meaning) : null;
    if (turn !== this.turn) return;
    if (cosines) card = AnswerCard.of(found[0], answer, cosines);
    if (!from) this.card = card;
    const entries = found.map((each, at) => drawEntry(each, answer, at ? null : card));
    if (from) this.results.append(...entries);
    else this.results.replaceChildren(...entries);
    const ask = query ? linkToAsk(search.settings.ask_url, query) : null;
    const isClosest = !answer.isAnswered && all.length > 0;
    Object.assign(this.results.dataset, { query, answered: answer.isAnswered ? "yes" : "no" });
    this.tell(asked);
    this.above.replaceChildren();
    this.more.replaceChildren();
    if (isClosest) this.above.append(...(ask ? [element("p", "", ask)] : []), element("h2", "", _("Closest matches")));
    if (this.shown < all.length) this.more.append(this.drawMore(asked, all.length));
    if (ask && !isClosest) this.more.append(element("p", "", ...parts(_("Can't find it? {ask}"), { ask })));
  }

  /** @param {Asked} asked @param {number} count */
  drawMore(asked, count) {
    const from = this.shown;
    const rest = Math.min(STEP, count - from);
    const button = element("button", "tb-more", counted(rest, "Show {n} more", "Show {n} more"));
    button.addEventListener("click", async () => {
      this.shown = from + STEP;
      await this.show(asked, from);
      this.results.children[from]?.querySelector("a")?.focus();
    });
    return button;
  }

  /** @param {Asked} asked */
  tell({ answer, query }) {
    const count = answer.hits.length;
    const words = [];
    const typed = quote(answer.corrected.map(([word]) => word));
    const unknown = quote(answer.unknown);
    if (typed) words.push(_("Nothing matches {words}. Showing results for similar words.", { words: typed }));
    else if (unknown && count) words.push(_("Nothing matches {words}.", { words: unknown }));
    if (!count) {
      words.unshift(query ? _("No matches.") : _("No results match these filters."));
      words.push(_("Try other words or fewer filters."));
    }
    this.waiting.end();
    this.state.replaceChildren(...(count ? drawState(answer, words.join(" ")) : [words.join(" ")]));
    this.state.classList.toggle("tb-search__state--none", !answer.isAnswered);
  }

  /** @param {Asked} asked */
  async offerFilters(asked) {
    let details = this.sides.querySelector("details");
    if (!details) {
      details = element("details", "tb-filters", element("summary", "", _("Filter and sort")), element("div"));
      // On a phone they would push the results off the screen.
      details.open = matchMedia("(min-width: 60em)").matches && (Boolean(this.order) || hasValues(this.filters));
      this.sides.replaceChildren(details);
    }
    const chosen = Object.values(this.filters).flat().length;
    const words = _("Filter and sort");
    need("summary", details).textContent = chosen ? _("{value} ({n})", { value: words, n: number(chosen) }) : words;
    // Counting loads more of the index, so it waits until somebody opens the filters.
    details.ontoggle = () => details?.open && this.fillFilters(asked);
    if (details.open) await this.fillFilters(asked);
  }

  /** @param {Asked} asked */
  async fillFilters({ search, answer, turn }) {
    const { labels, languages } = search.settings;
    /** @type {Record<string, Record<string, string>>} */
    const names = { ...labels, state: STATES, language: Object.fromEntries(languages.map((each) => [each, each])) };
    const counts = await search.count(answer.found, this.filters, names);
    if (turn !== this.turn) return;
    const focused = document.activeElement?.id ?? "";
    const orders = Object.entries(ORDERS);
    const sets = [
      this.drawChoice("sort", _("Sort by"), orders.map(([value, label]) => ({ value, label, isOn: value === this.order })), "radio"),
    ];
    for (const [name, label] of Object.entries(FILTERS)) {
      const values = Object.entries(counts[name] ?? {})
        .map(([value, count]) => {
          const label = _("{value} ({n})", { value: names[name][value], n: number(count) });
          return { value, label, count, isOn: (this.filters[name] ?? []).includes(value) };
        })
        .filter((each) => each.count || each.isOn);
      if (values.length > 1 || values.some((each) => each.isOn)) {
        sets.push(this.drawChoice(name, label, values, "checkbox"));
      }
    }
    find("details > div", this.sides)?.replaceChildren(...sets);
    if (focused) findAll("input", this.sides).find((each) => each.id === focused)?.focus();
  }

  /**
   * @param {string} name @param {string} legend
   * @param {{value: string, label: string, isOn: boolean}[]} values @param {string} type
   */
  drawChoice(name, legend, values, type) {
    const set = element("fieldset", "tb-filter", element("legend", "", legend));
    for (const { value, label, isOn } of values) {
      const input = element("input");
      Object.assign(input, { type, name: `tb_${name}`, id: `tb_${name}_${value}`, checked: isOn });
      input.addEventListener("change", () => {
        if (type === "radio") this.order = value;
        else {
          const others = (this.filters[name] ?? []).filter((each) => each !== value);
          this.filters[name] = input.checked ? [...others, value] : others;
        }
        this.search();
      });
      set.append(element("label", "", input, ` ${label}`));
    }
    return set;
  }
}
