"""Which feeds there are: of the site, and of each board, topic and path."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from threadbook import addresses
from threadbook.library import Library, Outline
from threadbook.settings import Settings

ENTRY_LIMIT: Final = 30
"""The most entries a feed has."""


class Feed(NamedTuple):
    """A feed: `url` is its address without an ending, `page` the list whose threads it has.

    The newest thread comes first.
    """

    url: str
    title: str
    description: str
    page: str
    threads: tuple[str, ...]


def plan_feeds(library: Library, settings: Settings) -> Iterator[Feed]:
    """Yield every feed; a site without an address of its own has none.

    A feed leaves out threads that lists leave out, drafts, and those without a day.
    """
    if not settings.site_url:
        return

    def feed(page: str, title: str, description: str, threads: Iterable[str]) -> Feed:
        outlines = (library.threads[id_] for id_ in threads)
        dated = (each.id for each in outlines if each.updated is not None and not each.is_preview)
        newest = tuple(islice(dated, ENTRY_LIMIT))
        return Feed(addresses.of_feed(page), title, description, page, newest)

    name = settings.site_name
    yield feed(addresses.LATEST, name, settings.site_description, library.latest)
    for board in library.boards.values() if "boards" not in settings.hidden else ():
        threads = library.by_board.get(board.id, ())
        yield feed(addresses.of_board(board.id), f"{name}: {board.title}", board.summary, threads)
    for topic in library.topics.values():
        threads = library.by_topic.get(topic.id, ())
        yield feed(addresses.of_topic(topic.id), f"{name}: {topic.title}", topic.summary, threads)
    for id_, path in library.paths.items():
        steps = (library.threads[each] for each in set(path.threads) if each in library.threads)
        listed = sorted((step for step in steps if step.is_listed), key=_newest_first)
        threads = tuple(outline.id for outline in listed)
        yield feed(addresses.of_path(id_), f"{name}: {path.title}", path.summary, threads)


def _newest_first(outline: Outline) -> tuple[int, str]:
    return (-(outline.updated or datetime.date.min).toordinal(), outline.id)
