// @ts-check
/** The page of search: question, filters and order stand in the address, so it can be shared. */

import { _, counted, either, number, parts } from "../words.js";
import { openSearch } from "./search.js";
import { element } from "./dom.js";
import { STATES, address, askLink, details, marked, threadOf } from "./results.js";

const STEP = 10; // results shown at once
const WAIT = 150; // milliseconds after a key
const FILTERS = { state: _("State"), topic: _("Topic"), stage: _("Stage"), board: _("Board"), path: _("Learning path"), language: _("Language") };
const ORDERS = { "": _("Best first"), day: _("Newest first"), votes: _("Most votes first") };

/** Quote each of several words once. @param {string[]} words */
function quoted(words) {
  return either([...new Set(words)].map((word) => _("“{word}”", { word })));
}

/** @param {HTMLElement} root the page's content */
export function start(root) {
  if (root.dataset.tbStarted) return;
  root.dataset.tbStarted = "true";
  new SearchPage(root).read();
}

class SearchPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.field = /** @type {HTMLInputElement} */ (root.querySelector("#tb_query"));
    this.results = /** @type {HTMLElement} */ (root.querySelector("#tb-results"));
    this.state = /** @type {HTMLElement} */ (root.querySelector("#tb-search-state"));
    this.more = /** @type {HTMLElement} */ (root.querySelector("#tb-search-more"));
    this.sides = /** @type {HTMLElement} */ (root.querySelector("#tb-filters"));
    /** @type {Record<string, string[]>} */
    this.filters = {};
    this.order = "";
    this.turn = 0;
    this.timer = 0;
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(!/\s$/.test(this.field.value)), WAIT);
    });
    root.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.timer);
      this.search();
    });
    addEventListener("popstate", () => root.isConnected && this.read());
  }

  /** Take question, filters and order from the address. */
  read() {
    const said = new URLSearchParams(location.search);
    // Before this ran, somebody may have typed already.
    this.field.value = said.get("q") ?? (this.turn ? "" : this.field.value);
    this.filters = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, said.getAll(name)]));
    this.order = said.get("sort") ?? "";
    this.search();
  }

  write() {
    const said = new URLSearchParams();
    if (this.field.value.trim()) said.set("q", this.field.value.trim());
    for (const [name, values] of Object.entries(this.filters)) {
      for (const value of values) said.append(name, value);
    }
    if (this.order) said.set("sort", this.order);
    const query = String(said);
    const url = location.pathname + (query ? `?${query}` : "");
    if (url !== location.pathname + location.search) history.replaceState(history.state, "", url);
  }

  async search(unfinished = false) {
    const turn = ++this.turn;
    const query = this.field.value.trim();
    this.write();
    if (!query && !Object.values(this.filters).some((values) => values.length)) {
      this.results.replaceChildren();
      this.results.dataset.query = "";
      this.more.replaceChildren();
      this.state.textContent = "";
      return;
    }
    try {
      const search = await openSearch();
      const answer = await search.ask(query, { filters: this.filters, unfinished });
      if (this.order) {
        const places = [...(await search.sorted(this.order)).keys()];
        const at = new Map(places.map((id, place) => [id, place]));
        const last = places.length;
        answer.hits.sort((one, other) => (at.get(one.id) ?? last) - (at.get(other.id) ?? last));
      }
      if (turn !== this.turn) return;
      await this.show(search, answer, query, 0, turn);
      if (turn === this.turn) await this.offer(search, answer, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      console.info(error);
      this.state.textContent = _("The search index could not be loaded. Check the connection, and search again.");
    }
  }

  /**
   * @param {Awaited<ReturnType<typeof openSearch>>} search
   * @param {import("./search.js").Answer} answer @param {string} query
   * @param {number} from @param {number} turn
   */
  async show(search, answer, query, from, turn) {
    const hits = answer.hits.slice(from, from + STEP);
    const said = await Promise.all(hits.map((hit) => search.said(hit.id)));
    if (turn !== this.turn) return;
    const entries = said.map((each) => {
      const entry = element("li", "tb-result");
      const thread = threadOf(each);
      if (thread) Object.assign(entry.dataset, { thread, tbThread: thread, tbPrint: each.fingerprint ?? "" });
      const link = /** @type {HTMLAnchorElement} */ (
        element("a", "", ...marked(each.title, answer.stems, search.stems[0]))
      );
      link.href = address(each);
      entry.append(element("h2", "tb-result__title", link), ...details(each, answer.stems, search.stems[0]));
      return entry;
    });
    if (from) this.results.append(...entries);
    else this.results.replaceChildren(...entries);
    this.results.dataset.query = query;
    this.tell(answer, query);
    this.more.replaceChildren();
    if (from + STEP < answer.hits.length) {
      const rest = Math.min(STEP, answer.hits.length - from - STEP);
      const button = element("button", "tb-more", counted(rest, "Show {n} more", "Show {n} more"));
      button.addEventListener("click", async () => {
        await this.show(search, answer, query, from + STEP, turn);
        /** @type {HTMLElement | null} */ (this.results.children[from + STEP]?.querySelector("a"))?.focus();
      });
      this.more.append(button);
    }
    const ask = query ? askLink(search.settings.ask_url, query) : null;
    if (ask) this.more.append(element("p", "", ...parts(_("Not what you meant? {ask}"), { ask })));
  }

  /** @param {import("./search.js").Answer} answer @param {string} query */
  tell(answer, query) {
    const count = answer.hits.length;
    const words = [counted(count, "{n} result", "{n} results")];
    if (!count) words[0] = query ? _("Nothing here has these words.") : _("Nothing fits these filters.");
    const typed = quoted(answer.corrected.map(([word]) => word));
    const unknown = quoted(answer.unknown);
    if (typed) words.push(_("No thread says {words}; the nearest words were taken.", { words: typed }));
    else if (unknown && count) words.push(_("No thread says {words}.", { words: unknown }));
    if (!count) words.push(_("Try other words, or fewer filters."));
    this.state.textContent = words.join(" · ");
  }

  /**
   * @param {Awaited<ReturnType<typeof openSearch>>} search
   * @param {import("./search.js").Answer} answer @param {number} turn
   */
  async offer(search, answer, turn) {
    let details = this.sides.querySelector("details");
    if (!details) {
      details = /** @type {HTMLDetailsElement} */ (
        element("details", "tb-filters", element("summary", "", _("Filter and sort")), element("div"))
      );
      details.open = Boolean(this.order) || Object.values(this.filters).some((values) => values.length);
      this.sides.replaceChildren(details);
    }
    // Counting loads more of the index, so it waits until somebody wants to see it.
    details.ontoggle = () => details?.open && this.fill(search, answer, turn);
    if (details.open) await this.fill(search, answer, turn);
  }

  /**
   * @param {Awaited<ReturnType<typeof openSearch>>} search
   * @param {import("./search.js").Answer} answer @param {number} turn
   */
  async fill(search, answer, turn) {
    const counts = await search.counts(answer.found, this.filters);
    if (turn !== this.turn) return;
    const focused = document.activeElement?.id ?? "";
    const orders = Object.entries(ORDERS);
    const sets = [
      this.choice("sort", _("Order"), orders.map(([value, label]) => ({ value, label, isOn: value === this.order })), "radio"),
    ];
    for (const [name, label] of Object.entries(FILTERS)) {
      const labels = search.settings.labels[name] ?? STATES;
      const values = Object.entries(counts[name] ?? {})
        .map(([value, count]) => {
          const own = /** @type {Record<string, string>} */ (labels)[value] ?? value;
          const label = _("{value} ({n})", { value: own, n: number(count) });
          return { value, label, count, isOn: (this.filters[name] ?? []).includes(value) };
        })
        .filter((each) => each.count || each.isOn);
      if (values.length > 1 || values.some((each) => each.isOn)) {
        sets.push(this.choice(name, label, values, "checkbox"));
      }
    }
    this.sides.querySelector("details > div")?.replaceChildren(...sets);
    if (focused) document.getElementById(focused)?.focus();
  }

  /**
   * @param {string} name @param {string} legend
   * @param {{value: string, label: string, isOn: boolean}[]} values @param {string} type
   */
  choice(name, legend, values, type) {
    const set = element("fieldset", "tb-filter", element("legend", "", legend));
    for (const { value, label, isOn } of values) {
      const input = /** @type {HTMLInputElement} */ (element("input"));
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
