"""Structured data: what a page tells search engines, and nothing that a reader does not see.

Vocabulary: schema.org. The retired types `FAQPage`, `HowTo` and `Course` are never used. Addresses
are whole, so a site without an address of its own says nothing.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from threadbook.pages.views import Author, CommentView, Link, PostView
from threadbook.translations import interface

_ESCAPED: Final = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
"""Characters that could end a script element, or a line in older JavaScript."""

_BREAKS: Final = re.compile(
    r"<(?:/?(?:p|li|ul|ol|div|blockquote|pre|table|tr|td|th|dl|dt|dd|details|summary|h[1-6])"
    r"\b[^>]*|[bh]r\b[^>]*)>"
)

_TAG: Final = re.compile(r"<[^>]*>")


def script(things: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the script element that holds what a page is; empty if that is nothing."""
    if not things:
        return Markup("")
    graph = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    element = f'<script type="application/ld+json">{text}</script>'
    return Markup(element)  # noqa: S704 - everything that could end it is escaped


def breadcrumb(trail: Iterable[Link], crumb: str, site_url: str, language: str) -> dict[str, Any]:
    """Return the way from home to a page; the last item, the page, needs no address."""
    above = [(interface(language)("Home"), site_url)]
    above += [(link.title, f"{site_url}{link.url}") for link in trail]
    items: list[dict[str, Any]] = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(above, 1)
    ]
    items.append({"@type": "ListItem", "position": len(items) + 1, "name": crumb})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def describe_post(kind: str, post: PostView | CommentView, site_url: str) -> dict[str, Any]:
    """Return a question, an answer or a comment."""
    comments: Sequence[CommentView] = post.comments if isinstance(post, PostView) else ()
    return fill(
        {
            "@type": kind,
            "text": visible_text(post.html),
            "author": _author(post.author, site_url),
            "datePublished": _day(post.at),
            "dateModified": _day(post.edited),
            "comment": [describe_post("Comment", comment, site_url) for comment in comments],
        }
    )


def _author(author: Author | None, site_url: str) -> dict[str, Any]:
    """Return who wrote something: staff speaks for the site, all others for themselves.

    A person is named by the role that the page shows; nothing else is known of them.
    """
    if author is None:
        return {}
    if author.role == "staff":
        return {"@type": "Organization", "name": author.name, "url": site_url}
    return {"@type": "Person", "name": author.name}


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def fill(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something; zero says something."""
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}


def visible_text(body: str) -> str:
    """Return what a reader sees of sanitised HTML, a line for each block; linear in its length."""
    text = html.unescape(_TAG.sub("", _BREAKS.sub("\n", body)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
