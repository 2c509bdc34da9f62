"""Ordinary YAML in a fifth of PyYAML's time: what `threadbook fmt` writes, and most people do.

This is only the first try of `load/yaml.py`. Whatever is out of the ordinary is left to PyYAML,
even where it could be read: tabs, escapes, anchors, tags, flow mappings, text over several lines
that is no literal block, `yes` and `no`, decimal points. A test compares the two readers.
"""

from __future__ import annotations

import contextlib
import datetime
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

_LINE: Final = re.compile(
    r"( *+)(- )?(?:([a-z_]{1,40}+):(?: (?!\n)|(?=\n)))?"
    r"(?:\|(-?)\n(( ++)[^\n]++\n(?:\6[^\n]*+\n|\n)*+)|([^\n]*+)\n)"
)
"""A line: its indentation, a hyphen, a key; then a literal block, or whatever else there is.

A block's groups are what follows its `|`, all its lines, and their indentation.
"""

_USUAL: Final = bytes([10, *range(32, 127)])
_ODD: Final = re.compile(
    "[^\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML refuses, or takes for a line break or for a mark of byte order."""

_CAN_MATCH: Final = sys.version_info >= (3, 11, 5)
"""Older Pythons match possessive patterns wrongly in some cases (python/cpython#106052)."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_COUNT: Final = re.compile(r"[0-9]{1,6}\+? [A-Za-z]")
"""How a text about a number of things begins. No number or day has a space and a letter."""

_ITEMS: Final = re.compile(r"\[[a-z][a-z0-9-]*+(?:, [a-z][a-z0-9-]*+)*+\]")
_FLAGS: Final = {"true": True, "false": False}
_WORDS: Final = frozenset("y n yes no on off true false null".split())
"""Words that YAML may not take for text, in lower case."""

_LONGEST_WORD: Final = 5
_DEEPEST: Final = 20
"""Levels. `yaml.NESTING_LIMIT` allows a few more."""

Begin = tuple[int, int, str]
"""Where a value begins: line and column, from 1, and the style of a scalar (see `yaml.Spot`)."""


class _Branch(NamedTuple):
    """Where a mapping or a list begins, and the places of what is in it."""

    begin: Begin
    inside: dict[str, Mark] | list[Mark]


Mark = Begin | _Branch


@dataclass(frozen=True, slots=True)
class Ordinary:
    """An ordinary text, its value, and where everything in it is."""

    text: str
    value: dict[str, Any]
    root: Mark

    def begin(self, location: Iterable[str | int]) -> Begin:
        """Return where a value begins; a location is followed as far as it leads."""
        mark = self.root
        for step in location:
            if not isinstance(mark, _Branch) or (found := _child(mark.inside, step)) is None:
                break
            mark = found
        return mark.begin if isinstance(mark, _Branch) else mark


def _child(inside: dict[str, Mark] | list[Mark], step: str | int) -> Mark | None:
    if isinstance(inside, dict):
        return inside.get(step) if isinstance(step, str) else None
    return inside[step] if isinstance(step, int) and step < len(inside) else None


def read_ordinary(text: str) -> Ordinary | None:
    """Read a text if it is ordinary throughout: a mapping that begins in the first column."""
    if not _CAN_MATCH:
        return None
    others = text.encode("utf-8", "surrogatepass").translate(None, _USUAL)
    if not text.endswith("\n") or (others and _ODD.search(others.decode("utf-8", "surrogatepass"))):
        return None
    try:
        return _Reader().read(text)
    except _ExtraordinaryError:
        return None


class _ExtraordinaryError(Exception):
    """PyYAML should read this text."""


class _Level(NamedTuple):
    """A mapping or a list that is being read, and the places of what is in it.

    `column`, from 0, is that of its lines.
    """

    column: int
    values: Any
    places: Any


class _Reader:
    """Reads the lines of one text; levels are open, and a key may wait for its value below it.

    A field in column `keys_at` belongs to the current level; -1 stands for none.
    """

    def __init__(self) -> None:
        self.level = _Level(0, {}, {})
        self.above: list[_Level] = []
        self.waiting = ""
        self.keys_at = 0

    def read(self, text: str) -> Ordinary:
        """Read a text; raises `_ExtraordinaryError`."""
        root, number, start = self.level, 0, 0
        for indentation, hyphen, key, end, block, inner, rest in _LINE.findall(text):
            number += 1
            if not (key or hyphen):
                if block or (rest[0] != "#" if rest else indentation):
                    raise _ExtraordinaryError
                continue  # an empty line or a comment
            column = len(indentation)
            if hyphen or column != self.keys_at:
                column = self._enter(number, column, hyphen, key)
            start = start or number
            value_column = column + len(key) + 3 if key else column + 1
            if block and key:
                self._add(key, _join(block, inner, end, column), (number, value_column, "|"))
                number += block.count("\n")
            elif rest and rest[0] != "[":
                value, style = (_read_short if len(rest) <= _SHORT else _read_scalar)(rest)
                self._add(key, value, (number, value_column, style))
            elif rest:
                self._add(key, *_read_items(rest, number, value_column))
            elif key:
                self.waiting, self.keys_at = key, -1
            else:
                raise _ExtraordinaryError
        if self.waiting or not start:
            raise _ExtraordinaryError
        return Ordinary(text, root.values, _Branch((start, 1, ""), root.places))

    def _enter(self, number: int, column: int, hyphen: str, key: str) -> int:
        """Make the mapping or list the current level to which a line belongs.

        Returns the column of what follows the hyphen.
        """
        kind = list if hyphen else dict
        # A list may begin in the column of its key.
        if self.waiting and column >= self.level.column + (not hyphen):
            self._open(self.waiting, _Level(column, kind(), kind()), number)
        else:
            self._return_to(column, kind)
        if hyphen and key:
            self._open("", _Level(column + 2, {}, {}), number)
        return column + len(hyphen)

    def _open(self, key: str, level: _Level, number: int) -> None:
        self._add(key, level.values, _Branch((number, level.column + 1, ""), level.places))
        self.above.append(self.level)
        self.level, self.waiting = level, ""
        self.keys_at = -1 if type(level.values) is list else level.column
        if len(self.above) > _DEEPEST:
            raise _ExtraordinaryError

    def _return_to(self, column: int, kind: type[object]) -> None:
        """Close levels until one of a kind has its lines in a column."""
        if self.waiting:
            raise _ExtraordinaryError
        while self.level.column != column or type(self.level.values) is not kind:
            if not self.above:
                raise _ExtraordinaryError
            self.level = self.above.pop()
        self.keys_at = -1 if kind is list else column

    def _add(self, key: str, value: Any, place: Mark) -> None:
        """Add a field to a mapping, or an item, which has no key, to a list."""
        _, values, places = self.level
        if not key:
            values.append(value)
            places.append(place)
        elif key in values:
            raise _ExtraordinaryError
        else:
            values[key], places[key] = value, place


_SHORT: Final = 24
"""Characters. Shorter values, such as names and days, occur again and again."""


def _join(block: str, indentation: str, end: str, column: int) -> str:
    """Return the text of a literal block whose key begins in a column, from 0."""
    if len(indentation) <= column:
        raise _ExtraordinaryError
    text = block[len(indentation) :].replace(f"\n{indentation}", "\n").rstrip("\n")
    return text if end else f"{text}\n"


def _read_scalar(rest: str) -> tuple[Any, str]:
    """Return the value and the style of a scalar that is written on one line."""
    first = rest[0]
    if first not in {'"', "'"}:
        return _read_plain(rest), ""
    # A backslash begins an escape, and two quotes are one.
    if rest[-1] != first or first in rest[1:-1] or len(rest) == 1 or "\\" in rest:
        raise _ExtraordinaryError
    return rest[1:-1], first


_read_short: Final = lru_cache(maxsize=1 << 14)(_read_scalar)


def _read_items(rest: str, line: int, column: int) -> tuple[list[str], Mark]:
    """Read a list of ids in brackets."""
    items = rest[1:-1].split(", ")
    if not _ITEMS.fullmatch(rest) or not _WORDS.isdisjoint(items):
        raise _ExtraordinaryError
    places: list[Mark] = []
    at = column + 1
    for item in items:
        places.append((line, at, ""))
        at += len(item) + 2
    return items, _Branch((line, column, ""), places)


def _read_plain(rest: str) -> Any:
    """Read a scalar without quotes."""
    first = rest[0]
    if first.isalpha() or first == "(" or _COUNT.match(rest):
        if ": " in rest or " #" in rest or rest[-1] in ": ":
            raise _ExtraordinaryError
        if len(rest) > _LONGEST_WORD or rest.lower() not in _WORDS:
            return rest
        if rest in _FLAGS:
            return _FLAGS[rest]
    elif _DAY.fullmatch(rest):
        with contextlib.suppress(ValueError):  # a day that does not exist
            return datetime.date.fromisoformat(rest)
    elif _WHOLE.fullmatch(rest):
        return int(rest)
    raise _ExtraordinaryError
