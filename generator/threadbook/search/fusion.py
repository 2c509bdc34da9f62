"""Joining what words found with what meaning says, and telling whether anything answers a question.

`theme/assets/search/fusion.js` does the same in browsers, with the same constants.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from threadbook.search.ranking import Alone, Joined

LEAST: Final = 5
MOST: Final = 50
"""The fewest and the most results of a question that is answered by meaning."""

LOOKED_AT: Final = 10
"""How many of the best results are looked at to see whether they answer the question."""

_RUN: Final = re.compile(r"([^\W_]+)")

Scores = Mapping[str, float]


class Fused(NamedTuple):
    """Results with their scores, the best first, and how sure it is that one answers the question.

    `is_answered` tells whether that is enough.
    """

    scores: dict[str, float]
    confidence: float
    is_answered: bool


class Found(NamedTuple):
    """What is known of documents, by id: 0 where there is nothing. And what is known to be missing.

    `words` are scores by words, `shares` says how much of the question's words a document has,
    `cosines` how near its vector is to the question's, and `kinds` has the offset of its kind.
    `gap` is the cosine with the nearest question that the site is known not to answer.
    """

    words: Scores
    shares: Scores
    cosines: Scores
    kinds: Scores
    gap: float = -1.0


def answer_alone(scores: Scores, shares: Scores, by: Alone) -> Fused:
    """Answer by words alone: `scores` has what was found, the best first.

    Results end where documents have much less of the question than the one with most of it.
    """
    most = max((shares.get(id_, 0.0) for id_ in scores), default=0.0)
    kept = {id_: score for id_, score in scores.items() if shares.get(id_, 0.0) >= by.cut * most}
    return Fused(kept, most, bool(scores) and most >= by.threshold)


def answer_by_meaning(
    candidates: Iterable[str], found: Found, possible: float, by: Joined
) -> Fused:
    """Answer by words and meaning.

    A document's score is its cosine, plus its score by words in two measures, plus the offset of
    its kind. The measures are the best score that any document has, and the `possible` one.
    Results that are too far below the best are left out.
    """
    ids = list(candidates)
    most = max((found.words.get(id_, 0.0) for id_ in ids), default=0.0)
    part = by.words / most + by.match / possible if most and possible else 0.0

    def score(id_: str) -> float:
        by_words = part * found.words.get(id_, 0.0)
        return found.cosines.get(id_, 0.0) + by_words + found.kinds.get(id_, 0.0)

    scores = {id_: score(id_) for id_ in ids}
    order = sorted(ids, key=lambda id_: (-scores[id_], id_))
    if not order:
        return Fused({}, 0.0, is_answered=False)
    near = sum(scores[id_] >= scores[order[0]] - by.width for id_ in order[:MOST])
    kept = {id_: scores[id_] for id_ in order[: max(near, LEAST)]}
    first = order[:LOOKED_AT]
    confidence = max(
        found.cosines.get(id_, 0.0) + by.share * found.shares.get(id_, 0.0) for id_ in first
    )
    nearest = max(found.cosines.get(id_, 0.0) for id_ in first)
    confidence -= by.gap * max(0.0, found.gap - nearest + by.margin)
    return Fused(kept, confidence, confidence >= by.threshold)


def correct(said: str, corrected: Sequence[tuple[str, str]], tokens: Collection[str]) -> str:
    """Return a question in which each word that no document has is what it was taken for.

    `corrected` has such words with stems, the nearest first. A stem stands for the first of the
    `tokens` that begins with it: these are sorted by how frequent they are. A word that is a token
    stays: nobody who asks about bread wants to read.
    """
    words = {typed for typed, _ in corrected}.intersection(tokens)
    nearest = {typed: stem for typed, stem in reversed(corrected) if typed not in words}
    parts = _RUN.split(unicodedata.normalize("NFKC", said))
    return "".join(
        part if (stem := nearest.get(part.lower())) is None else complete(stem, tokens)
        for part in parts
    )


def complete(stem: str, tokens: Iterable[str]) -> str:
    """Return the first token that begins with a stem, or else the stem."""
    return next((token for token in tokens if token.startswith(stem)), stem)
