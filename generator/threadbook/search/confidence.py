"""Whether anything answers a question, by words alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from threadbook.search.index import rarity_of
from threadbook.search.question import Ranked
from threadbook.search.ranking import Ranking

THRESHOLD: Final = 0.3
"""A question is answered if the best document has at least this share of its words."""

_LOOKED_AT: Final = 10


def share_of(found: Ranked, documents: Iterable[str], total: int, by: Ranking) -> float:
    """Return the greatest share of a question's words that one of the documents has, from 0 to 1.

    Words weigh by their rarity, as in `fuse`. One that no document has weighs as much as the rarest
    one that there could be.
    """
    rarest = by.levels * rarity_of(1, max(total, 1)) ** by.rarity
    weights = [max(scores.values(), default=rarest) for scores in found.lists]
    every = sum(weights)
    shares = (
        sum(
            weight
            for weight, scores in zip(weights, found.lists, strict=True)
            if document in scores
        )
        for document in documents
    )
    return max(shares, default=0.0) / every if every else 0.0


def is_answered(found: Ranked, total: int, by: Ranking) -> bool:
    """Tell whether one of the first results has enough of a question's words."""
    first = list(found.scores)[:_LOOKED_AT]
    return bool(first) and share_of(found, first, total, by) >= THRESHOLD
