"""The page where readers find what they have read and bookmarked. A script fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import PathCard


@dataclass(frozen=True, kw_only=True)
class LibraryPage(Page):
    """A reader's own library."""

    template: ClassVar[str] = "library"

    paths: tuple[PathCard, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page. It is not indexed, because it is empty until a reader's browser fills it."""
    say = planning.say
    lead = say("What you have read, saved and finished, in this browser only.")
    meta = planning.describe(addresses.LIBRARY, say("My library"), lead)
    yield LibraryPage(**meta, is_indexed=False, paths=tuple(planning.cards.paths.values()))


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    yield Entry(addresses.LIBRARY, planning.say("My library"), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.LIBRARY, section="library")
