"""How alike two questions are, by the words that mean something.

A question is the set of its words without the most common ones, cut back to their stems; how, when
and their like count half. Two questions are as alike as the part of their words that they share
(the Jaccard index). Rare words do not count more than others: tried on MedQuAD, such weights took
"symptoms of" and "treatments for" one rare disease for the same question.
Pairs are found with the prefix filter of Chaudhuri, Ganti and Kaushik (2006): two sets that are
alike enough must share one of the rarest words that make up the missing part, so few pairs are
ever compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

ALIKE: Final = 0.9
"""From here on two questions are nearly the same: a reader would take one for the other."""

SIMILAR: Final = 0.5
"""From here on somebody who is about to ask should look at the other question first."""

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_COMMON: Final = frozenset(
    "a an the is are was were be been am do does did doing to of in on at for and or by with "
    "from as it its it's this that these those there i i'm i've me my mine you your we our us he "
    "she they their them if so then just any some will would should could can may have has had "
    "get got".split()
)
"""Words that carry no question. Question words and "not" stay: they do."""

_QUESTION_WORDS: Final = frozenset("how what when where which who whom whose why".split())
_HALF: Final = 0.5
_ENDINGS: Final = ("ings", "ing", "ies", "ed", "es", "s", "e")
_SHORTEST_STEM: Final = 3


class Pair(NamedTuple):
    """Two questions, by their places in the sequence, and how alike they are, from 0 to 1."""

    first: int
    second: int
    score: float


@cache
def _meaning(word: str) -> str:
    """Return a word's stem, or nothing for a word that carries no question."""
    if word in _COMMON:
        return ""
    if word.endswith("n't"):
        return "not"
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending) + ("y" if ending == "ies" else "")
    return word


def words(question: str) -> frozenset[str]:
    """Return the stems of the words that mean something."""
    found = _WORD.findall(question.replace("\u2019", "'").casefold())
    return frozenset(filter(None, map(_meaning, found)))


def _weight(question: frozenset[str]) -> float:
    return len(question) - _HALF * len(question & _QUESTION_WORDS)


def score(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two questions are, from 0 to 1."""
    total = _weight(one | other)
    return _weight(one & other) / total if total else 0.0


def pairs(questions: Sequence[frozenset[str]], least: float = ALIKE) -> Iterator[Pair]:
    """Yield the pairs that are alike by `least` or more.

    Of questions with the very same words, each is paired with the first of them only.
    """
    first: dict[frozenset[str], int] = {}
    for place, question in enumerate(questions):
        if question and question in first:
            yield Pair(first[question], place, 1.0)
        first.setdefault(question, place)
    counts = Counter(chain.from_iterable(first))
    by_rarity = sorted(counts, key=lambda word: (counts[word], word))
    rarity = {word: rank for rank, word in enumerate(by_rarity)}
    with_rarest: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for question, place in first.items():
        total = _weight(question)
        compared: set[int] = set()
        for word in _rarest(question, rarity, total * least):
            for other, other_total in with_rarest[word]:
                if other in compared or min(total, other_total) < max(total, other_total) * least:
                    continue
                compared.add(other)
                found = score(question, questions[other])
                if found >= least:
                    yield Pair(other, place, found)
            with_rarest[word].append((place, total))


def _rarest(question: frozenset[str], rarity: Mapping[str, int], enough: float) -> Iterator[str]:
    """Yield the rarest words, until those that are left cannot be alike enough by themselves."""
    left = _weight(question)
    for word in sorted(question, key=rarity.__getitem__):
        if left < enough:
            return
        yield word
        left -= _HALF if word in _QUESTION_WORDS else 1


def nearest(question: str, others: Iterable[str], least: float = SIMILAR) -> list[Pair]:
    """Return the questions that are alike, by their places in `others`, the most alike first."""
    asked = words(question)
    found = (Pair(-1, place, score(asked, words(other))) for place, other in enumerate(others))
    return sorted((pair for pair in found if pair.score >= least), key=lambda pair: -pair.score)
