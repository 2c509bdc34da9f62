"""Which feeds there are: of the site, and of each board, topic and path."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from threadbook.library import Library
from threadbook.pages.contexts import Feed, Page
from threadbook.settings import Settings

LONGEST: Final = 30
"""The most entries a feed has."""

LATEST: Final = "feeds/latest"
"""The site's feed."""


def feed_of(url: str) -> str:
    """Return the address, without an ending, of the feed of a board's, topic's or path's page."""
    return f"feeds/{url.rstrip('/')}"


def feeds(library: Library, pages: Iterable[Page], settings: Settings) -> Iterator[Feed]:
    """Yield every feed; a site without an address of its own has none.

    Threads that lists do not show are in no feed, nor are those without a day.
    """
    if not settings.site_url:
        return
    by_url = {page.url: page for page in pages}
    name = settings.site_name
    yield _feed(LATEST, name, settings.site_description, "latest/", library.latest, by_url)
    for board in library.boards.values():
        threads = library.by_board.get(board.id, ())
        url, title = f"boards/{board.id}/", f"{name}: {board.title}"
        yield _feed(feed_of(url), title, board.summary, url, threads, by_url)
    for topic in library.topics.values():
        threads = library.by_topic.get(topic.id, ())
        url, title = f"topics/{topic.id}/", f"{name}: {topic.title}"
        yield _feed(feed_of(url), title, topic.summary, url, threads, by_url)
    for id_, path in library.paths.items():
        listed = [t for t in dict.fromkeys(path.threads) if _is_listed(library, t)]
        listed.sort(key=lambda thread: _newest_first(library, thread))
        url, title = f"paths/{id_}/", f"{name}: {path.title}"
        yield _feed(feed_of(url), title, path.summary, url, listed, by_url)


def _is_listed(library: Library, thread: str) -> bool:
    return thread in library.threads and library.threads[thread].is_listed


def _newest_first(library: Library, thread: str) -> tuple[int, str]:
    return (-(library.threads[thread].updated or datetime.date.min).toordinal(), thread)


def _feed(  # noqa: PLR0913, PLR0917 - what a feed is made of
    url: str,
    title: str,
    description: str,
    page: str,
    threads: Iterable[str],
    by_url: Mapping[str, Page],
) -> Feed:
    pages = (by_url[f"threads/{thread}/"] for thread in threads)
    entries = islice((each for each in pages if each.changed is not None), LONGEST)
    return Feed(url, title, description, page, tuple(entries))
