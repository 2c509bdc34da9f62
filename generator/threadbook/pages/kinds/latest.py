"""The list of all threads, the latest activity first."""

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
        planning.link_level(addresses.LATEST, say("Latest")),
        say("Latest"),
        say("Every thread, the newest activity first."),
        planning.library.latest,
        Listing(say("There are no threads yet."), shows_board=True),
        shell=addresses.LATEST,
        feed=addresses.of_feed(addresses.LATEST),
    )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield the shell of its first page."""
    yield Entry(addresses.LATEST, planning.say("Latest"), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.LATEST)
