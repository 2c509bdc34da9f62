"""Whole builds, as users start them: what is published, what is refused, and how it is said."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from threadbook import parallel
from threadbook.addresses import WELL_KNOWN
from threadbook.engines.mkdocs import ThreadbookPlugin
from threadbook.load import files as loading
from threadbook.staging import MARKER
from threadbook.weave import Slot

if TYPE_CHECKING:
    from threadbook.load.files import LoadedThread
    from threadbook.load.sources import SourceFile

pytestmark = pytest.mark.slow

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]
Pages = Callable[[Path], dict[str, str]]
Tree = Callable[[Path], dict[str, bytes]]
COMMANDS = pytest.mark.parametrize(
    "command", [("threadbook", "build"), ("mkdocs", "build")], ids=" ".join
)


def built(run: Run, base: Path, *options: str | Path, **environment: str) -> Path:
    """Build a base that has nothing wrong; return its site."""
    out = base.parent / f"site-of-{base.name}"
    done = run("threadbook", "build", "--out", out, *options, cwd=base, **environment)
    assert done.returncode == 0, done.stderr
    return out


def is_told_in_a_line_or_two(done: Done) -> bool:
    """Whether a failure ends with a status that says so, in a few lines, without a traceback."""
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    said = [line for line in said if not line.startswith(("Loading threads:", "Weaving pages:"))]
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done.returncode in {1, 2, 3} and 1 <= len(said) <= 3


def put(base: Path, name: str, text: str | bytes) -> Path:
    """Write one file of a base."""
    file = base / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def configure(base: Path, old: str, new: str) -> None:
    """Change one line of a base's mkdocs.yml."""
    file = base / "mkdocs.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What is published


def test_every_kind_of_page_of_the_design_exists(
    example_site: Path, repository: Path, pages_of: Pages
) -> None:
    content = repository / "content"
    site = yaml.safe_load((content / "site.yml").read_text("utf-8"))
    threads = [file.stem for file in (content / "threads").rglob("*.yml")]
    threads.remove("insurance-for-freelancers")  # the draft
    expected = {
        "",
        "boards/",
        "topics/",
        "paths/",
        "latest/",
        "search/",
        "unanswered/",
        "health/",
        "components/",
        "glossary/",
        "library/",
    }
    expected |= {f"boards/{board['id']}/" for board in site["boards"]}
    expected |= {f"topics/{topic['id']}/" for topic in site["topics"]}
    lists = [url for url in expected if url.count("/") == 2]
    expected |= {f"{url}{order}/" for url in lists for order in ("useful", "unanswered")}
    paths = [file.stem for file in (content / "paths").glob("*.yml")]
    expected |= {f"paths/{id_}/{page}" for id_ in paths for page in ("", "print/")}
    expected |= {f"threads/{id_}/" for id_ in threads}
    expected |= {f"{file.stem}/" for file in (content / "pages").glob("*.md")}
    assert set(pages_of(example_site)) == expected | {
        "404.html",
        "latest/page-2/",
        "latest/useful/",
        "latest/useful/page-2/",
    }


def test_any_build_of_the_same_day_by_either_command_gives_the_same_bytes(
    example_site: Path, repository: Path, run: Run, tmp_path: Path, files_of: Tree
) -> None:
    """Whatever the folder, the process and the order in which it keeps sets."""
    out = tmp_path / "site"
    done = run("mkdocs", "build", "--site-dir", out, cwd=repository, PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    assert files_of(out) == files_of(example_site)


def test_a_build_does_not_depend_on_how_many_processes_work(
    small_base: Path, run_warm: Run, tmp_path: Path, files_of: Tree
) -> None:
    count = 300
    assert count > parallel.SMALL, "too few threads: no pool would start"
    for number in range(count):
        put(
            small_base,
            f"content/threads/general/thread-{number:03}.yml",
            f"title: Question {number}?\ntopics: [first-steps]\n"
            f"question: {{by: editor, at: 2026-01-{number % 28 + 1:02}, body: Why {number}?}}\n"
            f"answers:\n  - votes: {number % 7}\n"
            f"    body: See [[thread-{(number + 1) % count:03}]].\n"
            f"related: [thread-{(number * 7) % count:03}]\n",
        )
    for jobs in ("1", "2"):
        out = ("--out", tmp_path / jobs)
        done = run_warm("threadbook", "build", "--jobs", jobs, *out, cwd=small_base)
        assert done.returncode == 0, done.stderr
    assert files_of(tmp_path / "1") == files_of(tmp_path / "2")
    assert len(files_of(tmp_path / "1")) > count


def test_the_sitemap_lists_exactly_the_woven_and_the_prose_pages(
    example_site: Path, site_url: str, pages_of: Pages
) -> None:
    listed = sitemap(example_site)
    expected = {site_url + url for url in pages_of(example_site) if url != "404.html"}
    unlisted = {
        f"{site_url}threads/two-clients-said-yes/",
        f"{site_url}health/",
        f"{site_url}components/",
    }
    unlisted |= {url for url in expected if url.endswith(("/library/", "/print/"))}
    assert set(listed) == expected - unlisted, "duplicates name their original instead"
    assert listed[f"{site_url}about/"] is None, "prose has no day"
    assert listed[site_url] == max(day for day in listed.values() if day)
    assert not any("_shell" in url for url in listed)


def test_the_sitemap_knows_the_last_day_anything_was_written(
    example_site: Path, repository: Path, site_url: str
) -> None:
    listed = sitemap(example_site)
    for file in (repository / "content/threads").rglob("*.yml"):
        days = re.findall(r"\b(?:at|edited): (\d{4}-\d\d-\d\d)", file.read_text("utf-8"))
        url = f"{site_url}threads/{file.stem}/"
        if url in listed:
            assert listed[url] == (max(days) if days else None), file.name


def sitemap(site: Path) -> dict[str, str | None]:
    """Return the days of the addresses in a site's sitemap."""
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    urls = root.findall("s:url", space)
    listed = {
        url.findtext("s:loc", "", space): url.findtext("s:lastmod", None, space) for url in urls
    }
    assert len(listed) == len(urls), "an address stands there twice"
    for day in filter(None, listed.values()):
        dt.date.fromisoformat(day)
    return listed


def test_no_file_holds_a_slot_marker_and_no_shell_is_published(
    example_site: Path, files_of: Tree
) -> None:
    for name, content in files_of(example_site).items():
        assert "_shell" not in name
        for slot in Slot:
            assert f"%%{slot}-".encode() not in content, name
        if name.endswith((".html", ".xml", ".json", ".txt")):
            assert b"_shell" not in content, name


def test_markers_do_not_leak_through_mkdocs_own_search(
    small_base: Path, run: Run, files_of: Tree
) -> None:
    configure(small_base, "plugins:\n", "plugins:\n  - search\n")
    for name, content in files_of(built(run, small_base)).items():
        assert b"%%content-" not in content, name
        assert b"%%title-" not in content, name
        assert not name.endswith("search_index.json") or b"_shell" not in content


def test_nothing_of_the_sources_is_published(
    example_site: Path, repository: Path, files_of: Tree
) -> None:
    sources = {
        file.read_bytes()
        for folder in ("content", "theme/fragments", "theme/overrides", "theme/icons")
        for file in (repository / folder).rglob("*")
        if file.is_file() and file.parent.name not in {"images", "files"}
    }
    for name, content in files_of(example_site).items():
        assert content not in sources, name
        assert not name.endswith((".yml", ".yaml", ".j2", ".jinja", ".py", ".pyc")), name
        is_known = name == MARKER or name.startswith(WELL_KNOWN)
        hidden = not is_known and any(part.startswith(".") for part in name.split("/"))
        assert not hidden, name


def test_drafts_are_published_nowhere(small_base: Path, run: Run, files_of: Tree) -> None:
    put(
        small_base,
        "content/threads/general/not-yet.yml",
        "title: Unripe title?\ntopics: [first-steps]\nalso_asked: [Unripe wording?]\n"
        "summary: Unripe summary.\nquestion: Unripe question.\nanswer: Unripe answer.\n"
        "related: [the-shortest-thread]\nstatus: draft\n",
    )
    put(
        small_base,
        "content/threads/general/speaks-of-it.yml",
        "title: Who speaks of it?\ntopics: [first-steps]\nrelated: [not-yet]\n"
        "answer: I do, in [[not-yet|these words]] and [so](thread:not-yet).\n",
    )
    put(
        small_base,
        "content/threads/general/repeats-it.yml",
        "title: Who repeats it?\ntopics: [first-steps]\nduplicate_of: not-yet\nanswer: I do.\n",
    )
    put(
        small_base,
        "content/paths/goes-there.yml",
        "title: Goes there\nsteps:\n  - thread: not-yet\n  - check:\n      question: Which one?\n"
        "      choices: [{text: this, correct: true}, {text: that}]\n      cites: not-yet\n",
    )
    configure_featured = small_base / "content/site.yml"
    text = configure_featured.read_text("utf-8").replace("threads: [", "threads: [not-yet, ")
    text = text.replace("start_here: how-to-add-a-thread", "start_here: not-yet")
    configure_featured.write_text(text, "utf-8")
    site = built(run, small_base)
    assert not (site / "threads/not-yet").exists()
    for name, content in files_of(site).items():
        assert b"not-yet" not in content, name
        assert b"Unripe" not in content, name
    assert "these words" in (site / "threads/speaks-of-it/index.html").read_text("utf-8")


# What is refused


BAD: dict[str, str | bytes] = {
    "content/threads/general/syntax.yml": "title: [\n",
    "content/threads/general/fields.yml": "title: Why?\ntopics: [first-step]\nanser: Because.\n",
    "content/threads/nowhere/board.yml": "title: W?\ntopics: [first-steps]\nanswer: B.\n",
    "content/threads/general/latin.yml": b"title: caf\xe9\n",
    "content/paths/broken.yml": "title: P\nsteps: [{thread: no-such-thread}]\n",
}
SAID = [
    "content/threads/general/syntax.yml:2:1: error[TB010]",
    "content/threads/general/fields.yml:3:1: error[TB101]",
    "content/threads/nowhere/board.yml: error[TB203]",
    "content/threads/general/latin.yml:1:11: error[",
    "content/paths/broken.yml:2:18: error[TB201]",
]


@COMMANDS
def test_bad_content_is_named_and_leaves_the_last_good_site_as_it_was(
    small_base: Path, run: Run, files_of: Tree, command: tuple[str, str]
) -> None:
    assert run(*command, cwd=small_base).returncode == 0
    before, beside = files_of(small_base / "site"), names_in(small_base)
    times = {file: file.stat().st_mtime_ns for file in (small_base / "site").rglob("*")}
    for name, text in BAD.items():
        put(small_base, name, text)
    done = run(*command, cwd=small_base)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    for said in SAID:
        assert said in done.stderr
    assert re.search(r"^[5-9] errors, 1 warning in 10 files\.$", done.stderr, re.MULTILINE)
    assert files_of(small_base / "site") == before
    assert {file: file.stat().st_mtime_ns for file in (small_base / "site").rglob("*")} == times
    assert names_in(small_base) == beside, "nothing is left lying about"


def test_findings_are_named_from_the_folder_of_the_configuration(
    small_base: Path, run: Run, tmp_path: Path
) -> None:
    put(small_base, "content/threads/general/syntax.yml", "title: [\n")
    done = run("threadbook", "check", "--config", small_base / "mkdocs.yml", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[1].startswith("content/threads/general/syntax.yml:2:1: error[")


@pytest.mark.parametrize("action", ["check", "build", "serve"])
def test_a_missing_configuration_is_told_in_a_line(run: Run, tmp_path: Path, action: str) -> None:
    done = run("threadbook", action, cwd=tmp_path)
    assert is_told_in_a_line_or_two(done)
    assert "mkdocs.yml" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"site_name: [", "mkdocs.yml:2:1: error[TB902]"),
        (b"", "site_name"),
        (b"site_name: X\ndocs_dir: mkdocs.yml\nplugins: [threadbook]\n", "`docs_dir` names"),
        (b"site_name: X\ndocs_dir: content/pages\nplugins: [threadbok]\n", "threadbok"),
        (b"site_name: X\ndocs_dir: content/pages\n", "Add `- threadbook` to the list `plugins:`"),
    ],
    ids=["no YAML", "empty", "a file as docs_dir", "misspelt plugin", "missing plugin"],
)
def test_a_wrong_configuration_is_told_in_few_lines(
    small_base: Path, run: Run, text: bytes, said: str
) -> None:
    put(small_base, "mkdocs.yml", text)
    done = run("threadbook", "build", cwd=small_base)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) <= 6


def test_a_folder_given_as_configuration_is_told_in_a_line(small_base: Path, run: Run) -> None:
    done = run("threadbook", "build", "--config", "content", cwd=small_base)
    assert "Traceback" not in done.stderr
    assert done.returncode in {1, 2}


@pytest.mark.parametrize(
    "command", [("threadbook", "build"), ("threadbook", "check"), ("mkdocs", "build")], ids=" ".join
)
def test_a_missing_content_folder_is_told_with_the_way_out(
    small_base: Path, run: Run, command: tuple[str, str]
) -> None:
    configure(small_base, "content_dir: content", "content_dir: elsewhere")
    done = run(*command, cwd=small_base)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "There is no content folder at elsewhere." in done.stderr
    assert "`content_dir`" in done.stderr


@pytest.mark.parametrize("out", [".", "..", "content", "content/pages/site", "precious", "HOME"])
def test_a_site_is_not_built_where_it_would_remove_something(
    small_base: Path, run: Run, tmp_path: Path, files_of: Tree, out: str
) -> None:
    home = tmp_path / "home"  # never the real one
    put(home, "letters.txt", "dear")
    put(home, "404.html", "so that it looks like a site that may be built over")
    put(small_base, "precious/thing.txt", "mine")
    before = files_of(tmp_path)
    where = home if out == "HOME" else Path(out)
    done = run("threadbook", "build", "--out", where, cwd=small_base, HOME=str(home))
    assert is_told_in_a_line_or_two(done), done.stderr
    assert files_of(tmp_path) == before


def test_an_empty_folder_and_an_old_site_may_be_built_over(
    small_base: Path, run: Run, tmp_path: Path, files_of: Tree
) -> None:
    out = tmp_path / "public"
    out.mkdir()
    for _ in range(2):
        done = run("threadbook", "build", "--out", out, cwd=small_base)
        assert done.returncode == 0, done.stderr
        assert "index.html" in files_of(out)
        put(out, "threads/gone/index.html", "of a thread that is no more")
    done = run("threadbook", "build", "--out", out, cwd=small_base)
    assert not (out / "threads/gone").exists()
    assert names_in(tmp_path) == ["base", "public"]


def test_a_place_that_cannot_be_written_is_told_in_a_line_or_two(
    small_base: Path, run: Run
) -> None:
    put(small_base, "a-file", "no folder")  # no chmod: the tests may run as root
    done = run("threadbook", "build", "--out", "a-file/site", cwd=small_base)
    assert is_told_in_a_line_or_two(done), done.stderr
    assert "a-file" in done.stderr


# The other commands


def test_init_gives_a_base_that_checks_and_builds_at_once(small_base: Path, run: Run) -> None:
    done = run("threadbook", "check", cwd=small_base)
    assert done.returncode == 0, done.stderr
    assert "1 notice in" in done.stderr  # nobody has said yet where it is published
    site = built(run, small_base)
    assert "What is the shortest thread?" in (site / "index.html").read_text("utf-8")
    assert (site / "paths/getting-started/index.html").is_file()


def test_init_refuses_a_place_that_is_taken(run: Run, tmp_path: Path) -> None:
    target = put(tmp_path, "taken", "mine")
    done = run("threadbook", "init", target)
    assert is_told_in_a_line_or_two(done)
    assert "is a file" in done.stderr
    assert [file.read_text() for file in tmp_path.rglob("*") if file.is_file()] == ["mine"]


def test_check_tells_good_from_bad_by_its_status(small_base: Path, run: Run) -> None:
    assert run("threadbook", "check", cwd=small_base).returncode == 0
    thread = put(
        small_base,
        "content/threads/general/new.yml",
        "title: W?\ntopics: [first-step]\nanswer: B.\n",
    )
    done = run("threadbook", "check", cwd=small_base)
    assert done.returncode == 1
    assert "content/threads/general/new.yml:2:10: error[TB202]" in done.stderr
    assert "    2 | topics: [first-step]\n      |          ^\n" in done.stderr
    assert 'Did you mean "first-steps"?' in done.stderr
    assert "1 error, 1 notice in 6 files." in done.stderr
    assert not (small_base / "site").exists(), "checking builds nothing"
    thread.unlink()
    assert run("threadbook", "check", cwd=small_base).returncode == 0


def test_warnings_are_shown_but_stop_nothing(small_base: Path, run: Run) -> None:
    put(
        small_base,
        "content/threads/general/draft.yml",
        "title: D?\ntopics: [first-steps]\nanswer: B.\nstatus: draft\n",
    )
    put(
        small_base,
        "content/threads/general/new.yml",
        "title: W?\ntopics: [first-steps]\nrelated: [draft]\nanswer: B.\n",
    )
    for action in ("check", "build"):
        done = run("threadbook", action, cwd=small_base)
        assert done.returncode == 0, done.stderr
        assert "content/threads/general/new.yml:3:11: warning[TB206]" in done.stderr


# Unusual bases


SITE = "boards: [{id: general, title: General}]\ntopics: [{id: first-steps, title: First}]\n"
THREAD = "title: Alone?\ntopics: [first-steps]\nanswer: Yes.\n"


@pytest.mark.parametrize("threads", [0, 1])
def test_the_smallest_bases_build(run: Run, tmp_path: Path, pages_of: Pages, threads: int) -> None:
    base = tmp_path / "tiny"
    put(base, "content/site.yml", SITE)
    put(base, "content/pages/about.md", "# About\n\nThis.\n")
    put(
        base,
        "mkdocs.yml",
        "site_name: Tiny\ndocs_dir: content/pages\nstrict: true\n"
        "theme: {name: material, font: false}\nplugins: [threadbook]\n",
    )
    if threads:
        put(base, "content/threads/general/alone.yml", THREAD)
    pages = pages_of(built(run, base))
    assert "There are no learning paths yet." in pages["paths/"]
    assert "tb-rail" not in pages[""], "there is no life-cycle without stages"
    assert ("threads/alone/" in pages) == bool(threads)
    assert ("There are no questions yet" in pages[""]) != bool(threads)


def test_a_base_without_site_url_has_no_canonical_and_no_sitemap(
    small_base: Path, run: Run, pages_of: Pages
) -> None:
    site = built(run, small_base)
    assert not list(site.rglob("sitemap*"))
    for url, html in pages_of(site).items():
        assert 'rel="canonical"' not in html, url


def test_a_site_url_without_its_last_slash_is_understood(
    small_base: Path, run: Run, pages_of: Pages
) -> None:
    configure(small_base, "docs_dir:", "site_url: https://example.org/deep/help\ndocs_dir:")
    for url, html in pages_of(built(run, small_base)).items():
        if url != "404.html":
            assert f'<link rel="canonical" href="https://example.org/deep/help/{url}">' in html


class Seen(HTMLParser):
    """What a browser would make of a page: its scripts, its event handlers and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.script_links: list[str] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "srcdoc"]
        self.script_links += [
            value for _, value in attrs if value and "javascript:" in value.lower()
        ]
        if tag in {"script", "style"}:
            self.inside.append(tag)
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[-1] += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


EVIL = (
    """</script><script>alert(1)</script> "dou" 'sin' & """
    "<img src=x onerror=alert(2)> 😀 \u202eedoc"
)


def evil(field: str) -> str:
    """Write hostile text as a YAML scalar; the field's name tells where it came from."""
    return "'" + f"{field} {EVIL}".replace("'", "''") + "'"


def evil_base(base: Path) -> Path:
    """Write hostile text into every text field of site.yml, of a thread and of a path."""
    put(
        base,
        "content/site.yml",
        f"boards: [{{id: general, title: {evil('board')}, summary: {evil('board summary')}}}]\n"
        f"topics:\n  - id: first-steps\n    title: {evil('topic')}\n    stage: 1\n"
        f"    summary: {evil('topic summary')}\n    start_here: how-to-add-a-thread\n"
        f"  - {{id: other, title: {evil('other topic')}, summary: {evil('other summary')}}}\n"
        f"people: [{{id: editor, name: {evil('person')}, role: staff}}]\n"
        "featured: {topics: [first-steps], threads: [evil], paths: [evil]}\n",
    )
    put(
        base,
        "content/threads/general/evil.yml",
        f"title: {evil('thread')}\ntopics: [first-steps, other]\nalso_asked: [{evil('also')}]\n"
        f"summary: {evil('summary')}\n"
        f"question:\n  by: editor\n  body: {evil('question')}\n"
        f"  comments: [{{by: editor, body: {evil('comment')}}}]\n"
        f"answers:\n  - by: editor\n    accepted: true\n    body: {evil('answer')}\n"
        f"    comments: [{{body: {evil('answer comment')}}}]\n"
        f"related: [long]\nsource: {{system: {evil('system')}, license: {evil('license')}}}\n",
    )
    put(
        base,
        "content/threads/general/links.yml",
        "title: Links?\ntopics: [other]\nanswer: |\n"
        "  [a](javascript:alert(1)) <a href='JaVaScRiPt:alert(1)'>b</a>\n"
        "  <svg onload=alert(1)> <iframe srcdoc='<script>alert(1)</script>'></iframe>\n"
        "  ![c](data:text/html,x) <details open ontoggle=alert(1)>d</details>\n",
    )
    put(
        base,
        "content/threads/general/long.yml",
        f"title: {'W' * 500}\ntopics: [other]\nsummary: {'S' * 500}\n"
        f"answer: {'a' * 10_000} [[evil]]\n",
    )
    put(
        base,
        "content/paths/evil.yml",
        f"title: {evil('path')}\nsummary: {evil('path summary')}\naudience: {evil('audience')}\n"
        f"objectives: [{evil('objective')}]\nprerequisites: [getting-started]\nsteps:\n"
        f"  - {{thread: evil, note: {evil('note')}}}\n  - thread: long\n  - check:\n"
        f"      question: {evil('check')}\n      cites: evil\n      choices:\n"
        f"        - {{text: {evil('choice')}, correct: true, why: {evil('why')}}}\n"
        f"        - {{text: {evil('wrong choice')}}}\n",
    )
    # It builds although a picture is nowhere.
    rules = "content_dir: content\n      rules: {TB230: warning, TB231: warning}\n"
    configure(base, "content_dir: content\n", rules)
    return base


@pytest.fixture(scope="module")
def evil_pages(run: Run, tmp_path_factory: pytest.TempPathFactory, pages_of: Pages) -> Any:
    base = tmp_path_factory.mktemp("hostile") / "base"
    assert run("threadbook", "init", base).returncode == 0
    return {url: Seen(html) for url, html in pages_of(built(run, evil_base(base))).items()}


def test_hostile_text_runs_nothing(evil_pages: dict[str, Seen]) -> None:
    for url, seen in evil_pages.items():
        assert seen.handlers == [], url
        assert not any("alert" in script for script in seen.scripts), url
        assert seen.script_links == [], url


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("", ["topic", "topic summary", "path", "thread"]),
        ("boards/", ["board", "board summary", "thread"]),
        ("boards/general/", ["board", "board summary", "thread", "summary"]),
        ("topics/", ["topic", "topic summary", "other topic", "other summary"]),
        ("topics/other/", ["other topic", "other summary", "thread", "path"]),
        ("paths/", ["path", "path summary"]),
        ("latest/", ["thread", "summary", "board"]),
        ("threads/evil/", ["thread", "board", "topic", "person", "path", "also"]),
        ("threads/evil/", ["system", "license"]),
        ("threads/long/", ["thread"]),
        (
            "paths/evil/",
            ["path", "path summary", "audience", "objective", "thread", "summary", "check"],
        ),
        ("paths/evil/", ["choice", "why", "wrong choice"]),
    ],
)
def test_hostile_text_is_read_as_it_was_written(
    evil_pages: dict[str, Seen], url: str, fields: list[str]
) -> None:
    for field in fields:
        assert f"{field} {EVIL}" in evil_pages[url].text, field


def test_hostile_titles_are_plain_text_in_the_navigation(evil_pages: dict[str, Seen]) -> None:
    """The pages asked here show these titles nowhere else."""
    assert f"topic {EVIL}" in evil_pages["topics/other/"].text
    assert f"board {EVIL}" in evil_pages["boards/"].text
    assert f"path {EVIL}" in evil_pages["paths/getting-started/"].text
    for url, seen in evil_pages.items():
        for place in re.finditer("(topic|board|path) </script>", seen.text):
            assert seen.text[place.start() :].startswith(f"{place[1]} {EVIL}"), url


def test_bodies_keep_hostile_text_without_its_tags(evil_pages: dict[str, Seen]) -> None:
    text = evil_pages["threads/evil/"].text
    for field in ("question", "comment", "answer", "answer comment"):
        assert re.search(rf"{field}\b[^<]{{0,20}}[\"“]dou", text), field
        assert "\u202eedoc" in text


def test_very_long_words_are_kept_whole(evil_pages: dict[str, Seen]) -> None:
    assert "a" * 10_000 in evil_pages["threads/long/"].text
    assert "W" * 500 in evil_pages["latest/"].text


# Publishing and previewing


def test_gh_deploy_publishes_the_woven_site(
    small_base: Path, run: Run, tmp_path: Path, files_of: Tree
) -> None:
    remote = tmp_path / "remote.git"
    alone = {
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        **{f"GIT_{who}_NAME": "Editor" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "editor@example.org" for who in ("AUTHOR", "COMMITTER")},
    }

    def git(*arguments: str | Path) -> None:
        subprocess.run(["git", *arguments], check=True, env=os.environ | alone, capture_output=True)

    git("init", "--bare", remote)
    git("init", small_base)
    git("-C", small_base, "remote", "add", "origin", remote)
    done = run("mkdocs", "gh-deploy", cwd=small_base, **alone)
    assert done.returncode == 0, done.stderr
    git("clone", "--branch", "gh-pages", remote, tmp_path / "published")
    published = files_of(tmp_path / "published")
    site = {name for name in published if not name.startswith(".git/")} - {".nojekyll"}
    assert site == set(files_of(built(run, small_base)))
    assert b"What is the shortest thread?" in published["threads/the-shortest-thread/index.html"]


@pytest.mark.parametrize("program", ["threadbook", "mkdocs"])
def test_serve_shows_an_edit_and_outlives_bad_content(
    small_base: Path, preview: Callable[..., Any], program: str
) -> None:
    """While content is bad our preview shows the last good page; that of MkDocs has to live."""
    thread = small_base / "content/threads/general/the-shortest-thread.yml"
    good, url = thread.read_text("utf-8"), "threads/the-shortest-thread/"
    serving = preview(small_base, program)
    assert serving.shows(url, "A title, a topic and an answer")
    thread.write_text(good.replace("A title, a topic", "Once edited, a topic"), "utf-8")
    assert serving.shows(url, "Once edited, a topic")
    thread.write_text("title: [\n", "utf-8")
    assert serving.says("the-shortest-thread.yml:2:1: error[TB010]")
    if program == "threadbook":  # MkDocs lets requests wait
        assert "Once edited, a topic" in serving.get(url)
    thread.write_text(good.replace("A title, a topic", "Twice edited, a topic"), "utf-8")
    assert serving.shows(url, "Twice edited, a topic")
    assert serving.lives()
    assert "Traceback" not in serving.log.read_text("utf-8")


def test_a_second_build_parses_only_what_was_edited(
    small_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    load_thread = loading.load_thread

    def spy(source: SourceFile, *how: Any, **more: Any) -> LoadedThread:
        parsed.append(source.id)
        return load_thread(source, *how, **more)

    monkeypatch.setattr(sys.modules["threadbook.gather"], "load_thread", spy)
    plugin = build_in_process(small_base)
    assert sorted(parsed) == ["how-to-add-a-thread", "the-shortest-thread"]
    parsed.clear()
    assert build_in_process(small_base) is plugin, "MkDocs keeps the plugin while it serves"
    assert parsed == []
    put(small_base, "content/threads/general/the-shortest-thread.yml", THREAD)
    build_in_process(small_base)
    assert parsed == ["the-shortest-thread"]
    woven = (small_base / "site/threads/the-shortest-thread/index.html").read_text("utf-8")
    assert "Alone?" in woven


def test_a_thread_that_is_removed_while_serving_is_gone_from_the_next_build(
    small_base: Path,
) -> None:
    file = put(small_base, "content/threads/general/alone.yml", THREAD)
    build_in_process(small_base)
    assert "Alone?" in (small_base / "site/latest/index.html").read_text("utf-8")
    file.unlink()
    build_in_process(small_base)
    assert not (small_base / "site/threads/alone").exists()
    assert "Alone?" not in (small_base / "site/latest/index.html").read_text("utf-8")


def build_in_process(base: Path) -> ThreadbookPlugin:
    """Do one build of `mkdocs serve`: read the configuration anew, keep the plugin."""
    config = load_config(config_file=str(base / "mkdocs.yml"))
    plugin = config.plugins["threadbook"]
    assert isinstance(plugin, ThreadbookPlugin)
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    return plugin


@pytest.mark.parametrize("address", ["nonsense", "occupied"])
def test_an_address_that_cannot_be_listened_on_is_told_in_a_line_or_two(
    small_base: Path, run_warm: Run, occupied: Callable[[], Any], address: str
) -> None:
    with occupied() as port:
        where = f"127.0.0.1:{port}" if address == "occupied" else address
        done = run_warm("threadbook", "serve", "--address", where, cwd=small_base)
    assert done.returncode == (3 if address == "occupied" else 2)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_serve_starts_with_bad_content_and_shows_the_site_when_it_is_mended(
    small_base: Path, preview: Callable[[Path], Any]
) -> None:
    bad = put(small_base, "content/threads/general/syntax.yml", "title: [\n")
    serving = preview(small_base)
    assert serving.says("syntax.yml:2:1: error[TB010]")
    assert serving.says("There is no site yet.")
    bad.unlink()
    assert serving.shows("threads/the-shortest-thread/", "A title, a topic and an answer")
    assert "Traceback" not in serving.log.read_text("utf-8")
