"""The preview gives what a build writes, whatever editors do."""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from attack import rounds
from bases import write_example
from browsing import settle
from shuffled import Shuffled

from threadbook.build import build
from threadbook.configuration import read_configuration
from threadbook.engines.choice import make_engine
from threadbook.errors import UserError
from threadbook.preview.index import Indexer
from threadbook.preview.live import Live
from threadbook.progress import Quiet
from threadbook.settings import Settings
from threadbook.staging import MARKER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("build_day")]

Tree = Callable[[Path], dict[str, bytes]]


def plain(settings: Settings) -> Settings:
    return replace(settings, engine="plain", jobs=1)


def build_afresh(
    base: Path, out: Path, files_of: Tree, adjust: Callable[[Settings], Settings]
) -> dict[str, bytes] | None:
    """Build a site as a command does; return its files, or nothing if it cannot be built."""
    configuration = read_configuration(base / "mkdocs.yml")
    if not configuration.is_good:
        return None
    settings = adjust(configuration.settings)
    try:
        build(partial(make_engine, configuration, settings), settings, out, Quiet())
    except UserError:
        return None
    files = files_of(out)
    del files[MARKER]
    return files


def refuse_trouble(said: str) -> None:
    """Fail if an index could not be made; that one takes long may be said."""
    if "as it was" in said:
        pytest.fail(said)


def assert_shows(live: Live, expected: dict[str, bytes], gone: set[str]) -> None:
    site = live.state.site
    assert site is not None
    others = [address for address, content in expected.items() if site.read(address) != content]
    assert others == [], "these addresses give something else than a build would write"
    assert [address for address in gone if site.read(address) is not None] == []


def test_every_address_gives_what_a_build_would_write_after_any_edit(
    tmp_path: Path, files_of: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    """After every twentieth edit, and after those that break it until a build has failed once.

    How many edits there are depends on how long the attack shall go on.
    """
    base = Shuffled(tmp_path / "base", 40, seed=17)
    live = Live(base.folder / "mkdocs.yml", tmp_path, make_engine, plain, Quiet())
    live.refresh()
    expected = build_afresh(base.folder, tmp_path / "site", files_of, plain)
    assert expected is not None
    assert_shows(live, expected, set())
    good = bad = 0
    for number in range(1, rounds(120) + 1):
        touched = base.edit()
        live.refresh({str(file) for file in touched})
        if number % 20 and (bad or not base.broken):
            continue
        before = expected
        found = build_afresh(base.folder, tmp_path / "site", files_of, plain)
        if found is None:
            assert live.state.is_behind
            bad += 1
            base.mend()
            live.refresh({str(file) for file in base._touched})
            found = build_afresh(base.folder, tmp_path / "site", files_of, plain)
        assert found is not None, capsys.readouterr().err
        expected = found
        assert not live.state.is_behind
        assert_shows(live, expected, before.keys() - expected.keys())
        good += 1
    assert good >= rounds(6)
    assert bad >= 1


def test_search_finds_what_a_build_would_find_after_edits(tmp_path: Path, files_of: Tree) -> None:
    def searching(settings: Settings) -> Settings:
        return replace(settings, engine="plain", jobs=1, search=True)

    base = Shuffled(tmp_path / "base", 25, seed=5)
    live = Live(base.folder / "mkdocs.yml", tmp_path, make_engine, searching, Quiet())
    indexer = Indexer(tmp_path, refuse_trouble)
    live.find_index = lambda: indexer.made
    indexer.start()
    live.refresh()
    for edits in (0, 1, 5, 20):
        for _ in range(edits):
            live.refresh({str(file) for file in base.edit()})
        base.mend()
        state = live.refresh()
        assert state.site is not None
        indexer.follow(state.number, state.site)
        assert indexer.wait(state.number, 60)
        expected = build_afresh(base.folder, tmp_path / "site", files_of, searching)
        assert expected is not None
        assert any(re.match(r"search/[0-9a-f]{16}/t/0\.bin", address) for address in expected)
        assert_shows(live, expected, set())


@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
def test_every_engine_can_be_previewed(tmp_path: Path, files_of: Tree, engine: str) -> None:
    def with_engine(settings: Settings) -> Settings:
        return replace(settings, engine=engine, jobs=1)

    base = Shuffled(tmp_path / "base", 12, seed=3)
    live = Live(base.folder / "mkdocs.yml", tmp_path, make_engine, with_engine, Quiet())
    for _ in range(2):
        base.mend()
        live.refresh()
        expected = build_afresh(base.folder, tmp_path / "site", files_of, with_engine)
        assert expected is not None
        assert_shows(live, expected, set())
        base.site()
        base.change()


def test_the_example_with_everything_on_it_is_what_a_build_writes(
    tmp_path: Path, example_site: Path, files_of: Tree
) -> None:
    write_example(tmp_path / "base")
    live = Live(tmp_path / "base" / "mkdocs.yml", tmp_path, make_engine, lambda each: each, Quiet())
    state = live.refresh()
    assert state.site is not None
    indexer = Indexer(tmp_path, refuse_trouble)
    live.find_index = lambda: indexer.made
    state = live.refresh()
    assert state.site is not None
    indexer.start()
    indexer.follow(state.number, state.site)
    assert indexer.wait(state.number, 60)
    expected = files_of(example_site)
    del expected[MARKER]
    del expected["offline.js"], expected["offline.json"]  # a preview is never kept
    assert len(expected) > 500
    assert_shows(live, expected, {"no/index.html", "index.html/index.html", "", "offline.json"})


def test_a_running_preview_follows_what_editors_do(
    tmp_path: Path, preview: Callable[..., Any], files_of: Tree
) -> None:
    """Files change faster than they are read, and break; every request is answered with a page."""
    base = Shuffled(tmp_path / "base", 30, seed=11)
    serving = preview(base.folder, "threadbook", "--engine", "plain")
    assert serving.shows("help/", "Shuffled")
    pauses = random.Random(1)  # noqa: S311 - no secret
    for _ in range(rounds(30)):
        base.edit()
        time.sleep(pauses.choice([0, 0, 0.01, 0.05, 0.2]))
        if pauses.random() < 0.3:
            assert "<title>Shuffled" in serving.get("help/")
    base.mend()
    expected = build_afresh(base.folder, tmp_path / "site", files_of, plain)
    assert expected is not None

    def differ() -> list[str]:
        return [name for name in expected if serving.get_bytes(f"help/{name}") != expected[name]]

    end = time.monotonic() + 60
    while (others := differ()) and time.monotonic() < end:
        time.sleep(0.2)
    assert others == []
    assert serving.lives()
    assert "Traceback" not in serving.log.read_text("utf-8")


# In a browser


def test_a_page_changes_in_the_browser_when_its_file_does(
    small_base: Path, preview: Callable[[Path], Any], page: Page
) -> None:
    thread = small_base / "content/threads/general/the-shortest-thread.yml"
    good = thread.read_text("utf-8")
    serving = preview(small_base)
    assert serving.shows("threads/the-shortest-thread/", "A title, a topic and an answer")
    page.goto(f"{serving.address}threads/the-shortest-thread/")
    page.get_by_text("A title, a topic and an answer").first.wait_for()
    thread.write_text(good.replace("A title, a topic", "Once edited, a topic"), "utf-8")
    page.get_by_text("Once edited, a topic and an answer").first.wait_for()


def test_a_page_that_stays_the_same_is_not_loaded_again(
    small_base: Path, preview: Callable[[Path], Any], page: Page
) -> None:
    thread = small_base / "content/threads/general/the-shortest-thread.yml"
    serving = preview(small_base)
    assert serving.shows("about/", "About")
    page.goto(f"{serving.address}about/")
    settle(page)
    page.evaluate("() => { window.kept = true; }")
    with page.expect_response(lambda answer: answer.request.method == "HEAD"):
        thread.write_text(thread.read_text("utf-8").replace("A title", "Some title"), "utf-8")
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.kept") is True


def test_findings_are_on_the_page_until_they_are_mended(
    small_base: Path, preview: Callable[[Path], Any], page: Page
) -> None:
    thread = small_base / "content/threads/general/the-shortest-thread.yml"
    config = small_base / "mkdocs.yml"
    good, configured = thread.read_text("utf-8"), config.read_text("utf-8")
    serving = preview(small_base)
    assert serving.shows("latest/", "Latest")
    page.goto(f"{serving.address}latest/")
    banner = page.locator("threadbook-findings")
    thread.write_text("title: [\n", "utf-8")
    banner.get_by_text("Not shown yet: something has to be mended first.").wait_for()
    banner.get_by_text("the-shortest-thread.yml:2:1").wait_for()
    banner.get_by_text("error TB010").wait_for()
    page.goto(f"{serving.address}threads/the-shortest-thread/")  # the last good page has it, too
    page.get_by_text("A title, a topic and an answer").first.wait_for()
    banner.get_by_text("the-shortest-thread.yml:2:1").wait_for()
    thread.write_text(good, "utf-8")
    banner.wait_for(state="detached")
    config.write_text("site_name: [\n", "utf-8")
    banner.get_by_text("mkdocs.yml").first.wait_for()
    config.write_text(configured, "utf-8")
    banner.wait_for(state="detached")
    assert "Traceback" not in serving.log.read_text("utf-8")


def test_before_there_was_a_site_the_page_says_what_is_wrong_and_then_becomes_the_site(
    small_base: Path, preview: Callable[[Path], Any], browser: Browser
) -> None:
    bad = small_base / "content/threads/general/syntax.yml"
    bad.write_text("title: [\n", "utf-8")
    serving = preview(small_base)
    assert serving.says("There is no site yet.")
    page = browser.new_page()  # a page with the status 503, which `page` would take for trouble
    page.goto(f"{serving.address}latest/")
    page.get_by_role("heading", name="Nothing to show yet").wait_for()
    page.locator("threadbook-findings").get_by_text("syntax.yml:2:1").wait_for()
    bad.unlink()
    page.get_by_role("heading", name="Questions").wait_for()
    page.close()


def test_what_is_written_by_strangers_is_text_in_the_banner(
    small_base: Path, preview: Callable[[Path], Any], page: Page
) -> None:
    thread = small_base / "content/threads/general/the-shortest-thread.yml"
    serving = preview(small_base)
    assert serving.shows("latest/", "Latest")
    page.goto(f"{serving.address}latest/")
    markup = "<img src=x onerror=document.title=1>"
    thread.write_text(f"title: How?\ntopics: ['{markup}']\nanswer: So.\n", "utf-8")
    banner = page.locator("threadbook-findings")
    banner.get_by_text(markup).first.wait_for()
    assert banner.locator("img").count() == 0


# Over the network


def ask(address: str, request: str) -> tuple[int, str]:
    """Send a request as it is; return the status and the whole answer."""
    parts = urlsplit(address)
    assert parts.hostname
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=30) as line:
        line.sendall(request.encode("latin-1"))
        answer = b""
        while part := line.recv(65536):
            answer += part
    return int(answer.split()[1]), answer.decode("utf-8", "replace")


def test_odd_requests_are_answered_and_end_nothing(
    small_base: Path, preview: Callable[[Path], Any]
) -> None:
    serving = preview(small_base)
    assert serving.shows("latest/", "Latest")
    host = urlsplit(serving.address).netloc
    end = f"Host: {host}\r\nConnection: close\r\n\r\n"
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "ODD"):
        status, answer = ask(serving.address, f"{method} / HTTP/1.1\r\n{end}")
        assert status == 405, method
        assert "Allow: GET, HEAD" in answer
    requests = {
        f"GET /latest/ HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\nConnection: close\r\n\r\n": 403,
        "GET /latest/ HTTP/1.1\r\nConnection: close\r\n\r\n": 403,
        "GET /latest/ HTTP/1.0\r\n\r\n": 403,
        f"GET /latest/ HTTP/1.1\r\nContent-Length: 3\r\n{end}abc": 200,
        f"GET http://evil.example/latest/ HTTP/1.1\r\n{end}": 404,
        f"GET /../../etc/passwd HTTP/1.1\r\n{end}": 404,
        f"GET /%00 HTTP/1.1\r\n{end}": 404,
        f"GET /{'a' * 70_000} HTTP/1.1\r\n{end}": 414,
    }
    for request, expected in requests.items():
        assert ask(serving.address, request)[0] == expected, request[:60]
    head, whole = (
        ask(serving.address, f"{method} /latest/ HTTP/1.1\r\n{end}")[1]
        for method in ("HEAD", "GET")
    )
    assert head.partition("\r\n\r\n")[2] == ""
    assert head.partition("ETag: ")[2][:10] == whole.partition("ETag: ")[2][:10]
    tag = whole.partition("ETag: ")[2].partition("\r\n")[0]
    status, answer = ask(serving.address, f"GET /latest/ HTTP/1.1\r\nIf-None-Match: {tag}\r\n{end}")
    assert (status, answer.partition("\r\n\r\n")[2]) == (304, "")
    assert serving.lives()
    assert "Traceback" not in serving.log.read_text("utf-8")
