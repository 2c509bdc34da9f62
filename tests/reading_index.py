"""Reads a search index as a browser does, from what `threadbook.search.codec` says of the format."""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A stem in a shard, and where its places are."""

    having: int
    postings: bytes
    file: int
    at: int
    size: int


class WrittenIndex:
    """An index on disk: `files` by their addresses in its folder, and what the settings say."""

    def __init__(
        self, files: Mapping[str, bytes], firsts: list[str], levels: int, places: int, group: int
    ) -> None:
        self.files = files
        self.firsts = firsts
        self.step = levels + 1
        self.places = places
        self.group = group

    def find(self, stem: str) -> dict[int, int]:
        """Return a stem's level in each document that has it."""
        entry = self.entry(stem)
        found, id_ = {}, 0
        for number in numbers(entry.postings) if entry else ():
            id_ += number // self.step
            found[id_] = number % self.step
        assert len(found) == (entry.having if entry else 0)
        return found

    def find_places(self, stem: str) -> dict[int, list[int]]:
        """Return a stem's places in each document that has it."""
        entry = self.entry(stem)
        if entry is None:
            return {}
        content = unpack(self.files[f"p/{entry.file}.bin"])[entry.at :][: entry.size]
        assert len(content) == entry.size
        read = numbers(content)
        found: dict[int, list[int]] = {}
        id_ = 0
        for difference in read:
            id_ += difference
            place, found[id_] = 0, []
            for _ in range(next(read)):
                place += next(read)
                found[id_].append(place)
        return found

    def entry(self, stem: str) -> Entry | None:
        """Find a stem in the one shard where it can be."""
        keys = [each.encode("utf-16-be") for each in self.firsts]
        number = max(bisect_right(keys, stem.encode("utf-16-be")) - 1, 0)
        return self.shard(number).get(stem) if keys else None

    def shard(self, number: int) -> dict[str, Entry]:
        """Read a shard."""
        text, content = split_text(unpack(self.files[f"t/{number}.bin"]))
        first, *lines = text.split("\n")
        file, at = map(int, first.split(" "))
        found: dict[str, Entry] = {}
        before, start = "", 0
        for line in lines:
            shortened, *words = line.split(" ")
            having, size, places = map(int, words)
            before = before[: int(shortened[0])] + shortened[1:]
            if at >= self.places:
                file, at = file + 1, 0
            found[before] = Entry(having, content[start : start + size], file, at, places)
            start, at = start + size, at + places
        assert start == len(content)
        return found

    def vocabulary(self) -> dict[str, int]:
        """Return all stems, and how many documents have each."""
        found, before = {}, ""
        text = unpack(self.files["vocabulary.bin"]).decode()
        for line in text.split("\n") if text else ():
            shortened, having = line.split(" ")
            before = before[: int(shortened[0])] + shortened[1:]
            found[before] = int(having)
        return found

    def read(self, id_: int) -> dict[str, Any]:
        """Read what a result shows."""
        content = unpack(self.files[f"d/{id_ // self.group}.bin"])
        found: dict[str, Any] = json.loads(content)[id_ % self.group]
        return found

    def filtered(self, name: str) -> dict[str, list[int]]:
        """Return the documents with each value of a filter."""
        text, content = split_text(unpack(self.files[f"c/{name}.bin"]))
        found: dict[str, list[int]] = {}
        start = 0
        for value, size in json.loads(text):
            id_, found[value] = 0, []
            for difference in numbers(content[start : start + size]):
                id_ += difference
                found[value].append(id_)
            start += size
        return found

    def column(self, name: str) -> list[int]:
        """Return a number for each document."""
        return list(numbers(unpack(self.files[f"c/{name}.bin"])))


def unpack(content: bytes) -> bytes:
    """Return a file as it was before it was compressed."""
    return zlib.decompress(content)


def split_text(content: bytes) -> tuple[str, bytes]:
    """Return the text at a file's beginning, and what follows."""
    read = numbers(content)
    size = next(read)
    start = next(at for at, byte in enumerate(content) if byte < 128) + 1
    return content[start : start + size].decode(), content[start + size :]


def numbers(content: bytes) -> Iterator[int]:
    """Yield varints."""
    value = shift = 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
    assert shift == 0
