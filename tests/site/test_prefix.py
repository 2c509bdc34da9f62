"""Threadbook as a part of a site that is there already: in a folder, with fewer sections."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from bases import REPOSITORY, write
from browsing import settle
from crawler import Site
from lxml import html as reader  # type: ignore[import-untyped]

from threadbook.engines.choice import make_engine
from threadbook.preview.live import Live
from threadbook.progress import Quiet
from threadbook.settings import SECTIONS
from threadbook.staging import MARKER

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("build_day")]

Run = Callable[..., Any]
Tree = Callable[[Path], dict[str, bytes]]
ADDRESS: Final = "https://example.org/tool/"
OFF: Final = ", ".join(f"{name}: false" for name in SECTIONS)
CONFIG: Final = """\
site_name: Tool
site_url: https://example.org/tool/
docs_dir: docs
strict: true
theme: {name: material, font: false, custom_dir: theme, features: [navigation.tabs]}
nav:
  - Start: index.md
  - Guide: [guide/first.md]
  - Questions: faq/
  - About: about.md
plugins:
  - threadbook: {prefix: faq, trusted_pages: true, SECTIONS}
validation: {links: {unrecognized_links: info}}
"""


def write_tool(base: Path, sections: str = "") -> None:
    """Write the documentation of a tool, which has questions and answers in a folder of its own."""
    shutil.copytree(REPOSITORY / "content", base / "content")
    shutil.rmtree(base / "content/pages")
    files: dict[str, str | bytes] = {
        # It links to sections, which may be off: then its links are words.
        "content/threads/finding-work/where-is-what.yml": "title: Where is what?\ntopics: [proposals]\n"
        "answer: On [a board](board:finding-work), [a path](path:first-proposal-to-contract), in [a topic](topic:proposals).\n",
        "mkdocs.yml": CONFIG.replace(", SECTIONS", sections),
        "docs/index.md": "# The tool\n\nIts home page. [First steps](guide/first.md)\n",
        "docs/guide/first.md": "# First steps\n\nFeed the zebrafish.\n",
        "docs/about.md": "# About\n\nWho we are.\n",
        "theme/main.html": '{% extends "base.html" %}{% block extrahead %}{{ super() }}'
        '<meta name="mine" content="yes">{% endblock %}',
    }
    write(base, files)


@pytest.fixture(scope="module")
def tool(build_once: Callable[..., Path]) -> Path:
    return build_once("tool", write_tool)


@pytest.fixture(scope="module")
def bare(build_once: Callable[..., Path]) -> Path:
    return build_once("bare", partial(write_tool, sections=f", sections: {{{OFF}}}"))


def test_all_of_threadbooks_is_in_the_folder_and_the_rest_is_as_it_was(tool: Path) -> None:
    assert (tool / "index.html").read_text("utf-8").count("Its home page.") == 1
    ours = {"_headers", "_redirects", "robots.txt", "sitemap.xml", ".well-known", "faq", MARKER}
    theirs = {"404.html", "about", "assets", "guide", "index.html"}
    assert {file.name for file in tool.iterdir()} == ours | theirs
    assert not (tool / "assets/threadbook").exists()


def test_everything_leads_somewhere(tool: Path) -> None:
    site = Site.read(tool, ADDRESS)
    assert len(dict(site.pages)) > 150
    assert site.missing() == []
    assert site.wrong_canonicals() == []


def test_the_page_of_missing_addresses_leads_to_both_halves(tool: Path, bare: Path) -> None:
    lost = reader.fromstring((tool / "404.html").read_text("utf-8"))
    (own,) = lost.xpath("//*[@data-tb-page='lost']")
    links = [link.partition("?")[0] for link in own.xpath(".//@href | .//@action")]
    assert len(links) > 10
    assert links[-1] == "/tool/"
    for link in links:
        assert link.startswith(("/tool/faq/", "/tool/")[link == links[-1] :]), link
        assert (tool / link.removeprefix("/tool/") / "index.html").is_file(), link
    scripts = lost.xpath("//script[@type='module']/@src")
    assert scripts == ["/tool/faq/assets/threadbook/threadbook.js"]
    assert not (tool / "faq/404.html").exists()
    assert 'data-tb-page="lost"' in (bare / "404.html").read_text("utf-8")


def test_the_sitemap_has_both_halves_of_the_site(tool: Path) -> None:
    said = (tool / "sitemap.xml").read_text("utf-8")
    for address in ("", "about/", "guide/first/", "faq/", "faq/topics/", "faq/paths/"):
        assert f"<loc>{ADDRESS}{address}</loc>" in said
    assert "Sitemap: https://example.org/tool/sitemap.xml\n" in (tool / "robots.txt").read_text()


def test_files_for_hosts_name_the_folder(tool: Path) -> None:
    rules = (tool / "_redirects").read_text("utf-8").splitlines()
    assert rules
    for rule in rules:
        old, new, status = rule.split()
        assert old.startswith("/tool/faq/")
        assert status == "301"
        assert (tool / new.removeprefix("/tool/") / "index.html").is_file()
    catalogue = json.loads((tool / ".well-known/api-catalog").read_text("utf-8"))
    assert catalogue["linkset"][0]["anchor"] == f"{ADDRESS}faq/api/index.json"


def test_the_navigation_has_the_questions_where_nav_says_so(tool: Path) -> None:
    home = (tool / "index.html").read_text("utf-8")
    places = [home.index(word) for word in ("Guide", "Questions", "About")]
    assert places == sorted(places)
    assert "<title>Questions - Tool</title>" in (tool / "faq/index.html").read_text("utf-8")


def test_a_template_of_the_sites_own_comes_first_and_calls_ours(tool: Path) -> None:
    for name in ("index.html", "faq/index.html", "faq/topics/index.html"):
        page = (tool / name).read_text("utf-8")
        assert page.count('<meta name="mine" content="yes">') == 1
        assert page.count('<meta name="threadbook"') == 1


def test_search_finds_both_halves_from_both(
    tool: Path, page: Page, served: Callable[..., Any]
) -> None:
    with served(tool) as address:
        page.goto(f"{address}guide/first/")
        settle(page)
        page.keyboard.press("/")
        page.keyboard.type("zebrafish")
        first = page.locator("dialog a[href*='guide/first/']").first
        first.wait_for()
        assert first.evaluate("link => link.href").startswith(f"{address}guide/first/")
        page.goto(f"{address}faq/search/?q=decline+an+offer")
        page.locator("#tb-results a[href*='/faq/threads/']").first.wait_for()


def test_the_preview_shows_what_a_build_writes(tool: Path, tmp_path: Path, files_of: Tree) -> None:
    live = Live(tool.parent / "mkdocs.yml", tmp_path, make_engine, lambda each: each, Quiet())
    state = live.refresh()
    assert state.trouble == ""
    site = state.site
    assert site is not None
    written = {
        name: content
        for name, content in files_of(tool).items()
        if name != MARKER
        and (not name.startswith(("faq/search/", "assets/")) or name.endswith(".html"))
    }
    shown = {name: site.read(name) for name in written}
    different = [name for name, content in written.items() if shown[name] != content]
    assert different == []


def test_a_section_that_is_off_is_nowhere(bare: Path) -> None:
    site = Site.read(bare, ADDRESS)
    assert site.missing() == []
    assert site.orphans() <= {"faq/health/"}
    gone = ("boards/", "unanswered/", "paths/", "library/", "glossary/")
    found = [
        f"{url}: {link.value}"
        for url, document in site.pages
        for link in document.links
        if any(part in link.value for part in gone)
    ]
    assert found == []
    names = {file.relative_to(bare).as_posix() for file in bare.rglob("*")}
    assert not [name for name in names if any(f"/{part}" in f"{name}/" for part in gone)]
    said = (bare / "sitemap.xml").read_text("utf-8") + (bare / "faq/llms.txt").read_text("utf-8")
    assert not [part for part in gone if part in said]
    lists = [
        json.loads((bare / f"faq/api/{name}.json").read_text()) for name in ("boards", "paths")
    ]
    assert [lists[0]["boards"], lists[1]["paths"]] == [[], []]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_can_be_off_alone(section: str, small_base: Path, run: Run) -> None:
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8").replace(
        "  - threadbook:\n", f"  - threadbook:\n      sections: {{{section}: false}}\n"
    )
    config.write_text(text, "utf-8")
    done = run("threadbook", "build", "--engine", "plain", cwd=small_base)
    assert done.returncode == 0, done.stderr
    built = Site.read(small_base / "site", "")
    assert built.missing() == []
    assert not (small_base / "site" / section).exists()
    others = {name for name in SECTIONS if (small_base / "site" / name).exists()}
    assert len(others) >= 3  # a new base has no glossary


# What cannot be


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("prefix: faq", "TB112"),
        ("prefix: ../faq", "TB908"),
        ("prefix: FAQ", "TB908"),
        ("prefix: [faq]", "TB908"),
        ("prefix: faq, trusted_pages: true, engine: plain", "TB112"),
        ("sections: {board: false}", "TB908"),
        ("sections: {boards: hidden}", "TB908"),
        ("sections: boards", "TB908"),
    ],
)
def test_what_cannot_be_is_a_finding_with_its_place(
    option: str, said: str, small_base: Path, run: Run
) -> None:
    head = "site_name: Small\ndocs_dir: content/pages\ntheme: {name: material}\n"
    options = f"plugins: [{{threadbook: {{{option}}}}}]\n"
    (small_base / "mkdocs.yml").write_text(head + options, "utf-8")
    done = run("threadbook", "check", cwd=small_base)
    assert done.returncode == 1
    assert f"error[{said}]" in done.stderr, done.stderr
    assert done.stderr.count("error[") == 1


# Joining a site with `init --prefix`

THEIRS: Final = """\
site_name: Tool # ours
site_url: https://example.org/tool/
theme: {name: material, font: false}
"""


@pytest.mark.parametrize(
    ("more", "pages", "content"),
    [
        ("", "docs", "content"),
        ("docs_dir: content\n", "content", "questions"),
        ("docs_dir: ./content/pages\n", "content/pages", "questions"),
        ("nav:\n  - Start: index.md\n", "docs", "content"),
        ("plugins:\n  - search\n", "docs", "content"),
    ],
    ids=["plain", "content_is_theirs", "so_is_what_is_around", "with_nav", "with_plugins"],
)
def test_a_site_that_is_there_gets_content_and_a_block_to_paste(
    more: str, pages: str, content: str, tmp_path: Path, run: Run
) -> None:
    theirs = f"{THEIRS}{more}"
    home = "# The tool\n\nIts home page.\n"
    write(tmp_path, {"mkdocs.yml": theirs, f"{pages}/index.md": home})
    done = run("threadbook", "init", ".", "--prefix", "faq/", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mkdocs.yml").read_text("utf-8") == theirs, "it is never changed"
    assert (tmp_path / content / "site.yml").is_file()
    assert not (tmp_path / content / "pages").exists() or content != "content"
    assert sorted(each.name for each in (tmp_path / pages).iterdir()) == ["index.md"]
    block = done.stdout.partition("as it was:\n\n")[2].partition("\n\n")[0]
    pasted = yaml.safe_load(theirs)
    for key, entries in yaml.safe_load(block).items():
        pasted[key] = [each for each in pasted.get(key, []) if each != "search"] + entries
    assert ("nav" in pasted) == ("nav" in more)
    assert ("Remove `- search`" in done.stdout) == ("search" in more)
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(pasted, sort_keys=False), "utf-8")
    again = run("threadbook", "init", ".", "--prefix", "faq/", cwd=tmp_path)
    assert "has Threadbook already" in again.stdout
    assert run("threadbook", "check", cwd=tmp_path).returncode == 0
    assert run("threadbook", "build", cwd=tmp_path).returncode == 0
    assert "Its home page." in (tmp_path / "site/index.html").read_text("utf-8")
    assert (tmp_path / "site/faq/threads/the-shortest-thread/index.html").is_file()


@pytest.mark.parametrize(
    ("config", "options", "status", "said"),
    [
        (None, ["--prefix", "faq/"], 2, "--prefix is for a site that is there already"),
        (THEIRS, ["--prefix", "../x"], 2, '"../x" is not a folder such as faq/'),
        (THEIRS, ["--prefix", ""], 2, '"" is not a folder such as faq/'),
        (THEIRS, ["--prefix", "faq", "--name", "N"], 2, "give no other option"),
        ("x: [", ["--prefix", "faq"], 3, "`threadbook check` says what is wrong"),
    ],
)
def test_what_cannot_be_joined_stays_as_it_is(
    config: str | None, options: list[str], status: int, said: str, tmp_path: Path, run: Run
) -> None:
    if config is not None:
        (tmp_path / "mkdocs.yml").write_text(config, "utf-8")
    before = [*tmp_path.iterdir()]
    done = run("threadbook", "init", ".", *options, cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert [*tmp_path.iterdir()] == before
