"""The second half of a build: a checked library and the engine's shells to a site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from threadbook import parallel
from threadbook.day import build_day
from threadbook.errors import UserError
from threadbook.library import Library
from threadbook.outputs import (
    RULES,
    SitemapEntry,
    Twins,
    feed_files,
    file_of,
    redirect_files,
    site_files,
    sitemaps,
    twins,
    volumes,
)
from threadbook.outputs.pdf import print_paths
from threadbook.outputs.pictures import Pictures, pictures_of, words_of
from threadbook.pages import (
    PICTURE,
    WHOLE,
    Feed,
    Opened,
    Page,
    Plan,
    Shared,
    Surroundings,
    TermItem,
    fragment,
    opened,
)
from threadbook.progress import Progress
from threadbook.search.documents import Prose
from threadbook.search.pagefind import indexing_of
from threadbook.search.preview import Preview
from threadbook.settings import Settings
from threadbook.weave import Shell, Slot, write_page

BATCH: Final = 200
"""The most pages a batch weaves."""


class Woven(NamedTuple):
    """What a batch reports: how many pages there are, and texts for `llms-full.txt`, in order."""

    pages: int
    texts: tuple[str, ...]


def weave_site(  # noqa: PLR0913 - it ends the whole build
    plan: Plan,
    shells: Mapping[str, str],
    out: Path,
    settings: Settings,
    progress: Progress,
    *,
    prose: Sequence[Prose] = (),
    preview: Preview | None = None,
) -> None:
    """Weave every page of the plan into its shell, write it to `out`, then what is for machines.

    `shells` are the engine's rendered pages by address; each is split, and so checked, before
    anything is written. `prose` are the engine's own pages. A `preview` does not wait for
    the index of a big base.
    """
    split = {
        entry.url: Shell.split(
            shells[entry.url],
            name=entry.url or "home",
            canonical=f"{settings.site_url}{entry.url}" if settings.site_url else "",
        )
        for entry in plan.entries
    }
    shared = shared_by_all(settings, plan.catalogue.glossary)
    pages = plan.pages
    with (
        (preview.indexing_of if preview else indexing_of)(plan, settings) as indexing,
        progress.stage("Weaving pages", len(pages)) as advance,
        parallel.executor(settings.jobs, len(pages)) as (pool, processes),
    ):
        if indexing is not None:
            indexing.start(pool, prose)
        parts = parallel.batches(pages, processes, BATCH)
        drawn = pictures_of(settings)
        work = ((tuple(part), _needed(part, split), shared, str(out), drawn) for part in parts)
        texts = _texts(parallel.run(pool, weave_pages, work), advance)
        write_files(volumes(texts, shared) if shared.has_twins else _drained(texts), out)
        parts_of_feeds = parallel.batches(plan.feeds, processes, BATCH)
        feeds = ((tuple(part), shared, str(out)) for part in parts_of_feeds)
        for _ in parallel.run(pool, write_feeds, feeds):
            pass
        if indexing is not None:
            indexing.finish(out)
    if preview:
        preview.keep(out)
    if shared.has_twins:
        write_files(site_files(plan.catalogue, shared), out)
    if settings.pdf and plan.catalogue.paths:
        with progress.stage("Printing paths", len(plan.catalogue.paths)):
            print_paths(out, [(f"{path.url}{WHOLE}", path.pdf) for path in plan.catalogue.paths])
    write_redirects(plan, shared, out)
    write_sitemaps(plan, [each.url for each in prose], out, settings.site_url)


def write_redirects(plan: Plan, shared: Shared, out: Path) -> None:
    """Write redirects; raises `UserError` where something of the site lies already."""
    listed: dict[Path, dict[str, Path]] = {}
    for old, new in plan.redirects.items():
        taken = _in_the_way(file_of(old), out, listed)
        if taken:
            words = f"`redirect_from: [{old}]` of {new} is the address of a page of this site"
            raise UserError(f"{words}, {taken}; remove it.")
    rules = out / RULES
    kept = rules.read_bytes() if plan.redirects and rules.is_file() else b""
    write_files(redirect_files(plan.redirects, shared, kept), out)


def _in_the_way(name: str, out: Path, listed: dict[Path, dict[str, Path]]) -> str:
    """Return the file of the site that a new one would hide or lie below; nothing if none would.

    Names are compared as hosts do that know no capital letters; `listed` keeps folders once read.
    """
    place, parts = out, name.split("/")
    for count, part in enumerate(parts, 1):
        if place not in listed:
            listed[place] = {each.name.casefold(): each for each in sorted(place.iterdir())}
        found = listed[place].get(part.casefold())
        if found is None:
            return ""
        if count == len(parts) or not found.is_dir():
            return found.relative_to(out).as_posix()
        place = found
    return ""


def _texts(batches: Iterable[Woven], advance: Callable[[int], None]) -> Iterator[str]:
    """Yield the texts of what is woven, and say how far that is."""
    for done in batches:
        advance(done.pages)
        yield from done.texts


def _drained(texts: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    """Take texts that nobody wants: taking them is what makes the pages be woven."""
    for _ in texts:
        pass
    yield from ()


def shared_by_all(settings: Settings, glossary: tuple[TermItem, ...] = ()) -> Shared:
    """Return what every page knows of the site."""
    return Shared(
        settings.site_name,
        settings.site_description,
        build_day(),
        settings.site_url,
        settings.language,
        bool(settings.answer_url),
        settings.twins,
        settings.search,
        glossary,
        settings.pdf,
        settings.feedback_url,
    )


def weave_pages(
    pages: Sequence[Page],
    shells: Mapping[str, Shell],
    shared: Shared,
    out: str,
    pictures: Pictures | None = None,
) -> Woven:
    """Render, weave and write a batch of pages, and what each says to machines."""
    volume = []
    for page in pages:
        thread = opened_thread(page)
        picture = pictures.draw(words_of(page, shared, thread)) if pictures and thread else None
        texts = slot_texts(page, shared, thread, has_picture=picture is not None)
        write_page(out, page.url, shells[page.shell].fill(texts))
        if picture is not None:
            write_page(out, page.url, picture, PICTURE)
        made = twins(page, shared, thread) if shared.has_twins else Twins({})
        for name, content in made.files.items():
            write_page(out, page.url, content, name)
        if made.volume:
            volume.append(made.volume)
    return Woven(len(pages), tuple(volume))


def write_feeds(feeds: Sequence[Feed], shared: Shared, out: str) -> int:
    """Render and write a batch of feeds; return how many."""
    for feed in feeds:
        write_files(feed_files(feed, shared), Path(out))
    return len(feeds)


def opened_thread(page: Page) -> Opened | None:
    """Open the thread of a thread's page; other pages have none."""
    return opened(page.context) if isinstance(page.context, Surroundings) else None


def slot_texts(
    page: Page, shared: Shared, thread: Opened | None, *, has_picture: bool = False
) -> dict[Slot, str]:
    """Return what a page puts into each slot."""
    text = fragment(page, shared, thread, has_picture=has_picture)
    return {
        Slot.TITLE: text.title,
        Slot.DESCRIPTION: text.description,
        Slot.HEAD: text.head,
        Slot.CONTENT: text.content,
        Slot.CANONICAL: f"{shared.site_url}{page.canonical}",
    }


def _needed(pages: Iterable[Page], shells: Mapping[str, Shell]) -> dict[str, Shell]:
    return {page.shell: shells[page.shell] for page in pages}


def write_files(files: Iterable[tuple[str, bytes]], out: Path) -> None:
    """Write files by their addresses."""
    for address, content in files:
        folder, slash, name = address.rpartition("/")
        write_page(str(out), f"{folder}{slash}", content, name)


def write_sitemaps(plan: Plan, prose: Iterable[str], out: Path, site_url: str) -> None:
    """Write the sitemap of all pages that are their own canonical address, and are indexed."""
    if not site_url:
        return
    entries = [
        SitemapEntry(page.url, page.changed)
        for page in plan.pages
        if page.url == page.canonical and page.is_indexed
    ]
    entries += [SitemapEntry(url) for url in prose]
    write_files(sitemaps(site_url, entries), out)


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
