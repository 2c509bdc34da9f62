"""How alike two questions are, by the words that carry meaning.

A question is the set of the stems of its words. In English the most common words are left out, and
how, when and the like count half. Two questions are as alike as the part of their words that they
share (the Jaccard index). Rare words do not count more than others: tried on MedQuAD, such weights
took "symptoms of" and "treatments for" one rare disease for the same question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from threadbook.text import language_of, split_words, stem

ALIKE: Final = 0.9
"""From here on two questions are nearly the same: a reader would take one for the other."""

SIMILAR: Final = 0.5
"""From here on somebody who is about to ask should look at the other question first."""

_NOT: Final = re.compile("\\b\\w+n['\u2019]t\\b")
_COMMON: Final = frozenset(
    "a an the is are was were be been am do does did doing to of in on at for and or by with "
    "from as it its this that these those there i m ve re ll d me my mine you your we our us he "
    "she they their them if so then just any some will would should could can may have has had "
    "get got".split()
)
"""Words that carry no question. Question words and "not" stay: they do."""

_NOTHING: Final = " "
"""Instead of the stem of a common word; no stem has a space."""

_MOST_WORDS: Final = 1 << 17

QUESTION_STEMS: Final = frozenset("how what when where which who whom whose whi".split())
HALF: Final = 0.5


class Pair(NamedTuple):
    """Two questions, by their places in the sequence, and how alike they are, from 0 to 1."""

    first: int
    second: int
    score: float


def stem_question(question: str, language: str) -> frozenset[str]:
    """Return the stems of the words that mean something; `language` is a tag such as `en`."""
    if language_of(language) != "en":
        return frozenset(stem(word, language) for word in split_words(question))
    if "'" in question or "\u2019" in question:
        question = _NOT.sub("not", question.lower())
    return frozenset(map(_ENGLISH.__getitem__, split_words(question))) - {_NOTHING}


class _English(dict[str, str]):
    """The stems of words, kept for further questions."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_WORDS:
            self.clear()
        found = self[word] = _NOTHING if word in _COMMON else stem(word, "en")
        return found


_ENGLISH: Final = _English()


def weigh(question: frozenset[str]) -> float:
    """Return how much a question's words mean together."""
    if question.isdisjoint(QUESTION_STEMS):  # which costs far less than what they share
        return float(len(question))
    return len(question) - HALF * len(question & QUESTION_STEMS)


def score(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two questions are, from 0 to 1."""
    total = weigh(one | other)
    return weigh(one & other) / total if total else 0.0


def find_similar(
    question: str, others: Iterable[str], language: str, least: float = SIMILAR
) -> list[Pair]:
    """Return the questions that are alike, by their places in `others`, the most alike first."""
    asked = stem_question(question, language)
    found = (
        Pair(-1, place, score(asked, stem_question(other, language)))
        for place, other in enumerate(others)
    )
    return sorted((pair for pair in found if pair.score >= least), key=lambda pair: -pair.score)
