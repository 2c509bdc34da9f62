"""Pages of a Khoros (Lithium) forum that somebody saved: HTML, or only its text.

The selectors are in a profile, because each community has its own skin; `selectors` in the file of
`--map` overrides them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from typing import Any, Final

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import Tag
from soupsieve import SelectorSyntaxError

from threadbook.errors import UserError
from threadbook.findings import did_you_mean
from threadbook.importers.dates import day_of
from threadbook.importers.decoding import decode, in_order, list_files, path_of, read_file
from threadbook.importers.formats.khoros_text import DATE_LINE, rank_of, read_text
from threadbook.importers.posts import Author, Note, PlainReader, Post, Record, Source

PROFILE: Final[Mapping[str, str]] = {
    "message": ".lia-message-view-display, .lia-forum-topic-message-view, .MessageView, "
    "[data-lia-message-uid]",
    "subject": ".lia-message-subject, .page-subject, h1, h2.message-subject",
    "body": ".lia-message-body-content, .lia-message-body, .message-body",
    "author": ".UserName .login-bold, .lia-user-name-link, .UserName, .lia-component-author",
    "rank": ".lia-message-author-rank, .lia-user-rank, .user-rank",
    "date": ".DateTime .local-date, .lia-message-posted-on .local-date, .DateTime, time",
    "kudos": ".lia-component-kudos-widget-kudos-count, .MessageKudosCount, .kudos-count",
    "solution": ".lia-component-solution-info, .lia-list-tree-toggle-accepted, "
    ".lia-accepted-solution",
    "breadcrumb": ".lia-breadcrumb-node, .BreadCrumb a, nav.breadcrumb a",
    "tags": ".lia-tag, .TagList a, a[rel=tag]",
    "signature": ".lia-message-signature, .UserSignature, .message-signature",
    "remove": ".lia-quilt-row-message-controls, .MessageActions, .lia-message-editor",
}
"""Where things are in the usual skins."""

_UID: Final = re.compile(
    r"\b(?:uid|message)[-_]?(\d+)\b|(?:td-p|m-p|ta-p|idi-p|qaq-p)/(\d+)", re.IGNORECASE
)
_TOPIC: Final = re.compile(r"/(?:td|ta|qaq|idi|m)-p/(\d+)")


class Khoros(PlainReader):
    """Reads saved pages; several pages of one thread are joined."""

    system = "Khoros"

    def __init__(self) -> None:
        """Know no message yet."""
        self._keys: dict[str, str] = {}

    def read(self, source: Source) -> Iterator[Record]:
        """Yield the posts of all pages."""
        profile = _read_profile(source.mapping.get("selectors"))
        self._keys = {}
        topics: dict[str, str] = {}
        is_found = False
        files = list_files(source.path, ".html", ".htm", ".txt", ".mhtml", ".mht")
        for path in sorted(files, key=in_order):
            content = read_file(path)
            if path.suffix.lower() in {".mhtml", ".mht"}:
                content = _unpack(content)
            text, is_guess = decode(content)
            if is_guess:
                yield Note("Files that are not UTF-8, read as Windows-1252", path.name)
            if path.suffix.lower() == ".txt":
                records = list(read_text(path.name, text))
            else:
                records = list(_Page(path.name, text, profile, topics).read())
            is_found |= any(isinstance(each, Post) for each in records)
            self._learn(records)
            yield from records
        if not is_found:
            words = "No page has posts where a Khoros forum has them"
            raise UserError(f"{words}; name the places with `selectors` in the file of --map.")

    def recognise(self, url: str, place: str = "") -> str:  # noqa: ARG002
        """Recognise `/t5/Board/Title/td-p/42`, and `/m-p/43` of a reply."""
        found = _TOPIC.search(path_of(url))
        return self._keys.get(found[1], f"k{found[1]}") if found else ""

    def _learn(self, records: list[Record]) -> None:
        """Keep the keys of replies by the number that their addresses end in."""
        for each in records:
            if isinstance(each, Post) and each.kind == "answer":
                self._keys.setdefault(each.key.rpartition("/")[2], each.key)


def _unpack(content: bytes) -> bytes:
    """Return the page of an MHTML file: what a browser saves with the pictures in one file."""
    for part in message_from_bytes(content, policy=policy.compat32).walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            return page if isinstance(page, bytes) else b""
    return b""


def _read_profile(said: object) -> dict[str, str]:
    """Return where things are, as `selectors` says; raises `UserError` if it cannot be used."""
    if said is None:
        return dict(PROFILE)
    if not isinstance(said, dict):
        raise UserError("`selectors` of --map is a list of names, such as `body: .post-text`.")
    for name, selector in said.items():
        if name not in PROFILE:
            hint = did_you_mean(str(name), PROFILE)
            raise UserError(f"`{name}` in `selectors` is unknown. {hint}".rstrip())
        try:
            soupsieve.compile(str(selector))
        except SelectorSyntaxError as error:
            raise UserError(f"`{name}` in `selectors` is no CSS selector.") from error
    return {**PROFILE, **{str(name): str(selector) for name, selector in said.items()}}


class _Page:
    """One saved page."""

    def __init__(
        self, name: str, text: str, profile: Mapping[str, str], topics: dict[str, str]
    ) -> None:
        self.name, self.profile, self.topics = name, profile, topics
        self.soup = BeautifulSoup(text, "html.parser")

    def _text(self, within: Tag, what: str) -> str:
        found = within.select_one(self.profile[what])
        return " ".join(found.get_text(" ").split()) if found is not None else ""

    def read(self) -> Iterator[Record]:
        messages = [
            each for each in self.soup.select(self.profile["message"]) if self._is_outer(each)
        ]
        address = self._address()
        found = _TOPIC.search(path_of(address)) if address else None
        title = self._title()
        topic = f"k{found[1]}" if found else f"k-{self._board()}-{title}"
        crumb = self._board()
        seen: set[str] = set()
        for number, message in enumerate(messages, 1):
            uid = self._uid(message)
            place = f"{self.name}: post {uid or number}"
            body = message.select_one(self.profile["body"])
            if body is None or (uid and uid in seen):
                continue
            if uid and self.topics.get(topic) == uid:
                yield Note("Questions that further pages repeat, which came once", place)
                continue
            if uid:
                seen.add(uid)
            yield from self._post(
                message, body, topic, uid or f"{self.name}-{number}", place, title, crumb, address
            )

    def _is_outer(self, message: Tag) -> bool:
        return not any(
            parent.select_one(self.profile["body"]) is not None and parent in self._messages
            for parent in message.parents
        )

    @property
    def _messages(self) -> list[Tag]:
        if not hasattr(self, "_found"):
            self._found = list(self.soup.select(self.profile["message"]))
        return self._found

    def _address(self) -> str:
        link = self.soup.select_one("link[rel=canonical]") or self.soup.select_one(
            "meta[property='og:url']"
        )
        return str(link.get("href") or link.get("content") or "") if link is not None else ""

    def _title(self) -> str:
        found = self._text(self.soup, "subject")
        if not found and self.soup.title is not None:
            found = " ".join(self.soup.title.get_text().split())
        return re.sub(
            r"^(?:Solved|Re|Betreff):\s*", "", re.split(r"\s+-\s+[^-]*\bCommunity\b", found)[0]
        )

    def _board(self) -> str:
        crumbs = [
            " ".join(each.get_text(" ").split())
            for each in self.soup.select(self.profile["breadcrumb"])
        ]
        crumbs = [each for each in crumbs if each]
        title = self._title()
        while crumbs and (
            crumbs[-1] == title or re.sub(r"^(?:Solved|Re):\s*", "", crumbs[-1]) == title
        ):
            crumbs.pop()
        return crumbs[-1] if crumbs else ""

    def _uid(self, message: Tag) -> str:
        own = message.get("data-lia-message-uid") or message.get("data-message-id")
        if own:
            return str(own)
        found = _UID.search(f"{message.get('id', '')} {' '.join(message.get('class') or [])}")
        return next((each for each in found.groups() if each), "") if found else ""

    def _is_solution(self, message: Tag) -> bool:
        """Return whether a message is marked as the solution: by a part of it, or as a whole."""
        selector = self.profile["solution"]
        return soupsieve.match(selector, message) or message.select_one(selector) is not None

    def _post(  # noqa: PLR0913, PLR0917 - what a message is
        self,
        message: Tag,
        body: Tag,
        topic: str,
        uid: str,
        place: str,
        title: str,
        board: str,
        address: str,
    ) -> Iterator[Record]:
        author = self._text(message, "author")
        rank = rank_of(self._text(message, "rank"))
        if author:
            yield Author(author, author, rank)
        for each in body.select("a[href*=viewprofilepage]"):
            if name := " ".join(each.get_text().split()).removeprefix("@"):
                yield Author(name, name, is_only_named=True)
        is_question = topic not in self.topics
        self.topics.setdefault(topic, uid)
        if body.select_one(self.profile["signature"]) is not None:
            yield Note("Signatures removed", place)
        for selector in ("signature", "remove"):
            for each in body.select(self.profile[selector]):
                each.decompose()
        kudos = re.sub(r"\D", "", self._text(message, "kudos"))[:6]
        tags = [
            " ".join(each.get_text().split()) for each in self.soup.select(self.profile["tags"])
        ]
        date = _find_date(message.select_one(self.profile["date"]))
        yield Post(
            key=topic if is_question else f"{topic}/{uid}",
            kind="question" if is_question else "answer",
            place=place,
            parent="" if is_question else topic,
            title=title if is_question else "",
            body=body.decode_contents(),
            author=author,
            rank=rank,
            at=date,
            votes=int(kudos or 0),
            accepted=not is_question and self._is_solution(message),
            board=board,
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)) if is_question else (),
            urls=_addresses(address, "" if is_question else uid),
            url=address if is_question else "",
        )


def _addresses(address: str, uid: str) -> tuple[str, ...]:
    """Return where a topic is, or one of its replies: `.../td-p/42`, and `.../m-p/43`."""
    path = path_of(address).lstrip("/")
    if not uid:
        return (path,) if path else ()
    way = re.sub(r"/(?:td|ta|qaq|idi|m)-p/\d+\Z", "/m-p/", path)
    return (f"{way}{uid}",) if uid.isdecimal() and way != path else ()


def _find_date(tag: Any) -> str:
    if tag is None:
        return ""
    text = str(tag.get("datetime") or tag.get("title") or tag.get_text(" "))
    text = re.sub("[\u200e\u200f]", "", text).strip()
    found = DATE_LINE.search(text)
    return day_of(found[1] if found else text)
