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

from threadbook.check.alike import ALIKE, HALF, QUESTION_STEMS, Pair, stem_question, weigh

Question = frozenset[str]
"""A question as the set of the stems of its words."""

_NONE: Final[Mapping[Question, float]] = {}


class Likeness:
    """Questions and those that are alike by `least` or more."""

    def __init__(self, least: float = ALIKE) -> None:
        self.least = least
        self.ranks = _Ranks()
        self.alike: dict[Question, dict[Question, float]] = {}
        self.with_rarest: defaultdict[str, dict[Question, float]] = defaultdict(dict)
        self.known: set[Question] = set()
        self.stems: dict[tuple[str, str], Question] = {}

    def stem(self, questions: Sequence[str], language: str) -> list[Question]:
        """Return the stems of questions; those of the state before are not looked for again."""
        before, self.stems = self.stems, {}
        found = []
        for text in questions:
            key = (text, language)
            stems = before.get(key)
            stems = self.stems[key] = stem_question(text, language) if stems is None else stems
            found.append(stems)
        return found

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
            self.ranks = _Ranks({word: rank for rank, word in enumerate(ordered)})
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
        enough = total * self.least
        for word in self._find_rarest(question, total):
            for other, other_total in self.with_rarest[word].items():
                if other_total < enough or total < other_total * self.least or other in compared:
                    continue
                compared.add(other)
                shared = weigh(question & other)
                # What `score` returns, since the weights of both are known.
                found = shared / (total + other_total - shared)
                if found >= self.least:
                    self.alike.setdefault(question, {})[other] = found
                    self.alike.setdefault(other, {})[question] = found
            self.with_rarest[word][question] = total

    def _find_rarest(self, question: Question, total: float) -> list[str]:
        """Return the rarest words, until the others cannot be alike enough by themselves."""
        left, enough = total, total * self.least
        rarest = []
        for word in sorted(question, key=self.ranks.__getitem__):
            if left < enough:
                break
            rarest.append(word)
            left -= HALF if word in QUESTION_STEMS else 1
        return rarest


class _Ranks(dict[str, int]):
    """The ranks of words, the rarest first. A word that comes later is before all others."""

    def __missing__(self, word: str) -> int:
        rank = self[word] = -len(self)
        return rank
