"""The second half of a build: a checked library and the engine's shells to a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from threadbook import parallel
from threadbook.build.day import build_day
from threadbook.link import Library
from threadbook.progress import Progress
from threadbook.publish import SitemapEntry, sitemaps
from threadbook.render import Opened, Page, Plan, Shared, Surroundings, fragment, opened
from threadbook.settings import Settings
from threadbook.weave import Shell, Slot, write_page

BATCH: Final = 200
"""The most pages a batch weaves."""


def weave_site(  # noqa: PLR0913 - it ends the whole build
    plan: Plan,
    shells: Mapping[str, str],
    out: Path,
    settings: Settings,
    progress: Progress,
    *,
    prose: Iterable[str] = (),
) -> None:
    """Weave every page of the plan into its shell, write it to `out`, then the sitemap.

    `shells` are the engine's rendered pages by address; each is split, and so checked, before
    anything is written. `prose` are the addresses of the engine's own pages.
    """
    split = {
        entry.url: Shell.split(
            shells[entry.url],
            name=entry.url or "home",
            canonical=f"{settings.site_url}{entry.url}" if settings.site_url else "",
        )
        for entry in plan.entries
    }
    shared = shared_by_all(settings)
    pages = plan.pages
    with (
        progress.stage("Weaving pages", len(pages)) as advance,
        parallel.executor(settings.jobs, len(pages)) as (pool, processes),
    ):
        parts = parallel.batches(pages, processes, BATCH)
        work = ((tuple(part), _needed(part, split), shared, str(out)) for part in parts)
        for done in parallel.run(pool, weave_pages, work):
            advance(done)
    write_sitemaps(plan, prose, out, settings.site_url)


def shared_by_all(settings: Settings) -> Shared:
    """Return what every page knows of the site."""
    return Shared(
        settings.site_name,
        settings.site_description,
        build_day(),
        settings.site_url,
        settings.language,
        bool(settings.answer_url),
    )


def weave_pages(
    pages: Sequence[Page], shells: Mapping[str, Shell], shared: Shared, out: str
) -> int:
    """Render, weave and write a batch of pages, and what each says to machines; return how many."""
    for page in pages:
        thread = opened_thread(page)
        texts = slot_texts(page, shared, thread)
        write_page(out, page.url, shells[page.shell].fill(texts))
    return len(pages)


def opened_thread(page: Page) -> Opened | None:
    """Open the thread of a thread's page; other pages have none."""
    return opened(page.context) if isinstance(page.context, Surroundings) else None


def slot_texts(page: Page, shared: Shared, thread: Opened | None) -> dict[Slot, str]:
    """Return what a page puts into each slot."""
    text = fragment(page, shared, thread)
    return {
        Slot.TITLE: text.title,
        Slot.DESCRIPTION: text.description,
        Slot.HEAD: text.head,
        Slot.CONTENT: text.content,
        Slot.CANONICAL: f"{shared.site_url}{page.canonical}",
    }


def _needed(pages: Iterable[Page], shells: Mapping[str, Shell]) -> dict[str, Shell]:
    return {page.shell: shells[page.shell] for page in pages}


def write_sitemaps(plan: Plan, prose: Iterable[str], out: Path, site_url: str) -> None:
    """Write the sitemap of all pages that are their own canonical address."""
    if not site_url:
        return
    entries = [
        SitemapEntry(page.url, page.changed) for page in plan.pages if page.url == page.canonical
    ]
    entries += [SitemapEntry(url) for url in prose]
    for name, content in sitemaps(site_url, entries):
        write_page(str(out), "", content, name)


def icons(library: Library, folders: Iterable[Path]) -> dict[str, str]:
    """Read the SVG of the topics' icons from the theme's icon folders; leave unknown ones out."""
    wanted = {topic.icon for topic in library.topics.values() if topic.icon}
    found: dict[str, str] = {}
    for folder in folders:
        for icon in sorted(wanted - found.keys()):
            file = folder / f"{icon}.svg"
            if file.is_file():
                found[icon] = file.read_text("utf-8").strip()
    return found
