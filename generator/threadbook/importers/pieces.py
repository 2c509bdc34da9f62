"""Texts and threads that are longer than one file may be, in pieces that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

PIECE: Final = 250_000
"""Bytes of one text; a file may have a megabyte, of which indentation takes a part."""

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
PART: Final = re.compile(r"-part-\d+\Z")
"""The end of the id of whatever goes on where something else was full."""


def part_of(id_: str, number: int) -> str:
    """Return the id of a piece; the first has the plain id."""
    return id_ if number == 1 else f"{id_}-part-{number}"


def weigh(text: str) -> int:
    """Return about how many bytes a text takes in a file, indentation included."""
    return len(text.encode("utf-8", "replace")) + 10 * text.count("\n") + 100


def split_text(text: str, most: int = PIECE) -> list[str]:
    """Split a text into pieces of at most `most` bytes, between lines where that is possible.

    Code that is cut goes on as code.
    """
    if weigh(text) <= most:
        return [text]
    return [piece for piece in _gather(text, most) if piece.strip()]


def _gather(text: str, most: int) -> Iterator[str]:
    lines: list[str] = []
    size, fence = 0, ""
    for line in _short_lines(text, most // 2):
        cost = weigh(line) - 90
        is_break = not fence and not line.strip() and size > most * 3 // 4
        if lines and (size + cost > most or is_break):
            yield "\n".join([*lines, *([_FENCE.match(fence)[1]] if fence else [])])  # type: ignore[index]
            lines = [fence] if fence else []
            size = 0
        lines.append(line)
        size += cost
        found = _FENCE.match(line)
        if found and not fence:
            fence = line
        elif found and line.strip().startswith(fence.strip()[:3]) and not line.strip("`~ "):
            fence = ""
    yield "\n".join(lines)


def _short_lines(text: str, most: int) -> Iterator[str]:
    """Yield lines; those that are longer than a piece are cut between words."""
    for line in text.split("\n"):
        rest = line
        while len(rest.encode("utf-8", "replace")) > most:
            cut = rest.rfind(" ", 0, most // 4)
            cut = cut if cut > 0 else most // 4
            yield rest[:cut]
            rest = rest[cut:].lstrip(" ")
        yield rest
