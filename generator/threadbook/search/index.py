"""What a document's words weigh in it, and an index of several documents in memory."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from threadbook.search.ranking import Ranking, ranking
from threadbook.search.words import stems


class Document(NamedTuple):
    """What is found: its id, the language of its texts, and the texts by the ranking's fields."""

    id: str
    language: str
    fields: Mapping[str, str]


def levels(document: Document, by: Ranking | None = None) -> dict[str, int]:
    """Return how much each stem says of a document: 1 up to the ranking's `levels`.

    BM25F without the rarity of words, which only the index knows: frequencies in each field, over
    its length, weighted and saturated together (Robertson and Zaragoza, 2009, section 3.6).
    """
    by = by or ranking()
    sums: defaultdict[str, float] = defaultdict(float)
    for name, text in document.fields.items():
        field, found = by.fields[name], stems(text, document.language)
        if not found:
            continue
        share = 1 - field.normalisation + field.normalisation * len(found) / field.length
        for stem, count in Counter(found).items():
            sums[stem] += field.weight * count / share
    steps = by.levels
    return {
        stem: max(1, round(steps * value / (value + by.saturation))) for stem, value in sums.items()
    }


class Index:
    """Documents by their stems; what `Pagefind` is to the browser."""

    def __init__(self, documents: Iterable[tuple[str, Mapping[str, int]]]) -> None:
        """Take documents' ids and the levels of their stems."""
        self.postings: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.total = 0
        for id_, found in documents:
            self.total += 1
            for stem, level in found.items():
                self.postings[stem][id_] = level

    def find(self, stem: str) -> Mapping[str, float]:
        """Return the score of each document that has a stem: its level times the stem's rarity."""
        found = self.postings.get(stem, {})
        rarity = rarity_of(len(found), self.total)
        return {id_: level * rarity for id_, level in found.items()}


def rarity_of(having: int, total: int) -> float:
    """Return the inverse document frequency, as Pagefind has it."""
    return math.log((total - having + 0.5) / (having + 0.5) + 1)
