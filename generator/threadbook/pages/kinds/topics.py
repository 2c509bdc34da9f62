"""The page of all topics, with those of the life-cycle apart from the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import Entry, Page, PageKind, Planning
from threadbook.pages.views import TopicCard


@dataclass(frozen=True, kw_only=True)
class TopicsPage(Page):
    """All topics."""

    template: ClassVar[str] = "topics"

    stages: tuple[TopicCard, ...]
    topics: tuple[TopicCard, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    say, cards = planning.say, planning.cards
    others = [topic for topic in planning.library.topics.values() if topic.stage is None]
    lead = say("What the questions are about.")
    yield TopicsPage(
        **planning.describe(addresses.TOPICS, say("Topics"), lead),
        stages=cards.stages,
        topics=cards.topics(others),
    )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    yield Entry(addresses.TOPICS, planning.say("All topics"), (planning.say("Topics"),))


KIND: Final = PageKind(pages, entries, addresses.TOPICS)
