"""Feeds: Atom 1.0 (RFC 4287) and JSON Feed 1.1 of the site, each board, topic and path.

Entries have the full text. A feed depends only on its threads, not on the day of the build.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree

import msgspec
from markupsafe import Markup, escape

from threadbook.markdown import make_readdressing
from threadbook.pages import Shared
from threadbook.pages.feeds import Feed
from threadbook.pages.structured import drop_empty
from threadbook.pages.templates import name_roles
from threadbook.pages.views import CommentView, PostView, ThreadView
from threadbook.translations import Interface, interface

_ATOM: Final = "http://www.w3.org/2005/Atom"
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, not even escaped."""

# RFC 4287 demands a date, so a feed without threads gets one that never changes.
_NEVER: Final = datetime.date(1970, 1, 1)


class _Entry(NamedTuple):
    """A thread as it is written in every feed that has it, and the day it last changed."""

    atom: str
    json: bytes
    updated: datetime.date


class FeedWriter:
    """Writes feeds of these threads; the site must have an address. Each entry is made once."""

    def __init__(self, threads: Mapping[str, ThreadView], shared: Shared) -> None:
        self.threads = threads
        self.shared = shared
        self._entries: dict[str, _Entry] = {}

    def write(self, feed: Feed) -> Iterator[tuple[str, bytes]]:
        """Yield the addresses and contents of a feed."""
        entries = [self._enter(id_) for id_ in feed.threads]
        yield f"{feed.url}.xml", _write_atom(feed, entries, self.shared)
        yield f"{feed.url}.json", _write_json(feed, entries, self.shared)

    def _enter(self, id_: str) -> _Entry:
        entry = self._entries.get(id_)
        if entry is None:
            thread, site_url = self.threads[id_], self.shared.site_url
            content = "".join(_write_posts(thread, self.shared))
            entry = self._entries[id_] = _Entry(
                _write_atom_entry(thread, content, f"{site_url}{thread.url}"),
                msgspec.json.encode(_make_item(thread, content, site_url)),
                thread.updated or _NEVER,
            )
        return entry


def _write_posts(thread: ThreadView, shared: Shared) -> Iterator[str]:
    """Yield the posts with absolute addresses, and without ids, which would not be unique."""
    url, say = f"{shared.site_url}{thread.url}", interface(shared.language)

    def complete(address: str) -> str:
        try:
            return urljoin(url, address)
        except ValueError:  # a malformed address stays as it is
            return address

    readdress = make_readdressing(complete)
    if thread.question is not None:
        yield from _write_post(say("Question"), thread.question, readdress, say)
    for answer in thread.answers:
        heading = say("Accepted answer") if answer.accepted else say("Answer")
        heading = f"{heading}: {answer.note}" if answer.note else heading
        yield from _write_post(heading, answer, readdress, say)


def _write_post(
    heading: str, post: PostView, readdress: Callable[[Markup], Markup], say: Interface
) -> Iterator[str]:
    yield f"<h2>{escape(heading)}</h2>{_write_byline(post, say)}"
    yield readdress(post.html)
    for comment in post.comments:
        text = readdress(comment.html)
        yield f"<blockquote>{_write_byline(comment, say)}{text}</blockquote>"


def _write_byline(post: PostView | CommentView, say: Interface) -> str:
    words = []
    if author := post.author:
        role = f" ({name_roles(say)[author.role]})" if author.shows_role else ""
        words.append(str(escape(f"{author.name}{role}")))
    if post.at:
        words.append(str(say.day(post.at)))
    return f"<p><em>{', '.join(words)}</em></p>" if words else ""


def _write_atom(feed: Feed, entries: list[_Entry], shared: Shared) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": shared.language})
    url = f"{shared.site_url}{feed.url}.xml"
    _add(root, "id", url)
    _add(root, "title", feed.title)
    if feed.description:
        _add(root, "subtitle", feed.description)
    newest = max((entry.updated for entry in entries), default=_NEVER)
    _add(root, "updated", _write_time(newest))
    ElementTree.SubElement(
        root, "link", {"rel": "self", "type": "application/atom+xml", "href": url}
    )
    page = {"rel": "alternate", "type": "text/html", "href": f"{shared.site_url}{feed.page}"}
    ElementTree.SubElement(root, "link", page)
    _add(ElementTree.SubElement(root, "author"), "name", shared.site_name)
    _add(root, "generator", "Threadbook")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode").removesuffix("\n</feed>")
    whole = "\n  ".join([text, *(entry.atom for entry in entries)])
    return f'<?xml version="1.0" encoding="utf-8"?>\n{whole}\n</feed>\n'.encode()


def _write_atom_entry(thread: ThreadView, content: str, url: str) -> str:
    element = ElementTree.Element("entry")
    _add(element, "id", url)
    _add(element, "title", thread.title)
    ElementTree.SubElement(element, "link", {"rel": "alternate", "href": url})
    _add(element, "published", _write_time(thread.asked or thread.updated))
    _add(element, "updated", _write_time(thread.updated))
    for name in thread.authors:
        _add(ElementTree.SubElement(element, "author"), "name", name)
    for topic in thread.topics:
        ElementTree.SubElement(element, "category", {"term": clean_for_xml(topic.title)})
    if thread.summary:
        _add(element, "summary", thread.summary)
    _add(element, "content", content, type="html")
    ElementTree.indent(element, level=1)
    return ElementTree.tostring(element, encoding="unicode")


def _add(parent: ElementTree.Element, tag: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = clean_for_xml(text)


def clean_for_xml(text: str) -> str:
    """Return a text without the characters that XML 1.0 does not allow."""
    return _FORBIDDEN.sub("", text)


def _write_json(feed: Feed, entries: list[_Entry], shared: Shared) -> bytes:
    fields = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{shared.site_url}{feed.page}",
        "feed_url": f"{shared.site_url}{feed.url}.json",
        "description": feed.description,
        "language": shared.language,
        "items": [msgspec.Raw(entry.json) for entry in entries],
    }
    kept = {name: value for name, value in fields.items() if value != ""}
    return msgspec.json.encode(kept) + b"\n"


def _make_item(thread: ThreadView, content: str, site_url: str) -> dict[str, Any]:
    url = f"{site_url}{thread.url}"
    return drop_empty(
        {
            "id": url,
            "url": url,
            "title": thread.title,
            "summary": thread.summary,
            "content_html": content,
            "date_published": _write_time(thread.asked or thread.updated),
            "date_modified": _write_time(thread.updated),
            "authors": [{"name": name} for name in thread.authors],
            "tags": [topic.title for topic in thread.topics],
        }
    )


def _write_time(day: datetime.date | None) -> str:
    """Write a day as its first moment, by RFC 3339."""
    return f"{(day or _NEVER).isoformat()}T00:00:00Z"
