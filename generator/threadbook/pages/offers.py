"""What is offered to readers who have not asked anything yet: questions, and topics."""

from __future__ import annotations

from threadbook.pages.page import Planning
from threadbook.pages.views import TopicCard


def choose_examples(planning: Planning) -> tuple[str, ...]:
    """Return questions as people type them, of which the editors said which thread answers them.

    The threads that home features come first; of each, the first golden query that is not held out.
    """
    asked: dict[str, str] = {}
    for each in planning.library.golden:
        if each.expect and not each.holdout and planning.library.has_page(each.expect):
            asked.setdefault(each.expect, each.query)
    featured = [id_ for id_ in planning.library.featured_threads if id_ in asked]
    return tuple(asked[id_] for id_ in dict.fromkeys([*featured, *asked]))


def choose_topics(planning: Planning) -> tuple[TopicCard, ...]:
    """Return the stages of the life-cycle, and then the topics with the most threads first."""
    cards = planning.cards
    others = cards.topics(each for each in planning.library.topics.values() if each.stage is None)
    largest = sorted(others, key=lambda card: -card.threads)
    return (*cards.stages, *largest)
