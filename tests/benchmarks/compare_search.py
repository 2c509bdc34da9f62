"""Searches over public sets of questions, in one run, each as it is shipped.

    python tests/benchmarks/compare_search.py --coffee Posts.xml \
        --zensical PATH/TO/zensical --pagefind PATH/TO/pagefind

`Posts.xml` is a Stack Exchange data dump of its coffee site. Every search gets the same titles and
answers, one page a question, and is asked the same in headless Chromium: Material for MkDocs and
Zensical through their own search fields, Pagefind through its own script, Threadbook as
`threadbook search-test` asks it. Tantivy stands for the search servers: it is the
engine of some (Quickwit, ParadeDB), and none of the hosted ones' own servers comes as a package. The sets are paraphrases (`coffee-held-out.yml`; ranking by words
was never tuned on it), those with typing errors (`coffee-typos.yml`), and questions that nothing answers. A
result is right if it leads to the page of the paraphrased question; no result, or saying that
nothing answers, is right for the last set. The size is what a first question loads, with gzip.
Zensical and Pagefind are left out without the paths of their programs, Tantivy if Python does not
find it.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import html
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import yaml
from playwright.sync_api import Error, Page, Response, sync_playwright
from search_quality import PARAPHRASES, coffee

from threadbook.browser import served

QUESTIONS = Path(__file__).resolve().parents[1] / "questions"
DEPTH = 5
CONFIG = """\
site_name: Coffee
theme: {name: material, font: false}
"""
SERVER = "Tantivy, in a server"
"""Nobody loads it, whatever the page loads beside which it is asked."""

FIRST_PAGE = "# Home\n\nQuestions about coffee.\n"

Ask = Callable[[Page, str], list[str]]


def main() -> None:
    """Parse arguments, build every site, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--coffee", type=Path, required=True)
    parser.add_argument("--zensical", type=Path)
    parser.add_argument("--pagefind", type=Path)
    parser.add_argument("--only", default="", help="search only where the name begins so")
    options = parser.parse_args()
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    sets = [
        yaml.safe_load((PARAPHRASES / f"{name}.yml").read_text("utf-8"))
        for name in ("coffee-held-out", "coffee-typos")
    ]
    nothing = yaml.safe_load((QUESTIONS / "coffee-unanswerable.yml").read_text("utf-8"))
    texts = [
        (each.id, each.fields["title"], each.fields["accepted"]) for each in coffee(options.coffee)
    ]
    counts = ", ".join(str(len(cases)) for cases in (*sets, nothing))
    print(f"{len(texts):,} questions; asked: {counts}")
    print(f"{'':24}{'first':>8}{'in 5':>8}{'none':>8}{'typos':>8}{'in 5':>8}{'told':>8}{'KB':>8}")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        chromium = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        found = searches(Path(name), texts, options.zensical, options.pagefind)
        for label, site, start, ask in found:
            if not label.startswith(options.only):
                continue
            with served(site) as address:
                context = browser.new_context()
                page = context.new_page()
                loaded: dict[str, int] = {}
                context.on("response", functools.partial(weigh, loaded))
                page.goto(address)
                page.wait_for_load_state("networkidle")
                for url in [url for url in loaded if "/search" not in url]:
                    del loaded[url]  # Material loads its index with the page
                page.evaluate(start) if start.startswith("async") else page.wait_for_timeout(1000)
                ask(page, sets[0][0]["query"])
                page.wait_for_timeout(500)
                size = f"{sum(loaded.values()) / 1000:.0f}"
                shares = [share for cases in sets for share in find_shares(cases, page, ask)]
                told = sum(not ask(page, case["query"]) for case in nothing) / len(nothing)
                first, five, none, typos, typos_five, _ = shares
                print(
                    f"{label:24}{first:8.2f}{five:8.2f}{none:8.0%}{typos:8.2f}{typos_five:8.2f}"
                    f"{told:8.0%}{size if label != SERVER else '-':>8}",
                    flush=True,
                )
                context.close()
        browser.close()


def weigh(loaded: dict[str, int], response: Response) -> None:
    """Note how much a file weighs with gzip."""
    with contextlib.suppress(Error):  # it may have been stopped
        loaded[response.url] = len(gzip.compress(response.body()))


def find_shares(cases: Sequence[dict[str, str]], page: Page, ask: Ask) -> tuple[float, ...]:
    """Ask all cases; return the shares of first places, of places in five, and without a result."""
    first = five = empty = 0
    for case in cases:
        found = [name_of(url) for url in ask(page, case["query"])][:DEPTH]
        first += found[:1] == [case["expect"]]
        five += case["expect"] in found
        empty += not found
    return first / len(cases), five / len(cases), empty / len(cases)


def name_of(url: str) -> str:
    """Return the last part of an address's path, without `.html`."""
    path = url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rstrip("/")
    return path.rpartition("/")[2].removesuffix(".html").removeprefix("q-")


def searches(
    folder: Path,
    texts: Sequence[tuple[str, str, str]],
    zensical: Path | None,
    pagefind: Path | None,
) -> Iterator[tuple[str, Path, str, Ask]]:
    """Build each site; yield its name, its folder, what to run first, and how it is asked."""
    docs = folder / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(FIRST_PAGE)
    for id_, title, answer in texts:
        (docs / f"{id_}.md").write_text(f"# {escaped(title)}\n\n{escaped(answer)}\n")
    (folder / "mkdocs.yml").write_text(f"{CONFIG}plugins: [search]\n")
    run(sys.executable, "-m", "mkdocs", "build", "--quiet", cwd=folder)
    yield "Material for MkDocs", folder / "site", "", ask_material
    if zensical:
        shutil.rmtree(folder / "site")
        run(zensical.resolve(), "build", cwd=folder)
        yield "Zensical", folder / "site", "", ask_zensical
    if pagefind:
        plain = folder / "plain"
        plain.mkdir()
        for id_, title, answer in [("index", "Home", ""), *texts]:
            body = f"<h1>{html.escape(title)}</h1><p>{html.escape(answer)}</p>"
            (plain / f"{id_}.html").write_text(
                f'<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,"><body>{body}'
            )
        run(pagefind.resolve(), "--site", plain, "--quiet", cwd=folder)
        start = """async () => {
          window.pagefind = await import(new URL("pagefind/pagefind.js", location.href));
        }"""
        yield "Pagefind", plain, start, ask_pagefind
    if importlib.util.find_spec("tantivy"):
        yield SERVER, folder / "site", "", tantivy(texts)
    base = folder / "base"
    threads = base / "content" / "threads" / "coffee"
    threads.mkdir(parents=True)
    (base / "content" / "pages").mkdir()
    (base / "content" / "pages" / "about.md").write_text(FIRST_PAGE)
    (base / "content" / "site.yml").write_text(
        "boards: [{id: coffee, title: Coffee}]\ntopics: [{id: coffee, title: Coffee}]\n"
    )
    for id_, title, answer in texts:
        thread = {"title": title, "topics": ["coffee"], "answer": escaped(answer) or "-"}
        (threads / f"q-{id_}.yml").write_text(yaml.safe_dump(thread, allow_unicode=True))
    start = """async () => {
      const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
      window.search = await openSearch();
      const { files } = search.meaning;
      const best = files && (files.encoder ? "encoder" : "student");
      for (let asked = 0; best && (await search.meaning.ask(`question ${asked}`))?.model !== best; asked++) {
        await new Promise((done) => setTimeout(done, 100));
      }
    }"""
    for name, setting in (("words", "'off'"), ("student", "student"), ("encoder", "auto")):
        (base / "mkdocs.yml").write_text(
            f"{CONFIG}docs_dir: content/pages\n"
            f"plugins: [threadbook: {{health: false, meaning: {setting}}}]\n"
        )
        run(sys.executable, "-m", "threadbook", "build", cwd=base)
        yield f"Threadbook, {name}", base / "site", start, ask_threadbook


def tantivy(texts: Sequence[tuple[str, str, str]]) -> Ask:
    """Return how an index of Tantivy is asked: any of the words, English stems, titles twice."""
    import tantivy as engine  # noqa: PLC0415 - only for this row

    schema = engine.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "answer"):
        schema.add_text_field(name, tokenizer_name="en_stem")
    index = engine.Index(schema.build())
    writer = index.writer(num_threads=1)
    for id_, title, answer in texts:
        writer.add_document(engine.Document(id=id_, title=title, answer=answer))
    writer.commit()
    index.reload()

    def ask(_: Page, query: str) -> list[str]:
        searcher = index.searcher()
        asked, _errors = index.parse_query_lenient(query, ["title", "answer"], {"title": 2.0})
        hits = searcher.search(asked, DEPTH).hits
        return [searcher.doc(address)["id"][0] for _score, address in hits]

    return ask


def escaped(text: str) -> str:
    """Write a text so that Markdown shows it as it is."""
    text = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in text)


def run(*command: object, cwd: Path) -> None:
    """Run a program quietly."""
    subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def settled(page: Page, script: str) -> str:
    """Wait until a text is the same for half a second, five seconds at most; return it."""
    before, calm = "", 0
    for _ in range(50):
        page.wait_for_timeout(100)
        now = str(page.evaluate(script))
        calm = calm + 1 if now == before else 0
        before = now
        if calm == 5:
            break
    return before


def ask_material(page: Page, query: str) -> list[str]:
    """Type into Material's search field; return where its results lead."""
    field = page.locator("[data-md-component=search-query]")
    if not field.is_visible():
        page.keyboard.press("/")
    field.fill("")
    page.wait_for_timeout(200)
    field.fill(query)
    field.press("End")  # it listens to keys
    links = "[...document.querySelectorAll('.md-search-result__item > a')].map(a => a.href)"
    settled(page, f"{links}.join(' ')")
    return [str(url) for url in page.evaluate(links)]


def ask_zensical(page: Page, query: str) -> list[str]:
    """Type into Zensical's search field; return where its results lead."""
    field = page.get_by_role("combobox", name="Search")
    if not field.is_visible():
        page.keyboard.press("/")
        field.wait_for()
    field.fill("")
    page.wait_for_timeout(200)
    field.fill(query)
    root = "[...document.querySelectorAll('*')].find(each => each.shadowRoot?.querySelector('dialog')).shadowRoot"
    links = f"[...{root}.querySelectorAll('[role=listbox] a')].map(a => a.href)"
    settled(page, f"{links}.join(' ')")
    return [str(url) for url in page.evaluate(links)]


def ask_pagefind(page: Page, query: str) -> list[str]:
    """Ask Pagefind's own script."""
    script = """async ([query, depth]) => {
      const { results } = await pagefind.search(query);
      return Promise.all(results.slice(0, depth).map(async each => (await each.data()).url));
    }"""
    return [str(url) for url in page.evaluate(script, [query, DEPTH])]


def ask_threadbook(page: Page, query: str) -> list[str]:
    """Ask as the page of search does; there is no result where it says that nothing answers."""
    script = """async ([query, depth]) => {
      const { hits, isAnswered } = (await search.answer(query, {}, Infinity)).answer;
      return !isAnswered ? [] : Promise.all(hits.slice(0, depth).map(async each => (await search.index.read(each.id)).at));
    }"""
    return [str(url) for url in page.evaluate(script, [query, DEPTH])]


if __name__ == "__main__":
    main()
