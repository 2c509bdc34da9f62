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
    r"(?P<full>[.!?…。！？]['\")\]*_]*(?=\s|$))|\n[ \t]*\n|\n[ \t]*(?:[-*+>|#]|\d{1,9}[.)])"  # noqa: RUF001
)
"""The end of a sentence, a paragraph or a list item. A full stop belongs to its sentence."""

_OPENING: Final = re.compile(r"^\s*(?:(?:[-*+>|#]+|\d{1,9}[.)])\s+|\[[ xX]\]\s+)*")
"""The characters that begin a list item, a quote or a heading."""

_MARKS: Final = "*_~"
"""Emphasis around the link. Cut in two, it would stay open on both sides."""


def find_sentence(body: str, link: BodyLink) -> tuple[str, str]:
    """Return the plain text before and after a link in its sentence; either may be empty."""
    before = body[max(0, link.start - _SCOPE) : link.start]
    after = body[link.end : link.end + _SCOPE]
    starts = [stop.end("full") if stop["full"] else stop.start() for stop in _STOP.finditer(before)]
    stop = _STOP.search(after)
    end = len(after) if stop is None else stop.end("full") if stop["full"] else stop.start()
    opening = _OPENING.sub("", before[starts[-1] if starts else 0 :]).rstrip(_MARKS)
    closing = after[:end].lstrip(_MARKS)
    said = plain_text(opening, _SCOPE)
    if len(said) > REACH:
        said = "… " + said[-REACH:].partition(" ")[2]
    return said, plain_text(closing, REACH)
