"""How much each word says of a document: the stems of many documents at a time."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from threadbook.pages import Document
from threadbook.search.ranking import ranking
from threadbook.text import language_of, split_words, stem

Numbers = npt.NDArray[np.int64]

MOST_POSITIONS: Final = 65_535
"""How many words of a document phrases are looked for in; positions have two bytes."""

_MOST_KEPT: Final = 1 << 17
"""How many words and stems are kept from batch to batch, about 20 MB."""


class Analysis(NamedTuple):
    """Documents' stems: all of them in order, and what each says of the document.

    `stems` has each stem once, sorted. In `text` they are by number, one document after another;
    `sizes` says how many each document has. `document`, `term` and `level` have a row for each
    stem of each document, sorted by stem: the level is 1 up to the ranking's `levels`. Stop words
    of long fields are in `text` only.
    """

    stems: list[str]
    text: Numbers
    sizes: Numbers
    document: Numbers
    term: Numbers
    level: Numbers

    @property
    def owner(self) -> Numbers:
        """The document of each stem in `text`."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def place(self) -> Numbers:
        """Where each stem in `text` is in its document, from 0 on."""
        return np.arange(len(self.text)) - np.repeat(np.cumsum(self.sizes) - self.sizes, self.sizes)


class _Fields(NamedTuple):
    """The fields of documents: whose each is, which field of the ranking, and how many words."""

    document: Numbers
    name: Numbers
    words: Numbers


def analyse(documents: Iterable[Document]) -> Analysis:
    """Return documents' stems, each with how much it says.

    This is BM25F without the rarity of words, which only the index knows. Frequencies in each
    field, divided by its length, are weighted, added up and saturated (Robertson and Zaragoza,
    2009, section 3.6). Stop words count in short fields only.
    """
    by, known = ranking(), _known.dictionary()
    names = {name: number for number, name in enumerate(by.fields)}
    codes: list[int] = []
    owners, fields, sizes, steps = array("q"), array("q"), array("q"), array("d")
    for each in documents:
        code_of = known.of(each.language)
        for name, text in each.fields.items():
            words = split_words(text)
            codes += map(code_of.__getitem__, words)
            owners.append(len(steps))
            fields.append(names[name])
            sizes.append(len(words))
        steps.append(by.levels * by.kinds.get(each.kind, 1.0))
    numbers = np.array(codes, np.int64)
    term, stems = known.choose(numbers >> 1)
    rows = _Fields(np.array(owners), np.array(fields), np.array(sizes))
    whole = Analysis(
        stems,
        term,
        np.bincount(rows.document, rows.words, len(steps)).astype(np.int64),
        *_weigh(term, (numbers & 1) == 1, rows, np.array(steps)),
    )
    return _cut(whole) if whole.sizes.max(initial=0) > MOST_POSITIONS else whole


def _weigh(
    term: Numbers, is_stop: npt.NDArray[np.bool_], fields: _Fields, steps: npt.NDArray[np.float64]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return documents, stems and levels, sorted by stem and document."""
    by = ranking()
    weight, length, normalisation, is_short = (
        np.array(each)[fields.name] for each in zip(*by.fields.values(), strict=True)
    )
    field = np.repeat(np.arange(len(fields.words)), fields.words)
    counts = ~is_stop | is_short[field]
    field, term = field[counts], term[counts]
    size = np.bincount(field, minlength=len(fields.words))
    share = 1 - normalisation + normalisation * size / length
    # A stem's fields come in the same order in any batch, and so are added up to the same sum.
    order = sort_order(term)
    term, field = term[order], field[order]
    rows = np.flatnonzero(changes(term) | changes(field))
    times = np.diff(rows, append=len(term))
    term, field = term[rows], field[rows]
    document = fields.document[field]
    starts = changes(term) | changes(document)
    sums = np.bincount(np.cumsum(starts) - 1, weight[field] * times / share[field])
    document, term = document[starts], term[starts]
    level = np.rint(steps[document] * sums / (sums + by.saturation))
    return document, term, np.maximum(level, 1).astype(np.int64)


def _cut(whole: Analysis) -> Analysis:
    """Cut long texts; what is only in the rest is not in the document."""
    stays, stems = whole.place < MOST_POSITIONS, len(whole.stems)
    known = np.unique((whole.owner * stems + whole.text)[stays])
    kept = np.isin(whole.document * stems + whole.term, known, assume_unique=True)
    columns = (each[kept] for each in (whole.document, whole.term, whole.level))
    sizes = np.minimum(whole.sizes, MOST_POSITIONS)
    return Analysis(whole.stems, whole.text[stays], sizes, *columns)


def sort_stems(stems: Iterable[str]) -> list[str]:
    """Sort stems as JavaScript compares them, by units of UTF-16."""
    found = sorted(stems)
    if "".join(found).isascii():  # each character is a unit
        return found
    return sorted(found, key=lambda stem: stem.encode("utf-16-be", "surrogatepass"))


def sort_order(values: Numbers) -> Numbers:
    """Return the order that sorts numbers from 0 on; equal ones stay as they come.

    NumPy sorts numbers of 16 bits by their digits, in a fifth of the time.
    """
    is_small = values.max(initial=0) < 1 << 16
    return np.argsort(values.astype(np.uint16) if is_small else values, kind="stable")


def changes(values: Numbers) -> npt.NDArray[np.bool_]:
    """Tell for each number from 0 on whether it differs from the one before."""
    found: npt.NDArray[np.bool_] = np.diff(values, prepend=-1) != 0
    return found


class Numbering(dict[str, int]):
    """Stems, numbered as they come."""

    def __missing__(self, stem: str) -> int:
        number = self[stem] = len(self)
        return number


class _Codes(dict[str, int]):
    """The words of a language: the number of each one's stem, and a lowest bit for stop words.

    To look one up takes a third of the time of a call.
    """

    def __init__(self, language: str, numbers: Numbering) -> None:
        super().__init__()
        self.language = language
        self.numbers = numbers
        self.stops = ranking().stop_words.get(language_of(language), frozenset())

    def __missing__(self, word: str) -> int:
        number = self.numbers[stem(word, self.language)]
        code = self[word] = 2 * number + (word in self.stops)
        return code


class _Dictionary:
    """The words that were seen, from batch to batch: most documents bring no new ones."""

    def __init__(self) -> None:
        self.numbers = Numbering()
        self.stems: list[str] = []
        self.codes: dict[str, _Codes] = {}

    @property
    def size(self) -> int:
        return len(self.numbers) + sum(map(len, self.codes.values()))

    def of(self, language: str) -> _Codes:
        """Return the words of a language."""
        found = self.codes.get(language)
        if found is None:
            found = self.codes[language] = _Codes(language, self.numbers)
        return found

    def choose(self, numbers: Numbers) -> tuple[Numbers, list[str]]:
        """Return stems by their places in a sorted list of them, and this list."""
        self.stems += islice(self.numbers, len(self.stems), None)
        is_used = np.zeros(len(self.stems), np.bool_)
        is_used[numbers] = True
        used = np.flatnonzero(is_used)
        found = [self.stems[number] for number in used.tolist()]
        stems = sort_stems(found)
        place_of = dict(zip(stems, range(len(stems)), strict=True))
        places = np.zeros(len(self.stems), np.int64)
        places[used] = np.fromiter(map(place_of.__getitem__, found), np.int64, len(found))
        return places[numbers], stems


class _Known(threading.local):
    """The dictionary of a thread; a new one when it has become large."""

    def __init__(self) -> None:
        self.found = _Dictionary()

    def dictionary(self) -> _Dictionary:
        if self.found.size > _MOST_KEPT:
            self.found = _Dictionary()
        return self.found


_known: Final = _Known()
