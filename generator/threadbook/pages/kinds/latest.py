"""All threads as one list: the latest activity first, or the most useful first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook import addresses
from threadbook.pages.lists import plan_order, sort_everything
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the pages of the list in these orders; `unanswered` has the third."""
    link = planning.link_level(addresses.LATEST, planning.say("Questions"))
    orders = sort_everything(planning)
    for order in orders:
        if order.url != addresses.UNANSWERED:
            yield from plan_order(planning, link, order, orders)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield the shell of its first page."""
    yield Entry(addresses.LATEST, planning.say("Questions"), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.LATEST)
