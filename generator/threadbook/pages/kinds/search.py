"""The search page. Before anything is asked, it offers questions, topics and lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.offers import choose_examples, choose_topics
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import TopicCard

_EXAMPLES: Final = 6
_TOPICS: Final = 8


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """Search."""

    template: ClassVar[str] = "search"
    script: ClassVar[str] = "search/page.js"

    examples: tuple[str, ...]
    topics: tuple[TopicCard, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page, if the site has search."""
    if planning.settings.search:
        say = planning.say
        meta = planning.describe(addresses.SEARCH, say("Search"), say("Ask in your own words."))
        yield SearchPage(
            **meta,
            examples=choose_examples(planning)[:_EXAMPLES],
            topics=choose_topics(planning)[:_TOPICS],
        )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    if planning.settings.search:
        yield Entry(addresses.SEARCH, hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.SEARCH)
