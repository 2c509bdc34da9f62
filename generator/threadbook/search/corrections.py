"""Typing errors: the words of a base that are nearest to one it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOST: Final = 3
_NO_ERROR, _ONE_ERROR = 4, 8
"""Words shorter than these, in characters, may have no error, and one; longer ones two."""


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped; `limit` + 1 if more.

    Optimal string alignment: Damerau-Levenshtein where no part is edited twice.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before, previous = [0], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            cost = min(row[-1] + 1, previous[j] + 1, previous[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, previous = previous, row
    return previous[-1]


def corrections(stem: str, vocabulary: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the nearest known stems of a stem nobody used, each with the number of its errors.

    `vocabulary` says in how many documents each stem is.
    """
    limit = 0 if len(stem) < _NO_ERROR else 1 if len(stem) < _ONE_ERROR else 2
    near = []
    for known, count in vocabulary.items() if limit else ():
        errors = distance(stem, known, limit)
        if errors <= limit:
            near.append((errors, -count, known))
    near.sort()
    return [(known, errors) for errors, _, known in near if errors == near[0][0]][:MOST]
