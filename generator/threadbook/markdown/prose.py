"""Prose pages to safe HTML: as bodies, but each heading has an address."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from markupsafe import Markup

from threadbook.markdown.html import Manner, Resolve, readdress, render

FOOTNOTE: Final = "fn_"
"""What ids of footnotes begin with: authors choose the rest."""

_HEADING: Final = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")


_OWN: Final = ("_", "tb-", "tb_", FOOTNOTE)
"""What ids of the theme, of Threadbook and of footnotes begin with."""


class PageHeading(NamedTuple):
    """A heading of a page: its level from 2, its id, and its text."""

    level: int
    id: str
    text: str


class RenderedPage(NamedTuple):
    """A prose page as safe HTML, its headings, and its text without markup."""

    html: Markup
    headings: tuple[PageHeading, ...]
    text: str


def render_page(
    body: str,
    resolve: Resolve,
    address: Callable[[str], str],
    manner: Manner,
    text_limit: int,
) -> RenderedPage:
    """Render a prose page; headings begin at level 2, below the page's title.

    `address` returns the address of a link or picture for the one that was written. See
    `markdown.render` for the rest.
    """
    rendered = render(
        body,
        resolve,
        prefix=FOOTNOTE,
        manner=manner,
        text_limit=text_limit,
        level=lambda written: max(written, 2),
    )
    headings = tuple(_name_headings(rendered.html))
    ids = {heading.id for heading in headings}

    def lead(url: str) -> str:
        if not url.startswith("#"):
            return address(url)
        own = url.removeprefix(f"#{FOOTNOTE}")
        return f"#{own}" if own in ids else url

    safe, remaining = readdress(rendered.html, lead, ""), iter(headings)
    # Sanitised headings have no attributes, and our ids hold no character that means anything.
    named = _HEADING.sub(
        lambda match: f'<h{match[1]} id="{next(remaining).id}">{match[2]}</h{match[1]}>', safe
    )
    return RenderedPage(Markup(named), headings, rendered.text)  # noqa: S704 - sanitised


def _name_headings(markup: str) -> Iterator[PageHeading]:
    used: Counter[str] = Counter()
    taken: set[str] = set()
    for level, content in _HEADING.findall(markup):
        text = html.unescape(_TAG.sub("", content)).strip()
        base = id_ = make_id(text)
        while id_ in taken:
            used[base] += 1
            id_ = f"{base}_{used[base]}"
        taken.add(id_)
        yield PageHeading(int(level), id_, text)


def make_id(text: str) -> str:
    """Return the id of a heading, as Python-Markdown makes it where the text is Latin.

    The ids of the theme and of Threadbook's own parts of a page begin with `__` and `tb-`, so no
    heading's does.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^\w\s-]", "", plain) or re.sub(r"[^\w\s-]", "", text)
    slug = re.sub(r"[-\s]+", "-", words.strip().lower()).strip("-")
    return f"section-{slug}".rstrip("-") if not slug or slug.startswith(_OWN) else slug
