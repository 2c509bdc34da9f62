"""Suggesting threads without a browser: the same ranking over the library in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from threadbook.pages import Plan, Shared
from threadbook.pages.views import ThreadCard
from threadbook.search.documents import (
    describe_prose,
    find_documents,
    rank_languages,
    read_prose,
)
from threadbook.search.index import DocumentIndex, analyse, rarity_of
from threadbook.search.question import Groups, rank, read_question
from threadbook.search.ranking import ranking
from threadbook.settings import Settings
from threadbook.text import language_of


class Suggestion(NamedTuple):
    """A thread that may answer a question.

    `match` is from 0 to 1: its score, divided by the most that the question's words could score.
    `words` are those of the question that it has, those with the highest scores first.
    """

    thread: str
    title: str
    summary: str
    is_solved: bool
    match: float
    words: tuple[str, ...]


class Suggester:
    """Finds threads for questions; one can answer many of them.

    It has all that the site's index has, including paths, terms and prose pages: how rare a word
    is depends on all of them.
    """

    def __init__(self, plan: Plan, shared: Shared, settings: Settings) -> None:
        """Read what can be found."""
        self.cards = {card.url: card for card in plan.catalogue.threads}
        prose = (describe_prose(page, settings.language) for page in read_prose(settings))
        found = [*find_documents(plan, replace(shared, has_search=True)), *prose]
        own = language_of(settings.language)
        counts = Counter(language_of(each.language) for each in found)
        self.languages = rank_languages(own, counts)
        self.groups = Groups.of(plan.synonyms, own)
        self.index = DocumentIndex((each.id, *analyse(each)) for each in found)

    def suggest(self, text: str, most: int = 5) -> list[Suggestion]:
        """Return the threads most likely to answer a question, the best first."""
        by = ranking()
        question = read_question(text, self.languages, self.groups, by)
        found = rank(question, self.index, by)
        total = len(self.index.texts)
        possible = sum(
            by.levels * rarity_of(len(scores), total) ** by.rarity for scores in found.lists
        )
        return [
            Suggestion(
                self.cards[id_].id,
                self.cards[id_].title,
                self.cards[id_].summary,
                self.cards[id_].is_solved,
                min(1.0, score / possible) if possible else 0.0,
                _words(id_, [word.typed for word in question.words], found.lists),
            )
            for id_, score in islice(_threads(found.scores, self.cards), most)
        ]


def _threads(
    scores: Mapping[str, float], cards: Mapping[str, ThreadCard]
) -> Iterator[tuple[str, float]]:
    return ((id_, score) for id_, score in scores.items() if id_ in cards)


def _words(id_: str, typed: list[str], lists: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    having = [
        (-scores[id_], word) for word, scores in zip(typed, lists, strict=True) if id_ in scores
    ]
    return tuple(word for _, word in sorted(having))
