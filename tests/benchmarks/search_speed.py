"""What a search costs: making the index, loading it, and answering while somebody types.

    python tests/benchmarks/search_speed.py --questions threads.jsonl.gz --threads 10000

    python tests/benchmarks/search_speed.py --threads 100000 --index-only

The base is made of real questions (JSON lines with question and answer), or of made-up threads. The
index is measured alone, in a process of its own that gets the documents in batches, as a worker does:
processor seconds, and the largest resident size. Questions are titles with three words of the answer.
Each is asked with an empty cache, then all one after another; bytes are those of the index that headless
Chromium fetches, `settings.json` as gzip would send it. Milliseconds go from the last key to the
painted results. The first five results are compared with those of Python's planner.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import os
import pickle
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import Browser, Page, sync_playwright
from questions import write_questions
from synthetic import Synthetic

from threadbook.browser import served
from threadbook.build import build
from threadbook.configuration import Configuration, read_configuration
from threadbook.engines.choice import make_engine
from threadbook.gather import gather
from threadbook.pages import Document, Plan, Planning, plan_site, share
from threadbook.progress import Quiet
from threadbook.search.documents import find_documents
from threadbook.search.fusion import answer_alone
from threadbook.search.index import DocumentIndex
from threadbook.search.making import Indexing
from threadbook.search.question import Groups, rank, read_question, relax
from threadbook.search.ranking import ranking
from threadbook.settings import Settings

BATCH = 50
ASK = """async (query) => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
  const search = await openSearch();
  const hits = (await search.ask(query)).hits;
  return Promise.all(hits.slice(0, 10).map(async hit => (await search.index.read(hit.id)).at));
}"""
PAINTED = """async (query) => {
  const field = document.querySelector("#tb_query");
  const results = document.querySelector("#tb-results");
  const start = performance.now();
  field.value = query;
  field.form.requestSubmit();
  while (results.dataset.query !== query.trim()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def main() -> None:
    """Parse arguments, make the base, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--index-only", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        if options.questions is None:
            Synthetic(options.threads).write(base)
        else:
            write_questions(options.questions, base, options.threads)
        configuration = read_configuration(base / "mkdocs.yml")
        settings = configuration.settings
        plan, documents = write_documents(settings, base / "documents")
        index(plan, settings, base)
        if not options.index_only:
            found = list(read(base / "documents"))
            queries = ask_about(found, options.queries)
            site = built(configuration, base / "site")
            answer(site, queries, expected(plan, settings, found, queries))
        print(f"{documents:,} documents")


def write_documents(settings: Settings, file: Path) -> tuple[Plan, int]:
    """Write all documents to a file."""
    gathered, count = gather(settings), 0
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    with file.open("wb") as out:
        for document in find_documents(plan, share(settings, gathered.library)):
            pickle.dump(document, out, pickle.HIGHEST_PROTOCOL)
            count += 1
    return plan, count


def read(file: Path) -> Iterator[Document]:
    """Yield the documents of a file."""
    with file.open("rb") as found:
        while found.peek(1):
            yield pickle.load(found)  # noqa: S301 - our own


def index(plan: Plan, settings: Settings, base: Path) -> None:
    """Make the index in a process of its own; print what it cost."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    light = replace(plan, pages=())  # an index needs no page of a plan
    process = context.Process(target=index_alone, args=(light, settings, base, theirs))
    process.start()
    figures = ours.recv()
    process.join()
    files = [file for file in (base / "index" / "search").rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    print(
        f"index: {figures['seconds']:.1f} s, {figures['processor']:.2f} CPU s, of them "
        f"{figures['merging']:.2f} for merging; {figures['memory']:.0f} MB, of them "
        f"{figures['before']:.0f} before; {len(files):,} files, {size / 1e6:.1f} MB"
    )
    for kind in ("t", "p", "d", "c"):
        some = [file.stat().st_size for file in files if file.parent.name == kind]
        print(
            f"    {kind}: {len(some):5,} files {sum(some) / 1e6:6.2f} MB, at most {max(some):,} B"
        )


def index_alone(plan: Plan, settings: Settings, base: Path, result: Any) -> None:
    """Make the index, and send its figures."""
    from threadbook.text import stem  # noqa: PLC0415

    stem("word", "en")  # tables are loaded once for all that a worker does
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent, start = 0.0, time.perf_counter()
    with Indexing(plan, settings, base) as indexing:
        write = indexing.writer(())
        documents = read(base / "documents")
        while batch := list(islice(documents, BATCH)):
            began = time.process_time()
            indexing.add(write(batch))
            spent += time.process_time() - began
        began = time.process_time()
        indexing.start(())
        indexing.finish(base / "index")
        merging = time.process_time() - began
    result.send(
        {
            "seconds": time.perf_counter() - start,
            "processor": spent + merging,
            "merging": merging,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "before": before,
        }
    )


def ask_about(documents: Sequence[Document], count: int) -> list[str]:
    """Return questions: titles, each with some words of the answer."""
    chance = random.Random(5)  # noqa: S311 - a choice, not a secret
    threads = [each for each in documents if each.kind == "thread"]
    asked = []
    for each in chance.sample(threads, count):
        words = each.fields["title"].replace("?", "").replace('"', "").split()
        said = each.fields["accepted"].replace('"', "").split()[:60] or ["x"]
        words += chance.sample(said, min(3, len(said)))
        asked.append(" ".join(word.lstrip("-") for word in words[:8]))
    return asked


def expected(
    plan: Plan, settings: Settings, documents: Sequence[Document], queries: Sequence[str]
) -> list[list[str]]:
    """Return the first five of Python's planner."""
    index = DocumentIndex(documents)
    groups = Groups.of(plan.synonyms, settings.language)
    by = ranking()

    def answer(query: str) -> list[str]:
        question = relax(read_question(query, [settings.language], groups, by), index)
        found = rank(question, index, by)
        fused = answer_alone(found.scores, found.shares, by.alone)
        return list(fused.scores if question.is_free else found.scores)[:5]

    return [answer(query) for query in queries]


def built(configuration: Configuration, site: Path) -> Path:
    """Build the site."""
    settings = replace(configuration.settings, engine="plain")
    start = time.perf_counter()
    build(partial(make_engine, configuration, settings), settings, site, Quiet())
    print(f"the whole site: {time.perf_counter() - start:.1f} s")
    return site


def answer(site: Path, queries: Sequence[str], right: Sequence[Sequence[str]]) -> None:
    """Ask in a browser; print bytes, milliseconds, and how many questions Python answers alike."""
    named = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=named, args=["--no-sandbox", "--disable-gpu"]
        )
        cold, found = ask_cold(browser, address, queries)
        further, times, again = ask_on(browser, address, queries)
        browser.close()
    alike = sum(one[:5] == list(other) for one, other in zip(found, right, strict=True))
    print(f"a first question {spread(cold, 1000)} KB, further ones {spread(further, 1000)} KB")
    print(f"milliseconds, a new question: {spread(times[1:])}; parts loaded: {spread(again)}")
    print(f"the first five are those of Python's planner for {alike} of {len(queries)} questions")


def ask_cold(
    browser: Browser, address: str, queries: Sequence[str]
) -> tuple[list[int], list[list[str]]]:
    """Ask each question with an empty cache; return bytes and results."""
    sizes, found = [], []
    for query in queries:
        with browser.new_context() as context:
            page = context.new_page()
            count = counting(page)
            page.goto(f"{address}404.html")
            found.append(page.evaluate(ASK, query))
            sizes.append(count())
    return sizes, found


def ask_on(
    browser: Browser, address: str, queries: Sequence[str]
) -> tuple[list[int], list[float], list[float]]:
    """Ask one question after another; return bytes but for the first, and milliseconds."""
    page = browser.new_page()
    count = counting(page)
    page.goto(f"{address}search/")
    page.wait_for_load_state("networkidle")
    sums, times = [0], []
    for query in queries:
        times.append(float(page.evaluate(PAINTED, query)))
        page.wait_for_load_state("networkidle")
        sums.append(count())
    again = [float(page.evaluate(PAINTED, query)) for query in queries]
    further = [after - before for before, after in pairwise(sums[1:])]
    return further, times, again


def counting(page: Page) -> Callable[[], int]:
    """Return what sums up the bytes of the index that a page has fetched so far."""
    loaded: list[Any] = []
    page.on("response", lambda response: loaded.append(response))  # noqa: PLW0108 - a method of C is refused

    def count() -> int:
        return sum(sent(each) for each in loaded if each.url.endswith((".bin", "/settings.json")))

    return count


def sent(response: Any) -> int:
    """Return a response's size as a host that compresses text would send it."""
    body = response.body()
    return len(gzip.compress(body, 6)) if response.url.endswith(".json") else len(body)


def spread(figures: Sequence[float], unit: float = 1) -> str:
    """Return median and largest."""
    return f"{statistics.median(figures) / unit:.0f} (at most {max(figures) / unit:.0f})"


if __name__ == "__main__":
    main()
