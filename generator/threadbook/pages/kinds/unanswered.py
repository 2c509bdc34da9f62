"""The list of all threads without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook import addresses
from threadbook.pages.lists import Listing, plan_list
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the pages of the list."""
    say = planning.say
    yield from plan_list(
        planning,
        planning.link_level(addresses.UNANSWERED, say("Unanswered")),
        say("Unanswered"),
        say("Questions that still wait for an answer. Perhaps you know it?"),
        planning.library.unanswered,
        Listing(say("Every question has an answer."), shows_board=True),
        shell=addresses.UNANSWERED,
    )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield the shell of its first page."""
    yield Entry(addresses.UNANSWERED, planning.say("Unanswered"), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.UNANSWERED)
