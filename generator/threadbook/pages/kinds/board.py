"""The pages of a board: its threads, in each order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook import addresses
from threadbook.model import Board
from threadbook.pages.lists import find_archive, plan_orders
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import Link


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the pages of every board."""
    for board in planning.library.boards.values():
        yield from _plan(planning, board)


def near(planning: Planning, rest: str) -> Iterator[Page]:
    """Yield the pages of the board whose id an address begins with."""
    if board := planning.library.boards.get(rest.partition("/")[0]):
        yield from _plan(planning, board)


def _plan(planning: Planning, board: Board) -> Iterator[Page]:
    parent = planning.link_level(addresses.BOARDS, planning.say("Boards"))
    link = Link(board.id, board.title, addresses.of_board(board.id))
    threads = planning.library.by_board.get(board.id, ())
    archive = find_archive(planning, "board", board.id)
    yield from plan_orders(planning, link, board.summary, threads, parent, archive)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield a shell for each board."""
    for board in planning.library.boards.values():
        title = "" if planning.has_few_boards else board.title
        yield Entry(addresses.of_board(board.id), title, (planning.say("Boards"),), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.BOARDS, near, section="boards")
