"""Questions that ask the same, put together: by meaning, or by the words they share."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from threadbook.check.likeness import Likeness
from threadbook.gaps.values import Asked, Fault

MOST_QUESTIONS: Final = 100_000
"""How many different questions are kept."""

MOST_FAULTS: Final = 20
"""How many faults are kept; the others are counted."""

BY_WORDS: Final = 0.5
"""From here on two questions ask the same, by the part of their words that they share."""

BY_MEANING: Final = 0.7
"""The same, by the cosine of their vectors."""

MOST_BY_MEANING: Final = 20_000
"""How many questions are compared by meaning; all others by words."""

_CELLS: Final = 1 << 24
"""How many pairs of vectors are compared at a time."""

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Makes vectors of length 1 of texts, a row for each."""

Near = Callable[[int], Iterable[int]]
"""Returns the places of the questions that are like the one at a place."""


class Question(NamedTuple):
    """A question in one wording: how many times it was asked, and from which day to which."""

    text: str
    times: int
    first: datetime.date | None = None
    last: datetime.date | None = None


class Collected(NamedTuple):
    """All questions, the most asked first; faults, and how many things were left out.

    `more_faults` were found besides `faults`; `more_questions` were asked besides `questions`.
    """

    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    more_faults: int
    more_questions: int


def collect(found: Iterable[Asked | Fault], most: int = MOST_QUESTIONS) -> Collected:
    """Count questions with the same letters; at most `most` different ones are kept."""
    questions: dict[str, Question] = {}
    faults: list[Fault] = []
    more_faults = more_questions = 0
    for each in found:
        if isinstance(each, Fault):
            if len(faults) < MOST_FAULTS:
                faults.append(each)
            else:
                more_faults += 1
            continue
        key = each.text.casefold().rstrip("?!. ")
        if key in questions or len(questions) < most:
            questions[key] = _add(questions.get(key), each)
        else:
            more_questions += each.times
    ordered = sorted(questions.values(), key=lambda each: (-each.times, each.text))
    return Collected(tuple(ordered), tuple(faults), more_faults, more_questions)


def _add(known: Question | None, asked: Asked) -> Question:
    text, times, day = asked
    if known is None:
        return Question(text, times, day, day)
    days = [each for each in (known.first, known.last, day) if each]
    first, last = (min(days), max(days)) if days else (None, None)
    return Question(known.text, known.times + times, first, last)


def group(
    questions: Sequence[Question], language: str, encode: Encode | None = None
) -> Iterator[tuple[Question, ...]]:
    """Yield the questions that ask the same as one, the most asked first.

    Each is put to the first that is like it, so that no chain of small steps joins what differs.
    """
    most = MOST_BY_MEANING if encode else 0
    if encode and questions:
        yield from _gather(questions[:most], _by_meaning(questions[:most], encode))
    yield from _gather(questions[most:], _by_words(questions[most:], language))


def _gather(questions: Sequence[Question], near: Near) -> Iterator[tuple[Question, ...]]:
    taken = [False] * len(questions)
    for place, question in enumerate(questions):
        if not taken[place]:
            others = [each for each in sorted(near(place)) if each > place and not taken[each]]
            for each in others:
                taken[each] = True
            yield (question, *(questions[each] for each in others))


def _by_words(questions: Sequence[Question], language: str) -> Near:
    likeness = Likeness(BY_WORDS)
    stems = likeness.stem([each.text for each in questions], language)
    same: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for place, words in enumerate(stems):
        same[words].append(place)
    alike: defaultdict[frozenset[str], set[frozenset[str]]] = defaultdict(set)
    for one, other, _ in likeness.find_pairs(stems):
        alike[stems[one]].add(stems[other])
        alike[stems[other]].add(stems[one])

    def near(place: int) -> Iterable[int]:
        words = stems[place]
        return (each for others in {words, *alike[words]} if words for each in same[others])

    return near


def _by_meaning(questions: Sequence[Question], encode: Encode) -> Near:
    vectors = encode([each.text for each in questions])
    rows = max(1, _CELLS // max(len(questions), 1))
    start, block = 0, np.empty((0, 0), np.bool_)

    def near(place: int) -> Iterable[int]:
        nonlocal start, block
        if not start <= place < start + len(block):
            start = place
            block = vectors[start : start + rows] @ vectors.T >= BY_MEANING
        found: list[int] = np.flatnonzero(block[place - start]).tolist()
        return found

    return near
