"""What a search costs: making the index, loading it, and answering while somebody types.

    python tests/benchmarks/search_speed.py --questions threads.jsonl.gz --threads 10000

    python tests/benchmarks/search_speed.py --threads 100000

Without questions the index of made-up threads is measured, and nothing else. The base is made of real questions (JSON lines with question and answer). Indexing is measured alone,
from planned pages to the finished index; memory is the largest resident size of any process. Bytes
are those that a browser in headless Chromium fetches, compressed as Pagefind keeps them, other text as
gzip would send it; milliseconds go from the last key to the painted results, the index loaded.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import Page, sync_playwright
from questions import write_questions
from synthetic import Synthetic

from threadbook import parallel
from threadbook.browser import served
from threadbook.engines import mkdocs
from threadbook.gather import gather
from threadbook.pages import plan
from threadbook.search.documents import prose_of
from threadbook.search.pagefind import indexing_of

PAINTED = """async (query) => {
  const field = document.querySelector("#tb_query");
  const results = document.querySelector("#tb-results");
  const start = performance.now();
  field.value = query;
  field.form.requestSubmit();
  while (results.dataset.query !== query) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def main() -> None:
    """Parse arguments, make the base, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=40)
    options = parser.parse_args()
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        if options.questions is None:
            Synthetic(options.threads).write(base)
            index(base, options.threads)
            return
        count = write_questions(options.questions, base, options.threads)
        titles = index(base, count)
        os.environ["TMPDIR"] = str(base)
        mkdocs.build_site(base / "mkdocs.yml", base / "site", 0, parallel_progress())
        answer(base / "site", random.Random(1).sample(titles, options.queries))  # noqa: S311


def index(base: Path, count: int) -> list[str]:
    """Make the index alone; print its cost, return all titles."""
    settings = mkdocs.settings_of(base / "mkdocs.yml")
    gathered = gather(settings)
    planned = plan(gathered.library, gathered.sealed, settings)
    start = time.perf_counter()
    out = base / "index"
    with indexing_of(planned, settings) as indexing, parallel.open_executor(0, count) as (pool, _):
        assert indexing is not None
        indexing.start(pool, tuple(prose_of(settings)))
        written = time.perf_counter() - start
        (out / "search").mkdir(parents=True)
        indexing.finish(out)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    files = sum(1 for file in out.rglob("*") if file.is_file())
    print(
        f"{count:,} threads: {seconds:.1f} s, {written:.1f} of them until all documents are written"
    )
    print(f"largest process {memory:.0f} MB; {files:,} files, {size / 1e6:.1f} MB")
    return [outline.title for outline in gathered.library.threads.values()]


def parallel_progress() -> Any:
    """Return what shows no progress."""
    from threadbook.progress import Quiet  # noqa: PLC0415

    return Quiet()


def answer(site: Path, queries: Sequence[str]) -> None:
    """Ask in a browser; print bytes of the first and of further queries, and milliseconds."""
    named = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=named, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        loaded: list[tuple[str, int]] = []
        page.on("response", lambda response: loaded.append((response.url, sent(response))))
        page.goto(f"{address}search/")
        page.wait_for_load_state("networkidle")
        bytes_of, times = [], []
        for query in queries:
            before = len(loaded)
            times.append(asked(page, query))
            page.wait_for_load_state("networkidle")
            bytes_of.append(sum(size for _, size in loaded[before:]))
            if len(bytes_of) == 1:
                for kind, (count, size) in sorted(kinds(loaded[before:]).items()):
                    print(f"    {kind:12} {count:3} files {size / 1000:7.1f} KB")
        again = [asked(page, query) for query in queries]
        browser.close()
    print(f"first query {bytes_of[0] / 1000:.0f} KB, further {spread(bytes_of[1:], 1000)} KB")
    print(f"milliseconds, a new question: {spread(times[1:])}; parts loaded: {spread(again)}")


def kinds(loaded: Sequence[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    """Count and sum up what was loaded by the ends of names."""
    found: dict[str, tuple[int, int]] = {}
    for url, size in loaded:
        kind = url.split("?")[0].rpartition(".")[2]
        count, total = found.get(kind, (0, 0))
        found[kind] = count + 1, total + size
    return found


def asked(page: Page, query: str) -> float:
    """Return the milliseconds from asking to painted results."""
    took: float = page.evaluate(PAINTED, query)
    return took


def sent(response: Any) -> int:
    """Return a response's size as a host that compresses text would send it."""
    body = response.body()
    is_text = response.url.split("?")[0].endswith((".js", ".json", ".txt", ".html", "/"))
    return len(gzip.compress(body, 6)) if is_text else len(body)


def spread(figures: Sequence[float], unit: float = 1) -> str:
    """Return median and largest."""
    return f"{statistics.median(figures) / unit:.0f} (at most {max(figures) / unit:.0f})"


if __name__ == "__main__":
    main()
