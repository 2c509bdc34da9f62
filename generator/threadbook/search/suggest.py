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
from threadbook.search.fusion import Fused, answer_alone
from threadbook.search.index import DocumentIndex
from threadbook.search.nearness import Nearness
from threadbook.search.question import Groups, Question, Ranked, fits, rank, read_question, relax
from threadbook.search.ranking import Ranking, ranking
from threadbook.search.vectors import Reader
from threadbook.settings import Settings
from threadbook.text import language_of


class Suggestion(NamedTuple):
    """A thread that may answer a question.

    `match` is from 0 to 1. By words alone it is the score, divided by the most that the question's
    words could score; with meaning it is how sure it is that the thread answers the question.
    `words` are those of the question that it has, those with the highest scores first. `answered`
    tells whether anything here answers the question: it is the same for all of its threads.
    """

    thread: str
    title: str
    summary: str
    is_solved: bool
    match: float
    words: tuple[str, ...]
    answered: bool


class Suggester:
    """Finds threads for questions; one can answer many of them.

    With a `reader`, it knows what texts mean.

    It has all that the site's index has, including paths, terms and prose pages: how rare a word
    is depends on all of them.
    """

    def __init__(
        self, plan: Plan, shared: Shared, settings: Settings, reader: Reader | None = None
    ) -> None:
        """Read what can be found, and what it means if that is not known yet."""
        self.cards = {card.url: card for card in plan.catalogue.threads}
        prose = (describe_prose(page, settings) for page in read_prose(settings))
        found = [*find_documents(plan, replace(shared, has_search=True)), *prose]
        own = language_of(settings.language)
        counts = Counter(language_of(each.language) for each in found)
        self.languages = rank_languages(own, counts)
        self.groups = Groups.of(plan.synonyms, own)
        self.index = DocumentIndex(found)
        stems = self.index.vocabulary
        self.nearness = Nearness(found, stems, plan.gaps, reader, ranking()) if reader else None

    def suggest(self, text: str, most: int = 5) -> list[Suggestion]:
        """Return the threads most likely to answer a question, the best first."""
        by = ranking()
        question = relax(read_question(text, self.languages, self.groups, by), self.index)
        found = rank(question, self.index, by)
        possible = self._find_possible(found)
        fused = self._answer(question, found, by)
        return [
            Suggestion(
                self.cards[id_].id,
                self.cards[id_].title,
                self.cards[id_].summary,
                self.cards[id_].is_solved,
                min(1.0, max(0.0, score / possible)),
                _words(id_, [word.typed for word in question.words], found.lists),
                fused.is_answered,
            )
            for id_, score in islice(_threads(fused.scores, self.cards), most)
        ]

    def _answer(self, question: Question, found: Ranked, by: Ranking) -> Fused:
        """Answer a question by meaning, or by words alone."""
        if self.nearness:
            all_ = (id_ for id_ in self.index.texts if fits(question, id_, self.index))
            fused = self.nearness.answer(question, found, all_)
        else:
            fused = answer_alone(found.scores, found.shares, by.alone)
        if question.is_free:
            return fused
        # Nothing that has the phrase is left out.
        rest = {id_: score for id_, score in found.scores.items() if id_ not in fused.scores}
        scores = fused.scores | rest if self.nearness else found.scores
        return Fused(scores, fused.confidence, bool(scores))

    def _find_possible(self, found: Ranked) -> float:
        """Return the most that a document could score: with meaning, one that says the same."""
        if self.nearness:
            return 1.0 + self.nearness.joined.words + self.nearness.joined.match
        return found.possible or 1.0


def _threads(
    scores: Mapping[str, float], cards: Mapping[str, ThreadCard]
) -> Iterator[tuple[str, float]]:
    return ((id_, score) for id_, score in scores.items() if id_ in cards)


def _words(id_: str, typed: list[str], lists: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    having = [
        (-scores[id_], word) for word, scores in zip(typed, lists, strict=True) if id_ in scores
    ]
    return tuple(word for _, word in sorted(having))
