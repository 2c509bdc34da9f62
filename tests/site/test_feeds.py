"""Feeds of the built example, read by a real feed reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest

from threadbook.gather import gather
from threadbook.library import Library
from threadbook.settings import Settings

pytestmark = pytest.mark.slow

URL = "https://example.org/help/"
Knowledge = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture(scope="module")
def library(repository: Path) -> Library:
    return gather(
        Settings(repository, repository / "content", repository / "content/pages")
    ).library


def read(file: Path) -> Any:
    parsed = feedparser.parse(file.read_bytes())
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [given[name] or "" for name in ("href", "src") if name in given]
        self.ids += [given["id"] or ""] if "id" in given else []


def expected(library: Library) -> dict[str, tuple[str, ...]]:
    """Return the threads of every feed, the newest first."""
    found = {"latest": library.latest}
    found |= {f"boards/{id_}": library.by_board.get(id_, ()) for id_ in library.boards}
    found |= {f"topics/{id_}": library.by_topic.get(id_, ()) for id_ in library.topics}
    for id_, path in library.paths.items():
        found[f"paths/{id_}"] = tuple(t for t in library.latest if t in path.threads)
    dated = library.threads
    return {
        name: tuple(t for t in threads if dated[t].updated is not None)[:30]
        for name, threads in found.items()
    }


def test_there_is_every_feed_and_no_other(example_site: Path, library: Library) -> None:
    folder = example_site / "feeds"
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert names == {f"{name}.{kind}" for name in expected(library) for kind in ("xml", "json")}


def test_a_reader_of_feeds_finds_no_error_and_all_entries(
    example_site: Path, library: Library
) -> None:
    for name, threads in expected(library).items():
        parsed = read(example_site / "feeds" / f"{name}.xml")
        assert parsed.version == "atom10"
        urls = [f"{URL}threads/{thread}/" for thread in threads]
        assert [entry.link for entry in parsed.entries] == urls == [e.id for e in parsed.entries]
        days = [entry.updated[:10] for entry in parsed.entries]
        assert days == [str(library.threads[thread].updated) for thread in threads]
        assert all(entry.content[0].value for entry in parsed.entries)
        assert parsed.feed.updated == (
            parsed.entries[0].updated if threads else "1970-01-01T00:00:00Z"
        )


def test_both_kinds_say_the_same(example_site: Path, library: Library) -> None:
    for name in expected(library):
        parsed = feedparser.parse(
            (example_site / "feeds" / f"{name}.xml").read_bytes(),
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        told = json.loads((example_site / "feeds" / f"{name}.json").read_text("utf-8"))
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        assert told["feed_url"] == f"{URL}feeds/{name}.json"
        assert [item["id"] for item in told["items"]] == [entry.id for entry in parsed.entries]
        assert [i["title"] for i in told["items"]] == [entry.title for entry in parsed.entries]
        for item, entry in zip(told["items"], parsed.entries, strict=True):
            assert item["date_modified"] == entry.updated
            assert item["date_published"] == entry.published
            assert item.get("tags", []) == [tag.term for tag in entry.get("tags", [])]
            assert item["content_html"].split() == entry.content[0].value.split()


def test_links_are_whole_lead_somewhere_and_nothing_has_an_id(example_site: Path) -> None:
    for file in (example_site / "feeds").rglob("*.json"):
        for item in json.loads(file.read_text("utf-8"))["items"]:
            links = Links(item["content_html"])
            assert links.ids == []
            for link in links.found:
                assert re.match(r"(https?|mailto):", link), link
                if link.startswith(URL):
                    below = link.removeprefix(URL).partition("#")[0]
                    file_there = example_site / below
                    assert file_there.is_file() or (file_there / "index.html").is_file(), link


def test_pages_offer_their_feeds_so_that_readers_find_them(example_site: Path) -> None:
    for page, feed in {
        "": "feeds/latest",
        "boards/finding-work/": "feeds/boards/finding-work",
        "topics/contracts/": "feeds/topics/contracts",
        "paths/interviews-done-well/": "feeds/paths/interviews-done-well",
        "threads/bad-review/": "feeds/boards/working-with-clients",
    }.items():
        html = (example_site / page / "index.html").read_text("utf-8")
        root = "../" * page.count("/") or "./"
        assert 'type="application/atom+xml" title="' in html
        assert f'href="{root}{feed}.xml"' in html
        assert f'href="{root}feeds/latest.json"' in html


HOSTILE = "]]> </content> <script>alert(1)</script> \U0001f600 \u202e \ufffe" + "w" * 10_000


def test_strangers_words_break_no_feed(knowledge: Knowledge, run: Callable[..., Any]) -> None:
    thread = {
        "title": HOSTILE.replace("\ufffe", "")[:300] + "?",
        "topics": ["proposals"],
        "question": {"body": HOSTILE.replace("\ufffe", ""), "at": "2024-02-03", "by": "member"},
        "answers": [{"body": "See [^1]\n\n[^1]: Note", "at": "2024-02-04"}],
    }
    root = knowledge({"threads/new/x.yml": json.dumps(thread, ensure_ascii=False)})
    done = run("threadbook", "build", cwd=root)
    assert done.returncode == 0, done.stderr
    (entry,) = read(root / "site" / "feeds" / "latest.xml").entries
    assert "<script" not in entry.content[0].value
    assert "alert(1)" in entry.title
    (item,) = json.loads((root / "site" / "feeds" / "latest.json").read_text())["items"]
    assert "<script" not in item["content_html"]


def test_a_site_without_an_address_has_no_feeds(
    knowledge: Knowledge, run: Callable[..., Any]
) -> None:
    root = knowledge({})
    config = (root / "mkdocs.yml").read_text().replace("site_url: https://example.org/help/\n", "")
    (root / "mkdocs.yml").write_text(config)
    assert run("threadbook", "build", cwd=root).returncode == 0
    assert not (root / "site" / "feeds").exists()
    assert "feeds/" not in (root / "site" / "latest" / "index.html").read_text()
