"""Golden queries: they measure how well search answers, in a browser or without one."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from threadbook.addresses import ASSETS
from threadbook.browser import chromium, served
from threadbook.errors import UserError
from threadbook.library import Library, Outline
from threadbook.load.files import Sealed
from threadbook.pages import Plan, Planning, Shared, plan_site, share
from threadbook.progress import Quiet
from threadbook.search.codec import FOLDER
from threadbook.search.documents import find_documents, read_prose
from threadbook.search.entry import SETTINGS
from threadbook.search.making import Indexing
from threadbook.search.suggest import Suggester, Suggestion
from threadbook.search.vectors import Reader
from threadbook.settings import Settings
from threadbook.staging import temporary

DEPTH: Final = 10
"""How many results of a query count."""

FOLDS: Final = 2
"""Other ways to ask are split into this many parts; each is left out of the index, then asked."""

GOLDEN, UNANSWERED = "golden queries", "not answered"
HOLDOUT, HELD_UNANSWERED = "holdout", "holdout, none"
NOT_ANSWERED: Final = {UNANSWERED, HELD_UNANSWERED}
TITLES, ALSO_ASKED = "titles", "also asked"

_RUN: Final = """async ([queries, depth, byWords]) => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
  const { threadOf } = await import(new URL("assets/threadbook/search/results.js", location.href));
  const search = await openSearch();
  const { meaning } = search;
  // The small model is there first; what is measured is the best one that a reader gets.
  for (let asked = 0; !byWords && asked < 600 && meaning?.files?.encoder; asked++) {
    if (meaning.isOff || (await meaning.ask(`question ${asked}`))?.model === "encoder") break;
    await new Promise((done) => setTimeout(done, 100));
  }
  const found = [];
  for (const query of queries) {
    const answer = byWords || !search.answer
      ? await search.ask(query)
      : (await search.answer(query, {}, Infinity)).answer;
    const ids = [];
    for (const hit of answer.hits) {
      const thread = threadOf(await search.index.read(hit.id));
      if (thread) ids.push(thread);
      if (ids.length === depth) break;
    }
    found.push([ids, answer.isAnswered ?? ids.length > 0]);
  }
  return found;
}"""


class Answered(NamedTuple):
    """What search says to a question: threads, the best first, and whether they answer it."""

    threads: list[str]
    is_answered: bool


Answer = Callable[[Sequence[str]], list[Answered]]


class Case(NamedTuple):
    """A question and the thread that should be among the first `within` results.

    If nothing answers it, `expect` is empty, and search should say so.
    """

    query: str
    expect: str
    within: int


class Result(NamedTuple):
    """What a case gave: the place of its thread, or 0, and the thread that came first.

    If search `told` that nothing answers a question that nothing answers, the place is 1.
    """

    case: Case
    place: int
    first: str
    told: bool


class Figures(NamedTuple):
    """How well cases were answered: shares from 0 to 1; `mrr` is the mean reciprocal rank.

    `told` is the share of those who were told that nothing answers their question, and `empty` the
    number of questions with an answer for which there was no result at all.
    """

    asked: int
    first: float
    three: float
    five: float
    mrr: float
    empty: int
    told: float


def figures(results: Sequence[Result]) -> Figures:
    """Sum up results; without results everything is 0."""
    count = len(results)

    def share(within: int) -> float:
        return sum(0 < each.place <= within for each in results) / max(count, 1)

    reciprocal = sum(1 / each.place for each in results if each.place)
    empty = sum(not each.first and bool(each.case.expect) for each in results)
    told = sum(each.told for each in results) / max(count, 1)
    return Figures(count, share(1), share(3), share(5), reciprocal / max(count, 1), empty, told)


def golden_cases(library: Library) -> dict[str, list[Case]]:
    """Return the golden queries, apart from those whose threads have no page.

    Those by which nobody tunes search are apart, and so are those that nothing answers. Search
    knows the latter, but for the holdout.
    """
    found: dict[str, list[Case]] = {
        name: [] for name in (GOLDEN, UNANSWERED, HOLDOUT, HELD_UNANSWERED)
    }
    for query in library.golden:
        if query.expect is None:
            found[HELD_UNANSWERED if query.holdout else UNANSWERED].append(Case(query.query, "", 1))
        elif library.has_page(query.expect):
            case = Case(query.query, library.answering[query.expect], query.within)
            found[HOLDOUT if query.holdout else GOLDEN].append(case)
    return found


def title_cases(library: Library) -> list[Case]:
    """Return every title as a query for its own thread."""
    return [Case(library.threads[id_].title, id_, 1) for id_ in _ids_of(library)]


def folds(library: Library) -> Iterator[list[Case]]:
    """Yield other ways to ask, in folds; a fold is asked of an index without it."""
    cases = [
        Case(ask.text, id_, 3) for id_ in _ids_of(library) for ask in library.threads[id_].asks[1:]
    ]
    for fold in range(FOLDS):
        yield cases[fold::FOLDS]


def _ids_of(library: Library) -> list[str]:
    return [id_ for id_ in library.latest if library.threads[id_].status == "published"]


def judge(cases: Sequence[Case], answer: Answer) -> list[Result]:
    """Ask all cases."""
    found = answer([case.query for case in cases]) if cases else []
    return [
        Result(case, _place(case, each), next(iter(each.threads), ""), not each.is_answered)
        for case, each in zip(cases, found, strict=True)
    ]


def _place(case: Case, found: Answered) -> int:
    if not case.expect:
        return int(not found.is_answered)
    return found.threads.index(case.expect) + 1 if case.expect in found.threads else 0


def ask_without_browser(base: Searched, reader: Reader | None = None) -> dict[str, list[Result]]:
    """Ask everything of the ranking that `threadbook suggest` uses, by meaning with a `reader`."""

    def answer(part: Searched) -> Answer:
        suggester = Suggester(part.plan, part.shared, base.settings, reader)
        return lambda queries: [_read(suggester.suggest(query, DEPTH)) for query in queries]

    whole = answer(base)
    return {
        **{name: judge(cases, whole) for name, cases in golden_cases(base.library).items()},
        TITLES: judge(title_cases(base.library), whole),
        ALSO_ASKED: [
            result
            for fold in folds(base.library)
            for result in judge(fold, answer(base.without_asks(fold)))
        ],
    }


def _read(found: Sequence[Suggestion]) -> Answered:
    return Answered([each.thread for each in found], bool(found) and found[0].answered)


def ask_in_browser(
    base: Searched, site: Path, *, by_words: bool = False
) -> dict[str, list[Result]]:
    """Ask everything of a built site in headless Chromium; raises `UserError` without one."""
    script = site / ASSETS / "search" / "search.js"
    if not script.is_file() or not (site / FOLDER / SETTINGS).is_file():
        raise UserError(
            f"There is no site with a search index at {site}; `threadbook build` makes one."
        )
    with _chromium(by_words) as run:
        whole = functools.partial(run, site)
        found = {
            **{name: judge(cases, whole) for name, cases in golden_cases(base.library).items()},
            TITLES: judge(title_cases(base.library), whole),
            ALSO_ASKED: [],
        }
        for fold in folds(base.library):
            with _site_of(base.without_asks(fold), site) as without:
                found[ALSO_ASKED] += judge(fold, functools.partial(run, without))
    return found


class Searched(NamedTuple):
    """A base to ask questions of."""

    library: Library
    sealed: Mapping[str, Sealed]
    settings: Settings

    @property
    def plan(self) -> Plan:
        """The plan of its site."""
        return plan_site(Planning(self.library, self.sealed, self.settings))

    @property
    def shared(self) -> Shared:
        """What its pages know of the site."""
        return share(self.settings, self.library)

    def without_asks(self, fold: Iterable[Case]) -> Searched:
        """Return a base whose threads do not know that they are also asked so."""
        asked = {case.query for case in fold}

        def forget(outline: Outline) -> Outline:
            title, *others = outline.asks
            kept = (ask for ask in others if ask.text not in asked)
            return outline._replace(asks=(title, *kept))

        threads = {id_: forget(outline) for id_, outline in self.library.threads.items()}
        return self._replace(library=replace(self.library, threads=threads))


@contextmanager
def _site_of(base: Searched, site: Path) -> Iterator[Path]:
    """Give a site of nothing but the index of a base."""
    plan, settings = base.plan, base.settings
    with temporary("golden") as work:
        folder = work / "site"
        shutil.copytree(site / ASSETS, folder / ASSETS)
        blank = '<!doctype html><title>Golden queries</title><link rel="icon" href="data:,">'
        (folder / "index.html").write_text(blank, "utf-8")
        with Indexing(plan, settings, work) as indexing:
            documents = find_documents(plan, base.shared)
            indexing.add(indexing.writer(plan.pages)(documents))
            indexing.start(tuple(read_prose(settings)))
            indexing.understand(Quiet())
            indexing.finish(folder)
        yield folder


@contextmanager
def _chromium(by_words: bool) -> Iterator[Callable[[Path, Sequence[str]], list[Answered]]]:
    """Start a browser; give a function that asks the site in a folder."""
    with chromium("Asking in a browser", "or ask with --offline") as browser:

        def run(site: Path, queries: Sequence[str]) -> list[Answered]:
            with served(site) as address:
                page = browser.new_page()
                page.goto(address)
                found = page.evaluate(_RUN, [list(queries), DEPTH, by_words])
                page.close()
                return [Answered(*each) for each in found]

        yield run


def as_json(found: Mapping[str, Sequence[Result]]) -> dict[str, Any]:
    """Return results as plain values, to be kept and compared."""
    return {
        name: {
            "figures": figures(results)._asdict(),
            "results": [
                {
                    "query": each.case.query,
                    "expect": each.case.expect,
                    "within": each.case.within,
                    "place": each.place,
                    "first": each.first,
                    "told": each.told,
                }
                for each in results
            ],
        }
        for name, results in found.items()
    }
