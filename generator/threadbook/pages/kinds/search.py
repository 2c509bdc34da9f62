"""The search page. Without scripts it offers the stages and lists instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import TopicCard


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """Search."""

    template: ClassVar[str] = "search"

    stages: tuple[TopicCard, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page, if the site has search."""
    if planning.settings.search:
        say = planning.say
        meta = planning.describe(addresses.SEARCH, say("Search"), say("Ask in your own words."))
        yield SearchPage(**meta, stages=planning.cards.stages)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    if planning.settings.search:
        yield Entry(addresses.SEARCH, hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.SEARCH)
