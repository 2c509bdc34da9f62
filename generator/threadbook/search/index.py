"""How much each word says of a document, and an index of documents in memory."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from threadbook.pages import Document
from threadbook.search.ranking import Ranking, ranking
from threadbook.text import language_of, split_words, stem

MOST_POSITIONS: Final = 65_535
"""How many words of a document phrases are looked for in; positions have two bytes."""

_MOST_KEPT: Final = 1 << 16
"""The most stems of a language that are kept."""


class Analysed(NamedTuple):
    """A document's stems: what each says of it, and all of them in order."""

    levels: dict[str, int]
    text: list[str]


def levels(document: Document, by: Ranking | None = None) -> dict[str, int]:
    """Return how much each stem says of a document: 1 up to the ranking's `levels`."""
    return analyse(document, by).levels


def analyse(document: Document, by: Ranking | None = None) -> Analysed:
    """Return a document's stems, each with how much it says: 1 up to the ranking's `levels`.

    This is BM25F without the rarity of words, which only the index knows. Frequencies in each
    field, divided by its length, are weighted, added up and saturated (Robertson and Zaragoza,
    2009, section 3.6). Stop words count in short fields only.
    """
    by = by or ranking()
    language = document.language
    stops = by.stop_words.get(language_of(language), frozenset())
    stem_of = _stems(language)
    sums: defaultdict[str, float] = defaultdict(float)
    stems: list[str] = []
    for name, text in document.fields.items():
        words, field = split_words(text), by.fields[name]
        stems += map(stem_of.__getitem__, words)
        counts = Counter(words)
        for word in () if field.is_short else stops & counts.keys():
            del counts[word]
        size = counts.total()
        share = 1 - field.normalisation + field.normalisation * size / field.length
        for each, count in _join(counts, stem_of).items():
            sums[each] += field.weight * count / share
    steps = by.levels * by.kinds.get(document.kind, 1.0)
    said = {
        stem: max(1, round(steps * value / (value + by.saturation))) for stem, value in sums.items()
    }
    if len(stems) > MOST_POSITIONS:
        stems = stems[:MOST_POSITIONS]
        kept = set(stems)
        said = {stem: level for stem, level in said.items() if stem in kept}
    return Analysed(said, stems)


class _Stems(dict[str, str]):
    """The stems of words in a language; to look one up takes a third of the time of a call."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[word] = stem(word, self.language)
        return found


@lru_cache(maxsize=8)
def _stems(language: str) -> _Stems:
    return _Stems(language)


def _join(counts: Mapping[str, int], stem_of: _Stems) -> dict[str, int]:
    """Return how often each stem occurs."""
    found: dict[str, int] = {}
    for word, count in counts.items():
        each = stem_of[word]
        found[each] = found.get(each, 0) + count
    return found


@cache
def stop_stems(language: str) -> frozenset[str]:
    """Return the stems of a language's stop words."""
    stops = ranking().stop_words.get(language_of(language), frozenset())
    return frozenset(stem(word, language) for word in stops)


class DocumentIndex:
    """Documents by their stems, in memory; the browser has an index on disk instead."""

    def __init__(self, documents: Iterable[tuple[str, Mapping[str, int], Sequence[str]]]) -> None:
        """Take documents' ids, the levels of their stems, and their stems in order."""
        self.postings: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.texts: dict[str, Sequence[str]] = {}
        for id_, found, text in documents:
            self.texts[id_] = text
            for each, level in found.items():
                self.postings[each][id_] = level
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
