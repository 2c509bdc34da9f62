"""An index of documents in memory, and how rare words are."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from threadbook.pages import Document
from threadbook.search.analysis import analyse
from threadbook.search.ranking import ranking
from threadbook.text import language_of, stem


@cache
def stop_stems(language: str) -> frozenset[str]:
    """Return the stems of a language's stop words."""
    stops = ranking().stop_words.get(language_of(language), frozenset())
    return frozenset(stem(word, language) for word in stops)


class DocumentIndex:
    """Documents by their stems, in memory; the browser has an index on disk instead."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Read documents."""
        found = analyse(documents)
        ids, stems = [each.id for each in documents], found.stems
        text = [stems[number] for number in found.text.tolist()]
        ends = np.cumsum(found.sizes).tolist()
        self.texts: dict[str, Sequence[str]] = {
            id_: text[end - size : end]
            for id_, end, size in zip(ids, ends, found.sizes.tolist(), strict=True)
        }
        self.postings: defaultdict[str, dict[str, int]] = defaultdict(dict)
        columns = (each.tolist() for each in (found.document, found.term, found.level))
        for document, term, level in zip(*columns, strict=True):
            self.postings[stems[term]][ids[document]] = level
        self.sorted = sorted(self.postings)

    @property
    def vocabulary(self) -> dict[str, int]:
        """Every stem, and how many documents have it."""
        return {stem: len(found) for stem, found in self.postings.items()}

    def find(self, stem: str) -> Mapping[str, int]:
        """Return a stem's level in each document that has it."""
        return self.postings.get(stem, {})

    def find_beginning(self, beginning: str) -> dict[str, float]:
        """Return the levels of all stems with a beginning, each times its rarity, added up."""
        sums: defaultdict[str, float] = defaultdict(float)
        start = bisect_left(self.sorted, beginning)
        for at in range(start, len(self.sorted)):
            stem = self.sorted[at]
            if not stem.startswith(beginning):
                break
            found = self.postings[stem]
            rarity = rarity_of(len(found), len(self.texts))
            for id_, level in found.items():
                sums[id_] += level * rarity
        return sums

    def has(self, id_: str, stems: Sequence[str]) -> bool:
        """Tell whether a document has all of these stems."""
        return all(id_ in self.postings.get(stem, ()) for stem in stems)

    def has_phrase(self, id_: str, phrase: Sequence[str]) -> bool:
        """Tell whether a document has these stems one after another."""
        text, size = self.texts[id_], len(phrase)
        return any(
            tuple(text[at : at + size]) == tuple(phrase) for at in range(len(text) - size + 1)
        )


def rarity_of(having: int, total: int) -> float:
    """Return the inverse document frequency, which is never below 0."""
    return math.log((total - having + 0.5) / (having + 0.5) + 1)
