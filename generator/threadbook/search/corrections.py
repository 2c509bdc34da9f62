"""Typing errors: the words of a base that are nearest to one it does not know.

`theme/assets/search/corrections.js` does the same in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOST_CORRECTIONS: Final = 3
"""The most corrections of a word."""

_NO_ERROR, _ONE_ERROR = 4, 8
"""Words shorter than these, in characters, may have no error, and one; longer ones two."""


def corrections(stem: str, vocabulary: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the nearest known stems of a stem nobody used, each with the number of its errors.

    An error is a letter that is wrong, missing or too many, or two that are swapped (optimal string
    alignment). `vocabulary` says in how many documents each stem is; the most frequent comes first.
    """
    limit = 0 if len(stem) < _NO_ERROR else 1 if len(stem) < _ONE_ERROR else 2
    if not limit:
        return []
    from rapidfuzz import process  # noqa: PLC0415 - a build asks no questions
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extract_iter(stem, vocabulary.keys(), scorer=OSA.distance, score_cutoff=limit)
    near = sorted((errors, -vocabulary[known], known) for known, errors, _ in found)
    return [(known, errors) for errors, _, known in near if errors == near[0][0]][:MOST_CORRECTIONS]
