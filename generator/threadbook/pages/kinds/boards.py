"""The page of all boards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import Entry, Page, PageKind, Planning
from threadbook.pages.views import BoardCard


@dataclass(frozen=True, kw_only=True)
class BoardsPage(Page):
    """All boards."""

    template: ClassVar[str] = "boards"

    boards: tuple[BoardCard, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    say = planning.say
    meta = planning.describe(addresses.BOARDS, say("Boards"), say("Where questions are asked."))
    boards = tuple(map(planning.cards.board, planning.library.boards.values()))
    yield BoardsPage(**meta, boards=boards)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    yield Entry(addresses.BOARDS, planning.say("All boards"), (planning.say("Boards"),))


KIND: Final = PageKind(pages, entries, addresses.BOARDS)
