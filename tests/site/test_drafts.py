"""Drafts are shown to those who ask for it, marked, and kept from search engines and feeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from crawler import Site

from threadbook.engines.choice import make_engine
from threadbook.preview.live import Live
from threadbook.progress import Quiet
from threadbook.settings import Settings

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
Knowledge = Callable[[dict[str, str | bytes]], Path]
SITE_URL: Final = "https://example.org/help/"
DRAFT: Final = """\
title: What last?
status: draft
topics: [proposals]
answer: {at: 2026-11-20, body: That.}
"""
AFTER: Final = "title: What then?\ntopics: [proposals]\nrelated: [last]\nanswer: Read [[last]].\n"
PATH: Final = """\
title: All of it
summary: From the first to the last.
objectives: [Know all.]
steps: [{thread: first}, {thread: last}]
"""
FILES: Final[dict[str, str | bytes]] = {
    "threads/new/last.yml": DRAFT,
    "threads/new/then.yml": AFTER,
    "paths/all.yml": PATH,
}


def everywhere(site: Path, words: str) -> set[str]:
    """Return the addresses of the files that have these words in them."""
    return {
        file.relative_to(site).as_posix()
        for file in site.rglob("*")
        if file.is_file() and words.encode() in file.read_bytes()
    }


@pytest.fixture
def base(knowledge: Knowledge) -> Path:
    return knowledge(dict(FILES))


@pytest.fixture(params=["option", "setting", "variable"])
def previewed(request: pytest.FixtureRequest, base: Path, run: Run, run_warm: Run) -> Path:
    """Build the site with drafts, in each of the ways to ask for them."""
    if request.param == "option":
        done = run("threadbook", "build", "--drafts", cwd=base)
    elif request.param == "setting":
        config = base / "mkdocs.yml"
        text = config.read_text("utf-8").replace("[threadbook]", "[{threadbook: {drafts: true}}]")
        config.write_text(text, "utf-8")
        done = run("threadbook", "build", cwd=base)
    else:
        done = run_warm("mkdocs", "build", cwd=base, THREADBOOK_DRAFTS="1")
    assert done.returncode == 0, done.stderr
    return base / "site"


def test_without_being_asked_for_a_draft_is_nowhere(base: Path, run: Run) -> None:
    done = run("threadbook", "build", cwd=base, THREADBOOK_DRAFTS="1")
    assert done.returncode == 0, done.stderr
    assert everywhere(base / "site", "What last?") == set()


def test_a_draft_is_shown_and_marked(previewed: Path) -> None:
    site = Site.read(previewed, SITE_URL)
    assert site.missing() == []
    page = (previewed / "threads/last/index.html").read_text("utf-8")
    assert '<li class="tb-state tb-state--warn">Draft</li>' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "application/ld+json" not in page
    assert "Draft" in (previewed / "threads/last/index.md").read_text("utf-8")
    for name in ("latest", "boards/new", "topics/proposals", ""):
        listed = (previewed / name / "index.html").read_text("utf-8")
        assert ">Draft</span>" in listed, name
    then = (previewed / "threads/then/index.html").read_text("utf-8")
    assert then.count("What last?") >= 2, "as a related thread, and where its text links to it"
    path = (previewed / "paths/all/index.html").read_text("utf-8")
    assert "What last?" in path


def test_search_engines_and_feeds_do_not_know_a_draft(previewed: Path) -> None:
    found = everywhere(previewed, "threads/last/")
    assert found
    assert [name for name in found if name.startswith(("sitemap", "feeds/"))] == []
    # Another thread names it as related, and may: that is what a preview is for.
    assert "\n# What last?" not in (previewed / "llms-full.txt").read_text("utf-8")


def test_what_is_published_is_checked_whatever_is_shown(base: Path, run: Run) -> None:
    """A link to a draft is a warning in a preview, too: it will not be there."""
    without = run("threadbook", "build", cwd=base).stderr
    shown = run("threadbook", "build", "--drafts", cwd=base).stderr
    assert without.count("TB206") == shown.count("TB206") > 0


@pytest.mark.usefixtures("build_day")
def test_a_preview_with_drafts_is_what_a_build_with_drafts_writes(
    base: Path, tmp_path: Path, run: Run
) -> None:
    assert run("threadbook", "build", "--drafts", cwd=base).returncode == 0
    (work := tmp_path / "work").mkdir()

    def adjust(settings: Settings) -> Settings:
        return replace(settings, drafts=True)

    site = Live(base / "mkdocs.yml", work, make_engine, adjust, Quiet()).refresh().site
    assert site is not None
    for name in ("threads/last/index.html", "latest/index.html", "sitemap.xml", "index.html"):
        assert site.read(name) == (base / "site" / name).read_bytes(), name
