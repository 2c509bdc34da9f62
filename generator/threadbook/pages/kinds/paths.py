"""The page of all learning paths: a road map in the order to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import Link, PathCard


class Leg(NamedTuple):
    """Paths that need only paths of earlier legs, each with the paths to complete before it."""

    paths: tuple[tuple[PathCard, tuple[Link, ...]], ...]
    is_free: bool
    """Whether its paths can be walked at any time, before or after all others."""


@dataclass(frozen=True, kw_only=True)
class PathsPage(Page):
    """All paths, in legs."""

    template: ClassVar[str] = "paths"

    legs: tuple[Leg, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    say = planning.say
    legs = planning.cards.legs
    lead = say("Short courses, one question at a time.")
    meta = planning.describe(addresses.PATHS, say("Learning paths"), lead)
    yield PathsPage(**meta, legs=tuple(_leg(planning, leg, len(legs) > 1) for leg in legs))


def _leg(planning: Planning, ids: tuple[str, ...], has_others: bool) -> Leg:
    library, cards = planning.library, planning.cards
    before = {
        id_: tuple(
            cards.link_path(need)
            for need in library.paths[id_].prerequisites
            if need in library.paths
        )
        for id_ in ids
    }
    needed = {need for path in library.paths.values() for need in path.prerequisites}
    is_free = has_others and not any(before.values()) and not needed & {*ids}
    return Leg(tuple((cards.paths[id_], before[id_]) for id_ in ids), is_free)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    say = planning.say
    yield Entry(addresses.PATHS, say("All learning paths"), (say("Learning paths"),), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.PATHS, section="paths")
