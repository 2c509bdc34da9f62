"""Suggesting threads without a browser: the same ranking over the library in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from threadbook.pages import GLOSSARY, Plan
from threadbook.pages.contexts import ThreadItem
from threadbook.search.documents import (
    SearchDocument,
    documents,
    prose_document,
    prose_of,
    spoken_languages,
    stages_of,
    stems_of,
    term_documents,
)
from threadbook.search.index import Document, Index, rarity_of
from threadbook.search.question import Groups, asked, ranked
from threadbook.search.ranking import ranking
from threadbook.settings import Settings
from threadbook.text import language_of, stem_words


class Suggestion(NamedTuple):
    """A thread that may answer a question.

    `match` is from 0 to 1: the part of what the question's words could have scored at most.
    `words` are those of the question that it has, the most telling first.
    """

    thread: str
    title: str
    summary: str
    is_solved: bool
    match: float
    words: tuple[str, ...]


class Suggester:
    """Finds threads for questions; made once for many of them.

    It holds what the site's index holds, paths, words and prose pages too: how rare a word is
    depends on all of them.
    """

    def __init__(self, plan: Plan, settings: Settings) -> None:
        """Read what can be found."""
        self.items = {item.url: item for item in plan.catalogue.threads}
        found = list(_documents(plan, settings))
        own = language_of(settings.language)
        counts = Counter(language_of(each.document.language) for each in found)
        self.languages = spoken_languages(own, counts)
        self.groups = Groups.of(plan.synonyms, own)
        self.index = Index(
            (each.document.id, stems_of(each), _text(each.document)) for each in found
        )

    def suggest(self, text: str, most: int = 5) -> list[Suggestion]:
        """Return the threads that answer a question most likely, the best first."""
        by = ranking()
        question = asked(text, self.languages, self.groups, by)
        found = ranked(question, self.index, by)
        total = len(self.index.texts)
        possible = sum(
            by.levels * rarity_of(len(scores), total) ** by.rarity for scores in found.lists
        )
        return [
            Suggestion(
                id_.split("/")[1],
                self.items[id_].title,
                self.items[id_].summary,
                self.items[id_].is_solved,
                min(1.0, score / possible) if possible else 0.0,
                _words(id_, [word.typed for word in question.words], found.lists),
            )
            for id_, score in islice(_threads(found.scores, self.items), most)
        ]


def _documents(plan: Plan, settings: Settings) -> Iterator[SearchDocument]:
    language, stages = settings.language, stages_of(plan)
    for page in plan.pages:
        yield from documents(page, language, stages)
    yield from term_documents(plan.catalogue.glossary, GLOSSARY, language)
    for page_of_prose in prose_of(settings):
        yield prose_document(*page_of_prose, language)


def _text(document: Document) -> list[str]:
    return [
        stem for each in document.fields.values() for stem in stem_words(each, document.language)
    ]


def _threads(
    scores: Mapping[str, float], items: Mapping[str, ThreadItem]
) -> Iterator[tuple[str, float]]:
    return ((id_, score) for id_, score in scores.items() if id_ in items)


def _words(id_: str, typed: list[str], lists: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    having = [
        (-scores[id_], word) for word, scores in zip(typed, lists, strict=True) if id_ in scores
    ]
    return tuple(word for _, word in sorted(having))
