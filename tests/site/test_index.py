"""The index in a browser: what Python says of it, of nothing at all, damaged, and made anew."""

from __future__ import annotations

import json
import os
import random
import shutil
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bases import copy_site

from threadbook.browser import served
from threadbook.configuration import read_configuration
from threadbook.gather import gather
from threadbook.pages import Document, Plan, Planning, plan_site, share
from threadbook.search import codec, entry, merging
from threadbook.search.codec import FOLDER
from threadbook.search.documents import find_documents, read_prose
from threadbook.search.entry import SETTINGS
from threadbook.search.index import DocumentIndex
from threadbook.search.making import Indexing
from threadbook.search.question import Groups, rank, read_question
from threadbook.settings import Settings
from threadbook.theme_files import theme_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OpenPage = Callable[..., "Page"]
ASK = """async ([queries, most]) => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
  const search = await openSearch();
  const found = [];
  for (const query of queries) {
    const hits = (await search.ask(query)).found.slice(0, most);
    found.push(await Promise.all(hits.map(async hit => (await search.index.read(hit.id)).at)));
  }
  return found;
}"""


def dress(site: Path) -> None:
    """Give an index a page and the scripts."""
    (site / "index.html").write_text(
        '<!doctype html><title>x</title><link rel="icon" href="data:,">', "utf-8"
    )
    link = site / "assets" / "threadbook"
    if not link.exists():
        link.parent.mkdir(parents=True)
        link.symlink_to(theme_folder() / "assets")


def asked(open_page: OpenPage, site: Path, queries: Sequence[str], most: int = 5) -> Any:
    """Ask a folder's index in a browser."""
    dress(site)
    page = open_page()
    with served(site) as address:
        page.goto(address)
        return page.evaluate(ASK, [list(queries), most])


def planned(base: Path) -> tuple[Plan, Settings]:
    settings = read_configuration(base / "mkdocs.yml").settings
    gathered = gather(settings)
    return plan_site(Planning(gathered.library, gathered.sealed, settings)), settings


def made(base: Path, site: Path, documents: Iterable[Document] | None = None) -> Path:
    """Make the index of a base, or of documents that are made up, in a folder."""
    plan, settings = planned(base)
    if documents is None:
        documents = find_documents(plan, share(settings, gather(settings).library))
        prose = tuple(read_prose(settings))
    else:
        prose = ()
    site.mkdir(exist_ok=True)
    with Indexing(plan, settings, site.parent) as indexing:
        indexing.add(indexing.writer(plan.pages)(documents))
        indexing.start(prose)
        indexing.finish(site)
    return site


def settings_of(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / FOLDER / SETTINGS).read_text("utf-8"))
    return found


@pytest.mark.browser
def test_a_site_of_nothing_that_can_be_found_has_an_index_of_nothing(
    open_page: OpenPage, knowledge: Callable[..., Path], tmp_path: Path
) -> None:
    base = knowledge({"site.yml": "boards: []\n"})
    (base / "content" / "pages" / "about.md").unlink()
    (base / "content" / "threads" / "new" / "first.yml").unlink()
    site = made(base, tmp_path / "site")
    assert settings_of(site)["total"] == 0
    queries = ["anything", '"any thing" -else', "constructor __proto__"]
    assert asked(open_page, site, queries) == [[], [], []]


WORDS = (
    "refund refunds refunding refunded client clients the is a how of constructor toString valueOf "
    "proto hasOwnProperty milestone milestones million payment paying overdue late 2026 20261 "
    "caf\u00e9 \u5951\u7d04\u66f8 \U00020bb7\u91ce\u5bb6 \uff21\uff22 \u0643\u062a\u0627\u0628 vertr\u00e4ge signed contract"
).split()


def make_up(count: int, seed: int) -> list[Document]:
    chance = random.Random(seed)  # noqa: S311 - made-up texts, not a secret

    def text(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))

    return [
        Document(
            f"threads/t{number}/",
            chance.choice(["en", "en", "de"]),
            {"title": text(6), "also_asked": text(3), "accepted": text(60)},
            shown={"title": "x"},
        )
        for number in range(count)
    ]


def index_has_all(index: DocumentIndex, phrases: Iterable[tuple[str, ...]]) -> bool:
    return any(all(index.has_phrase(id_, each) for each in phrases) for id_ in index.texts)


def questions(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - made-up texts, not a secret

    def part() -> str:
        words = chance.choices(WORDS, k=chance.randint(1, 3))
        if chance.random() < 0.2:  # a typing error
            at = chance.randrange(len(words))
            words[at] = words[at][1:] + words[at][:1]
        text = " ".join(words)
        kind = chance.random()
        return f'"{text}"' if kind < 0.25 else f'-"{text}"' if kind < 0.35 else text

    return [" ".join(part() for _ in range(chance.randint(1, 3))) for _ in range(count)]


@pytest.mark.browser
@pytest.mark.parametrize("small", [False, True])
def test_browsers_rank_all_results_as_python_does(
    open_page: OpenPage,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    small: bool,
) -> None:
    """Phrases, words left out, typing errors, synonyms and stop words, in 300 questions."""
    if small:  # many shards, merged in many parts
        monkeypatch.setattr(codec, "SHARD", 64)
        monkeypatch.setattr(codec, "PLACES", 99)
        monkeypatch.setattr(entry, "PLACES", 99)
        monkeypatch.setattr(merging, "AT_ONCE", 500)
        monkeypatch.setattr(merging, "MOST_PARTS", 1_000)
    found = make_up(120, 7)
    site = made(repository, tmp_path / "site", found)
    assert len(settings_of(site)["shards"]) > (10 if small else 0)
    index = DocumentIndex(found)
    plan, settings = planned(repository)
    groups = Groups.of(plan.synonyms, settings.language)
    languages = settings_of(site)["languages"]
    # Of nothing but words to leave out, a browser shows all other documents.
    # Phrases that no document has are only words there.
    asks = [
        each
        for each in questions(430, 8)
        if (read := read_question(each, languages)).words
        and (not read.phrases or index_has_all(index, read.phrases))
    ][:300]
    expected = [list(rank(read_question(each, languages, groups), index).scores) for each in asks]
    there = asked(open_page, site, asks, 200)
    differing = [
        (ask, one[:5], other[:5])
        for ask, one, other in zip(asks, there, expected, strict=True)
        if one != other
    ]
    # Sums of the same numbers in another order may differ in the last bit, and so may ties.
    assert len(differing) <= len(asks) // 100, differing[:3]
    assert len(asks) == 300
    assert sum(map(len, expected)) > 1_000
    assert sum(not each for each in expected) < len(asks) / 2


BOMB = zlib.compress(bytes(1 << 25))


CHANCE = random.Random(1)  # noqa: S311 - damage, not a secret
NOISE = zlib.compress(CHANCE.randbytes(2_000))


def damages(content: bytes) -> dict[str, bytes]:
    plain = zlib.decompress(content)
    return {
        "nothing": b"",
        "half": content[: len(content) // 2],
        "no zlib": b"<!doctype html><title>404</title>",
        "half of what is compressed": zlib.compress(plain[: len(plain) // 2]),
        "nothing compressed": zlib.compress(b""),
        "noise": NOISE,
        "high bytes": zlib.compress(b"\xff" * 1_000),
        "a bomb": BOMB,
        "markup": zlib.compress(b"[null,1,{},[]]" + b"<img src=x onerror=window.pwned=1>"),
    }


TRY = """async () => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
  const said = [];
  const attempts = [
    async (search) => (await search.ask("client refund")).hits,
    async (search) => (await search.ask('"client wants"')).hits,
    async (search) => (await search.ask("refnudx")).hits,
    async (search) => (await search.ask("-client", { filters: { topic: ["payments"] } })).hits,
    async (search) => search.index.sort("votes"),
    async (search) => search.index.read(0),
  ];
  for (const attempt of attempts) {
    try {
      await attempt(await openSearch());
      said.push("");
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
  return [said, window.pwned ?? null, Object.keys(Object.prototype)];
}"""
DAMAGED = ("t/*", "p/*", "d/*", "c/topic", "c/day", "c/votes", "vocabulary")


@pytest.fixture(scope="module")
def whole(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of this repository's content, which nobody may change."""
    return made(repository, tmp_path_factory.mktemp("whole") / "site")


@pytest.mark.browser
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_an_error_that_is_caught_and_nothing_else(
    open_page: OpenPage, whole: Path, tmp_path: Path, name: str
) -> None:
    """Each damage is at an address of its own, so that a browser has kept nothing of it."""
    page = open_page()
    with served(tmp_path) as address:
        for kind in damages(NOISE):
            page.goto(f"{address}{damage(whole, tmp_path, name, kind)}/")
            said, pwned, polluted = page.evaluate(TRY)
            assert pwned is None
            assert polluted == []
            # What can be decompressed may by chance make sense.
            assert any(said) or kind not in {"nothing", "half", "no zlib", "a bomb"}, kind
        page.goto(f"{address}{damage(whole, tmp_path, name, '')}/")
        assert page.evaluate(TRY)[0] == [""] * 6


def damage(whole: Path, folder: Path, name: str, kind: str) -> str:
    """Make a copy of a site in a folder, with some of its files damaged; return the copy's name.

    What is not damaged is linked to.
    """
    copy = folder / str(len(list(folder.iterdir())))
    shutil.copytree(whole, copy, copy_function=os.link)
    dress(copy)
    index = copy / FOLDER / settings_of(copy)["folder"]
    files = list(index.glob(f"{name}.bin"))
    assert files
    for file in files if kind else ():
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(damages(content)[kind])
    return copy.name


@pytest.mark.browser
def test_a_reader_goes_on_when_the_site_is_published_anew(
    browser: Browser, example_site: Path, tmp_path: Path
) -> None:
    """Not with `open_page`: a file that is not there is what this is about."""
    site = tmp_path / "site"
    copy_site(example_site, site)
    with served(site) as address, browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(f"{address}search/?q=contract")
        page.wait_for_selector("#tb-results[data-query=contract] li")
        settings = settings_of(site)
        folder = site / FOLDER
        (folder / settings["folder"]).rename(folder / "0123456789abcdef")
        settings["folder"] = "0123456789abcdef/"
        (folder / SETTINGS).write_text(json.dumps(settings), "utf-8")
        page.fill("#tb_query", "invoice")
        page.press("#tb_query", "Enter")
        page.wait_for_selector("#tb-results[data-query=invoice] li")
        (folder / "0123456789abcdef").rename(folder / "gone")
        page.fill("#tb_query", "scam")
        page.press("#tb_query", "Enter")
        page.get_by_text("could not be loaded").wait_for()
