"""Rendering: each thread once, and what a whole base of pages costs besides time."""

from __future__ import annotations

import gc
import pickle
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from threadbook import parallel
from threadbook.build import begin, finish
from threadbook.cache import Cache
from threadbook.gather import gather
from threadbook.load.files import unseal
from threadbook.markdown import html
from threadbook.pages import Planning, plan_site, share, templates
from threadbook.pages.views import Link, ThreadCard
from threadbook.progress import Quiet
from threadbook.settings import Settings


def settings_of(root: Path, **options: Any) -> Settings:
    """Return settings with an address, so that there are feeds, and one process."""
    site_url = "https://example.org/help/"
    pages = root / "content" / "pages"
    return Settings(root, root / "content", pages, site_url=site_url, jobs=1, **options)


class Plain:
    """An engine without a theme: shells of nothing but slots."""

    def render(self, entries: Any, site: Path) -> Any:
        from threadbook.build import Rendered  # noqa: PLC0415
        from threadbook.weave import Slot  # noqa: PLC0415

        shell = "".join(slot.marker for slot in Slot if slot.value != "canonical")
        return Rendered({entry.url: shell for entry in entries}, ())


def test_a_thread_is_opened_once_and_each_body_rendered_once_in_a_whole_build(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, twins, feeds, search, structured data and paths on one page share one view."""
    opened: list[Any] = []
    rendered: Counter[tuple[str, str]] = Counter()
    render = html.render

    def count_thread(sealed: bytes) -> Any:
        opened.append(unseal(sealed))
        return opened[-1]

    def count_body(body: str, *arguments: Any, prefix: str, **options: Any) -> Any:
        rendered[(body, prefix)] += 1
        return render(body, *arguments, prefix=prefix, **options)

    monkeypatch.setattr("threadbook.pages.kinds.thread.unseal", count_thread)
    monkeypatch.setattr("threadbook.markdown.render", count_body)
    draft = begin(settings_of(repository, answer_url="https://e.org/{id}"), Cache(), Quiet())
    site = tmp_path / "site"
    finish(draft, Plain().render(draft.entries, site), site, tmp_path)
    library = draft.planning.library
    assert len(opened) == sum(outline.has_page for outline in library.threads.values()) > 80
    bodies = sum(
        1 + len(post.comments)
        for thread in opened
        for post in (*thread.every_answer, *([thread.question] if thread.question else []))
    )
    assert sum(rendered.values()) == bodies > 300
    assert set(rendered.values()) == {1}
    assert (site / "feeds" / "latest.xml").is_file()
    assert list(site.glob("paths/*/print/index.html"))


def test_loading_and_rendering_leave_no_garbage(repository: Path) -> None:
    """Workers run without the collector of reference cycles: there must be none."""
    settings = settings_of(repository)

    def render_everything() -> None:
        gathered = gather(settings)
        shared = share(settings, gathered.library)
        for page in plan_site(Planning(gathered.library, gathered.sealed, settings)).pages:
            page.make(shared)

    render_everything()
    gc.collect()
    gc.disable()
    try:
        render_everything()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_one_process_and_several_make_the_same(tmp_path: Path, repository: Path) -> None:
    """Batches are plain values: where they run changes nothing."""
    sites = []
    for jobs in (1, 2):
        site = tmp_path / str(jobs)
        settings = Settings(
            repository, repository / "content", repository / "content/pages", jobs=jobs
        )
        parallel_before = parallel.SMALL
        draft = begin(settings, Cache(), Quiet())
        parallel.SMALL = 1
        try:
            finish(draft, Plain().render(draft.entries, site), site, tmp_path)
        finally:
            parallel.SMALL = parallel_before
        files = sorted(file for file in site.rglob("*") if file.is_file())
        sites.append({file.relative_to(site).as_posix(): file.read_bytes() for file in files})
    assert sites[0].keys() == sites[1].keys()
    assert [name for name in sites[0] if sites[0][name] != sites[1][name]] == []


def test_a_card_is_rendered_again_only_if_it_shows_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Copies are known by their stamps, equal cards by what they show; another stamp is no sign."""
    rendered: list[str] = []

    def render(_name: str, _language: str, values: Any) -> str:
        rendered.append(values["thread"].title)
        return templates._MARK.join([values["thread"].title] * 7)

    monkeypatch.setattr(templates, "render_template", render)
    monkeypatch.setattr(templates, "_cards", {})
    board = Link("b", "Board", "boards/b/")
    card = ThreadCard("t", "Old", "threads/t/", "solved", 1, 1, None, "", board)
    changed = replace(card, title="New")
    equal = replace(card)
    copy = pickle.loads(pickle.dumps(card))  # noqa: S301 - made here
    assert card.stamp == copy.stamp
    assert len({card.stamp, changed.stamp, equal.stamp}) == 3
    for shown, titles in ((card, 1), (copy, 1), (equal, 1), (changed, 2), (copy, 3)):
        assert templates._card("en", shown).title == shown.title
        assert len(rendered) == titles
