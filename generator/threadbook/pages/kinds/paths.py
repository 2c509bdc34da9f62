"""The page of all learning paths, with a map that shows which comes before which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import Entry, Page, PageKind, Planning
from threadbook.pages.path_map import PathMap, map_paths
from threadbook.pages.views import PathCard


@dataclass(frozen=True, kw_only=True)
class PathsPage(Page):
    """All paths; there is no map if no path comes before another."""

    template: ClassVar[str] = "paths"

    paths: tuple[PathCard, ...]
    map: PathMap | None


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    say, paths = planning.say, planning.library.paths
    cards = tuple(planning.cards.paths.values())
    order = tuple(
        (before, id_)
        for id_, path in paths.items()
        for before in dict.fromkeys(path.prerequisites)
        if before in paths
    )
    lead = say("Threads in the order somebody learns.")
    meta = planning.describe(addresses.PATHS, say("Learning paths"), lead)
    yield PathsPage(**meta, paths=cards, map=map_paths(cards, order))


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    say = planning.say
    yield Entry(addresses.PATHS, say("All learning paths"), (say("Learning paths"),))


KIND: Final = PageKind(pages, entries, addresses.PATHS)
