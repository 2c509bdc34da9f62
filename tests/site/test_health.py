"""Content health as editors meet it: the page, and the command."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from crawler import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
URL = "health/"
SVG = re.compile(r"<svg[^>]* class=\"tb-plot__picture\".*?</svg>", re.DOTALL)


@pytest.fixture(scope="module")
def site(crawled: Site) -> Site:
    return crawled


@pytest.fixture(scope="module")
def html(example_site: Path) -> str:
    return (example_site / URL / "index.html").read_text("utf-8")


def add(base: Path, name: str, text: str) -> None:
    file = base / "content" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_search_engines_are_asked_to_leave_it_out(site: Site) -> None:
    assert site.documents[URL].robots == ["noindex"]
    assert URL not in site.sitemap()
    assert "" in site.sitemap()


def test_no_page_leads_there(site: Site) -> None:
    assert [url for url, _, (target, _) in site.links if target == URL and url != URL] == []


def test_every_link_of_it_leads_somewhere(site: Site) -> None:
    own = [link for url, link, _ in site.links if url == URL]
    assert len(own) > 30
    assert [missing for missing in site.missing() if missing.startswith(URL)] == []


def test_its_plots_stand_in_the_page_and_can_do_nothing(html: str) -> None:
    plots = SVG.findall(html)
    assert len(plots) == 2
    for plot in plots:
        for element in ElementTree.fromstring(plot).iter():
            assert element.tag.rpartition("}")[2] not in {"script", "style", "a", "image", "use"}
            names = [name for name, _ in element.items()]
            assert not any(
                name.startswith("on") or "href" in name or name == "style" for name in names
            )
            assert not any("url(" in value for _, value in element.items())


def test_every_plot_has_the_same_as_a_table(html: str) -> None:
    assert html.count("<figcaption") == html.count('<th scope="col">Threads</th>') + 1 == 2
    assert "<summary>As a table</summary>" in html


def test_it_says_nothing_of_drafts(run: Run, small_base: Path) -> None:
    add(
        small_base,
        "threads/general/secret-draft.yml",
        "title: A secret?\ntopics: [first-steps]\nstatus: draft\n",
    )
    add(
        small_base,
        "paths/through.yml",
        "title: Through\nobjectives: [Know.]\nsteps: [{thread: secret-draft}]\n",
    )
    done = run("threadbook", "build", "--out", small_base / "site", cwd=small_base)
    assert done.returncode == 0, done.stderr
    html = (small_base / "site" / URL / "index.html").read_text("utf-8")
    assert "A draft" in html
    assert "step 1: draft" in html
    assert "secret" not in html.lower()


def test_a_site_can_do_without_it(run: Run, small_base: Path) -> None:
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "- threadbook:\n" in text
    config.write_text(text.replace("- threadbook:\n", "- threadbook:\n      health: false\n"))
    done = run("threadbook", "build", "--out", small_base / "site", cwd=small_base)
    assert done.returncode == 0, done.stderr
    assert not (small_base / "site" / "health").exists()
    assert (small_base / "site" / "index.html").is_file()


def test_edit_links_lead_to_the_file(run: Run, small_base: Path) -> None:
    config = small_base / "mkdocs.yml"
    text = re.sub(r"^ *#? *edit_url:.*\n", "", config.read_text("utf-8"), flags=re.MULTILINE)
    edit = "- threadbook:\n      edit_url: https://example.org/edit/{file}\n"
    config.write_text(text.replace("- threadbook:\n", edit))
    add(small_base, "threads/general/open.yml", "title: Open?\ntopics: [first-steps]\n")
    done = run("threadbook", "build", "--out", small_base / "site", cwd=small_base)
    assert done.returncode == 0, done.stderr
    html = (small_base / "site" / URL / "index.html").read_text("utf-8")
    assert 'href="https://example.org/edit/content/threads/general/open.yml"' in html


@pytest.mark.browser
def test_without_scripts_everything_is_there(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page.goto(address + URL)
    assert page.get_by_role("heading", level=1).inner_text() == "Content health"
    plots = page.get_by_role("img", name="Threads and answers a month")
    box = plots.bounding_box()
    assert box is not None
    assert 250 < box["width"] <= 360
    page.get_by_text("As a table").first.click()
    assert page.get_by_role("row").first.is_visible()
    assert page.get_by_role("link", name="Waiting for an answer").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_plot_has_the_colours_of_the_page(
    open_page: Callable[..., Page], address: str, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(address + URL)
    colours = page.evaluate(
        """() => {
          const of = (selector, name) =>
            getComputedStyle(document.querySelector(selector))[name];
          return [
            of(".tb-plot__series--0 .tb-plot__line", "stroke"),
            of(".tb-health__title a", "color"),
            of(".tb-plot__label", "fill"),
            of(".tb-plot__series--1 .tb-plot__line", "stroke"),
          ];
        }"""
    )
    assert colours[0] == colours[1]
    assert len(set(colours)) == 3
    assert "rgb(0, 0, 0)" not in colours


def test_the_command_says_the_same(run: Run, repository: Path, html: str) -> None:
    done = run("threadbook", "health", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Content health on 2026-11-23\n")
    for total in re.findall(r'<li><a href="#[a-z-]+">([^<]+ \(\d+\))</a></li>', html):
        assert total in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_complete_and_alone_on_standard_output(run: Run, repository: Path) -> None:
    done = run("threadbook", "health", "--format", "json", cwd=repository)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert done.stderr == ""
    assert said["totals"]["threads"] > 50
    assert len(said["unanswered"]) == said["totals"]["unanswered"]
    assert sum(month["answers"] for month in said["months"]) <= said["totals"]["answers"]


def test_a_base_with_errors_is_judged_by_what_can_be_loaded(run: Run, small_base: Path) -> None:
    add(small_base, "threads/general/broken.yml", "title: [\n")
    add(small_base, "threads/general/open.yml", "title: Open?\ntopics: [first-steps]\n")
    done = run("threadbook", "health", cwd=small_base)
    assert done.returncode == 0, done.stderr
    assert "Left out because they cannot be loaded: broken." in done.stderr
    assert "open.yml" in done.stdout


def test_a_new_base_is_healthy(run: Run, small_base: Path) -> None:
    done = run("threadbook", "health", "--all", cwd=small_base)
    assert done.returncode == 0, done.stderr
    assert "Nothing to do: Waiting for an answer" in done.stdout


def test_unchanged_threads_are_not_read_again(run: Run, repository: Path, tmp_path: Path) -> None:
    """What the cache holds of outlines, it can also give back."""
    cached = {"XDG_CACHE_HOME": str(tmp_path)}
    first = run("threadbook", "health", cwd=repository, **cached)
    assert "Loading threads" in first.stderr
    again = run("threadbook", "health", cwd=repository, **cached)
    assert again.stdout == first.stdout
    assert "Loading threads" not in again.stderr
