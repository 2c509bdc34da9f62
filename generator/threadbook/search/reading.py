"""Reading an index that a build wrote, as a browser does: only the files that a question needs.

The index may be that of anybody's site. Every size is bounded, and whatever is wrong with a file
raises `UnreadableIndexError`. `threadbook.search.codec` describes the format.
"""

from __future__ import annotations

import json
import re
import zlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeVar

from threadbook.search.codec import FOLDER
from threadbook.search.entry import SETTINGS
from threadbook.search.index import rarity_of
from threadbook.search.question import Groups
from threadbook.search.ranking import Ranking, ranking

LARGEST: Final = 64_000_000
"""The largest file of an index, in bytes, after it is unpacked."""

_MOST_KEPT: Final = 64
"""The most shards, and lists of documents and places, that are kept."""

_MOST_DOCUMENTS: Final = 10_000_000
_MOST_LANGUAGES: Final = 16
_CONTINUES: Final = 128
"""The bit of a byte that says that the number goes on."""

_NAME: Final = re.compile(r"[0-9a-f]{16}/")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")

_DAMAGE: Final = (
    ValueError,
    TypeError,
    AttributeError,
    zlib.error,
    StopIteration,
    RecursionError,
    OverflowError,
)
"""What reading a damaged file may raise."""

K = TypeVar("K")
V = TypeVar("V")

Read = Callable[[str], bytes]
"""Returns the file at an address of the site; raises `LookupError` if there is none."""


class UnreadableIndexError(Exception):
    """There is no search index, or it is not one that this version can read."""


class Meant(NamedTuple):
    """What an index says of meaning: the names of files.

    `layers` are those of the encoder of questions, and `file` has the vectors: of documents, then
    of so many `gaps`. It is empty if vectors are in many files.
    """

    language: str
    layers: str
    vocabulary: str
    file: str
    gaps: int

    @classmethod
    def read(cls, given: Any) -> Meant | None:
        """Read a part of the settings; raise what `_readable` understands."""
        if not given:
            return None
        vectors = given["vectors"]
        names = (
            str((given["encoder"] or given["student"])["layers"]),
            str(given["vocabulary"]),
            str(vectors.get("file", "")),
        )
        gaps = int(vectors.get("gaps", 0))
        if not all(_FILE.fullmatch(name) for name in filter(None, names)) or gaps < 0:
            raise ValueError("a value is out of bounds")
        return cls(str(given["languages"][0]), *names, gaps)


class Facts(NamedTuple):
    """What the settings of an index say that a question needs.

    `levels` is in how many steps a word's weight is kept, `group` how many documents a file holds.
    `firsts` has the first stem of each shard, and `places` is the size at which a file of places
    ends, in bytes. `ask_url` is where a question can be asked, with `{title}` for its text.
    `filters` are those that there is a file of: a site of nothing but threads has none of kinds.
    """

    languages: tuple[str, ...]
    groups: Groups
    total: int
    folder: str
    firsts: tuple[str, ...]
    levels: int
    group: int
    places: int
    ask_url: str
    meaning: Meant | None = None
    filters: tuple[str, ...] = ()

    @property
    def ranking(self) -> Ranking:
        """The constants of ranking, with the steps of this index."""
        return ranking()._replace(levels=self.levels)


class _Ids(Collection[str]):
    """The ids of documents: their numbers, with leading zeros."""

    def __init__(self, total: int) -> None:
        self.total = total

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[str]:
        return map(_id, range(self.total))

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and id_.isdecimal() and int(id_) < self.total


class _Entry(NamedTuple):
    """A stem in a shard: its documents, and where its places are."""

    postings: bytes
    file: int
    at: int
    size: int


def read_facts(read: Read) -> Facts:
    """Read the settings of the index; raise `UnreadableIndexError` if they make no sense."""
    with _readable(SETTINGS):
        given = json.loads(read(f"{FOLDER}/{SETTINGS}"))
        phrases = tuple(
            tuple(tuple(map(str, phrase)) for phrase in group) for group in given["synonyms"]
        )
        facts = Facts(
            languages=tuple(map(str, given["languages"]))[:_MOST_LANGUAGES],
            groups=Groups(phrases),
            total=int(given["total"]),
            folder=str(given["folder"]),
            firsts=tuple(map(str, given["shards"])),
            levels=int(given["ranking"]["levels"]),
            group=int(given["group"]),
            places=int(given["places"]),
            ask_url=str(given.get("ask_url") or ""),
            meaning=Meant.read(given.get("meaning")),
            filters=tuple(map(str, given.get("filters") or ())),
        )
        numbers_fit = 0 <= facts.total <= _MOST_DOCUMENTS and 0 < facts.levels < _CONTINUES
        is_whole = facts.languages and facts.group > 0 and facts.places > 0
        if not (numbers_fit and is_whole and _NAME.fullmatch(facts.folder)):
            raise ValueError("a value is out of bounds")
    return facts


class ReadIndex:
    """An index that is read file by file; it is what `rank` asks.

    Documents have numbers, in the order of their ids. They are written with leading zeros, so that
    documents with equal scores come in the same order as in a browser.
    """

    def __init__(self, facts: Facts, read: Read) -> None:
        """Take what the settings say, and what reads a file of the site."""
        self.facts = facts
        self.texts = _Ids(facts.total)
        self._read = read
        self._shards: dict[int, Mapping[str, _Entry]] = {}
        self._found: dict[str, Mapping[str, int]] = {}
        self._placed: dict[str, Mapping[int, set[int]]] = {}
        self._keys = [_key(first) for first in facts.firsts]

    def find(self, stem: str) -> Mapping[str, int]:
        """Return a stem's level in each document that has it."""
        return _keep(self._found, stem, self._find)

    def find_beginning(self, beginning: str) -> dict[str, float]:
        """Return the levels of all stems with a beginning, each times its rarity, added up."""
        sums: defaultdict[str, float] = defaultdict(float)
        for number in self._shards_with(beginning):
            for stem, entry in self._shard(number).items():
                if stem.startswith(beginning):
                    found = self._decode(entry)
                    rarity = rarity_of(len(found), self.facts.total)
                    for document, level in found.items():
                        sums[document] += level * rarity
        return sums

    @cached_property
    def vocabulary(self) -> Mapping[str, int]:
        """Every stem, and how many documents have it."""
        found, before = {}, ""
        with _readable("vocabulary.bin"):
            text = self._unpack("vocabulary.bin").decode()
            for line in text.split("\n") if text else ():
                shortened, having = line.split(" ")
                before = before[: int(shortened[0])] + shortened[1:]
                found[before] = int(having)
        return found

    def has(self, document: str, stems: Sequence[str]) -> bool:
        """Tell whether a document has all of these stems."""
        return all(document in self.find(stem) for stem in stems)

    def has_phrase(self, document: str, phrase: Sequence[str]) -> bool:
        """Tell whether a document has these stems one after another."""
        found = [_keep(self._placed, stem, self._find_places) for stem in phrase]
        places = [each.get(int(document), set()) for each in found]
        starts = places[0] if places else set()
        return any(all(start + by in each for by, each in enumerate(places)) for start in starts)

    def show(self, document: str) -> dict[str, str]:
        """Return what a result shows of a document; values that are no text are left out."""
        number = int(document)
        name = f"d/{number // self.facts.group}.bin"
        with _readable(name):
            found = json.loads(self._unpack(name))[number % self.facts.group]
            return {key: value for key, value in found.items() if isinstance(value, str)}

    def filtered(self, name: str, value: str) -> list[str]:
        """Return the documents with a value of a filter."""
        if name not in self.facts.filters:
            return []
        file = f"c/{name}.bin"
        with _readable(file):
            text, content = _split_text(self._unpack(file))
            start = 0
            for other, size in json.loads(text):
                if other == value:
                    steps = _numbers(content[start : start + size])
                    return [_id(document) for document in accumulate(steps)]
                start += size
        return []

    def read_beside(self, name: str) -> bytes:
        """Return a file of the index that is not packed."""
        with _readable(name):
            return self._read(f"{FOLDER}/{self.facts.folder}{name}")

    def read_site(self, address: str) -> bytes:
        """Return a file of the site; raise `LookupError` if there is none."""
        return self._read(address)

    def _find(self, stem: str) -> dict[str, int]:
        entry = self._entry(stem)
        return self._decode(entry) if entry else {}

    def _decode(self, entry: _Entry) -> dict[str, int]:
        found, document, step = {}, 0, self.facts.levels + 1
        with _readable("a list of documents"):
            for number in _numbers(entry.postings):
                document += number // step
                found[_id(document)] = number % step
        return found

    def _find_places(self, stem: str) -> dict[int, set[int]]:
        entry, document = self._entry(stem), 0
        found: dict[int, set[int]] = {}
        if entry is None:
            return found
        name = f"p/{entry.file}.bin"
        with _readable(name):
            read = _numbers(self._unpack(name)[entry.at : entry.at + entry.size])
            for difference in read:
                document += difference
                place, found[document] = 0, set()
                for _ in range(next(read)):
                    place += next(read)
                    found[document].add(place)
        return found

    def _entry(self, stem: str) -> _Entry | None:
        number = max(bisect_right(self._keys, _key(stem)) - 1, 0)
        return self._shard(number).get(stem) if self._keys else None

    def _shards_with(self, beginning: str) -> range:
        """Return the shards that may have stems with a beginning."""
        first = max(bisect_right(self._keys, _key(beginning)) - 1, 0)
        last = first
        while last + 1 < len(self._keys) and self.facts.firsts[last + 1].startswith(beginning):
            last += 1
        return range(first, last + 1) if self._keys else range(0)

    def _shard(self, number: int) -> Mapping[str, _Entry]:
        return _keep(self._shards, number, self._read_shard)

    def _read_shard(self, number: int) -> Mapping[str, _Entry]:
        name = f"t/{number}.bin"
        with _readable(name):
            return _read_shard(self._unpack(name), self.facts.places)

    def _unpack(self, name: str) -> bytes:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(self._read(f"{FOLDER}/{self.facts.folder}{name}"), LARGEST)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError("the file is cut off, or too large")
        return found


def _id(document: int) -> str:
    return f"{document:08}"


def _keep(kept: dict[K, V], key: K, make: Callable[[K], V]) -> V:
    """Return what is kept for a key, or make it; when too many are kept, all are let go."""
    found = kept.get(key)
    if found is None:
        found = make(key)
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = found
    return found


def _read_shard(content: bytes, most_places: int) -> dict[str, _Entry]:
    text, content = _split_text(content)
    first, *lines = text.split("\n")
    file, at = map(int, first.split(" "))
    found: dict[str, _Entry] = {}
    before, start = "", 0
    for line in lines:
        shortened, _, postings, places = line.split(" ")
        before = before[: int(shortened[0])] + shortened[1:]
        size = int(postings)
        if at >= most_places:
            file, at = file + 1, 0
        found[before] = _Entry(content[start : start + size], file, at, int(places))
        start, at = start + size, at + int(places)
    return found


def _split_text(content: bytes) -> tuple[str, bytes]:
    """Return the text at a file's beginning, and what follows."""
    size = next(_numbers(content))
    start = next(at for at, byte in enumerate(content) if byte < _CONTINUES) + 1
    return content[start : start + size].decode(), content[start + size :]


def _numbers(content: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in content:
        value |= (byte & (_CONTINUES - 1)) << shift
        shift += 7
        if byte < _CONTINUES:
            yield value
            value = shift = 0


def _key(stem: str) -> bytes:
    """Return what stems are sorted by: units of UTF-16."""
    return stem.encode("utf-16-be", "surrogatepass")


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except LookupError as error:
        raise UnreadableIndexError(f"There is no {name} in the search index.") from error
    except _DAMAGE as error:
        raise UnreadableIndexError(f"{name} of the search index is damaged.") from error
