"""Runs: what workers make of a batch of documents, and the spool that all of them go to.

A run holds its documents' stems, sorted, and for each stem the documents that have it, at which
level and in which places. So runs are merged by reading a slice of each.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np

from threadbook.pages import Document
from threadbook.search.analysis import (
    MOST_POSITIONS,
    Analysis,
    Numbers,
    analyse,
    changes,
    sort_order,
)
from threadbook.search.maker import Written
from threadbook.search.meant import Reading

_DOCUMENT: Final = 32
"""Bits for a document's number in its run."""

COLUMNS: Final = (
    ("pairs", "<u4"),  # for each stem: how many documents have it,
    ("places", "<u4"),  # and in how many places
    ("document", "<u4"),  # for each stem and document: the document,
    ("level", "<u2"),  # the stem's level there, or 0 if only phrases need it,
    ("count", "<u2"),  # and in how many places the document has it
    ("place", "<u2"),  # and each of these places
)
"""The arrays of a run, in this order, and their types."""

_SHORT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


class Facts(NamedTuple):
    """What a run says of each document besides its stems; `shown` and `meant` are sizes in bytes.

    `key` is under what the vector of its meaning is kept; it is empty if there is none.
    """

    id: str
    language: str
    filters: Mapping[str, list[str]]
    day: str
    votes: int
    shown: int
    key: str = ""
    meant: int = 0


def write_run(
    documents: Iterable[Document], folder: str, reading: Reading | None = None
) -> Written:
    """Write documents as a run to a new file in a folder.

    With a `reading`, the texts are written, too, that say what each document means.
    """
    documents = list(documents)
    facts: list[Facts] = []
    shown: list[bytes] = []
    meant: list[bytes] = []
    for each in documents:
        shown.append(encode_shown(each))
        key, texts = write_meant(each, reading)
        meant.append(texts)
        filters = {name: list(values) for name, values in each.filters.items() if values}
        if each.kind != "thread":
            filters["kind"] = [each.kind]
        sizes_of = len(shown[-1]), key, len(texts)
        facts.append(Facts(each.id, each.language, filters, each.day, each.votes, *sizes_of))
    found = analyse(documents)
    columns = _sort(found)
    head = json.dumps({"stems": found.stems, "facts": facts}, ensure_ascii=False).encode()
    with tempfile.NamedTemporaryFile(dir=folder, prefix="run-", delete=False) as file:
        lengths = [len(head), *(len(columns[name]) for name, _ in COLUMNS)]
        file.write(np.array(lengths, "<u8").tobytes())
        file.write(head)
        for name, kind in COLUMNS:
            file.write(columns[name].astype(kind).tobytes())
        file.writelines(shown)
        file.writelines(meant)
    return Written(file.name, len(facts))


def encode_shown(document: Document) -> bytes:
    """Return what a result shows of a document, as JSON."""
    shown = {"at": document.id, **{name: text for name, text in document.shown.items() if text}}
    return _SHORT.encode(shown).encode("utf-8", "replace")


def write_meant(document: Document, reading: Reading | None) -> tuple[str, bytes]:
    """Return under what a document's vector is kept, and the texts it is made of."""
    texts = reading.texts(document) if reading else ()
    return reading.write(texts) if reading and texts else ("", b"")


def _sort(found: Analysis) -> dict[str, Numbers]:
    """Return the columns of a run: all places of stems, sorted by stem, document and place."""
    order = sort_order(found.text)
    term, document = found.text[order], found.owner[order]
    first = np.flatnonzero(changes(term) | changes(document))
    count = np.diff(first, append=len(term))
    term, document = term[first], document[first]
    level = np.zeros(len(first), np.int64)
    said = np.searchsorted(_join(term, document), _join(found.term, found.document))
    level[said] = found.level
    stems = len(found.stems)
    return {
        "pairs": np.bincount(term, minlength=stems),
        "places": np.bincount(term, weights=count, minlength=stems).astype(np.int64),
        "document": document,
        "level": level,
        "count": count,
        "place": found.place[order],
    }


def _join(term: Numbers, document: Numbers) -> Numbers:
    return (term << _DOCUMENT) | document


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
assert MOST_POSITIONS < 1 << 16  # noqa: S101 - what a place has room for
