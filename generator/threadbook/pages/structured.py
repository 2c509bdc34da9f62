"""Structured data: what a page tells search engines, which is never more than readers see.

The vocabulary is schema.org's. Search engines have retired the types `FAQPage`, `HowTo` and
`Course`, so they are not used. Addresses are absolute, so a site without an address of its own has
no structured data.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from markupsafe import Markup

from threadbook.pages.views import Author, CommentView, Link, PostView
from threadbook.translations import interface

_ESCAPED: Final = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
"""Characters that could end the script element, or a line in older JavaScript."""

_BREAKS: Final = re.compile(
    r"<(?:/?(?:p|li|ul|ol|div|blockquote|pre|table|tr|td|th|dl|dt|dd|details|summary|h[1-6])"
    r"\b[^>]*|[bh]r\b[^>]*)>"
)

_TAG: Final = re.compile(r"<[^>]*>")


def write_script(things: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the script element with structured data; empty if there is none."""
    if not things:
        return Markup("")
    graph = {"@context": "https://schema.org", "@graph": things}
    text = msgspec.json.encode(graph).decode()
    for character, written in _ESCAPED.items():
        text = text.replace(character, written)
    element = f'<script type="application/ld+json">{text}</script>'
    return Markup(element)  # noqa: S704 - everything that could end it is escaped


def write_breadcrumb(
    trail: Iterable[Link], crumb: str, site_url: str, language: str
) -> dict[str, Any]:
    """Describe the way from home to a page; the last item is the page, without an address."""
    above = [(interface(language)("Home"), site_url)]
    above += [(link.title, f"{site_url}{link.url}") for link in trail]
    items: list[dict[str, Any]] = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(above, 1)
    ]
    items.append({"@type": "ListItem", "position": len(items) + 1, "name": crumb})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def describe_post(kind: str, post: PostView | CommentView, site_url: str) -> dict[str, Any]:
    """Describe a question, an answer or a comment."""
    comments: Sequence[CommentView] = post.comments if isinstance(post, PostView) else ()
    return drop_empty(
        {
            "@type": kind,
            "text": extract_text(post.html),
            "author": _describe_author(post.author, site_url),
            "datePublished": post.at and post.at.isoformat(),
            "dateModified": post.edited and post.edited.isoformat(),
            "comment": [describe_post("Comment", comment, site_url) for comment in comments],
        }
    )


def _describe_author(author: Author | None, site_url: str) -> dict[str, Any]:
    """Describe an author: staff speak for the site, all others for themselves."""
    if author is None:
        return {}
    if author.role == "staff":
        return {"@type": "Organization", "name": author.name, "url": site_url}
    return {"@type": "Person", "name": author.name}


def drop_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value; zero is one."""
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}


def extract_text(body: str) -> str:
    """Return what readers see of sanitised HTML, with a line for each block.

    A parser is not needed, since the sanitiser escapes `<` and `>` except in tags.
    """
    text = html.unescape(_TAG.sub("", _BREAKS.sub("\n", body)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
