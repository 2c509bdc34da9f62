"""Plain text in which links mean something and nothing else of Markdown does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from threadbook.markdown.anatomy import examine


class TextPart(NamedTuple):
    """A piece of a text, and what it links to (see `BodyLink`); a link may have no text."""

    text: str
    target: str = ""
    anchor: str = ""


def split_links(text: str) -> Iterator[TextPart]:
    """Yield the pieces of a text. Links to other sites stay as they are written."""
    done = 0
    for link in examine(text).links if "[" in text or "<" in text else ():
        if link.target is not None and link.start >= done:
            if link.start > done:
                yield TextPart(text[done : link.start])
            yield TextPart("" if link.is_bare else link.text, link.target, link.anchor)
            done = link.end
    if done < len(text):
        yield TextPart(text[done:])
