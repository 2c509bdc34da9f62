"""Where the characters of a text are: their lines, and how many before them are not whitespace.

A text may be a megabyte with a hundred thousand places to look for, so no look-up reads all of it.
"""

from __future__ import annotations

import bisect
from functools import cached_property
from itertools import accumulate
from typing import Final

_SHORT: Final = 10_000
"""Characters. A shorter text is simply read again."""

_BLOCK: Final = 128
"""So many characters are read one by one at most."""


class Characters:
    """A text, ready for looking up places in it; all numbers count from 0."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]

    @cached_property
    def _before(self) -> list[int]:
        """How many characters before each block, and in the whole text, are not whitespace."""
        blocks = range(0, len(self.text), _BLOCK)
        return [0, *accumulate(_visible(self.text[at : at + _BLOCK]) for at in blocks)]

    def position(self, place: int) -> tuple[int, int]:
        """Return the line and column of a character."""
        if len(self.text) < _SHORT:  # faster than to find where all lines begin
            return self.text.count("\n", 0, place), place - self.text.rfind("\n", 0, place) - 1
        line = bisect.bisect_right(self.starts, place) - 1
        return line, place - self.starts[line]

    def line_length(self, place: int) -> int:
        """Return how many characters the line of a character has."""
        if len(self.text) < _SHORT:
            end = self.text.find("\n", place)
            return (len(self.text) if end < 0 else end) - self.text.rfind("\n", 0, place) - 1
        line = bisect.bisect_right(self.starts, place) - 1
        end = self.starts[line + 1] - 1 if line + 1 < len(self.starts) else len(self.text)
        return end - self.starts[line]

    def count(self, place: int) -> int:
        """Return how many characters before a place are not whitespace."""
        block = place // _BLOCK
        return self._before[block] + _visible(self.text[block * _BLOCK : place])

    def find(self, number: int) -> int | None:
        """Return the place of the character that has so many before it that are not whitespace."""
        block = bisect.bisect_right(self._before, number) - 1
        left = number - self._before[block]
        for place in range(block * _BLOCK, min((block + 1) * _BLOCK, len(self.text))):
            if not self.text[place].isspace():
                if not left:
                    return place
                left -= 1
        return None


def _visible(text: str) -> int:
    """Return how many characters of a text are not whitespace."""
    return len("".join(text.split()))
