"""The preview's rooms, without a browser: a base in memory, what it answers, and what it tells."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.check import RULES
from threadbook.engines.choice import make_engine
from threadbook.errors import UserError
from threadbook.findings import Finding, Place, Severity
from threadbook.gather import _Work
from threadbook.load.files import LoadedThread
from threadbook.load.sources import SourceFile, list_again, list_sources
from threadbook.pages import Planning, find_page, plan_site
from threadbook.pages.plan import locate_pages
from threadbook.preview.live import Live, State
from threadbook.preview.server import listen
from threadbook.preview.watch import Watcher
from threadbook.progress import Quiet
from threadbook.settings import Settings
from threadbook.showing.answers import Wish, answer, find_address, type_of
from threadbook.showing.application import make_application
from threadbook.showing.events import Channel, Source, describe, say_changed, say_findings

Knowledge = Callable[[dict[str, str | bytes]], Path]
Headers = dict[str, str]
GOOD = "title: When am I paid?\ntopics: [payments]\nanswer: On Fridays.\n"
FILE = "content/threads/work/paid.yml"


def plain(settings: Settings) -> Settings:
    return replace(settings, engine="plain", search=False, jobs=1)


@pytest.fixture
def root(knowledge: Knowledge) -> Path:
    return knowledge({"threads/work/paid.yml": GOOD})


@pytest.fixture
def live(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Live:
    work = tmp_path_factory.mktemp("work")
    found = Live(root / "mkdocs.yml", work, make_engine, plain, Quiet())
    found.refresh()
    return found


def edit(live: Live, name: str, text: str | bytes) -> State:
    file = live.file.parent / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return live.refresh({str(file)})


def read(state: State, address: str) -> str:
    assert state.site is not None
    content = state.site.read(address)
    return "" if content is None else content.decode()


# The base in memory


def test_an_edit_is_shown_everywhere(live: Live) -> None:
    before = live.state
    after = edit(live, FILE, GOOD.replace("When", "How"))
    assert after.number == before.number + 1
    for address in ("threads/paid/index.html", "threads/paid/index.md", "latest/index.html"):
        assert "When am I paid?" in read(before, address)
        assert "How am I paid?" in read(after, address)
        assert "When am I paid?" not in read(after, address)


def test_an_edit_that_changes_neither_size_nor_time_is_seen_if_the_system_tells_of_it(
    live: Live,
) -> None:
    file = live.file.parent / FILE
    status = file.stat()
    file.write_text(GOOD.replace("Fridays", "Mondays"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = live.refresh({str(file)})
    assert "On Mondays." in read(after, "threads/paid/index.html")


def test_only_the_changed_file_is_loaded(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(
        "threadbook.preview.live.list_sources",
        lambda *_: pytest.fail("the whole folder is listed for an edit of one file"),
    )

    def spy(self: _Work, source: SourceFile) -> LoadedThread:
        loaded.append(source.id)
        return load(self, source)

    load = _Work.thread
    monkeypatch.setattr(_Work, "thread", spy)
    edit(live, FILE, GOOD.replace("When", "How"))
    assert loaded == ["paid"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (FILE, "title: [\n", "TB010"),
        (FILE, GOOD.replace("payments", "nowhere"), "TB202"),
        (FILE, b"title: \xff\n", "TB"),
        ("content/site.yml", "boards: 5\n", "TB"),
        ("mkdocs.yml", "site_name: [\n", "TB"),
        ("mkdocs.yml", "site_name: Small\n", "TB"),
        ("content/threads/new/paid.yml", GOOD, "TB"),
    ],
)
def test_bad_content_keeps_the_last_good_site_and_is_told(
    live: Live, name: str, text: str | bytes, told: str
) -> None:
    before, file = live.state, live.file.parent / name
    good = file.read_bytes() if file.exists() else None
    behind = edit(live, name, text)
    assert behind.is_behind
    assert behind.site is before.site
    assert any(finding.rule.id.startswith(told) for finding in behind.findings)
    if good is None:
        file.unlink()
        after = live.refresh({str(file)})
    else:
        after = edit(live, name, good)
    assert not after.is_behind
    assert after.findings == before.findings
    assert after.number > before.number


def test_an_engine_that_fails_keeps_the_last_good_site_and_is_told(live: Live) -> None:
    before = live.state
    text = live.file.read_text().replace("[threadbook]", "[{threadbook: {engine: nonsense}}]")
    live.adjust = lambda settings: replace(settings, search=False)
    behind = edit(live, "mkdocs.yml", text)
    assert behind.is_behind
    assert behind.site is before.site


def test_whatever_a_hook_raises_the_last_good_site_stays(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def with_mkdocs(settings: Settings) -> Settings:
        return replace(settings, search=False, jobs=1)

    odd = root / "odd.py"  # a hook itself is read once in a process
    odd.write_text("")
    (root / "hook.py").write_text(
        f"from pathlib import Path\ndef on_env(env, **_):\n    exec(Path({str(odd)!r}).read_text())\n"
    )
    with (root / "mkdocs.yml").open("a") as config:
        config.write("hooks: [hook.py]\n")
    work = tmp_path_factory.mktemp("work")
    live = Live(root / "mkdocs.yml", work, make_engine, with_mkdocs, Quiet())
    before = live.refresh()
    assert before.site is not None, before.trouble
    for bad in (
        "raise RuntimeError('odd')",
        "not python",
        "1 / 0",
        "raise SystemExit",
        "import os2",
    ):
        odd.write_text(bad)
        behind = live.refresh()
        assert behind.is_behind, bad
        assert behind.site is before.site
        assert behind.trouble
    odd.write_text("")
    assert not live.refresh().is_behind


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (FILE, "title: [\n"),
        (FILE, GOOD.replace("topics: [", "topcs: [")),
        ("mkdocs.yml", "site_name: 5\n"),
    ],
)
def test_a_base_that_never_was_good_has_no_site_yet(
    root: Path, tmp_path: Path, name: str, text: str
) -> None:
    good = (root / name).read_text()
    (root / name).write_text(text)
    work = tmp_path / "work"
    work.mkdir()
    live = Live(root / "mkdocs.yml", work, make_engine, plain, Quiet())
    state = live.refresh()
    assert state.site is None
    assert state.is_behind
    found = answer(state, Wish("/help/anything"))
    assert found.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert b"Nothing to show yet" in found.body
    assert f"<li>{name}:".encode() in found.body
    assert b"Something has to be mended first." in found.body
    assert b"the content has errors" not in found.body.lower(), "it may be mkdocs.yml"
    hints = [escape(each.hint).encode() for each in state.findings if each.hint]
    assert all(hint in found.body for hint in hints)
    assert hints or "title: [" in text, "there is something to test"
    assert answer(state, Wish("/_threadbook/preview.js")).status is HTTPStatus.OK
    assert edit(live, name, good).site is not None


def test_the_configuration_is_read_again_when_it_changes(live: Live) -> None:
    text = live.file.read_text().replace("site_name: Small", "site_name: Great")
    before = live.state
    after = edit(live, "mkdocs.yml", text)
    assert "<title>Great" in read(after, "index.html")
    assert before.site is not None
    assert after.site is not None
    assert after.site.dress is not before.site.dress
    assert "<title>Small" in read(before, "index.html"), "whoever reads goes on reading"


def test_shells_are_rendered_only_when_they_change(live: Live) -> None:
    before = live.state.site
    same = edit(live, FILE, GOOD.replace("When", "How")).site
    assert before is not None
    assert same is not None
    assert same.dress is before.dress
    other = edit(live, "content/pages/rules.md", "# The rules\n\nBe kind.\n").site
    assert other is not None
    assert other.dress is not before.dress
    assert "The rules" in read(live.state, "index.html")


def test_nothing_of_the_pages_is_on_a_disk(live: Live) -> None:
    edit(live, FILE, GOOD.replace("When", "How"))
    read(live.state, "threads/paid/index.html")
    assert [*live.work.rglob("*.html")] == []
    assert not (live.file.parent / "site").exists()


# Planning one page


def test_a_page_that_is_planned_alone_is_the_page_of_the_plan(live: Live) -> None:
    site = live.state.site
    assert site is not None
    planning = site.planning
    pages = plan_site(planning).pages
    assert len(pages) > 20
    for page in pages:
        assert find_page(planning, page.url) == page
    located = [page.located for page in pages if page.located]
    assert locate_pages(planning) == located


@pytest.mark.parametrize(
    "url",
    ["nowhere/", "threads/", "threads/no/", "threads/paid/more/", "topics/no/", "paths/no/print/"],
)
def test_where_no_page_is_none_is_planned(live: Live, url: str) -> None:
    assert live.state.site is not None
    assert find_page(live.state.site.planning, url) is None


def test_the_page_of_one_thread_is_planned_without_the_others(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[str] = []
    plan_thread = Planning.link_level

    def spy(self: Planning, url: str, title: str) -> object:
        planned.append(url)
        return plan_thread(self, url, title)

    monkeypatch.setattr(Planning, "link_level", spy)
    assert live.state.site is not None
    assert find_page(live.state.site.planning, "threads/paid/") is not None
    assert planned == []
    assert find_page(live.state.site.planning, "boards/work/") is not None
    assert planned == ["boards/"]


# Listing again


def test_a_listing_of_what_changed_is_that_of_the_whole_folder(root: Path) -> None:
    content = root / "content"
    before = list_sources(content, root)
    file = content / "threads/work/paid.yml"
    file.write_text(GOOD + "summary: Short.\n")
    assert list_again(before, {str(file)}) == list_sources(content, root)
    new = content / "threads/work/new.yml"
    new.write_text(GOOD)
    assert list_again(before, {str(new)}) is None
    file.unlink()
    assert list_again(before, {str(file)}) is None
    file.symlink_to(new)
    assert list_again(before, {str(file)}) is None
    assert list_again(before, {str(content / "threads/work")}) is None


# Answers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/help/", 200),
        ("/help/threads/paid/", 200),
        ("/help/threads/paid/?q=1", 200),
        ("/help/threads/paid/index.html", 200),
        ("/help/threads/paid/index.json", 200),
        ("/help/threads/%70aid/", 200),
        ("/", 302),
        ("/help", 302),
        ("/help/threads/paid", 302),
        ("/help/threads/nobody/", 404),
        ("/helpless/", 404),
        ("/other", 404),
        ("/help//threads/paid/", 404),
    ],
)
def test_paths_are_answered_as_a_static_host_would(live: Live, path: str, status: int) -> None:
    assert answer(live.state, Wish(path)).status == status


def test_a_folder_without_its_slash_leads_to_its_page(live: Live) -> None:
    assert (
        answer(live.state, Wish("/help/threads/paid")).headers["Location"] == "/help/threads/paid/"
    )
    assert answer(live.state, Wish("/")).headers["Location"] == "/help/"


def test_the_script_is_there_before_anybody_knows_where_the_site_is(live: Live) -> None:
    for path in ("/_threadbook/preview.js", "/help/_threadbook/preview.js"):
        assert b"EventSource" in answer(live.state, Wish(path)).body
    assert answer(live.state, Wish("/other/_threadbook/preview.js")).status == 404


HOSTILE = [
    "/help/../mkdocs.yml",
    "/help/..%2fmkdocs.yml",
    "/help/%2e%2e/mkdocs.yml",
    "/help/%2e%2e%2fmkdocs.yml",
    "/help/threads/%2e%2e/%2e%2e/%2e%2e/mkdocs.yml",
    "/help/threads/../../../../etc/passwd",
    "/help/%252e%252e/mkdocs.yml",
    "/help/..\\mkdocs.yml",
    "/help/%5c..%5cmkdocs.yml",
    "/help/%00",
    "/help/threads/paid%00/index.html",
    "/help/%ff%fe",
    "/help/%0d%0aSet-Cookie:%20a=b",
    "/help/threads/paid%0d%0aSet-Cookie:%20a=b",
    "/help//etc/passwd",
    "//etc/passwd",
    "/etc/passwd",
    "http://evil.example/help/",
    "*",
    "",
    "/help/" + "a" * 60_000,
    "/help/" + "a/" * 20_000,
    "/help/.threadbook-site",
    "/help/.git/config",
    "/help/%e2%80%ae/",
    "/help/search/../../mkdocs.yml",
    "/help/content/site.yml",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths_get_nothing(live: Live, path: str) -> None:
    found = answer(live.state, Wish(path, is_page=True))
    assert found.status == 404
    assert b"plugins:" not in found.body
    assert b"root:" not in found.body
    assert not any("\r" in value or "\n" in value for value in found.headers.values())


@given(st.text(max_size=60))
def test_no_path_leads_out_of_the_site(path: str) -> None:
    address = find_address(f"/{path}", "/")
    if address is not None:
        assert not address.startswith("/")
        assert ".." not in address.split("/")
        assert os.path.normpath(address).startswith("..") is False


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("threads/x/index.md", "text/markdown; charset=utf-8"),
        ("_headers", "text/plain; charset=utf-8"),
        ("a.b/c", "text/plain; charset=utf-8"),
        ("x.js", "text/javascript; charset=utf-8"),
        ("x.png", "image/png"),
        ("x.pf_index", "application/octet-stream"),
        (".html", "text/plain; charset=utf-8"),
    ],
)
def test_the_media_type_goes_by_the_ending(address: str, kind: str) -> None:
    assert type_of(address) == kind


def test_only_a_browser_that_opens_a_page_gets_the_script(live: Live) -> None:
    path = "/help/threads/paid/"
    bare, opened = answer(live.state, Wish(path)), answer(live.state, Wish(path, is_page=True))
    assert bare.body == read(live.state, "threads/paid/index.html").encode()
    assert b"_threadbook/" not in bare.body
    start = opened.body.index(b'<script src="/help/_threadbook/preview.js"')
    end = opened.body.index(b"</script>", start) + len(b"</script>")
    assert opened.body[:start] + opened.body[end:] == bare.body
    assert bare.headers["ETag"].strip('"').encode() in opened.body
    assert bare.headers["ETag"] != opened.headers["ETag"]
    twin = "/help/threads/paid/index.md"
    assert answer(live.state, Wish(twin, is_page=True)) == answer(live.state, Wish(twin))


def test_a_missing_page_is_the_engines_own(live: Live) -> None:
    assert answer(live.state, Wish("/help/no/")).body == read(live.state, "404.html").encode()


# Events


def finding(severity: Severity, file: str = FILE) -> Finding:
    rule = next(rule for rule in RULES if rule.severity is severity)
    return Finding(rule, Place(file, 3, 5), "It is wrong.", "Mend it.")


def test_a_finding_is_told_with_its_place_its_fix_and_where_to_edit_it() -> None:
    said = describe(finding(Severity.ERROR), "https://example.org/edit/{file}?id={id}&t={title}")
    assert said == {
        "file": FILE,
        "line": 3,
        "column": 5,
        "severity": "error",
        "rule": said["rule"],
        "message": "It is wrong.",
        "hint": "Mend it.",
        "edit_url": f"https://example.org/edit/{FILE}?id=paid&t=",
    }


def test_the_worst_findings_are_told_first_and_not_too_many() -> None:
    many = [finding(Severity.NOTICE)] * 60 + [finding(Severity.ERROR)]
    said = say_findings(State(findings=tuple(many), trouble="MkDocs stopped."), "").data
    assert [each["severity"] for each in said["findings"][:3]] == ["error", "error", "notice"]
    assert said["findings"][0]["message"] == "MkDocs stopped."
    assert (len(said["findings"]), said["left_out"], said["behind"]) == (51, 11, True)


def test_an_event_is_one_line_of_json_whatever_it_says() -> None:
    odd = replace(
        finding(Severity.ERROR, "a\udcffb.yml"), message='two\nlines\r\u2028 and "quotes"'
    )
    text = say_findings(State(findings=(odd,)), "").text.decode("ascii")
    name, data, *rest = text.split("\n")
    assert name == "event: findings"
    assert json.loads(data.removeprefix("data: "))["findings"][0]["file"] == "a?b.yml"
    assert rest == ["", ""]


def test_everybody_who_listens_is_told_from_then_on() -> None:
    channel = Channel()
    channel.send(say_changed(State(1)))
    with channel.listen() as one, channel.listen() as other:
        channel.send(say_changed(State(2)))
        assert one.get(timeout=5).data["state"] == other.get(timeout=5).data["state"] == 2
        assert one.empty()
    assert channel.listeners == set()


# Watching


@contextmanager
def watching(live: Live) -> Iterator[Watcher]:
    said: list[str] = []
    with Watcher(said.append) as watcher:
        watcher.follow(live.places)
        yield watcher
    assert said == []


def wait_for(watcher: Watcher, *files: Path) -> None:
    """Wait until all of these files were told of."""
    missing = {str(file) for file in files}
    while missing:
        missing -= watcher.wait()


def test_changes_of_content_and_configuration_are_told(live: Live) -> None:
    root = live.file.parent
    with watching(live) as watcher:
        for name in (FILE, "content/site.yml", "content/pages/about.md", "mkdocs.yml"):
            (root / name).write_bytes((root / name).read_bytes())
            wait_for(watcher, root / name)
        new = root / "content/threads/more/new.yml"
        new.parent.mkdir()
        new.write_text(GOOD)
        wait_for(watcher, new.parent)
        new.rename(root / "content/threads/work/new.yml")
        wait_for(watcher, root / "content/threads/work/new.yml")


def test_what_nobody_reads_is_not_told(live: Live) -> None:
    root = live.file.parent
    with watching(live) as watcher:
        (root / "notes.txt").write_text("mine")
        (root / "content/threads/work/.paid.yml.swp").write_text("an editor's own")
        (root / "site").mkdir()
        (root / "site" / "index.html").write_text("built")
        live.refresh(())  # reading is no change either
        (root / FILE).write_text(GOOD)
        assert watcher.wait() == {str(root / FILE)}


def test_a_content_folder_that_is_made_anew_is_watched_again(live: Live) -> None:
    """As when another branch is checked out that has no content, and then this one again."""
    root = live.file.parent
    with watching(live) as watcher:
        (root / "content").rename(root / "elsewhere")
        assert str(root / "content") in watcher.wait()
        assert live.refresh(watcher.follow(live.places)).is_behind
        (root / "elsewhere").rename(root / "content")
        assert str(root / "content") in watcher.wait()
        assert not live.refresh().is_behind
        (root / FILE).write_text(GOOD.replace("When", "How"))
        wait_for(watcher, root / FILE)


def test_without_room_for_watches_folders_are_looked_through(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    with Watcher(said.append) as watcher:
        monkeypatch.setattr(
            watcher.observer,
            "schedule",
            lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space")),
        )
        watcher.follow(live.places)
        assert len(said) == 1
        assert "No space" in said[0]
        file = live.file.parent / FILE
        file.write_text(GOOD.replace("When", "How"))
        os.utime(file, (time.time() + 5, time.time() + 5))
        wait_for(watcher, file)


# The server


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "not an address"),
        ("127.0.0.1:", "not an address"),
        (":8000", "not an address"),
        ("127.0.0.1:x", "not an address"),
        ("127.0.0.1:99999", "not an address.* highest port is 65535"),
        ("192.0.2.1:8000", "Nothing can listen"),
        ("a" * 300 + ":80", "Nothing can listen"),
    ],
)
def test_an_address_where_nothing_can_listen_is_said_in_a_line(address: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as error:
        listen(address)
    assert "\n" not in str(error.value)


def test_a_port_that_is_taken_is_said_before_anything_is_loaded() -> None:
    with listen("127.0.0.1:0") as first:
        port = first.server_address[1]
        with pytest.raises(UserError, match=rf"already listens at 127\.0\.0\.1:{port}\b"):
            listen(f"127.0.0.1:{port}")


# For servers that speak WSGI, as that of MkDocs


def request(live: Live, path: str, method: str = "GET", **more: str) -> tuple[str, Headers, bytes]:
    """Send a request as a server would that has decoded the path; return status, headers, body."""
    said: list[tuple[str, Headers]] = []
    source = Source(lambda: live.state, Channel(), str)
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, **more}

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        said.append((status, dict(headers)))
        return lambda _: None

    answer = make_application(source)(environ, start)
    body = next(iter(answer), b"")
    ((status, headers),) = said
    return status, headers, body


def test_an_application_answers_what_the_server_does(live: Live) -> None:
    wish = Wish("/help/threads/paid/", is_page=True)
    status, headers, body = request(live, wish.path, HTTP_SEC_FETCH_DEST="document")
    assert (status, body) == ("200 OK", answer(live.state, wish).body)
    assert request(live, wish.path, "HEAD", HTTP_SEC_FETCH_DEST="document") == (
        status,
        headers,
        b"",
    )
    assert headers["Content-Length"] == str(len(body))
    assert request(live, "/help/no/")[0] == "404 Not Found"


def test_an_application_changes_nothing_and_leads_nowhere_else(live: Live) -> None:
    status, headers, _ = request(live, "/help/", "POST")
    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")
    for path in ("/help/../mkdocs.yml", "/help/%2e%2e/x", "/help/\xff/", "/help/a\0b"):
        assert request(live, path)[0] == "404 Not Found"


def test_an_application_tells_what_happens(live: Live) -> None:
    edit(live, FILE, "title: [\n")
    status, headers, text = request(live, "/help/_threadbook/events")
    assert (status, headers["Content-Type"]) == ("200 OK", "text/event-stream; charset=utf-8")
    assert b"event: changed\n" in text
    assert f'"file": "{FILE}", "line": 2'.encode() in text
