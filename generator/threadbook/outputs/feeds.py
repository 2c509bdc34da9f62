"""Feeds: Atom 1.0 (RFC 4287) and JSON Feed 1.1 of the site, each board, topic and path.

Entries hold the full text. A feed depends on its threads alone, never on the day of the build.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin
from xml.etree import ElementTree

from markupsafe import escape

from threadbook.markdown import readdress
from threadbook.pages import Shared
from threadbook.pages.feeds import Feed
from threadbook.pages.templates import name_roles
from threadbook.pages.views import AnswerView, Author, PostView, ThreadView
from threadbook.translations import Interface, interface

_ATOM: Final = "http://www.w3.org/2005/Atom"
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold in any form."""

_NEVER: Final = datetime.date(1970, 1, 1)

_Entry = tuple[ThreadView, str]
"""A thread, and the content of its entry as HTML."""


def write_feed(
    feed: Feed, threads: Mapping[str, ThreadView], shared: Shared
) -> Iterator[tuple[str, bytes]]:
    """Yield the addresses and contents of a feed; the site must have an address."""
    entries = [(threads[id_], _content(threads[id_], shared)) for id_ in feed.threads]
    yield f"{feed.url}.xml", _atom(feed, entries, shared)
    yield f"{feed.url}.json", _json(feed, entries, shared)


def _content(thread: ThreadView, shared: Shared) -> str:
    url, say = f"{shared.site_url}{thread.url}", interface(shared.language)
    return "".join(_posts(thread, url, say))


def _posts(thread: ThreadView, url: str, say: Interface) -> Iterator[str]:
    if thread.question is not None:
        yield from _post(say("Question"), thread.question, url, say)
    for answer in thread.answers:
        yield from _post(_heading(answer, say), answer, url, say)


def _heading(answer: AnswerView, say: Interface) -> str:
    heading = say("Accepted answer") if answer.accepted else say("Answer")
    return f"{heading}: {answer.note}" if answer.note else heading


def _post(heading: str, post: PostView, url: str, say: Interface) -> Iterator[str]:
    """Yield a post without ids, which several entries would share; addresses are whole."""

    def whole(address: str) -> str:
        try:
            return urljoin(url, address)
        except ValueError:  # a malformed address stays as it is
            return address

    yield f"<h2>{escape(heading)}</h2>{_byline(post.author, post.at, say)}"
    yield readdress(post.html, whole)
    for comment in post.comments:
        byline = _byline(comment.author, comment.at, say)
        yield f"<blockquote>{byline}{readdress(comment.html, whole)}</blockquote>"


def _byline(author: Author | None, at: datetime.date | None, say: Interface) -> str:
    said = [str(escape(_named(author, say)))] if author else []
    said += [str(say.day(at))] if at else []
    return f"<p><em>{', '.join(said)}</em></p>" if said else ""


def _named(author: Author, say: Interface) -> str:
    """Return who wrote a post, with the role where the page shows one."""
    return f"{author.name} ({name_roles(say)[author.role]})" if author.shows_role else author.name


def _atom(feed: Feed, entries: list[_Entry], shared: Shared) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": shared.language})
    url = f"{shared.site_url}{feed.url}.xml"
    _say(root, "id", url)
    _say(root, "title", feed.title)
    if feed.description:
        _say(root, "subtitle", feed.description)
    newest = max((thread.updated or _NEVER for thread, _ in entries), default=_NEVER)
    _say(root, "updated", _time(newest))
    ElementTree.SubElement(
        root, "link", {"rel": "self", "type": "application/atom+xml", "href": url}
    )
    page = {"rel": "alternate", "type": "text/html", "href": f"{shared.site_url}{feed.page}"}
    ElementTree.SubElement(root, "link", page)
    _say(ElementTree.SubElement(root, "author"), "name", shared.site_name)
    _say(root, "generator", "Threadbook")
    for thread, content in entries:
        element = ElementTree.SubElement(root, "entry")
        _atom_entry(element, thread, content, f"{shared.site_url}{thread.url}")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _atom_entry(element: ElementTree.Element, thread: ThreadView, content: str, url: str) -> None:
    _say(element, "id", url)
    _say(element, "title", thread.title)
    ElementTree.SubElement(element, "link", {"rel": "alternate", "href": url})
    _say(element, "published", _time(thread.asked or thread.updated))
    _say(element, "updated", _time(thread.updated))
    for name in thread.authors:
        _say(ElementTree.SubElement(element, "author"), "name", name)
    for topic in thread.topics:
        ElementTree.SubElement(element, "category", {"term": plain(topic.title)})
    if thread.summary:
        _say(element, "summary", thread.summary)
    _say(element, "content", content, type="html")


def _say(parent: ElementTree.Element, tag: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = plain(text)


def plain(text: str) -> str:
    """Return a text without the characters that XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("", text)


def _json(feed: Feed, entries: list[_Entry], shared: Shared) -> bytes:
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{shared.site_url}{feed.page}",
        "feed_url": f"{shared.site_url}{feed.url}.json",
        "description": feed.description,
        "language": shared.language,
        "items": [_item(*entry, shared.site_url) for entry in entries],
    }
    kept = {name: value for name, value in whole.items() if value != ""}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(thread: ThreadView, content: str, site_url: str) -> dict[str, Any]:
    url = f"{site_url}{thread.url}"
    item = {
        "id": url,
        "url": url,
        "title": thread.title,
        "summary": thread.summary,
        "content_html": content,
        "date_published": _time(thread.asked or thread.updated),
        "date_modified": _time(thread.updated),
        "authors": [{"name": name} for name in thread.authors],
        "tags": [topic.title for topic in thread.topics],
    }
    return {name: value for name, value in item.items() if value not in ("", [])}


def _time(day: datetime.date | None) -> str:
    """Write a day as the midnight it begins with, by RFC 3339."""
    return f"{(day or _NEVER).isoformat()}T00:00:00Z"
