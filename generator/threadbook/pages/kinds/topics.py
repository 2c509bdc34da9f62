"""The page of all topics, with those of the life-cycle apart from the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.lists import Order
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.views import TopicCard


@dataclass(frozen=True, kw_only=True)
class TopicsPage(Page):
    """All topics."""

    template: ClassVar[str] = "topics"

    stages: tuple[TopicCard, ...]
    topics: tuple[TopicCard, ...]
    boards: tuple[Order, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    say, cards = planning.say, planning.cards
    others = [topic for topic in planning.library.topics.values() if topic.stage is None]
    lead = say("All questions, by topic.")
    yield TopicsPage(
        **planning.describe(addresses.TOPICS, say("Topics"), lead),
        stages=cards.stages,
        topics=cards.topics(others),
        boards=_list_boards(planning) if planning.has_few_boards else (),
    )


def _list_boards(planning: Planning) -> tuple[Order, ...]:
    say = planning.say
    cards = map(planning.cards.board, planning.library.boards.values())
    return tuple(
        Order(card.url, say("{value} ({n})", value=card.title, n=say.number(card.threads)), False)
        for card in cards
    )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    yield Entry(addresses.TOPICS, planning.say("All topics"), (planning.say("Topics"),), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.TOPICS)
