"""Feeds: Atom 1.0 (RFC 4287) and JSON Feed 1.1 of the site, each board, topic and path.

Entries hold the full text. A feed depends on its threads alone, never on the day of the build.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree

from markupsafe import escape

from threadbook.pages import Feed, Page, Shared, Surroundings, opened
from threadbook.pages.contexts import Author, Post
from threadbook.pages.fragments import roles
from threadbook.translations import Interface, interface

_ATOM: Final = "http://www.w3.org/2005/Atom"
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold in any form."""

_ID: Final = re.compile(r'(<[^>]*?) id="[^"]*"')
_ADDRESS: Final = re.compile(r'(<(?:a|img) [^>]*?(?:href|src)=")([^"]*)')
"""An address in sanitised HTML: attributes are in double quotes, and quotes in them are escaped."""

_NEVER: Final = datetime.date(1970, 1, 1)


class _Entry(NamedTuple):
    url: str
    title: str
    summary: str
    content: str
    published: datetime.date
    updated: datetime.date
    authors: tuple[str, ...]
    topics: tuple[str, ...]


def feed_files(feed: Feed, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """Yield the addresses and contents of a feed; the site must have an address."""
    entries = [_entry(page, shared) for page in feed.entries]
    yield f"{feed.url}.xml", _atom(feed, entries, shared)
    yield f"{feed.url}.json", _json(feed, entries, shared)


def _entry(page: Page, shared: Shared) -> _Entry:
    around = page.context
    assert isinstance(around, Surroundings)  # noqa: S101 - a feed is made of threads
    thread = opened(around, shared.site_url)
    posts = [post for post in (thread.question, *thread.answers) if post is not None]
    days = [post.at for post in posts if post.at is not None]
    updated = page.changed or _NEVER
    url = f"{shared.site_url}{page.url}"
    names = (post.author.name for post in posts if post.author is not None)
    return _Entry(
        url=url,
        title=page.title,
        summary=page.description,
        content="".join(_posts(thread.question, thread.answers, url, interface(around.language))),
        published=min(days, default=updated),
        updated=updated,
        authors=tuple(dict.fromkeys(names)),
        topics=tuple(topic.title for topic in around.topics),
    )


def _posts(
    question: Post | None, answers: tuple[Post, ...], url: str, say: Interface
) -> Iterator[str]:
    if question is not None:
        yield from _post(say("Question"), question, url, say)
    for answer in answers:
        heading = say("Accepted answer") if answer.is_accepted else say("Answer")
        noted = f"{heading}: {answer.note}" if answer.note else heading
        yield from _post(noted, answer, url, say)


def _post(heading: str, post: Post, url: str, say: Interface) -> Iterator[str]:
    byline, body = _byline(post.author, post.at, say), _body(post.body, url)
    yield f"<h2>{escape(heading)}</h2>{byline}{body}"
    for comment in post.comments:
        byline, body = _byline(comment.author, comment.at, say), _body(comment.body, url)
        yield f"<blockquote>{byline}{body}</blockquote>"


def _byline(author: Author | None, at: datetime.date | None, say: Interface) -> str:
    said = [str(escape(_named(author, say)))] if author else []
    said += [str(say.day(at))] if at else []
    return f"<p><em>{', '.join(said)}</em></p>" if said else ""


def _named(author: Author, say: Interface) -> str:
    """Return who wrote a post, with the role where the page shows one."""
    is_told = author.role in {"member", author.name.lower()}
    return author.name if is_told else f"{author.name} ({roles(say)[author.role]})"


def _body(body: str, url: str) -> str:
    """Return a body without ids, which several entries would share; addresses are whole."""

    def whole(match: re.Match[str]) -> str:
        return f"{match[1]}{_whole(match[2], url)}"

    return _ADDRESS.sub(whole, _ID.sub(r"\1", body))


def _whole(address: str, url: str) -> str:
    """Return an address as it means on the thread's page; what is none stays as it is."""
    try:
        return html.escape(urljoin(url, html.unescape(address)))
    except ValueError:
        return address


def _updated(entries: list[_Entry]) -> datetime.date:
    return max((entry.updated for entry in entries), default=_NEVER)


def _atom(feed: Feed, entries: list[_Entry], shared: Shared) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": shared.language})
    url = f"{shared.site_url}{feed.url}.xml"
    _say(root, "id", url)
    _say(root, "title", feed.title)
    if feed.description:
        _say(root, "subtitle", feed.description)
    _say(root, "updated", _time(_updated(entries)))
    ElementTree.SubElement(
        root, "link", {"rel": "self", "type": "application/atom+xml", "href": url}
    )
    page = {"rel": "alternate", "type": "text/html", "href": f"{shared.site_url}{feed.page}"}
    ElementTree.SubElement(root, "link", page)
    _say(ElementTree.SubElement(root, "author"), "name", shared.site_name)
    _say(root, "generator", "Threadbook")
    for entry in entries:
        _atom_entry(ElementTree.SubElement(root, "entry"), entry)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _atom_entry(element: ElementTree.Element, entry: _Entry) -> None:
    _say(element, "id", entry.url)
    _say(element, "title", entry.title)
    ElementTree.SubElement(element, "link", {"rel": "alternate", "href": entry.url})
    _say(element, "published", _time(entry.published))
    _say(element, "updated", _time(entry.updated))
    for name in entry.authors:
        _say(ElementTree.SubElement(element, "author"), "name", name)
    for topic in entry.topics:
        ElementTree.SubElement(element, "category", {"term": plain(topic)})
    if entry.summary:
        _say(element, "summary", entry.summary)
    _say(element, "content", entry.content, type="html")


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
        "items": [_item(entry) for entry in entries],
    }
    kept = {name: value for name, value in whole.items() if value != ""}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(entry: _Entry) -> dict[str, Any]:
    item = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": _time(entry.published),
        "date_modified": _time(entry.updated),
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.topics),
    }
    return {name: value for name, value in item.items() if value not in ("", [])}


def _time(day: datetime.date) -> str:
    """Write a day as the midnight it begins with, by RFC 3339."""
    return f"{day.isoformat()}T00:00:00Z"
