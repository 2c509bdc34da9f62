// @ts-check
/** The search page. Question, filters and order are in the address, so that it can be shared. */

import { announce, element, find, findAll, need } from "../dom.js";
import { _, counted, either, number, parts } from "../words.js";
import { AnswerCard } from "./card.js";
import { Pace } from "./pace.js";
import { STATES, countResults, drawEntry, isAlike, isLeft, isRead, linkToAsk, listHits } from "./results.js";
import { hasValues, openSearch, renewSearch } from "./search.js";

/** @import { Answer, Answers } from "../../types" */
/** @typedef {{search: Awaited<ReturnType<typeof openSearch>>, answer: Answer, query: string, turn: number}} Asked */

const STEP = 10; // results shown at once
const FILTERS = { state: _("State"), topic: _("Topic"), stage: _("Stage"), board: _("Board"), path: _("Learning path"), language: _("Language") };
const ORDERS = { "": _("Best first"), day: _("Newest first"), votes: _("Most votes first") };

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

/** @param {HTMLElement} root */
export function start(root) {
  if (root.dataset.tbStarted) return;
  root.dataset.tbStarted = "true";
  if (root.dataset.tbAsked) void import("./asked.js").then(({ watchAsked }) => watchAsked(root));
  new SearchPage(root).read();
}

class SearchPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.field = /** @type {HTMLInputElement} */ (need("[name=q]", root));
    this.results = need(".tb-results", root);
    this.state = need(".tb-search__state", root);
    this.above = need(".tb-search__above", root);
    this.more = need(".tb-search__more", root);
    this.sides = need(".tb-search__filters", root);
    /** @type {Record<string, string[]>} */
    this.filters = {};
    this.order = "";
    this.turn = 0;
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
    addEventListener("popstate", () => root.isConnected && this.read());
  }

  /** Read question, filters and order from the address. */
  read() {
    const asked = new URLSearchParams(location.search);
    // Somebody may have typed before this script ran.
    this.field.value = asked.get("q") ?? (this.turn ? "" : this.field.value);
    // Anybody can make up an address: only what can be a value is looked up.
    const read = (/** @type {string} */ name) => [...new Set(asked.getAll(name))].filter((value) => VALUE.test(value)).slice(0, MOST_VALUES);
    this.filters = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, read(name)]));
    const order = asked.get("sort") ?? "";
    this.order = Object.hasOwn(ORDERS, order) ? order : "";
    this.search();
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

  /** @param {boolean} [unfinished] whether the last word is still being typed @returns {Promise<void>} */
  async search(unfinished = false) {
    const turn = ++this.turn;
    const query = this.field.value.trim();
    this.write();
    if (!query && !hasValues(this.filters)) {
      this.results.replaceChildren();
      this.results.dataset.query = "";
      delete this.results.dataset.answered;
      this.above.replaceChildren();
      this.more.replaceChildren();
      this.state.textContent = "";
      this.results.dataset.meaning = "off";
      return;
    }
    try {
      const search = await openSearch();
      const asking = { filters: this.filters, order: this.order, unfinished };
      const { answer, meaning, late } = await this.pace.time(search.answer(query, asking));
      if (turn !== this.turn) return;
      const asked = { search, answer, query, turn };
      await this.show(asked, 0);
      if (turn !== this.turn) return;
      this.results.dataset.meaning = meaning;
      if (meaning === "done") void this.improveCard(asked);
      void late?.then((better) => this.improve(asked, better));
      await this.offerFilters(asked);
    } catch (error) {
      if (turn !== this.turn) return;
      if (await renewSearch(error)) return this.search(unfinished);
      console.info(error);
      this.state.classList.remove("tb-search__state--none");
      this.state.textContent = _("The search index could not be loaded. Check the connection, and search again.");
    }
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
    if (isSame && meaning === "done") void this.improveCard(asked);
    if (!isSame && meaning === "done") announce(_("Results are now ordered by meaning, too."));
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
    const hits = all.slice(from, from + STEP);
    const found = await Promise.all(hits.map((hit) => search.index.read(hit.id)));
    if (turn !== this.turn) return;
    let card = from ? null : found.length ? AnswerCard.of(found[0], answer) : null;
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
    if (isClosest) this.above.append(...(ask ? [element("p", "", ask)] : []), element("h2", "", _("The closest threads")));
    if (from + STEP < all.length) this.more.append(this.drawMore(asked, from, all.length));
    if (ask && !isClosest) this.more.append(element("p", "", ...parts(_("Not what you meant? {ask}"), { ask })));
  }

  /** @param {Asked} asked @param {number} from @param {number} count */
  drawMore(asked, from, count) {
    const rest = Math.min(STEP, count - from - STEP);
    const button = element("button", "tb-more", counted(rest, "Show {n} more", "Show {n} more"));
    button.addEventListener("click", async () => {
      await this.show(asked, from + STEP);
      this.results.children[from + STEP]?.querySelector("a")?.focus();
    });
    return button;
  }

  /** @param {Asked} asked */
  tell({ answer, query }) {
    const count = answer.hits.length;
    const words = [countResults(answer)];
    if (!count) words[0] = query ? _("Nothing here has these words.") : _("Nothing fits these filters.");
    const typed = quote(answer.corrected.map(([word]) => word));
    const unknown = quote(answer.unknown);
    if (typed) words.push(_("No thread says {words}; the nearest words were taken.", { words: typed }));
    else if (unknown && count) words.push(_("No thread says {words}.", { words: unknown }));
    if (!count) words.push(_("Try other words, or fewer filters."));
    this.state.textContent = words.join(answer.isAnswered ? " · " : " ");
    this.state.classList.toggle("tb-search__state--none", !answer.isAnswered);
  }

  /** @param {Asked} asked */
  async offerFilters(asked) {
    let details = this.sides.querySelector("details");
    if (!details) {
      details = element("details", "tb-filters", element("summary", "", _("Filter and sort")), element("div"));
      details.open = Boolean(this.order) || hasValues(this.filters);
      this.sides.replaceChildren(details);
    }
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
      this.drawChoice("sort", _("Order"), orders.map(([value, label]) => ({ value, label, isOn: value === this.order })), "radio"),
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
