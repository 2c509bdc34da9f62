"""Which tokens a browser gets: about a third of them, those that readers of help sites type."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tools.meaning.tokens import FIRST, LAST, PAD, UNKNOWN, Tokeniser, split

SPECIAL = (PAD, UNKNOWN, FIRST, LAST)
CHARACTERS = 0x250
"""Characters below this (Latin, signs) stay as tokens, so that any English word can be spelt."""
SIGNS = "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac\u20b9\u2122\u2192\u2212"
"""Dashes, quotation marks, bullet, ellipsis, euro, rupee, trade mark, arrow, minus."""
PRIOR = 40_000.0
"""The vocabulary has its words by frequency in books and an encyclopaedia. A word at place r counts
as if the texts had it PRIOR / r times more: rare words of everyday language stay, rare names go."""
PARTS = 0.2
"""This share of the tokens are parts of words (`##ing`)."""


def prune(vocabulary: Sequence[str], texts: Iterable[str], size: int) -> list[int]:
    """Return the rows of the vocabulary that stay, in order: so many, or all if there are fewer."""
    if size >= len(vocabulary):
        return list(range(len(vocabulary)))
    words = Counter(word for text in texts for word in split(text))
    always = {row for row, token in enumerate(vocabulary) if is_basic(token)}
    used = count_tokens(vocabulary, words)
    whole = best(vocabulary, used, always, part=False)
    rows = always | set(whole[: max(0, round((size - len(always)) * (1 - PARTS)))])
    left = [token for row, token in enumerate(vocabulary) if row in rows or is_part(token)]
    parts = best(vocabulary, count_tokens(left, words), rows, part=True)
    return sorted(rows | set(parts[: max(0, size - len(rows))]))


def is_basic(token: str) -> bool:
    """Whether a token stays in any case: special ones, Latin characters and common signs."""
    character = token.removeprefix("##")
    return token in SPECIAL or (
        len(character) == 1 and (ord(character) < CHARACTERS or character in SIGNS)
    )


def is_part(token: str) -> bool:
    """Whether a token continues a word."""
    return token.startswith("##")


def best(
    vocabulary: Sequence[str], counts: Mapping[str, float], without: set[int], *, part: bool
) -> list[int]:
    """Rows of whole words (and beginnings) or of later parts, those that count most first."""
    rows = [
        row
        for row, token in enumerate(vocabulary)
        if is_part(token) == part and row not in without and not token.startswith("[")
    ]
    return sorted(rows, key=lambda row: (-counts.get(vocabulary[row], 0) - PRIOR / (row + 1), row))


def count_tokens(vocabulary: Sequence[str], words: Mapping[str, int]) -> Mapping[str, float]:
    """How much words need each token: a word counts as the root of how often it is there."""
    tokeniser = Tokeniser(vocabulary)
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for row in tokeniser.parts(word):
            counts[vocabulary[row]] += math.sqrt(times)  # type: ignore[assignment]
    return counts
