"""Runs: what workers make of a batch of documents, and the spool that all of them go to.

A run holds its documents' stems, sorted, and for each stem the documents that have it, at which
level and in which places. So runs are merged by reading a slice of each.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from threadbook.pages import Document
from threadbook.search.index import MOST_POSITIONS, analyse
from threadbook.search.maker import Written

Numbers = npt.NDArray[np.int64]

_DOCUMENT, _PLACE = 20, 16
"""Bits for a document's number in its run, and for a stem's place in a document."""

MOST_DOCUMENTS: Final = 1 << _DOCUMENT
"""The most documents of a run."""

COLUMNS: Final = (
    ("pairs", "<u4"),  # for each stem: how many documents have it,
    ("places", "<u4"),  # and in how many places
    ("document", "<u4"),  # for each stem and document: the document,
    ("level", "<u2"),  # the stem's level there, or 0 if only phrases need it,
    ("count", "<u2"),  # and in how many places the document has it
    ("place", "<u2"),  # and each of these places
)
"""The arrays of a run, in this order, and their types."""


class Facts(NamedTuple):
    """What a run says of each document besides its stems; `shown` is a size in bytes."""

    id: str
    language: str
    filters: Mapping[str, list[str]]
    day: str
    votes: int
    shown: int


def write_run(documents: Iterable[Document], folder: str) -> Written:
    """Write documents as a run to a new file in a folder."""
    numbers = _Numbers()
    tokens, sizes = array("I"), array("I")
    levels = _Levels(array("I"), array("I"), array("I"))
    facts: list[Facts] = []
    shown: list[bytes] = []
    for each in documents:
        found = analyse(each)
        tokens.extend(map(numbers.__getitem__, found.text))
        sizes.append(len(found.text))
        levels.term.extend(map(numbers.__getitem__, found.levels))
        levels.value.extend(found.levels.values())
        levels.size.append(len(found.levels))
        shown.append(encode_shown(each))
        filters = {name: list(values) for name, values in each.filters.items() if values}
        facts.append(Facts(each.id, each.language, filters, each.day, each.votes, len(shown[-1])))
    names = sorted(numbers, key=sort_key)
    order = np.empty(len(names), np.int64)
    order[[numbers[name] for name in names]] = np.arange(len(names))
    columns = _sort(order[as_numbers(tokens)], as_numbers(sizes), levels, order)
    head = json.dumps({"stems": names, "facts": facts}, ensure_ascii=False).encode()
    with tempfile.NamedTemporaryFile(dir=folder, prefix="run-", delete=False) as file:
        lengths = [len(head), *(len(columns[name]) for name, _ in COLUMNS)]
        file.write(np.array(lengths, "<u8").tobytes())
        file.write(head)
        for name, kind in COLUMNS:
            file.write(columns[name].astype(kind).tobytes())
        file.writelines(shown)
    return Written(file.name, len(facts))


class _Numbers(dict[str, int]):
    """Stems, numbered as they come."""

    def __missing__(self, stem: str) -> int:
        number = self[stem] = len(self)
        return number


class _Levels(NamedTuple):
    """The stems of documents and their levels, and how many each document has."""

    term: array[int]
    value: array[int]
    size: array[int]


def sort_key(stem: str) -> bytes:
    """Return what stems are sorted by: as JavaScript compares them, by units of UTF-16."""
    return stem.encode("utf-16-be", "surrogatepass")


def as_numbers(values: array[int]) -> Numbers:
    """Return an array's numbers, to calculate with."""
    return np.asarray(values, np.int64)


def encode_shown(document: Document) -> bytes:
    """Return what a result shows of a document, as JSON."""
    shown = {"at": document.id, **{name: text for name, text in document.shown.items() if text}}
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _sort(terms: Numbers, sizes: Numbers, levels: _Levels, order: Numbers) -> dict[str, Numbers]:
    """Return the columns of a run: all places of stems, sorted by stem, document and place."""
    document = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(terms)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    keys = np.sort((terms << (_DOCUMENT + _PLACE)) | (document << _PLACE) | place)
    pairs, first = np.unique(keys >> _PLACE, return_index=True)
    level = np.zeros(len(pairs), np.int64)
    of = np.repeat(np.arange(len(sizes)), as_numbers(levels.size))
    known = (order[as_numbers(levels.term)] << _DOCUMENT) | of
    level[np.searchsorted(pairs, known)] = as_numbers(levels.value)
    count = np.diff(np.append(first, len(keys)))
    term = pairs >> _DOCUMENT
    return {
        "pairs": np.bincount(term, minlength=len(order)),
        "places": np.bincount(term, weights=count, minlength=len(order)).astype(np.int64),
        "document": pairs & (MOST_DOCUMENTS - 1),
        "level": level,
        "count": count,
        "place": keys & ((1 << _PLACE) - 1),
    }


class Run(NamedTuple):
    """Where a run is in the spool: `first` is the number of its first document there."""

    first: int
    size: int
    head: tuple[int, int]
    columns: Mapping[str, int]
    stems: int
    shown: int


class Spool:
    """One file with all runs. Documents are numbered as they come; some may be taken out again."""

    def __init__(self, folder: Path) -> None:
        """Make a file in a folder, which goes when the spool is closed."""
        self.file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self.close = weakref.finalize(self, self.file.close)
        """Removes the file; done when nobody knows the spool any more."""

        self.end = 0
        self.runs: list[Run] = []
        self.total = 0
        self.gone: set[int] = set()

    def take(self, written: Written) -> range:
        """Take a run out of a worker's file, and return the numbers of its documents."""
        numbers = range(self.total, self.total + written.documents)
        if written.file:
            with Path(written.file).open("rb") as file:
                sizes = np.frombuffer(file.read(8 * (1 + len(COLUMNS))), "<u8").tolist()
                self.file.seek(self.end)
                shutil.copyfileobj(file, self.file, 1 << 20)
            Path(written.file).unlink()
            self.runs.append(self._place(numbers, sizes))
            self.total += written.documents
            self.end = self.file.tell()
        return numbers

    def _place(self, numbers: range, sizes: list[int]) -> Run:
        head, *counts = sizes
        at, columns = self.end + head, {}
        for (name, kind), count in zip(COLUMNS, counts, strict=True):
            columns[name] = at
            at += count * np.dtype(kind).itemsize
        return Run(numbers.start, len(numbers), (self.end, head), columns, counts[0], at)

    def read(self, at: int, size: int) -> bytes:
        """Read some bytes."""
        self.file.seek(at)
        return self.file.read(size)

    def read_head(self, run: Run) -> tuple[list[str], list[Facts]]:
        """Read a run's stems, and what it says of documents."""
        head: dict[str, Any] = json.loads(self.read(*run.head))
        return head["stems"], [Facts(*each) for each in head["facts"]]

    def read_column(self, run: Run, name: str, start: int, stop: int) -> Numbers:
        """Read a part of a column."""
        kind = _KINDS[name]
        content = self.read(
            run.columns[name] + start * kind.itemsize, (stop - start) * kind.itemsize
        )
        return np.frombuffer(content, kind).astype(np.int64)


_KINDS: Final = {name: np.dtype(kind) for name, kind in COLUMNS}
assert MOST_POSITIONS < 1 << _PLACE  # noqa: S101 - what a place has room for
