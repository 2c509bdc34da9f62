"""The format of the search index; in Python only `threadbook.search.reading` knows it as well.

`theme/assets/search/codec.js` is the other half: it reads what this module writes.

The files lie in the folder `search/` of the site. `settings.json` is the only one with a fixed
name: what a browser must know before it asks (see `threadbook.search.entry`). All others lie in a
folder whose name is a hash of them all, so a browser can keep them, and never mixes two states of a
site. They are compressed (zlib), whatever a host does, and end in `.bin`:

- `t/0` and so on: **shards** of the sorted vocabulary, with the documents of each stem.
- `p/0` and so on: the **places** of stems in documents, which only phrases need.
- `d/0` and so on: what results show of **documents**, as JSON lists of `GROUP` objects. Documents
  have numbers, in the order of their ids: document *n* is in file *n* / `GROUP`.
- `c/NAME`: a **column** of a filter: a JSON list of its values, each with a size in bytes; and for
  each value the documents that have it. `c/day` and `c/votes` have a number for each document; a
  day is a number such as 20261125, or 0.
- `vocabulary`: every stem, and how many documents have it, to correct typing errors.
- `vectors`, or `vectors/0` and so on, for `VECTORS` documents each, in a big base: what documents
  mean, in the order of their numbers. First a scale for each, a number of 16 bits with a point, the
  lowest byte first; 0 is no vector. Then four bits for each number of each vector, as
  `threadbook.meaning.packing` writes them. These are not compressed: nothing would be won.

**Numbers** are varints: seven bits a byte, the lowest first; the high bit says that more follow.
Ascending numbers are written as their differences. A file that begins with text begins with the
text's size, as a varint.

**A shard** begins with a text. Its first line says where the places of its first stem are: file and
offset. A line follows for each stem: the stem, the number of its documents, and the sizes of its
two lists, all separated by spaces. Stems are sorted by units of UTF-16, as JavaScript does it.
A digit before each stem says how many letters of the stem before come first: after
`0mileston`, `3lion` stands for `million`. Then the lists follow. For each document they have
its difference to the one before, times `levels` + 1, plus the stem's level there (1 to `levels`).
Stems with the same beginning lie in one shard, unless they are very many, so that words that
begin alike are found together.

**Places** are lists without a text. For each document: the difference to the one before, the number
of places, and their differences. Of stop words in long texts there is nothing else: a shard
gives them 0 documents. A file ends where the next list would begin behind `PLACES` bytes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np

from threadbook.search.analysis import Numbers
from threadbook.search.merging import Part, spread
from threadbook.search.ranking import ranking

FOLDER: Final = "search"
"""Where the index is on the site."""

ONE_FILE: Final = 20_000
"""The vectors of so many documents, at most, are one file."""

VECTORS: Final = 32
"""How many vectors a file has otherwise."""

SCALE: Final = 2
"""The size of a vector's scale, in bytes."""

GROUP: Final = 4
"""How many documents a file holds."""

SHARD: Final = 4_000
"""The size of a shard, in bytes before compression; a stem that is in many documents has more.

With twice as much, a question to 10,000 documents loads 5 KB more at the median.
"""

PLACES: Final = 24_000
"""The same for files of places: phrases are rare, and files cost, too."""

_MOST: Final = 8
"""A shard of stems that begin alike has at most so many times that size."""

_LONGEST_SHARED: Final = 9
"""One digit says how many letters a stem shares with the one before."""

_MOST_IN_BYTE: Final = 127
"""What a byte of a varint holds, besides the bit that says whether more follow."""

_LEVEL: Final = 4
"""How hard zlib tries; 6 would take half as long again, and save one byte in a hundred."""


def compress(content: bytes) -> bytes:
    """Compress a file of the index."""
    return zlib.compress(content, _LEVEL)


def encode_numbers(values: Numbers) -> tuple[bytes, Numbers]:
    """Return numbers as varints, and where each begins, and last where they all end."""
    sizes = np.ones(len(values), np.int64)
    longer, rest = [np.arange(len(values))], values
    while (goes_on := np.flatnonzero(rest > _MOST_IN_BYTE)).size:
        longer.append(longer[-1][goes_on])
        rest = rest[goes_on] >> 7
        sizes[longer[-1]] += 1
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    found = np.empty(int(ends[-1]), np.uint8)
    for place, rows in enumerate(longer):
        bits = (values[rows] >> (7 * place)) & _MOST_IN_BYTE
        found[ends[rows] + place] = bits | ((sizes[rows] > place + 1) << 7)
    return found.tobytes(), ends


def encode_ascending(values: Numbers) -> bytes:
    """Return ascending numbers as the varints of their differences."""
    return encode_numbers(np.diff(values, prepend=0))[0]


class Entry(NamedTuple):
    """A stem: how many documents have it, these with its levels, and its places in them."""

    stem: str
    having: int
    postings: bytes
    places: bytes


def encode_part(part: Part) -> Iterator[Entry]:
    """Yield the stems of a part of the alphabet."""
    stems = np.arange(len(part.stems) + 1)
    has = part.level > 0
    term, document = part.term[has], part.document[has]
    values = _differences(term, document) * (ranking().levels + 1) + part.level[has]
    postings, ends = encode_numbers(values)
    rows = np.searchsorted(term, stems)
    at = ends[rows].tolist()
    places, place_ends = encode_numbers(_interleave(part))
    before = np.cumsum(part.times + 2) - part.times - 2
    starts = np.append(before, len(place_ends) - 1)[np.searchsorted(part.term, stems)]
    place_at, counts = place_ends[starts].tolist(), np.diff(rows).tolist()
    for number, stem in enumerate(part.stems):
        yield Entry(
            stem,
            counts[number],
            postings[at[number] : at[number + 1]],
            places[place_at[number] : place_at[number + 1]],
        )


def _differences(term: Numbers, document: Numbers) -> Numbers:
    """Return the differences of each stem's documents; the first is the document itself."""
    found = np.diff(document, prepend=0)
    first = np.flatnonzero(np.diff(term, prepend=-1))
    found[first] = document[first]
    return found


def _interleave(part: Part) -> Numbers:
    """Return each document's difference, its number of places, and their differences."""
    starts = np.cumsum(part.times) - part.times
    between = np.diff(part.place, prepend=0)
    between[starts] = part.place[starts]
    found = np.empty(len(part.place) + 2 * len(part.times), np.int64)
    at = starts + 2 * np.arange(len(starts))
    found[at] = _differences(part.term, part.document)
    found[at + 1] = part.times
    found[spread(at + 2, part.times)] = between
    return found


class Shards:
    """Stems become files, as they come; `firsts` has the first stem of each shard."""

    def __init__(self) -> None:
        self.firsts: list[str] = []
        self.counts: dict[str, int] = {}
        self._entries: list[Entry] = []
        self._size = 0
        self._start = (0, 0)
        self._places: list[bytes] = []
        self._held = 0
        self._file = 0

    def add(self, entry: Entry) -> Iterator[tuple[str, bytes]]:
        """Add a stem; yield files that are full, by name."""
        if self._size >= SHARD and self._may_end(entry.stem):
            yield self._end_shard()
        if self._held >= PLACES:
            yield self._end_places()
        if not self._entries:
            self._start = (self._file, self._held)
        self._entries.append(entry)
        self._size += len(entry.postings) + len(entry.stem) + _MOST
        self._places.append(entry.places)
        self._held += len(entry.places)
        if entry.having:
            self.counts[entry.stem] = entry.having

    def _may_end(self, stem: str) -> bool:
        size, last = ranking().beginning_length, self._entries[-1].stem
        return self._size >= _MOST * SHARD or stem[:size] != last[:size]

    def finish(self) -> Iterator[tuple[str, bytes]]:
        """Yield the last files."""
        if self._entries:
            yield self._end_shard()
            yield self._end_places()

    def _end_shard(self) -> tuple[str, bytes]:
        lines, before = [f"{self._start[0]} {self._start[1]}"], ""
        for stem, having, postings, places in self._entries:
            lines.append(f"{_shorten(stem, before)} {having} {len(postings)} {len(places)}")
            before = stem
        content = [_with_size("\n".join(lines)), *(each.postings for each in self._entries)]
        name = f"t/{len(self.firsts)}.bin"
        self.firsts.append(self._entries[0].stem)
        self._entries, self._size = [], 0
        return name, compress(b"".join(content))

    def _end_places(self) -> tuple[str, bytes]:
        name, content = f"p/{self._file}.bin", compress(b"".join(self._places))
        self._file, self._held, self._places = self._file + 1, 0, []
        return name, content


def _shorten(stem: str, before: str) -> str:
    shared = 0
    for one, other in zip(stem, before, strict=False):
        if one != other or shared == _LONGEST_SHARED:
            break
        shared += 1
    return f"{shared}{stem[shared:]}"


def _with_size(text: str) -> bytes:
    content = text.encode()
    return encode_numbers(np.array([len(content)]))[0] + content


def encode_documents(shown: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of what results show, by name; `shown` is JSON already."""
    for number, group in groupby(enumerate(shown), lambda each: each[0] // GROUP):
        yield f"d/{number}.bin", compress(b"[" + b",".join(each for _, each in group) + b"]")


def encode_filter(members: Mapping[str, Numbers]) -> bytes:
    """Return the column of a filter: the documents with each value."""
    lists = {value: encode_ascending(found) for value, found in members.items()}
    sizes = [[value, len(found)] for value, found in lists.items()]
    head = _with_size(json.dumps(sizes, ensure_ascii=False, separators=(",", ":")))
    return compress(head + b"".join(lists.values()))


def encode_column(values: Numbers) -> bytes:
    """Return a number for each document."""
    return compress(encode_numbers(values)[0])


def encode_vocabulary(counts: Mapping[str, int]) -> bytes:
    """Return sorted stems as in a shard, each with the number of documents that have it."""
    lines, before = [], ""
    for stem, count in counts.items():
        lines.append(f"{_shorten(stem, before)} {count}")
        before = stem
    return compress("\n".join(lines).encode())


def encode_vectors(
    rows: Sequence[bytes], gaps: Sequence[bytes] = ()
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of vectors, by name; each row begins with its scale.

    In one file, those of `gaps` come last: questions that the site does not answer.
    """
    if len(rows) <= ONE_FILE:
        yield "vectors.bin", join_rows([*rows, *gaps])
        return
    for number, start in enumerate(range(0, len(rows), VECTORS)):
        yield f"vectors/{number}.bin", join_rows(rows[start : start + VECTORS])


def describe_vectors(count: int, gaps: int = 0) -> dict[str, object]:
    """Return where a browser finds the vectors of so many documents.

    So many `gaps` come after them in one file.
    """
    if count <= ONE_FILE:
        return {"file": "vectors.bin", "count": count + gaps, "gaps": gaps}
    return {"shards": "vectors/", "size": VECTORS, "count": count}


def join_rows(rows: Sequence[bytes]) -> bytes:
    """Return vectors as a file has them: all scales first."""
    return b"".join([*(row[:SCALE] for row in rows), *(row[SCALE:] for row in rows)])
