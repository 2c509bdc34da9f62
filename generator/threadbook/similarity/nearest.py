"""The nearest documents of each document, by the terms they share.

The vector space model: a term weighs how much a document says it, times how rare it is among all
documents; two documents are as near as the cosine of their vectors. Work is bounded twice, so
that a base five times as large takes about five times as long: a term leads only to the documents
where it weighs most (a champion list: Manning, Raghavan and Schütze, Introduction to Information
Retrieval, 2008, section 7.1.3), and a document follows its heaviest terms only until it has come
past `VISITS` documents. In a base of some hundred threads neither bound is reached.
Weights are rounded to whole numbers before they are summed up, so that no order of adding shows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

COUNT: Final = 6
"""How many documents are named at most."""

FLOOR: Final = 0.08
"""The least cosine; below it no suggestion is better than a likely wrong one.

Of the Coffee site's pairs from here to 0.1, 45 of 100 share a tag; of those from 0.06 to here, 30;
of random pairs, 10. In MedQuAD, hardly any pair about the same thing is below 0.3.
"""

RARITY_POWER: Final = 1.5
"""What a term's rarity is raised to, on either side of the product.

With 2, MedQuAD and the Coffee site's tags fare worse; with 1, MedQuAD one point better, but the
Coffee site and the `related` of the example base slightly worse, which may be chance.
"""

CHAMPIONS: Final = 256
"""To how many documents a term leads at most; 128 cost MedQuAD one suggestion in a hundred."""

VISITS: Final = 2_000
"""How many documents a document comes past at most, one as often as it shares a term."""

BONUS: Final = 0.25
"""What a score grows by at most for shared groups, as a part of it."""

_POOL: Final = 4
"""How many times `count` documents are compared by their groups."""

_UNIT: Final = 4095
"""The weight 1 in whole numbers; a product of two weights has `_PRODUCT_BITS` bits."""

_LIGHTEST: Final = _UNIT / 100
"""What weighs less is left out: a quarter of all entries, without which quality is the same."""

_PRODUCT_BITS: Final = 24
_PRODUCT: Final = (1 << _PRODUCT_BITS) - 1
_ONE: Final = _UNIT * _UNIT
_SIGNED_BITS: Final = 63
_PLACE_BITS: Final = 31
_PLACE: Final = (1 << _PLACE_BITS) - 1
_BLOCK: Final = 1 << 18
"""How many visits are made at a time; bounds memory."""

_PAIR_LIMIT: Final = 1 << 38
"""How many pairs of documents can be told apart at a time."""

Whole = NDArray[np.int64]


class Entries(NamedTuple):
    """Which documents have which terms, and how much these weigh there: a sparse matrix.

    `document` and `term` count from 0; `weight` is in 1/4095 of its document's vector's length.
    """

    document: Whole
    term: Whole
    weight: Whole

    def only(self, which: NDArray[np.bool_] | Whole) -> Entries:
        """Choose entries, or put them in order."""
        return Entries(self.document[which], self.term[which], self.weight[which])


class TermIndex(NamedTuple):
    """What each document asks for and what each term leads to.

    `asked` is sorted by document, `postings` by term; each `…_start` has one place more than there
    are documents or terms: entries from `start[i]` to `start[i + 1]` belong to `i`.
    `visits` are the postings that each asked entry leads to.
    """

    asked: Entries
    asked_start: Whole
    postings: Entries
    postings_start: Whole
    visits: Whole


def find_nearest(
    bags: Sequence[bytes], groups: Sequence[Collection[int]] = (), count: int = COUNT
) -> list[tuple[int, ...]]:
    """Return the nearest documents of each, as places in `bags`, the nearest first.

    `bags` are made by `pack_terms`. `groups` are small numbers of what each document belongs to,
    one collection a document, or nothing: documents that share a group come somewhat nearer, the
    more so the fewer share it, but no two come near by their groups alone. At most `count` are
    named, never the document itself, and none below `FLOOR`; of equally near documents the
    first in `bags` comes first.
    """
    if groups and len(groups) != len(bags):
        raise ValueError(f"{len(groups)} collections of groups for {len(bags)} documents")
    found: list[tuple[int, ...]] = [()] * len(bags)
    if not any(groups):
        for document, others, _ in _found(build_index(bags), count):
            found[document] = tuple(others)
        return found
    bonus = _bonus([frozenset(each) for each in groups])
    for document, others, scores in _found(build_index(bags), count * _POOL):
        rescored = [
            (-score * bonus(document, other), other)
            for other, score in zip(others, scores, strict=True)
        ]
        found[document] = tuple(other for _, other in sorted(rescored)[:count])
    return found


def _bonus(groups: Sequence[frozenset[int]]) -> Callable[[int, int], float]:
    """Return a function that gives the factor by which sharing groups raises a score.

    A group that all documents share is worth nothing, one that only two share nearly `BONUS`.
    """
    sizes = Counter(chain.from_iterable(groups))
    everything = math.log(max(len(groups), 2))
    rarity = {group: 1 - math.log(size) / everything for group, size in sizes.items()}

    def bonus(one: int, other: int) -> float:
        shared = groups[one] & groups[other]
        return 1 + BONUS * min(1.0, math.fsum(rarity[group] for group in shared)) if shared else 1

    return bonus


def build_index(bags: Sequence[bytes]) -> TermIndex:
    """Weigh the terms of all documents and bound where they lead."""
    entries, terms = _weighed(bags)
    documents = len(bags)
    postings = entries.only(_heaviest_first(entries.term, entries.weight))
    start = _starts(postings.term, terms)
    postings = postings.only(np.arange(len(postings.term)) - start[postings.term] < CHAMPIONS)
    start = _starts(postings.term, terms)

    asked = entries.only(_heaviest_first(entries.document, entries.weight))
    visits = np.diff(start)[asked.term]
    before = np.cumsum(visits) - visits
    first = _starts(asked.document, documents)[asked.document]
    within = before - before[first] + visits <= VISITS
    asked, visits = asked.only(within), visits[within]
    return TermIndex(asked, _starts(asked.document, documents), postings, start, visits)


def _weighed(bags: Sequence[bytes]) -> tuple[Entries, int]:
    """Unpack bags and weigh their terms; return also how many terms there are.

    Terms that only one document has lead nowhere and are left out, but count for its length: a
    document whose words are mostly its own is near to none.
    """
    hashes = np.frombuffer(b"".join(bag[: len(bag) // 6 * 4] for bag in bags), "<u4")
    packed = np.frombuffer(b"".join(bag[len(bag) // 6 * 4 :] for bag in bags), "<u2")
    document = np.repeat(np.arange(len(bags), dtype=np.int32), [len(bag) // 6 for bag in bags])
    term, frequency = _numbered(hashes)
    rarity = np.log1p(len(bags) / frequency) ** RARITY_POWER
    weight = rarity[term]
    weight *= packed
    length = np.sqrt(np.bincount(document, weight * weight, len(bags)))
    weight *= (_UNIT / np.maximum(length, 1e-9))[document]
    kept = np.flatnonzero((weight >= _LIGHTEST) & (frequency[term] > 1))
    whole = np.rint(weight[kept]).astype(np.int64)
    return Entries(document[kept].astype(np.int64), term[kept], whole), len(frequency)


def _numbered(hashes: NDArray[np.uint32]) -> tuple[Whole, Whole]:
    """Return each entry's term, numbered from 0, and how many documents have each term.

    `np.unique` does the same in ten times the time: sorting plain numbers is that much faster.
    """
    places = np.arange(len(hashes), dtype=np.int64)
    both = np.sort((hashes.astype(np.int64) << _PLACE_BITS) + places)
    begin = _changes(both >> _PLACE_BITS)
    frequency = np.diff(np.append(begin, len(both)))
    term = np.empty_like(places)
    term[both & _PLACE] = np.repeat(np.arange(len(begin)), frequency)
    return term, frequency


def _changes(values: Whole) -> Whole:
    """Return the places where a value differs from the one before, the first place included."""
    return np.flatnonzero(np.diff(values, prepend=-1))


def _heaviest_first(major: Whole, weight: Whole) -> Whole:
    """Return the order by `major`, then from heavy to light, then as before."""
    bits = len(major).bit_length()
    key = major * (_UNIT + 1) + _UNIT - weight
    if int(key.max(initial=0)).bit_length() + bits > _SIGNED_BITS:
        return np.argsort(key, kind="stable")
    return np.sort((key << bits) + np.arange(len(key))) & ((1 << bits) - 1)


def _starts(sorted_values: Whole, count: int) -> Whole:
    """Return where each of the values from 0 to `count` begins."""
    return np.searchsorted(sorted_values, np.arange(count + 1))


def _found(index: TermIndex, count: int) -> Iterator[tuple[int, list[int], list[int]]]:
    """Yield documents that have near ones, with these and their scores, the nearest first.

    Scores are cosines in 1/4095². Documents come in order, a block of visits at a time.
    """
    for first, last in _blocks(index):
        pairs, scores = _pairs(index, first, last)
        row, other = np.divmod(pairs, len(index.asked_start) - 1)
        near = (scores >= FLOOR * _ONE) & (row + first != other)
        row, other, scores = row[near], other[near], scores[near]
        order = np.lexsort((other, -scores, row))
        others, sorted_scores = other[order].tolist(), scores[order].tolist()
        start = _starts(row, last - first).tolist()
        for document in range(first, last):
            begin, end = start[document - first : document - first + 2]
            if begin < end:
                end = min(end, begin + count)
                yield document, others[begin:end], sorted_scores[begin:end]


def _blocks(index: TermIndex) -> Iterator[tuple[int, int]]:
    """Cut the documents into ranges of about `_BLOCK` visits."""
    documents = len(index.asked_start) - 1
    before = np.concatenate(([0], np.cumsum(index.visits)))[index.asked_start]
    rows = max(1, _PAIR_LIMIT // max(1, documents))
    first = 0
    while first < documents:
        last = int(np.searchsorted(before, before[first] + _BLOCK, "right")) - 1
        last = min(max(last, first + 1), first + rows, documents)
        yield first, last
        first = last


def _pairs(index: TermIndex, first: int, last: int) -> tuple[Whole, Whole]:
    """Return the pairs that share a term, and the sums of their products.

    A pair is a document of the block times the number of all documents, plus the other one.
    Pair and product go into one number each, so that one plain sort brings a pair's together.
    """
    asked = slice(index.asked_start[first], index.asked_start[last])
    visits = index.visits[asked]
    documents = len(index.asked_start) - 1
    shift = index.postings_start[index.asked.term[asked]] - (np.cumsum(visits) - visits)
    visited = np.arange(int(visits.sum())) + np.repeat(shift, visits)
    pair = np.repeat((index.asked.document[asked] - first) * documents, visits)
    pair += index.postings.document[visited]
    product = np.repeat(index.asked.weight[asked], visits) * index.postings.weight[visited]
    both = np.sort((pair << _PRODUCT_BITS) + product)
    pair = both >> _PRODUCT_BITS
    begin = _changes(pair)
    return pair[begin], np.add.reduceat(both & _PRODUCT, begin)
