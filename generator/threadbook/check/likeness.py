"""Which questions of a base are alike, kept from one state of the base to the next.

Pairs are found with the prefix filter of Chaudhuri, Ganti and Kaushik (2006): two sets that are
alike enough must share one of the rarest words that make up the missing part, so few pairs are
ever compared. Rarity is that of the first state; later words count as the rarest. That costs time
if much changes, but any order of words finds the same pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from threadbook.check.alike import ALIKE, HALF, QUESTION_STEMS, Pair, score, stem_question, weigh

Question = frozenset[str]
"""A question as the set of the stems of its words."""

_NONE: Final[Mapping[Question, float]] = {}


class Likeness:
    """Questions and those that are alike by `least` or more."""

    def __init__(self, least: float = ALIKE) -> None:
        self.least = least
        self.ranks: dict[str, int] = {}
        self.alike: dict[Question, dict[Question, float]] = {}
        self.with_rarest: defaultdict[str, dict[Question, float]] = defaultdict(dict)
        self.known: set[Question] = set()
        self.stems: dict[tuple[str, str], Question] = {}

    def stem(self, questions: Sequence[str], language: str) -> list[Question]:
        """Return the stems of questions; those of the state before are not looked for again."""
        before, now = self.stems, {}
        for text in questions:
            key = (text, language)
            found = before.get(key)
            now[key] = stem_question(text, language) if found is None else found
        self.stems = now
        return [now[text, language] for text in questions]

    def find_pairs(self, questions: Sequence[Question]) -> Iterator[Pair]:
        """Yield the pairs that are alike.

        Of questions with the very same words, each is paired with the first of them only.
        """
        first: dict[Question, int] = {}
        for place, question in enumerate(questions):
            earlier = first.setdefault(question, place)
            if earlier != place and question:
                yield Pair(earlier, place, 1.0)
        self._follow(first.keys())
        for question, others in self.alike.items():
            place = first[question]
            for other, found in others.items():
                if first[other] < place:
                    yield Pair(first[other], place, found)

    def _follow(self, questions: Iterable[Question]) -> None:
        """Compare questions that are new, and forget those that are gone."""
        now = {question for question in questions if question}
        if not self.ranks:
            counts = Counter(chain.from_iterable(now))
            ordered = sorted(counts, key=lambda word: (counts[word], word))
            self.ranks = {word: rank for rank, word in enumerate(ordered)}
        for question in self.known - now:
            self._forget(question)
        for question in now - self.known:
            self._add(question)
        self.known = now

    def _forget(self, question: Question) -> None:
        for other in self.alike.pop(question, _NONE):
            self.alike[other].pop(question)
            if not self.alike[other]:
                del self.alike[other]
        for word in self._find_rarest(question, weigh(question)):
            del self.with_rarest[word][question]

    def _add(self, question: Question) -> None:
        total, compared = weigh(question), set[Question]()
        for word in self._find_rarest(question, total):
            for other, other_total in self.with_rarest[word].items():
                shorter, longer = sorted((total, other_total))
                if other in compared or shorter < longer * self.least:
                    continue
                compared.add(other)
                found = score(question, other)
                if found >= self.least:
                    self.alike.setdefault(question, {})[other] = found
                    self.alike.setdefault(other, {})[question] = found
            self.with_rarest[word][question] = total

    def _find_rarest(self, question: Question, total: float) -> Iterator[str]:
        """Yield the rarest words, until the others cannot be alike enough by themselves."""
        left, enough = total, total * self.least
        for word in sorted(question, key=lambda word: (self.ranks.get(word, -1), word)):
            if left < enough:
                return
            yield word
            left -= HALF if word in QUESTION_STEMS else 1
