"""Files that somebody opens in "My library", and what other programs put into the storage.

A file is taken whole or refused with words that say why. Nothing of the reader's own is ever lost.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest
from browsing import wait_until
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

SITE: Final = "https://example.org/help/"
KEY: Final = f"threadbook:{SITE}"
OWN: Final = {"kept:mine": [5, {"title": "Mine"}], "path": [6, "mine"], "done:other": [7, None]}
DEEP: Final = 20_000

NOTHING: Final = "isn't a library file from this site"
NEWER: Final = "newer version"
OTHER: Final = "another site"
LARGE: Final = "is too large"


def library(entries: object, **more: object) -> str:
    return json.dumps({"threadbook": 1, "site": SITE, "entries": entries} | more)


def raw(entries: str) -> str:
    return f'{{"threadbook": 1, "site": "{SITE}", "entries": {entries}}}'


def entry(value: object, at: object = 1, name: str = "seen:x") -> str:
    return library({"seen:good": [1, {"title": "good"}], name: [at, value]})


REFUSED: Final = {
    "empty": ("", NOTHING),
    "no JSON": ("entries", NOTHING),
    "half a file": (library({"seen:x": [1, {"title": "x"}]})[:-9], NOTHING),
    "a number": ("1e999", NOTHING),
    "null": ("null", NOTHING),
    "a text": ('"threadbook"', NOTHING),
    "a list": ("[1]", NOTHING),
    "deep lists": ("[" * DEEP + "]" * DEEP, NOTHING),
    "deep objects": ('{"a":' * DEEP + "1" + "}" * DEEP, NOTHING),
    "binary": ("\x00\x01\ufffd\x7f" * 50, NOTHING),
    "no version": (json.dumps({"site": SITE, "entries": {}}), NOTHING),
    "version as text": (library({}, threadbook="1"), NOTHING),
    "version zero": (library({}, threadbook=0), NOTHING),
    "negative version": (library({}, threadbook=-1), NOTHING),
    "version in between": (library({}, threadbook=1.5), NOTHING),
    "version true": (library({}, threadbook=True), NOTHING),
    "newer version": (library({}, threadbook=2), NEWER),
    "huge version": (library({}, threadbook=10**30), NEWER),
    "no entries": (json.dumps({"threadbook": 1, "site": SITE}), NOTHING),
    "entries null": (library(None), NOTHING),
    "entries as a list": (library([]), NOTHING),
    "entries as a text": (library("seen:x"), NOTHING),
    "another site": (library({}, site="https://other.example/"), OTHER),
    "site as an object": (library({}, site={"toString": 1}), "does not say which"),
    "site with markup": (library({}, site="<img src=x onerror=hacked=1>"), OTHER),
    "entry as a text": (library({"seen:x": "y"}), "seen:x"),
    "entry as an object": (library({"seen:x": {"0": 1, "1": None, "length": 2}}), "seen:x"),
    "entry too short": (library({"seen:x": [1]}), "seen:x"),
    "entry too long": (library({"seen:x": [1, None, 2]}), "seen:x"),
    "date as text": (entry(None, "2026-01-01"), "seen:x"),
    "date null": (entry(None, None), "seen:x"),
    "date true": (entry(None, at=True), "seen:x"),
    "negative date": (entry(None, -1), "seen:x"),
    "date beyond dates": (entry(None, 8.7e15), "seen:x"),
    "infinite date": (raw('{"seen:x": [1e999, null]}'), "seen:x"),
    "value as a number": (entry(1), "seen:x"),
    "value as a text": (entry("title"), "seen:x"),
    "value as a list": (entry(["title"]), "seen:x"),
    "title as a number": (entry({"title": 1}), "seen:x"),
    "title as an object": (entry({"title": {"toString": "x"}}), "seen:x"),
    "a title without end": (entry({"title": "x" * 5000}), "seen:x"),
    "deep value": (raw('{"seen:x": [1, ' + '{"in":' * DEEP + "1" + "}" * DEEP + "]}"), "seen:x"),
    "deep title": (raw('{"seen:x": [1, {"title":' + "[" * DEEP + "]" * DEEP + "}]}"), "seen:x"),
    "topics as a text": (entry({"in": "all"}), "seen:x"),
    "topics of numbers": (entry({"in": [1]}), "seen:x"),
    "very many topics": (entry({"in": ["x"] * 5000}), "seen:x"),
    "check without choices": (entry({}, name="check:check.x"), "check:check.x"),
    "check of texts": (entry({"chosen": ["0"]}, name="check:check.x"), "check:check.x"),
    "check of fractions": (entry({"chosen": [0.5]}, name="check:check.x"), "check:check.x"),
    "check of huge numbers": (entry({"chosen": [1e300]}, name="check:check.x"), "check:check.x"),
    "check below zero": (entry({"chosen": [-1]}, name="check:check.x"), "check:check.x"),
    "right as a text": (entry({"chosen": [0], "right": "yes"}, name="check:c"), "check:c"),
    "path as an object": (entry({"id": "x"}, name="path"), "path"),
    "path as an address": (entry("javascript:alert(1)", name="path"), "path"),
    "unknown name": (entry(None, name="liked:x"), "liked:x"),
    "empty name": (entry(None, name=""), "does not belong in a library"),
    "name with markup": (entry(None, name="<script>hacked=1</script>"), "<script>hacked"),
    "name that leads out": (entry(None, name="kept:../../x"), "kept:../../x"),
    "a name without end": (entry(None, name="seen:" + "x" * 5000), "seen:xxx"),
    "__proto__": (raw('{"__proto__": [1, {"title": "x"}]}'), "__proto__"),
    "constructor": (entry(None, name="constructor"), "constructor"),
    "toString": (entry(None, name="toString"), "toString"),
    "too many entries": (library({f"seen:t{at}": [1, None] for at in range(50_001)}), LARGE),
}

TAKEN: Final = {
    "an unknown field": entry({"title": "x", "later": {"a": [1]}}),
    "__proto__ in a value": raw('{"seen:x": [1, {"title": "x", "__proto__": {"in": 1}}]}'),
    "constructor in a value": entry({"title": "x", "constructor": {"prototype": {"x": 1}}}),
    "an unknown field of the file": library({"seen:x": [1, {"title": "x"}]}, more=[1, 2]),
    "a title with markup": entry({"title": "<img src=x onerror=hacked=1>"}),
    "right to left": entry({"title": "\u202e\u2066abc\u200f"}),
    "half a character": raw('{"seen:x": [1, {"title": "\\ud800"}]}'),
    "a fraction of a millisecond": entry({"title": "x"}, 1.5),
}


@pytest.fixture(scope="module")
def shelf(browser: Any, address: str) -> Iterator[tuple[Page, list[str]]]:
    """The library's page, open once for all files, and what went wrong there."""
    context = browser.new_context()
    page: Page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda said: trouble.append(said.text) if said.type != "log" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(f"{address}library/")
    page.evaluate(
        "([key, text]) => localStorage.setItem(key, text)", [KEY, library(OWN, site=SITE)]
    )
    page.reload()
    expect(page.locator("#tb-kept")).to_contain_text("Mine")
    yield page, trouble
    context.close()


def stored(page: Page) -> Any:
    return json.loads(page.evaluate("key => localStorage.getItem(key)", KEY))["entries"]


def open_file(page: Page, text: str) -> str:
    """Open a file, and return what the page says about it."""
    status = page.locator("#tb-library-state")
    page.evaluate("document.querySelector('#tb-library-state').textContent = ''")
    page.locator("#tb_import").set_input_files(
        {"name": "f.json", "mimeType": "application/json", "buffer": text.encode()}
    )
    expect(status).not_to_be_empty()
    return status.inner_text()


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_with_the_reason_and_nothing_is_lost(
    shelf: tuple[Page, list[str]], text: str, words: str
) -> None:
    page, trouble = shelf
    before = stored(page)
    said = open_file(page, text)
    assert words in said
    assert "Nothing was changed" in said or words == LARGE
    assert stored(page) == before
    assert page.evaluate("[window.hacked, {}.title, [].in]") == [None, None, None]
    assert trouble == []


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_what_is_odd_but_harmless_is_taken_without_its_oddities(
    shelf: tuple[Page, list[str]], text: str
) -> None:
    page, trouble = shelf
    said = open_file(page, text)
    assert "added or updated" in said or "is newer" in said
    assert stored(page).items() >= OWN.items()
    for _, value in stored(page).values():
        assert not isinstance(value, dict) or value.keys() <= {"title", "print", "in"}
    assert page.evaluate("[window.hacked, {}.in, {}.x]") == [None, None, None]
    assert trouble == []


def test_a_file_of_a_hundred_megabytes_is_not_even_read(
    shelf: tuple[Page, list[str]], tmp_path: Path
) -> None:
    page, _ = shelf
    file = tmp_path / "large.json"
    with file.open("wb") as large:
        large.truncate(100_000_000)
    page.locator("#tb_import").set_input_files(file)
    expect(page.locator("#tb-library-state")).to_contain_text(LARGE)


def test_a_day_in_the_future_does_not_win_for_ever(
    open_page: Callable[..., Page], address: str
) -> None:
    page = open_page()
    page.goto(f"{address}library/")
    expect(page.locator("#tb-seen p")).to_be_visible()
    assert "1 entry" in open_file(page, library({"kept:x": [8.64e15, {"title": "Then"}]}))
    assert stored(page)["kept:x"][0] <= time.time() * 1000 + 1000


def test_fifty_thousand_entries_are_taken_in_slices(
    open_page: Callable[..., Page], address: str
) -> None:
    """The page does other things between the slices, and shows the list in parts."""
    page = open_page()
    page.goto(f"{address}library/")
    expect(page.locator("#tb-kept p")).to_be_visible()
    page.evaluate(
        "window.turns = 0; setInterval(() => window.turns++, 1);"
        "document.querySelector('#tb_import').addEventListener('change', () => { window.turns = 0 })"
    )
    many = {f"kept:t{at}": [at, {"title": f"Thread {at}"}] for at in range(50_000)}
    assert "50,000 entries" in open_file(page, library(many))
    assert page.evaluate("window.turns") >= 10
    assert len(stored(page)) == 50_000
    rows = page.locator("#tb-kept li")
    expect(rows).to_have_count(50)
    page.locator("#tb-kept").get_by_role("button", name="Show 50 more").click()
    expect(rows).to_have_count(100)
    expect(rows.nth(50).locator("a")).to_be_focused()
    assert LARGE in open_file(page, library({"seen:one-more": [1, {"title": "x"}]}))
    assert len(stored(page)) == 50_000


STORED: Final = {
    "no JSON": "{",
    "a number": "1",
    "null": "null",
    "another program's": '{"theme": "dark", "entries": 3}',
    "deep": "[" * DEEP + "]" * DEEP,
    "deep entries": raw('{"seen:x": [1, ' + '{"in":' * DEEP + "1" + "}" * DEEP + "]}"),
    "entries as a list": library([1, 2]),
    "odd entries": library({"seen:x": 1, "done:y": [1, "x"], "path": [1, {}], "check:z": [1, {}]}),
    "__proto__": raw('{"__proto__": [1, {"title": "x"}], "constructor": [1, null]}'),
    "another site": library({}, site="x"),
    "a newer version": library({}, threadbook=9),
    "half a character": '"\ud800',
}


@pytest.mark.parametrize("text", STORED.values(), ids=STORED)
def test_whatever_is_in_the_storage_the_page_works(page: Page, address: str, text: str) -> None:
    """It is there anew for each page."""
    script = f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(text)})"
    page.add_init_script(script)
    for url in ("library/", "paths/first-proposal-to-contract/"):
        page.goto(address + url)
        page.wait_for_load_state("load")
        wait_until(page, "document.querySelector('.tb-announced, [data-tb-read], .tb-home')")
        assert page.evaluate("[{}.title, window.hacked]") == [None, None]


BROKEN: Final = {
    "writing": "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }",
    "removing": "Storage.prototype.removeItem = () => { throw new DOMException('', 'SecurityError') }",
    "all but reading": "Storage.prototype.setItem = Storage.prototype.removeItem = () => { throw Error() }",
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    "text", ["{", library({"kept:x": [1, {"title": "x"}]})], ids=["bad", "good"]
)
def test_a_storage_that_cannot_be_written_is_told_of_once(
    page: Page, address: str, script: str, text: str
) -> None:
    """`page` watches the console: nothing may be thrown there."""
    page.add_init_script(f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(text)}); {script}")
    page.goto(f"{address}library/")
    expect(page.locator("#tb-seen p")).to_be_visible()
    assert "1 entry" in open_file(page, library({"seen:y": [1, {"title": "Y"}]}))
    expect(page.locator("#tb-seen")).to_contain_text("Y")
    page.get_by_role("button", name="Delete my data").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my data").click()
    expect(page.locator("#tb-library-state")).to_have_text("Your data was deleted.")
    assert page.locator(".tb-said").count() <= 2
