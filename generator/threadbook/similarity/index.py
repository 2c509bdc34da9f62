"""The index of all documents' terms: what each document asks for, and where each term leads.

The vector space model: a term weighs how much a document says it, times how rare it is among all
documents; two documents are as near as the cosine of their vectors. Work is bounded twice, so
that a base five times as large takes about five times as long: a term leads only to the documents
where it weighs most (a champion list: Manning, Raghavan and Schütze, Introduction to Information
Retrieval, 2008, section 7.1.3), and a document follows its heaviest terms only until it has come
past `VISITS` documents. In a base of some hundred threads neither bound is reached.

Weights are rounded to whole numbers, so that no order of adding shows in a sum. Everything is done
in blocks of some 100,000 numbers: they stay in the processor's cache, and memory beside the bags
and the index is some ten bytes a term of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

RARITY_POWER: Final = 1.5
"""What a term's rarity is raised to, on either side of the product.

With 2, MedQuAD and the Coffee site's tags fare worse; with 1, MedQuAD one point better, but the
Coffee site and the `related` of the example base somewhat worse, if not beyond chance.
"""

CHAMPIONS: Final = 256
"""To how many documents a term leads at most; 128 cost MedQuAD one suggestion in a hundred."""

VISITS: Final = 2_000
"""How many documents a document comes past at most, one as often as it shares a term."""

UNIT: Final = 4095
"""The weight 1 in whole numbers. A sum of products of two weights stays below 2^25."""

_LIGHTEST: Final = UNIT / 100
"""What weighs less is left out: a quarter of all entries, without which quality is the same."""

_AT_ONCE: Final = 1 << 20
"""How many entries are looked at at a time; bounds memory."""

_ROWS: Final = 1 << 16
"""How many documents or terms are looked at at a time; numpy sorts 16 bits by radix, in a sixth
of the time that 32 take."""

_ENTRY: Final = 6
"""The bytes of an entry in a bag: a hash's four, a weight's two."""

_TABLE_BITS: Final = 22
_HASH_BITS: Final = 32

Whole = NDArray[np.signedinteger[Any]]
Hashes = NDArray[np.uint32]
Weights = NDArray[np.uint16]


class Rows(NamedTuple):
    """A sparse matrix, row by row: row `i` has the entries from `start[i]` to `start[i + 1]`.

    `weight` is in 1/4095 of the length of the document's vector. A row's heaviest come first.
    """

    start: Whole
    column: NDArray[np.int32]
    weight: NDArray[np.int32]


class TermIndex(NamedTuple):
    """`asked` are each document's terms, `led` the documents that each term leads to."""

    asked: Rows
    led: Rows


class _Entries(NamedTuple):
    """Which documents have which terms, and how much these weigh there, by document."""

    document: NDArray[np.int32]
    term: NDArray[np.int32]
    weight: Weights

    def only(self, which: NDArray[Any] | slice) -> _Entries:
        """Choose entries, or put them in order."""
        return _Entries(self.document[which], self.term[which], self.weight[which])


_NO_ENTRIES: Final = _Entries(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint16))


class Weighed(NamedTuple):
    """The weights of all documents' terms, and in how many documents each term weighs anything."""

    documents: int
    entries: _Entries
    counts: Whole


def weigh_terms(bags: Sequence[bytes]) -> Weighed:
    """Weigh the terms of all documents; `bags` are from `pack_terms`."""
    known, frequency = _count(bags)
    entries = _weigh(bags, known, frequency)
    return Weighed(len(bags), entries, np.bincount(entries.term, minlength=len(known)))


def build_index(bags: Sequence[bytes]) -> TermIndex:
    """Weigh the terms of all documents and bound where they lead."""
    documents, entries, counts = weigh_terms(bags)
    visits = np.minimum(counts, CHAMPIONS)
    return TermIndex(_ask(entries, documents, visits), _lead(entries, counts))


def build_index_for(weighed: Weighed, document: int) -> TermIndex:
    """Return an index that is good for one document only, in a tenth of the time."""
    documents, entries, counts = weighed
    own = entries.only(entries.document == document)
    is_own = np.zeros(len(counts), np.bool_)
    is_own[own.term] = True
    visits = np.minimum(counts, CHAMPIONS)
    led = _lead(entries.only(is_own[entries.term]), np.where(is_own, counts, 0))
    return TermIndex(_ask(own, documents, visits), led)


def _count(bags: Sequence[bytes]) -> tuple[Hashes, Whole]:
    """Return all hashes that occur, sorted, and how many documents have each."""
    known, frequency = np.empty(0, np.uint32), np.empty(0, np.int64)
    for first, last in _cut(bags):
        here, times = np.unique(_hashes(bags[first:last]), return_counts=True)
        both = np.union1d(known, here)
        summed = np.zeros(len(both), np.int64)
        summed[np.searchsorted(both, known)] = frequency
        summed[np.searchsorted(both, here)] += times
        known, frequency = both, summed
    return known, frequency


def _weigh(bags: Sequence[bytes], known: Hashes, frequency: Whole) -> _Entries:
    """Weigh the terms of all documents.

    Terms that only one document has lead nowhere and are left out, but count for its length: a
    document whose words are mostly its own is near to none.
    """
    rarity = np.log1p(len(bags) / frequency) ** RARITY_POWER
    number = _numbering(known)
    parts = []
    for first, last in _cut(bags):
        some = bags[first:last]
        term = number(_hashes(some))
        sizes = [len(bag) // _ENTRY for bag in some]
        document = np.repeat(np.arange(len(some), dtype=np.int32), sizes)
        weight = rarity[term]
        weight *= np.frombuffer(b"".join(bag[len(bag) // _ENTRY * 4 :] for bag in some), "<u2")
        length = np.sqrt(np.bincount(document, weight * weight, len(some)))
        weight *= (UNIT / np.maximum(length, 1e-9))[document]
        kept = np.flatnonzero((weight >= _LIGHTEST) & (frequency[term] > 1))
        whole = np.rint(weight[kept]).astype(np.uint16)
        parts.append(_Entries(document[kept] + np.int32(first), term[kept], whole))
    return _joined(parts)


def _hashes(bags: Sequence[bytes]) -> Hashes:
    return np.frombuffer(b"".join(bag[: len(bag) // _ENTRY * 4] for bag in bags), "<u4")


def _cut(bags: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    return cut(np.fromiter((len(bag) // _ENTRY for bag in bags), np.int64, len(bags)))


def cut(sizes: Whole) -> Iterator[tuple[int, int]]:
    """Yield ranges of rows that have about `_AT_ONCE` entries, at most `_ROWS` rows each."""
    after = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = after[first] - sizes[first]
        last = int(np.searchsorted(after, before + _AT_ONCE, "right"))
        last = min(max(last, first + 1), first + _ROWS)
        yield first, min(last, len(sizes))
        first = last


def _numbering(known: Hashes) -> Callable[[Hashes], NDArray[np.int32]]:
    """Return a function that finds the places of hashes in `known`, which has them all.

    A table of the hashes' first bits knows nearly all; the others are searched. Searching all
    would take ten times as long.
    """
    shift = np.uint32(_HASH_BITS - _TABLE_BITS)
    table = np.zeros(1 << _TABLE_BITS, np.int32)
    table[known >> shift] = np.arange(len(known), dtype=np.int32)

    def number(hashes: Hashes) -> NDArray[np.int32]:
        places: NDArray[np.int32] = table[hashes >> shift]
        wrong = np.flatnonzero(known[places] != hashes)
        places[wrong] = np.searchsorted(known, hashes[wrong])
        return places

    return number


def _lead(entries: _Entries, counts: Whole) -> Rows:
    """Return the documents each term leads to; `counts` is how many documents have it."""
    parts = []
    for first, last in cut(counts):
        here = entries
        if last - first < len(counts):
            here = entries.only((entries.term >= first) & (entries.term < last))
        term = here.term - np.int32(first)
        order = _heaviest_first(term, here.weight)
        rank = _ranks(counts[first:last])
        parts.append(here.only(order[rank < CHAMPIONS]))
    led = _joined(parts)
    return Rows(_starts(np.minimum(counts, CHAMPIONS)), led.document, led.weight.astype(np.int32))


def _ask(entries: _Entries, documents: int, visits: Whole) -> Rows:
    """Return the terms each document follows; `visits` is to how many documents each leads."""
    sizes = np.bincount(entries.document, minlength=documents)
    starts = _starts(sizes)
    parts = []
    for first, last in cut(sizes):
        here = entries.only(slice(starts[first], starts[last]))
        order = _heaviest_first(here.document - np.int32(first), here.weight)
        each = visits[here.term[order]]
        after = np.cumsum(each)
        begin = np.repeat(starts[first:last] - starts[first], sizes[first:last])
        past = after - (after - each)[begin]
        parts.append(here.only(order[past <= VISITS]))
    asked = _joined(parts)
    sizes = np.bincount(asked.document, minlength=documents)
    return Rows(_starts(sizes), asked.term, asked.weight.astype(np.int32))


def _joined(parts: Sequence[_Entries]) -> _Entries:
    return _Entries(*map(np.concatenate, zip(_NO_ENTRIES, *parts, strict=True)))


def _heaviest_first(row: Whole, weight: Weights) -> Whole:
    """Return the order by row (less than `_ROWS`), then from heavy to light, then as before."""
    return np.lexsort((np.uint16(UNIT) - weight, row.astype(np.uint16)))


def _ranks(sizes: Whole) -> Whole:
    """Count the entries of each row from 0."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _starts(sizes: Whole) -> Whole:
    """Return where each row begins, and at last where the last one ends."""
    return np.concatenate(([0], np.cumsum(sizes)))
