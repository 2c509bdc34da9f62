"""What a body says, a line for each of its blocks: for whoever quotes a sentence of it.

Text fragments of addresses find what stands in one block, so a sentence must not go across two.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

_TAG: Final = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>')
_INLINE: Final = frozenset(
    "a abbr b code del em i img ins kbd mark q s samp small span strong sub sup u var".split()
)
"""Tags within a sentence; all others end a block, but a line break is a space."""

_APART: Final = frozenset("pre table h1 h2 h3 h4 h5 h6 summary caption".split())
_APART_CLASS: Final = re.compile(
    r'class="[^"]*(?:tb-alert__title|tb-task|footnote-definition|footnote-reference)'
)
"""What holds no sentences: code, tables, headings, the names of alerts, boxes, and footnotes."""

_END: Final = re.compile(
    r"[.!?…؟][\"'»”’)\]]*(?=\s)"  # noqa: RUF001
    r"|[。！？][」』）\"]*"  # noqa: RUF001
)
"""The end of a sentence before the end of a text."""


def quote_blocks(rendered: str, limit: int) -> str:
    """Return the text of safe HTML, at most `limit` characters, a line for each block.

    Code, tables, quotes and headings are left out. What is too long ends after a whole sentence.
    """
    return _join(_read(rendered), limit)


def keep_sentences(text: str, limit: int) -> str:
    """Return the whole sentences at the beginning of a text, at most `limit` characters."""
    return _join([text], limit)


def open_sentences(text: str, least: int) -> str:
    """Return the sentences a text begins with: the first, and more until `least` characters.

    "Yes." says little by itself, so what comes after a short sentence is part of it.
    """
    for end in _END.finditer(text):
        if end.end() >= least:
            return text[: end.end()]
    return text


def _join(blocks: Iterable[str], limit: int) -> str:
    lines, left = [], limit
    for block in blocks:
        if len(block) > left:
            ends = [end.end() for end in _END.finditer(block[: left + 1]) if end.end() <= left]
            lines += [block[: ends[-1]]] if ends else []
            break
        lines.append(block)
        left -= len(block) + 1
    return "\n".join(lines)


def _read(rendered: str) -> Iterator[str]:
    """Yield the text of each block that has any."""
    parts: list[str] = []
    at, apart, depth = 0, "", 0
    for tag in _TAG.finditer(rendered):
        if not apart:
            parts.append(rendered[at : tag.start()])
        at = tag.end()
        slash, name, attributes = tag.groups()
        if apart:
            depth += 0 if name != apart else -1 if slash else 1
            apart = apart if depth else ""
        elif not slash and _is_apart(name, attributes):
            apart, depth = name, 1
        if name == "br":
            parts.append(" ")
        elif name not in _INLINE:
            yield from _finish(parts)
    if not apart:
        parts.append(rendered[at:])
    yield from _finish(parts)


def _is_apart(name: str, attributes: str) -> bool:
    # A quote is what somebody else says, or a message to copy; an alert is said by the author.
    is_quote = name == "blockquote" and "tb-alert" not in attributes
    return is_quote or name in _APART or _APART_CLASS.search(attributes) is not None


def _finish(parts: list[str]) -> Iterator[str]:
    text = " ".join(html.unescape("".join(parts)).split())
    parts.clear()
    if text:
        yield text
