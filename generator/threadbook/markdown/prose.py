"""Prose pages to safe HTML: as bodies, but each heading has an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup

from threadbook.markdown.headings import (
    FOOTNOTE,
    PageHeading,
    list_headings,
    mark_headings,
    name_headings,
)
from threadbook.markdown.html import Manner, Resolve, readdress, render


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
        has_ids=False,
    )
    headings = _headings(body, rendered.html)
    ids = {heading.id for heading in headings}

    def lead(url: str) -> str:
        if not url.startswith("#"):
            return address(url)
        own = url.removeprefix(f"#{FOOTNOTE}")
        return f"#{own}" if own in ids else url

    named = mark_headings(readdress(rendered.html, lead, ""), list(headings), "")
    return RenderedPage(Markup(named), headings, rendered.text)  # noqa: S704 - sanitised


def _headings(body: str, markup: str) -> tuple[PageHeading, ...]:
    """Return the headings with their levels and texts on the page, and ids from the source."""
    shown, written = tuple(name_headings(markup)), list_headings(body)
    if len(shown) != len(written):
        return shown
    return tuple(each._replace(id=own.id) for each, own in zip(shown, written, strict=True))
