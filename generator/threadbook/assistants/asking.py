"""Asking the search index of a built site, with the ranking of `threadbook suggest`.

It is by meaning where the model that the site was built with is installed here.
"""

from __future__ import annotations

import time
from itertools import islice
from typing import Final, NamedTuple

from threadbook.assistants.meaning import Meaning, open_meaning
from threadbook.assistants.source import Source
from threadbook.search.fusion import answer_alone
from threadbook.search.question import rank, read_question, relax
from threadbook.search.reading import Facts, ReadIndex, UnreadableIndexError, read_facts

FRESH: Final = 60.0
"""How long the settings of an index are kept, in seconds."""


class Found(NamedTuple):
    """What a site says to a question: what results show, the best first.

    `is_answered` says whether the site seems to answer the question at all.
    """

    results: tuple[dict[str, str], ...]
    is_answered: bool


class Asking:
    """The index of a site. When the site is built anew, the new one is asked."""

    def __init__(self, source: Source) -> None:
        """Take what reads the site; nothing is read before the first question."""
        self.source = source
        self._index: ReadIndex | None = None
        self._meaning: Meaning | None = None
        self._read_at = 0.0

    def ask(self, text: str, most: int) -> Found:
        """Return the best results for a question; raise `UnreadableIndexError` if there are none.

        A question that comes while the site is replaced is asked once more.
        """
        index = self._open()
        try:
            return _ask(index, self._meaning, text, most)
        except UnreadableIndexError:
            self._read_at = 0.0
            newer = self._open()
            if newer is index:
                raise
            return _ask(newer, self._meaning, text, most)

    @property
    def facts(self) -> Facts:
        """What the settings of the index say."""
        return self._open().facts

    def _open(self) -> ReadIndex:
        now = time.monotonic()
        if self._index is None or not self._read_at or now - self._read_at > FRESH:
            facts = read_facts(self.source.read)
            if self._index is None or self._index.facts != facts:
                index = ReadIndex(facts, self.source.read)
                self._index, self._meaning = index, open_meaning(index)
            self._read_at = now
        return self._index


def _ask(index: ReadIndex, meaning: Meaning | None, text: str, most: int) -> Found:
    facts = index.facts
    asked = read_question(text, facts.languages, facts.groups, facts.ranking)
    question = relax(asked, index)
    found = rank(question, index, facts.ranking)
    if meaning:
        fused = meaning.answer(question, found, index)
    else:
        fused = answer_alone(found.scores, found.shares, facts.ranking.alone)
    # Nothing that has the phrase is left out.
    scores = fused.scores if question.is_free else fused.scores | found.scores
    results = tuple(index.show(document) for document in islice(scores, most))
    return Found(results, fused.is_answered if question.is_free else bool(scores))
