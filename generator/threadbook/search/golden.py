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
from threadbook.search.suggest import Suggester
from threadbook.search.vectors import Reader
from threadbook.settings import Settings
from threadbook.staging import temporary

DEPTH: Final = 10
"""How many results of a query count."""

FOLDS: Final = 2
"""Other ways to ask are split into this many parts; each is left out of the index, then asked."""

GOLDEN, TITLES, ALSO_ASKED = "golden queries", "titles", "also asked"

_RUN: Final = """async ([queries, depth]) => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
  const { threadOf } = await import(new URL("assets/threadbook/search/results.js", location.href));
  const search = await openSearch();
  const found = [];
  for (const query of queries) {
    const ids = [];
    for (const hit of (await search.ask(query)).hits) {
      const thread = threadOf(await search.index.read(hit.id));
      if (thread) ids.push(thread);
      if (ids.length === depth) break;
    }
    found.push(ids);
  }
  return found;
}"""

Answer = Callable[[Sequence[str]], list[list[str]]]


class Case(NamedTuple):
    """A question and the thread that should be among the first `within` results."""

    query: str
    expect: str
    within: int


class Result(NamedTuple):
    """What a case gave: the place of its thread, or 0, and the thread that came first."""

    case: Case
    place: int
    first: str


class Figures(NamedTuple):
    """How well cases were answered: shares from 0 to 1; `mrr` is the mean reciprocal rank."""

    asked: int
    first: float
    three: float
    five: float
    mrr: float
    empty: int


def figures(results: Sequence[Result]) -> Figures:
    """Sum up results; without results everything is 0."""
    count = len(results)

    def share(within: int) -> float:
        return sum(0 < each.place <= within for each in results) / max(count, 1)

    reciprocal = sum(1 / each.place for each in results if each.place)
    empty = sum(not each.first for each in results)
    return Figures(count, share(1), share(3), share(5), reciprocal / max(count, 1), empty)


def golden_cases(library: Library) -> list[Case]:
    """Return the golden queries whose threads have a page."""
    return [
        Case(query.query, library.answering[query.expect], query.within)
        for query in library.golden
        if query.expect is not None and not query.holdout and library.has_page(query.expect)
    ]


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
        Result(case, ids.index(case.expect) + 1 if case.expect in ids else 0, ids[0] if ids else "")
        for case, ids in zip(cases, found, strict=True)
    ]


def ask_without_browser(base: Searched, reader: Reader | None = None) -> dict[str, list[Result]]:
    """Ask everything of the ranking that `threadbook suggest` uses, by meaning with a `reader`."""

    def answer(part: Searched) -> Answer:
        suggester = Suggester(part.plan, part.shared, base.settings, reader)
        return lambda queries: [
            [found.thread for found in suggester.suggest(query, DEPTH)] for query in queries
        ]

    whole = answer(base)
    return {
        GOLDEN: judge(golden_cases(base.library), whole),
        TITLES: judge(title_cases(base.library), whole),
        ALSO_ASKED: [
            result
            for fold in folds(base.library)
            for result in judge(fold, answer(base.without_asks(fold)))
        ],
    }


def ask_in_browser(base: Searched, site: Path) -> dict[str, list[Result]]:
    """Ask everything of a built site in headless Chromium; raises `UserError` without one."""
    script = site / ASSETS / "search" / "search.js"
    if not script.is_file() or not (site / FOLDER / SETTINGS).is_file():
        raise UserError(
            f"There is no site with a search index at {site}; `threadbook build` makes one."
        )
    with _chromium() as run:
        whole = functools.partial(run, site)
        found = {
            GOLDEN: judge(golden_cases(base.library), whole),
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
def _chromium() -> Iterator[Callable[[Path, Sequence[str]], list[list[str]]]]:
    """Start a browser; give a function that asks the site in a folder."""
    with chromium("Asking in a browser", "or ask with --offline") as browser:

        def run(site: Path, queries: Sequence[str]) -> list[list[str]]:
            with served(site) as address:
                page = browser.new_page()
                page.goto(address)
                answer: list[list[str]] = page.evaluate(_RUN, [list(queries), DEPTH])
                page.close()
                return answer

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
                }
                for each in results
            ],
        }
        for name, results in found.items()
    }
