"""The ids of headings, which links lead to: stable, and unique in a text.

They come from the text as it was written, so they do not change with the titles of other threads.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from threadbook.markdown.anatomy import PARSER

FOOTNOTE: Final = "fn_"
"""What ids of footnotes of a prose page begin with: authors choose the rest."""

_HEADING: Final = re.compile(r"<(/?)h([1-6])>")
_FOOTNOTE: Final = re.compile(r'<div class="footnote-definition" id="([^"]*)"')
_TAG: Final = re.compile(r"<[^>]*>")
_OWN: Final = ("_", "tb-", "tb_", FOOTNOTE)
"""What ids of the theme, of Threadbook and of footnotes begin with."""


class PageHeading(NamedTuple):
    """A heading: its level, its id, and its text."""

    level: int
    id: str
    text: str


def list_headings(body: str) -> tuple[PageHeading, ...]:
    """Return the headings of a text in Markdown, with their ids there."""
    return tuple(name_headings(PARSER.html(body)))


def list_ids(body: str) -> tuple[str, ...]:
    """Return the ids that the parser gives the footnotes of a text."""
    return tuple(html.unescape(found) for found in _FOOTNOTE.findall(PARSER.html(body)))


def name_headings(markup: str) -> Iterator[PageHeading]:
    """Yield the headings of HTML whose headings have no attributes, each with an id of its own."""
    used: Counter[str] = Counter()
    taken: set[str] = set()
    for level, start, end in _find(markup):
        text = html.unescape(_TAG.sub("", markup[start:end])).strip()
        base = id_ = make_id(text)
        while id_ in taken:
            used[base] += 1
            id_ = f"{base}_{used[base]}"
        taken.add(id_)
        yield PageHeading(level, id_, text)


def mark_headings(markup: str, headings: Sequence[PageHeading], prefix: str) -> str:
    """Give sanitised headings, which have no attributes, their ids behind a prefix.

    If the sanitiser closed or removed some, what it left is named anew.
    """
    found = tuple(_find(markup))
    named = headings if len(found) == len(headings) else tuple(name_headings(markup))
    parts, done = [], 0
    for (_, start, _), heading in zip(found, named, strict=True):
        # Our ids hold no character that means anything.
        parts.append(f'{markup[done : start - 1]} id="{prefix}{heading.id}">')
        done = start
    return "".join([*parts, markup[done:]])


def _find(markup: str) -> Iterator[tuple[int, int, int]]:
    """Yield the level of each heading, and where its content begins and ends.

    A pattern for a whole heading would read the rest for each of many that nobody closes.
    """
    level = start = 0
    for tag in _HEADING.finditer(markup):
        if not tag[1]:
            level, start = int(tag[2]), tag.end()
        elif int(tag[2]) == level:
            yield level, start, tag.start()
            level = 0


def make_id(text: str) -> str:
    """Return the id of a heading, as Python-Markdown makes it where the text is Latin.

    The ids of the theme and of Threadbook's own parts of a page begin with `__` and `tb-`, so no
    heading's does.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^\w\s-]", "", plain) or re.sub(r"[^\w\s-]", "", text)
    slug = re.sub(r"[-\s]+", "-", words.strip().lower()).strip("-")
    return f"section-{slug}".rstrip("-") if not slug or slug.startswith(_OWN) else slug
