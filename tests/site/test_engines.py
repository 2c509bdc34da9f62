"""What every engine gives: the same pages, heads, texts, addresses and links as MkDocs does.

The sites are read as a browser reads them, so white space and the order of attributes do not count.
These are the contracts that a newer version of an engine has to keep.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import pytest
import yaml
from bases import SITE_URL, write, write_example
from crawler import HERE, Site
from lxml import html as reader  # type: ignore[import-untyped]

import threadbook.engines.zensical
from threadbook.addresses import WELL_KNOWN
from threadbook.engines.zensical import Zensical
from threadbook.errors import UserError
from threadbook.pages import Entry
from threadbook.settings import Settings
from threadbook.staging import MARKER

if TYPE_CHECKING:
    from conftest import Served
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

BuildOnce = Callable[..., Path]
Run = Callable[..., subprocess.CompletedProcess[str]]
OTHERS = ["zensical", "plain"]
GENERATOR = re.compile(rb'<meta name="generator" content="[^"]*">')


class Seen(NamedTuple):
    """What a reader, a search engine or a program finds in a page, whatever the shell."""

    title: str
    heads: list[str]
    structured: list[Any]
    h1: list[str]
    text: str
    fragments: list[str]
    links: list[str]


def look_at(url: str, page: str) -> Seen:
    tree = reader.fromstring(page)
    middle = tree.xpath("//main//*[contains(concat(' ', @class, ' '), ' tb ')]")
    assert len(middle) == 1, url
    return Seen(
        title=" ".join(tree.findtext(".//title").split()),
        heads=sorted(filter(None, map(say_of_head, tree.xpath("//head/*")))),
        structured=[
            json.loads(script.text)
            for script in tree.xpath("//script[@type='application/ld+json']")
        ],
        h1=[" ".join(h1.text_content().split()) for h1 in tree.xpath("//h1")],
        text=" ".join(middle[0].text_content().split()),
        fragments=sorted(middle[0].xpath("descendant-or-self::*/@id")),
        links=sorted(urljoin(HERE + url, link) for link in middle[0].xpath(".//@href | .//@src")),
    )


def say_of_head(node: Any) -> str:
    """Return an element of the head that says something of the page, not of the engine."""
    names = ("name", "property", "rel", "type", "content", "href", "title", "media")
    given = {name: node.get(name) for name in names if node.get(name) is not None}
    if node.tag == "meta" and given.get("name") not in {
        None,
        "generator",
        "viewport",
        "color-scheme",
    }:
        return str(given)
    if node.tag == "meta" and "property" in given:
        return str(given)
    if node.tag == "link" and given["rel"].strip() in {"canonical", "alternate"}:
        return str(given)
    return ""


@pytest.fixture(scope="module")
def expected(example_site: Path, pages_of: Callable[[Path], dict[str, str]]) -> dict[str, Seen]:
    """What MkDocs with Material makes of the example base."""
    return {
        url: look_at(url, page) for url, page in pages_of(example_site).items() if url != "404.html"
    }


@pytest.mark.parametrize("engine", OTHERS)
def test_every_page_says_the_same_as_with_mkdocs(
    site_of: Callable[[str], Path],
    pages_of: Callable[[Path], dict[str, str]],
    expected: dict[str, Seen],
    engine: str,
) -> None:
    found = {
        url: look_at(url, page)
        for url, page in pages_of(site_of(engine)).items()
        if url != "404.html"
    }
    assert len(expected) > 150
    assert found.keys() == expected.keys()
    for url, seen in expected.items():
        assert found[url] == seen, url


@pytest.mark.parametrize("engine", OTHERS)
def test_every_link_leads_somewhere_and_every_page_is_reached(
    site_of: Callable[[str], Path], engine: str
) -> None:
    site = Site.read(site_of(engine), SITE_URL)
    assert site.missing() == []
    assert site.orphans() == set()
    assert site.wrong_canonicals() == []


@pytest.mark.parametrize("engine", OTHERS)
def test_feeds_twins_search_and_the_rest_are_the_same_files(
    site_of: Callable[[str], Path], engine: str
) -> None:
    """Assets of the engine's own theme differ, and the hashes of its scripts; nothing else may."""
    ours, theirs = files_of(site_of("mkdocs")), files_of(site_of(engine))
    assert theirs.keys() == ours.keys()
    del ours["offline.js"]  # it lists all assets, the engine's too
    for name, content in ours.items():
        assert without_hashes(theirs[name]) == without_hashes(content), name


def without_hashes(content: bytes) -> bytes:
    return re.sub(rb" 'sha256-[^']*'", b"", content)


@pytest.mark.browser
@pytest.mark.parametrize("engine", OTHERS)
def test_no_page_breaks_the_policy(
    open_page: Callable[..., Page], served: Served, site_of: Callable[[str], Path], engine: str
) -> None:
    """`open_page` fails if the browser says in its console that it blocked anything."""
    page = open_page()
    with served(site_of(engine)) as address:
        for url in ("", "topics/", "glossary/", "library/", "about/", "latest/"):
            page.goto(address + url, wait_until="load")
        page.goto(f"{address}search/?q=late+payment")
        page.locator(".tb-result").first.wait_for()


def files_of(site: Path) -> dict[str, bytes]:
    """Read what is no page and no part of a theme; our style sheet is one."""
    return {
        name: file.read_bytes()
        for file in sorted(site.rglob("*"))
        if file.is_file()
        and not (name := file.relative_to(site).as_posix()).endswith(".html")
        and not re.match(r"assets/(?!threadbook/(?!threadbook\.css|palette\.js|icon\.svg))", name)
    }


def test_the_navigation_of_zensical_is_that_of_material(
    site_of: Callable[[str], Path], pages_of: Callable[[Path], dict[str, str]]
) -> None:
    """Zensical takes our navigation, sections and the place of a page in it as MkDocs does."""
    pages = {engine: pages_of(site_of(engine)) for engine in ("mkdocs", "zensical")}
    for url in ("", "topics/contracts/", "paths/", "threads/proposal-words/", "latest/page-2/"):
        ways = {
            engine: [
                (urljoin(HERE + url, link.get("href")), " ".join(link.text_content().split()))
                for link in reader.fromstring(found[url]).xpath("//nav//a[contains(@class, 'md-')]")
            ]
            for engine, found in pages.items()
        }
        assert len(ways["mkdocs"]) > 8
        assert ways["zensical"] == ways["mkdocs"], url


@pytest.mark.parametrize("engine", ["mkdocs", *OTHERS])
def test_the_page_of_missing_addresses_works_from_every_folder(
    site_of: Callable[[str], Path], engine: str
) -> None:
    tree = reader.fromstring((site_of(engine) / "404.html").read_text("utf-8"))
    assert [h1.text for h1 in tree.xpath("//h1")] == ["Page not found"]
    links = tree.xpath("//@href | //@src")
    assert len(links) > 10
    for link in links:
        assert link.startswith(("/help/", "#", "https://")), link


@pytest.mark.parametrize("engine", OTHERS)
def test_nothing_of_the_engine_is_left_in_the_site(
    site_of: Callable[[str], Path], engine: str
) -> None:
    site = site_of(engine)
    names = {file.name for file in site.iterdir()}
    odd = {name for name in names if name.startswith((".", "_shell", "docs"))}
    assert odd == {MARKER, WELL_KNOWN.rstrip("/")}
    assert not {"search.json", "objects.inv", "mkdocs.yml"} & names
    for file in site.rglob("*.html"):
        assert b"%%" not in file.read_bytes(), file


# ProperDocs, the maintained continuation of MkDocs 1.x, runs the plugin as it is


def test_properdocs_builds_the_same_files_as_mkdocs(build_once: BuildOnce) -> None:
    built = {
        engine: build_once(
            f"by-{engine}", write_example, "python", "-m", engine, "build", "--strict"
        )
        for engine in ("mkdocs", "properdocs")
    }
    first, second = (
        {file.relative_to(site): file for file in site.rglob("*") if file.is_file()}
        for site in built.values()
    )
    assert len(first) > 500
    assert first.keys() == second.keys()
    for name, file in first.items():
        if name.suffix != ".gz":  # of the sitemap; it holds the time
            ours, theirs = (GENERATOR.sub(b"", each.read_bytes()) for each in (file, second[name]))
            assert theirs == ours, name


# How an engine is chosen, and what is said when it does not work


def test_the_configuration_names_an_engine_and_the_command_another(
    small_base: Path, run: Run
) -> None:
    config = small_base / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace(
            "  - threadbook:\n", "  - threadbook:\n      engine: plain\n"
        ),
        "utf-8",
    )
    assert run("threadbook", "build", cwd=small_base).returncode == 0
    home = (small_base / "site" / "index.html").read_text("utf-8")
    assert "md-header" not in home
    assert run("threadbook", "build", "--engine", "mkdocs", cwd=small_base).returncode == 0
    assert "md-header" in (small_base / "site" / "index.html").read_text("utf-8")


def test_an_unknown_engine_is_named_with_those_there_are(small_base: Path, run: Run) -> None:
    done = run("threadbook", "build", "--engine", "zensicle", cwd=small_base)
    assert done.returncode == 2
    assert done.stderr == (
        "threadbook: There is no engine zensicle; write mkdocs, zensical or plain. "
        'Did you mean "zensical"?\n'
    )


def test_pages_that_mkdocs_should_render_need_mkdocs(small_base: Path, run: Run) -> None:
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8")
    changed = text.replace("  - threadbook:\n", "  - threadbook:\n      trusted_pages: true\n")
    config.write_text(changed, "utf-8")
    done = run("threadbook", "build", "--engine", "plain", cwd=small_base)
    assert done.returncode == 3
    assert done.stderr == (
        "threadbook: `trusted_pages` lets MkDocs render prose pages, which plain cannot do; "
        "remove it, or use the engine mkdocs.\n"
    )


def test_a_link_of_the_publisher_is_in_the_navigation_of_every_engine(
    small_base: Path, run: Run
) -> None:
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "\nnav:" not in text
    nav = "nav:\n  - Elsewhere:\n      - Forum & friends: https://forum.example/?a=1&b=2\n"
    config.write_text(text + nav, "utf-8")
    for engine in ("mkdocs", *OTHERS):
        assert run("threadbook", "build", "--engine", engine, cwd=small_base).returncode == 0
        for page in ("index.html", "404.html"):
            tree = reader.fromstring((small_base / "site" / page).read_text("utf-8"))
            links = tree.xpath("//nav//a[@href='https://forum.example/?a=1&b=2']")
            said = {" ".join(link.text_content().split()) for link in links}
            assert said in ({"Elsewhere"}, {"Forum & friends"}, {"Elsewhere", "Forum & friends"})


def test_a_missing_engine_is_named_with_the_command_that_installs_it(
    small_base: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threadbook.engines.zensical, "find_spec", lambda _name: None)
    done = run("threadbook", "build", "--engine", "zensical", cwd=small_base)
    assert done.returncode == 3
    assert done.stderr == (
        "threadbook: Zensical is not installed; "
        "install it with: pip install 'threadbook[zensical]'\n"
    )
    assert not (small_base / "site").exists()


def test_what_zensical_refuses_is_told_and_the_last_good_site_stays(
    small_base: Path, run: Run
) -> None:
    assert run("threadbook", "build", "--engine", "zensical", cwd=small_base).returncode == 0
    before = files_of(small_base / "site")
    config = small_base / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "copyright: [1, 2]\nrepo_url: {a: b}\n", "utf-8")
    plain = {"theme": {"name": "nowhere"}}
    settings = Settings(small_base, small_base / "content", small_base / "content/pages")
    work = small_base / "work"
    work.mkdir()
    with pytest.raises(UserError, match=r"^Zensical stopped with status 1: .*nowhere"):
        Zensical(plain, settings).render([Entry("", "Home")], work)
    assert list(work.iterdir()) == []
    assert files_of(small_base / "site") == before


def test_zensical_may_not_take_for_ever(small_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threadbook.engines.zensical, "LIMIT", 0)
    settings = Settings(small_base, small_base / "content", small_base / "content/pages")
    work = small_base / "work"
    work.mkdir()
    with pytest.raises(UserError, match="Zensical had not finished after 0 seconds"):
        Zensical({}, settings).render([Entry("", "Home")], work)
    assert list(work.iterdir()) == []


def test_zensical_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """It would read for ever from this pipe, which nobody writes to."""
    config = tmp_path / "mkdocs.yml"
    os.mkfifo(config)
    run = [sys.executable, "-m", "threadbook.engines.zensical_run", str(config)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        assert process.stdin is not None
        process.stdin.close()  # as the system does when the other end is killed
        assert process.wait(timeout=60) == 1


def test_a_hostile_configuration_gives_zensical_data_only(small_base: Path, tmp_path: Path) -> None:
    """Hooks, plugins, tags and extensions of `mkdocs.yml` do not reach Zensical."""
    proof = tmp_path / "ran"
    hook = f"open({str(proof)!r}, 'w').close()\n"
    write(small_base, {"hook.py": hook})
    plain = {
        "site_name": "!!python/object/apply:os.system ['touch ran']",
        "hooks": ["hook.py"],
        "plugins": [{"macros": {"module_name": "hook"}}],
        "markdown_extensions": ["hook"],
        "watch": ["/"],
    }
    settings = Settings(small_base, small_base / "content", small_base / "content/pages")
    work = small_base / "work"
    work.mkdir()
    rendered = Zensical(plain, settings).render([Entry("", "Home")], work)
    assert "<title>" in rendered.shells[""]
    assert not proof.exists()
    assert not (small_base / "ran").exists()


@pytest.mark.parametrize("engine", ["mkdocs", *OTHERS])
def test_titles_are_text_in_every_engine(small_base: Path, run: Run, engine: str) -> None:
    """No engine takes a title for HTML, Markdown or a template."""
    title = "Fees & <b>_{{ 7 * 7 }}_</b> {% raw %} %%title%% \"'"
    site = small_base / "content" / "site.yml"
    data = yaml.safe_load(site.read_text("utf-8"))
    data["topics"][0]["title"] = title
    site.write_text(yaml.safe_dump(data), "utf-8")
    assert run("threadbook", "build", "--engine", engine, cwd=small_base).returncode == 0
    topic = data["topics"][0]["id"]
    tree = reader.fromstring((small_base / "site/topics" / topic / "index.html").read_text("utf-8"))
    said = {
        " ".join(node.text_content().split()) for node in tree.xpath("//nav//a | //h1 | //title")
    }
    assert " ".join(title.split()) in said
    assert not tree.xpath("//nav//b | //h1//b")
    assert "49" not in " ".join(said)


@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
def test_the_templates_of_a_site_hold_in_both_engines_that_have_a_theme(
    small_base: Path, run: Run, engine: str
) -> None:
    """A site's own part, its 404 page and its main.html come first, and ours is in what it extends."""
    own = {
        "own/main.html": '{% extends "base.html" %}{% block extrahead %}{{ super() }}'
        '<meta name="motto" content="{{ config.extra.motto }}">{% endblock %}',
        "own/partials/copyright.html": "<p id='own'>{{ config.extra.motto }}</p>",
        "own/404.html": '{% extends "main.html" %}{% block content %}<h1>Lost</h1>{% endblock %}',
        "own/assets/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    write(small_base, dict(own))
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "\n  name: material\n" in text
    text = text.replace(
        "\n  name: material\n", "\n  name: material\n  custom_dir: own\n  logo: assets/logo.svg\n"
    )
    config.write_text(f"{text}extra:\n  motto: Ask & answer\n", "utf-8")
    done = run("threadbook", "build", "--engine", engine, cwd=small_base)
    assert done.returncode == 0, done.stderr
    home = reader.fromstring((small_base / "site/index.html").read_text("utf-8"))
    assert [node.text for node in home.xpath("//*[@id='own']")] == ["Ask & answer"]
    assert home.xpath("//meta[@name='motto']/@content") == ["Ask & answer"]
    assert len(home.xpath("//meta[@name='threadbook']")) == 1
    assert {src.removeprefix("./") for src in home.xpath("//img/@src")} == {"assets/logo.svg"}
    assert (small_base / "site/assets/logo.svg").is_file()
    lost = reader.fromstring((small_base / "site/404.html").read_text("utf-8"))
    assert [h1.text for h1 in lost.xpath("//h1")] == ["Lost"]


def test_the_checker_names_a_wrong_engine_and_its_place(small_base: Path, run: Run) -> None:
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8")
    changed = text.replace("  - threadbook:\n", "  - threadbook:\n      engine: hugo\n")
    assert changed != text
    config.write_text(changed, "utf-8")
    done = run("threadbook", "check", cwd=small_base)
    assert done.returncode == 1
    line = changed[: changed.index("hugo")].count("\n") + 1
    assert f"mkdocs.yml:{line}:15: error[TB" in done.stderr
    assert "`engine`: write mkdocs, zensical or plain" in done.stderr
