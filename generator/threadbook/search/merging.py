"""Merging runs: every stem of a base with its documents, and documents in their final order.

Memory is bounded: of all that runs hold of stems, only a part of the alphabet is read at a time.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from threadbook.search.analysis import Numbering, Numbers, sort_order, sort_stems
from threadbook.search.meant import Texts, read_written
from threadbook.search.runs import Facts, Run, Spool
from threadbook.text import language_of

AT_ONCE: Final = 300_000
"""How many documents and places of stems are merged at a time, unless a single stem has more."""

MOST_PARTS: Final = 32
"""In a big base, a part is larger: every run is read once for each part."""


class Part(NamedTuple):
    """A part of the alphabet.

    For each stem and document, sorted by both: the number of the stem in `stems`, the document,
    the level, and in how many places; and these places one after another.
    """

    stems: Sequence[str]
    term: Numbers
    document: Numbers
    level: Numbers
    times: Numbers
    place: Numbers


class _Members(defaultdict[str, defaultdict[str, "array[int]"]]):
    """The documents with each value of each filter."""

    def __init__(self) -> None:
        super().__init__(lambda: defaultdict(lambda: array("q")))


class Merged:
    """What all runs of a spool hold together.

    Documents are numbered in the order of their ids, as the ranking sorts those with equal scores.
    `members` has the documents with each value of each filter, `days` and `votes` those of every
    document, and `languages` counts documents.
    """

    def __init__(self, spool: Spool) -> None:
        """Read what runs say of documents, and which stems there are."""
        self.spool = spool
        self.languages: Counter[str] = Counter()
        self._ids: list[str] = []
        self._shown: list[tuple[int, int]] = []
        self._meant: list[tuple[int, int]] = []
        self._keys: list[bytes] = []
        self._terms: list[Numbers] = []
        days, votes, members = array("q"), array("q"), _Members()
        known = Numbering()
        for run in spool.runs:
            stems, facts = spool.read_head(run)
            self._terms.append(np.fromiter(map(known.__getitem__, stems), np.int64, len(stems)))
            days.extend(_day(fact) for fact in facts)
            votes.extend(max(fact.votes, 0) for fact in facts)
            self._take_in(run, facts, members)
        self._order = sorted(
            (number for number in range(len(self._ids)) if number not in spool.gone),
            key=self._ids.__getitem__,
        )
        self.total = len(self._order)
        self._numbers = np.full(len(self._ids), -1, np.int64)
        self._numbers[self._order] = np.arange(self.total)
        self.days, self.votes = (_as_numbers(each)[self._order] for each in (days, votes))
        self.members = {
            name: {
                value: np.sort(self._numbers[_as_numbers(found)])
                for value, found in sorted(by_value.items())
            }
            for name, by_value in sorted(members.items())
        }
        self._sort_stems(known)

    def _take_in(self, run: Run, facts: Sequence[Facts], members: _Members) -> None:
        """Note what a run says of its documents."""
        at, meant = run.shown, run.shown + sum(fact.shown for fact in facts)
        for number, fact in enumerate(facts, run.first):
            self._ids.append(fact.id)
            self._shown.append((at, fact.shown))
            at += fact.shown
            self._keys.append(bytes.fromhex(fact.key))
            self._meant.append((meant, fact.meant))
            meant += fact.meant
            if number in self.spool.gone:
                continue
            self.languages[language_of(fact.language)] += 1
            for name, values in fact.filters.items():
                for value in dict.fromkeys(values):
                    members[name][value].append(number)

    def _sort_stems(self, known: Numbering) -> None:
        self.stems = sort_stems(known)
        places = np.empty(len(known), np.int64)
        places[[known[stem] for stem in self.stems]] = np.arange(len(known))
        self._terms = [places[terms] for terms in self._terms]

    @property
    def shown(self) -> Iterator[bytes]:
        """What results show of each document, as JSON, in the documents' order."""
        for number in self._order:
            yield self.spool.read(*self._shown[number])

    @property
    def keys(self) -> list[bytes]:
        """Under what each document's vector is kept, in the documents' order; empty for none."""
        return [self._keys[number] for number in self._order]

    def read_meant(self, document: int) -> Texts:
        """Return the texts that say what a document means."""
        return read_written(self.spool.read(*self._meant[self._order[document]]))

    @property
    def parts(self) -> Iterator[Part]:
        """All stems, part by part."""
        ends = [_Ends.read(self.spool, run) for run in self.spool.runs]
        sizes = np.zeros(len(self.stems), np.int64)
        for terms, end in zip(self._terms, ends, strict=True):
            sizes[terms] += np.diff(end.pairs) + np.diff(end.places)
        for start, stop in _cut(np.cumsum(sizes)):
            yield self._merge(start, stop, ends)

    def _merge(self, start: int, stop: int, ends: Sequence[_Ends]) -> Part:
        slices = [
            found
            for run, terms, end in zip(self.spool.runs, self._terms, ends, strict=True)
            if (found := self._read(run, terms, end, (start, stop)))
        ]
        stems = self.stems[start:stop]
        if not slices:
            nothing = np.zeros(0, np.int64)
            return Part(stems, nothing, nothing, nothing, nothing, nothing)
        term, document, level, count, place = map(np.concatenate, zip(*slices, strict=True))
        order = sort_order(document)
        order = order[sort_order(term[order] - start)]
        before = np.cumsum(count) - count
        place = place[spread(before[order], count[order])]
        return Part(stems, term[order] - start, document[order], level[order], count[order], place)

    def _read(
        self, run: Run, terms: Numbers, end: _Ends, between: tuple[int, int]
    ) -> tuple[Numbers, ...] | None:
        """Read what a run has between two stems, without documents that were taken out."""
        low, high = np.searchsorted(terms, between).tolist()
        if low == high:
            return None
        one, other = int(end.pairs[low]), int(end.pairs[high])
        term = np.repeat(terms[low:high], np.diff(end.pairs[low : high + 1]))
        document = self._numbers[run.first + self.spool.read_column(run, "document", one, other)]
        level, count = (
            self.spool.read_column(run, name, one, other) for name in ("level", "count")
        )
        places = int(end.places[low]), int(end.places[high])
        place = self.spool.read_column(run, "place", *places)
        kept = document >= 0
        if not kept.all():
            place = place[np.repeat(kept, count)]
            term, document, level, count = (each[kept] for each in (term, document, level, count))
        return term, document, level, count, place


class _Ends(NamedTuple):
    """Where the rows of each stem of a run begin, and last where they all end."""

    pairs: Numbers
    places: Numbers

    @classmethod
    def read(cls, spool: Spool, run: Run) -> _Ends:
        counts = (spool.read_column(run, name, 0, run.stems) for name in ("pairs", "places"))
        return cls(*(np.concatenate(([0], np.cumsum(each))) for each in counts))


def spread(starts: Numbers, sizes: Numbers) -> Numbers:
    """Return all numbers of ranges, one range after another."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)


def _cut(sums: Numbers) -> Iterator[tuple[int, int]]:
    """Cut stems into parts; `sums` says how much all stems up to each have together."""
    size = max(AT_ONCE, int(sums[-1]) // MOST_PARTS) if len(sums) else 0
    start = done = 0
    while start < len(sums):
        stop = max(int(np.searchsorted(sums, done + size, side="right")), start + 1)
        yield start, stop
        start, done = stop, int(sums[stop - 1])


def _day(fact: Facts) -> int:
    """Return a day as a number that sorts as days do; 0 is none."""
    digits = fact.day.replace("-", "")
    return int(digits) if digits.isdecimal() else 0


def _as_numbers(values: array[int]) -> Numbers:
    """Return an array's numbers, to calculate with."""
    return np.asarray(values, np.int64)
