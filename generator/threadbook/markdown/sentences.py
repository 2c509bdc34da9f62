"""The sentence around a link, for pages that show where they are mentioned."""

from __future__ import annotations

import re
from typing import Final

from threadbook.markdown.anatomy import BodyLink
from threadbook.markdown.html import plain_text

REACH: Final = 160
"""How much of a sentence is shown before and after a link, in characters."""

# Markup may take up most of the source, so four times as much of it is read.
_SCOPE: Final = 4 * REACH
_STOP: Final = re.compile(
    r"[.!?…。！？\n](?:(?<!\n)(?P<full>['\")\]*_]*(?=\s|$))"  # noqa: RUF001
    r"|(?<=\n)[ \t]*(?:\n|[-*+>|#]|\d{1,9}[.)]))"
)
"""The end of a sentence, a paragraph or a list item. A full stop belongs to its sentence."""

_OPENING: Final = re.compile(r"^\s*(?:(?:[-*+>|#]+|\d{1,9}[.)])\s+|\[[ xX]\]\s+)*")
"""The characters that begin a list item, a quote or a heading."""

_MARKS: Final = "*_~"
"""Emphasis around the link. Cut in two, it would stay open on both sides."""


def _end(stop: re.Match[str]) -> int:
    return stop.start() if stop["full"] is None else stop.end()


def find_sentence(body: str, link: BodyLink) -> tuple[str, str]:
    """Return the plain text before and after a link in its sentence; either may be empty."""
    before = body[max(0, link.start - _SCOPE) : link.start]
    after = body[link.end : link.end + _SCOPE]
    start = 0
    for stop in _STOP.finditer(before):
        start = _end(stop)
    first = _STOP.search(after)
    end = len(after) if first is None else _end(first)
    opening = _OPENING.sub("", before[start:]).rstrip(_MARKS)
    closing = after[:end].lstrip(_MARKS)
    said = plain_text(opening, _SCOPE)
    if len(said) > REACH:
        said = "… " + said[-REACH:].partition(" ")[2]
    return said, plain_text(closing, REACH)
