"""The sentence around a link, for pages that say where they are mentioned."""

from __future__ import annotations

import re
from typing import Final

from threadbook.markdown.anatomy import BodyLink
from threadbook.markdown.html import plain_text

REACH: Final = 160
"""How much of a sentence is told before and after a link, in characters."""

_SCOPE: Final = 4 * REACH
_STOP: Final = re.compile(
    r"(?P<full>[.!?…。！？]['\")\]*_]*(?=\s|$))|\n[ \t]*\n|\n[ \t]*(?:[-*+>|#]|\d{1,9}[.)])"  # noqa: RUF001
)
"""Where a sentence, a paragraph or a list item ends; a full stop belongs to its sentence."""

_OPENING: Final = re.compile(r"^\s*(?:(?:[-*+>|#]+|\d{1,9}[.)])\s+|\[[ xX]\]\s+)*")
"""What a list item, a quote or a heading begins with."""


_MARKS: Final = "*_~"
"""Emphasis around the link itself would stay open on both sides."""


def find_sentence(body: str, link: BodyLink) -> tuple[str, str]:
    """Return the plain text of a link's sentence before and after it; either may be empty."""
    before = body[max(0, link.start - _SCOPE) : link.start]
    after = body[link.end : link.end + _SCOPE]
    starts = [stop.end("full") if stop["full"] else stop.start() for stop in _STOP.finditer(before)]
    stop = _STOP.search(after)
    end = len(after) if stop is None else stop.end("full") if stop["full"] else stop.start()
    opening = _OPENING.sub("", before[starts[-1] if starts else 0 :]).rstrip(_MARKS)
    closing = after[:end].lstrip(_MARKS)
    return _last_words(plain_text(opening, _SCOPE)), plain_text(closing, REACH)


def _last_words(text: str) -> str:
    if len(text) <= REACH:
        return text
    return "… " + text[-REACH:].partition(" ")[2]
