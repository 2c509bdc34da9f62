"""The page of all boards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import BoardCard


@dataclass(frozen=True, kw_only=True)
class BoardsPage(Page):
    """All boards."""

    template: ClassVar[str] = "boards"

    boards: tuple[BoardCard, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    say = planning.say
    meta = planning.describe(addresses.BOARDS, say("Boards"), say("All questions, by board."))
    boards = tuple(map(planning.cards.board, planning.library.boards.values()))
    yield BoardsPage(**meta, boards=boards)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell, which is in the navigation unless the page of topics leads to boards."""
    say = planning.say
    title = "" if planning.has_few_boards else say("All boards")
    yield Entry(addresses.BOARDS, title, (say("Boards"),), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.BOARDS, section="boards")
