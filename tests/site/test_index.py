"""The index on disk: in several parts, of nothing at all, and while somebody previews."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from threadbook.browser import served
from threadbook.configuration import read_configuration
from threadbook.gather import gather
from threadbook.pages import Plan, Planning, plan_site, share
from threadbook.search.codec import FOLDER
from threadbook.search.documents import read_prose
from threadbook.search.pagefind import Indexing
from threadbook.search.preview import Preview
from threadbook.settings import Settings
from threadbook.theme_files import theme_folder

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
ASK = """async queries => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location.href));
  const search = await openSearch();
  const found = [];
  for (const query of queries) {
    const hits = (await search.ask(query)).hits.slice(0, 5);
    found.push(await Promise.all(hits.map(async hit => (await search.index.read(hit.id)).at)));
  }
  return found;
}"""
QUESTIONS = (
    "they accepted my proposal, what now",
    "who holds the money",
    "milestonne",
    "constructor",
)


def asked(open_page: OpenPage, site: Path, queries: Sequence[str] = QUESTIONS) -> Any:
    """Ask a folder's index in a browser."""
    (site / "index.html").write_text(
        '<!doctype html><title>x</title><link rel="icon" href="data:,">', "utf-8"
    )
    link = site / "assets" / "threadbook"
    if not link.exists():
        link.parent.mkdir(parents=True)
        link.symlink_to(theme_folder() / "assets")
    page = open_page()
    with served(site) as address:
        page.goto(address)
        return page.evaluate(ASK, list(queries))


def planned(base: Path) -> tuple[Plan, Settings]:
    settings = read_configuration(base / "mkdocs.yml").settings
    gathered = gather(settings)
    return plan_site(Planning(gathered.library, gathered.sealed, settings)), settings


def write_all(indexing: Indexing, plan: Plan, settings: Settings) -> None:
    """Write the documents of all pages, as a build does beside them."""
    shared = share(settings, gather(settings).library)
    for page in plan.pages:
        documents = page.documents(page.view(shared, {}), shared)
        indexing.add(indexing.writer([page])(documents))


def made(base: Path, site: Path) -> Path:
    plan, settings = planned(base)
    with Indexing(plan, settings, site.parent) as indexing:
        write_all(indexing, plan, settings)
        indexing.start(tuple(read_prose(settings)))
        indexing.finish(site)
    return site


@pytest.mark.browser
def test_an_index_in_several_parts_answers_as_one_does(
    open_page: OpenPage, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked(open_page, made(repository, tmp_path / "whole"))
    monkeypatch.setattr("threadbook.search.pagefind.SHARD", 25_000)
    site = made(repository, tmp_path / "parts")
    settings = json.loads((site / FOLDER / "settings.json").read_text("utf-8"))
    assert len(settings["bundles"]) > 2
    parts = asked(open_page, site)
    assert whole[0][0] == parts[0][0] == "threads/proposal-accepted-what-next/"
    assert parts[2][0] == whole[2][0]
    assert all(set(one) & set(other) for one, other in zip(whole[:3], parts[:3], strict=True))


@pytest.mark.browser
def test_a_site_of_nothing_that_can_be_found_has_an_index_of_nothing(
    open_page: OpenPage, knowledge: Callable[..., Path], tmp_path: Path
) -> None:
    base = knowledge({"site.yml": "boards: []\n"})
    (base / "content" / "pages" / "about.md").unlink()
    (base / "content" / "threads" / "new" / "first.yml").unlink()
    site = made(base, tmp_path / "site")
    assert json.loads((site / FOLDER / "settings.json").read_text("utf-8"))["bundles"] == []
    assert asked(open_page, site, ["anything"]) == [[]]


def test_a_preview_of_a_big_base_shows_the_index_of_the_build_before(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.search.preview.AT_ONCE", 10)
    plan, settings = planned(repository)
    preview = Preview()
    behind, states = [], []
    for number in range(3):
        if preview.next is not None:
            preview.next.result()
        site = tmp_path / f"{number}"
        site.mkdir()
        with preview.index(plan, settings) as indexing:
            write_all(indexing, plan, settings)
            indexing.start(tuple(read_prose(settings)))
            indexing.finish(site)
        preview.keep(site)
        behind.append(preview.is_behind)
        states.append((site / FOLDER / "settings.json").read_bytes())
    assert behind == [False, True, True]
    assert states[0] == states[1] == states[2]
    assert preview.next is not None
    preview.next.result()
