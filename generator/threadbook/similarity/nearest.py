"""The nearest documents of each document, by the terms they share.

Each document visits the documents that its terms lead to. What the two weigh there is added up in
one long row of numbers, a place for each document, a few documents at a time: no sorting, and no
look at places that nobody visits. So time grows with the visits alone, which `index` bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from threadbook.similarity.groups import Groups, know_groups
from threadbook.similarity.index import (
    UNIT,
    TermIndex,
    Weighed,
    Whole,
    build_index,
    build_index_for,
    weigh_terms,
)

COUNT: Final = 6
"""How many documents are named at most."""

FLOOR: Final = 0.08
"""The least cosine; below it no suggestion is better than a likely wrong one.

Of the Coffee site's pairs from here to 0.1, 45 of 100 share a tag; of those from 0.06 to here 30,
of pairs drawn by lot 10. In MedQuAD, hardly a pair on the same thing is under 0.3.
"""

_POOL: Final = 4
"""How many times `count` documents are compared by their groups."""

_ONE: Final = UNIT * UNIT

_LEAST: Final = math.ceil(FLOOR * _ONE)
_SCORE_BITS: Final = 25
_HIGHEST: Final = (1 << _SCORE_BITS) - 1
_OTHER_BITS: Final = 28

_CELLS: Final = 1 << 18
"""How many sums are kept at a time, a place for each pair of documents: 1 MB, which processors
keep close."""

_TOGETHER: Final = 64
"""How many documents visit others at a time, at most."""

_SORTED: Final = 1_024
"""For how many documents the near ones are put in order at a time; bounds memory."""


class Comparison(NamedTuple):
    """All that has to be known to compare documents; small enough to be sent to workers."""

    terms: TermIndex
    groups: Groups | None

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self.terms.asked.start) - 1

    def part(self, number: int, of: int) -> range:
        """Return one of `of` parts of all documents, counted from 0, that take equally long."""
        return range(self.documents * number // of, self.documents * (number + 1) // of)


class _Pairs(NamedTuple):
    """Pairs of near documents and their scores: cosines in 1/4095²."""

    one: Whole
    other: Whole
    score: Whole

    def only(self, which: NDArray[Any]) -> _Pairs:
        """Choose pairs, or put them in order."""
        return _Pairs(self.one[which], self.other[which], self.score[which])


def prepare(bags: Sequence[bytes], groups: Sequence[Collection[int]] = ()) -> Comparison:
    """Prepare comparing documents; a third of the whole work.

    `bags` are made by `pack_terms`. `groups` are small numbers of what each document belongs to,
    one collection a document, or nothing.
    """
    return Comparison(build_index(bags), _know(bags, groups))


def _know(bags: Sequence[bytes], groups: Sequence[Collection[int]]) -> Groups | None:
    if groups and len(groups) != len(bags):
        raise ValueError(f"{len(groups)} collections of groups for {len(bags)} documents")
    return know_groups(groups) if any(groups) else None


class OneByOne:
    """Finds what `find_nearest` does, but of one document at a time, as a preview needs.

    To begin takes half as long as `prepare`, and each document some milliseconds.
    """

    def __init__(self, bags: Sequence[bytes], groups: Sequence[Collection[int]] = ()) -> None:
        self.groups = _know(bags, groups)
        self.weighed: Weighed = weigh_terms(bags)

    def find(self, document: int, count: int = COUNT) -> tuple[int, ...]:
        """Return the nearest documents of one, as places, the nearest first."""
        index = build_index_for(self.weighed, document)
        comparison = Comparison(index, self.groups)
        return find_nearest_of(comparison, range(document, document + 1), count)[0]


def find_nearest(
    bags: Sequence[bytes], groups: Sequence[Collection[int]] = (), count: int = COUNT
) -> list[tuple[int, ...]]:
    """Return the nearest documents of each, as places in `bags`, the nearest first.

    Documents that share a group come somewhat nearer, the more so the fewer share it, but no two
    come near by their groups alone. At most `count` are named, never the document itself, and
    none below `FLOOR`; of equally near documents the first in `bags` comes first. See `prepare`
    for `bags` and `groups`.
    """
    comparison = prepare(bags, groups)
    return find_nearest_of(comparison, comparison.part(0, 1), count)


def find_nearest_of(
    comparison: Comparison, documents: range, count: int = COUNT
) -> list[tuple[int, ...]]:
    """Return what `find_nearest` does for some documents, in their order.

    `documents` is a range without gaps: a part of all, for one of several workers, or a single
    one, as a preview needs. Each document costs the same, whatever others are asked for.
    """
    found: list[tuple[int, ...]] = []
    factors = comparison.groups.start_comparing() if comparison.groups else None
    for first in range(documents.start, documents.stop, _SORTED):
        last = min(first + _SORTED, documents.stop)
        near = _nearest_first(_near(comparison.terms, first, last), count, factors)
        others = near.other.tolist()
        start = np.searchsorted(near.one, np.arange(first, last + 1)).tolist()
        found += (tuple(others[a:b]) for a, b in pairwise(start))
    return found


def _near(terms: TermIndex, first: int, last: int) -> _Pairs:
    """Return all near pairs of a range of documents, in no order."""
    documents = len(terms.asked.start) - 1
    together = min(_TOGETHER, max(1, _CELLS // documents))
    sums = np.zeros(together * documents, np.int32)
    parts = [
        _visit(terms, begin, min(begin + together, last), sums)
        for begin in range(first, last, together)
    ]
    return _Pairs(*map(np.concatenate, zip(*parts, strict=True)))


def _visit(terms: TermIndex, first: int, last: int, sums: NDArray[np.int32]) -> _Pairs:
    """Return the near pairs of a few documents; `sums` are zeros, and zeros again afterwards."""
    asked, led = terms
    documents = len(asked.start) - 1
    followed = slice(asked.start[first], asked.start[last])
    term = asked.column[followed]
    begin, end = led.start.take(term), led.start.take(term + 1)
    visits = end - begin
    rows = np.repeat(np.arange(last - first), np.diff(asked.start[first : last + 1])) * documents
    visited = np.arange(visits.sum())
    visited += np.repeat(begin - (np.cumsum(visits) - visits), visits)
    place = np.repeat(rows, visits)
    place += led.column.take(visited)
    product = np.repeat(asked.weight[followed], visits)
    product *= led.weight.take(visited)
    np.add.at(sums, place, product)

    score = sums.take(place)
    near = np.flatnonzero(score >= _LEAST)
    signed, score = place[near], score[near]
    # A place comes as often as its documents share terms. It keeps the turn that signs it last.
    turn = np.arange(len(near), dtype=np.int32)
    sums[signed] = turn
    once = np.flatnonzero(sums[signed] == turn)
    sums[place] = 0
    row, other = np.divmod(signed[once], documents)
    pairs = _Pairs(row + first, other, score[once])
    return pairs.only(pairs.one != pairs.other)


def _nearest_first(
    near: _Pairs, count: int, factors: Callable[[Whole, Whole], NDArray[np.float64]] | None
) -> _Pairs:
    """Choose each document's nearest, and put all in order."""
    near = _sorted(near)
    if not factors:
        return near.only(_rank(near.one) < count)
    near = near.only(_rank(near.one) < count * _POOL)
    raised = near.score * factors(near.one, near.other)
    near = near.only(np.lexsort((near.other, -raised, near.one)))
    return near.only(_rank(near.one) < count)


def _sorted(near: _Pairs) -> _Pairs:
    """Sort by the one, then from high to low scores, then by the other.

    All three go into one number each, because plain numbers are what sorts fastest.
    """
    first = near.one.min() if len(near.one) else 0
    key = (near.one - first).astype(np.int64) << _SCORE_BITS
    key = np.sort(((key + _HIGHEST - near.score) << _OTHER_BITS) + near.other)
    rest = key >> _OTHER_BITS
    score = _HIGHEST - (rest & _HIGHEST)
    return _Pairs((rest >> _SCORE_BITS) + first, key & ((1 << _OTHER_BITS) - 1), score)


def _rank(rows: Whole) -> Whole:
    """Count those of each row from 0; `rows` are sorted."""
    return np.arange(len(rows)) - np.searchsorted(rows, rows)
