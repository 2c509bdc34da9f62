"""What a body is made of, and where: links, images, headings, code. Nothing is judged here."""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final, NamedTuple

import pyromark

THREAD_SCHEME: Final = "thread:"
_OPTIONS: Final = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_WIKILINKS
)
PARSER: Final = pyromark.Markdown(options=_OPTIONS)

_TRIGGERS: Final = ("[", "<", "`", "#", "~", "\t", "    ")
_UNDERLINE: Final = re.compile(r"\n[ >\v\f]*+(?:-++|=++)[ \v\f]*+(?:\n|\Z)")
"""A body with none of these, and no `\\r`, has no link, image, heading or code.

Single characters are found several times as fast as longer strings or patterns for any of them.
"""

_INLINE: Final = ("Inline", "Autolink")
_OPENING: Final = ("Link", "Image")
_HTML: Final = ("Html", "InlineHtml")
# The bound keeps a body of thousands of unclosed tags from taking quadratic time.
_IMAGE_TAG: Final = re.compile(r"<img\b([^>]{0,2000})>", re.IGNORECASE)
_VALUE: Final = r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
_ALT: Final = re.compile(r"\balt" + _VALUE, re.IGNORECASE)
_SRC: Final = re.compile(r"(?<![\w-])src" + _VALUE, re.IGNORECASE)
_BLOCK: Final = 4096

_CONTINUATION: Final = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that continue a character rather than begin one."""


class BodyLink(NamedTuple):
    """A link; `start` and `end` count characters of the body from 0.

    `thread` is the id of the thread that `[[id]]` or `thread:id` names, or `None`. `text` is what
    readers see. `inline` says whether the link is written `[text](url)` or `<url>`.
    """

    url: str
    thread: str | None
    text: str
    start: int
    end: int
    inline: bool


class Image(NamedTuple):
    """An image, with its alternative text and its address; `start` is as in a link."""

    text: str
    start: int
    url: str


class Heading(NamedTuple):
    """A heading; `level` is the level it was written with, from 1."""

    level: int
    start: int


class Anatomy(NamedTuple):
    """What a body is made of, in the order it was written; `code` holds the spans of code."""

    links: tuple[BodyLink, ...] = ()
    images: tuple[Image, ...] = ()
    headings: tuple[Heading, ...] = ()
    code: tuple[tuple[int, int], ...] = ()

    def is_code(self, place: int) -> bool:
        """Return whether the character at `place` is inside code."""
        before = bisect.bisect(self.code, place, key=lambda span: span[0])
        return before > 0 and place < self.code[before - 1][1]


_PLAIN: Final = Anatomy()


def examine(body: str) -> Anatomy:
    """Find the parts of a body."""
    # Most bodies are plain text. Searching for substrings costs far less than parsing.
    for each in _TRIGGERS:
        if each in body:
            return _Examiner(body).examine()
    may_underline = "\r" in body or (("-" in body or "=" in body) and _UNDERLINE.search(body))
    return _Examiner(body).examine() if may_underline else _PLAIN


def read_target(url: str, *, is_wiki: bool) -> str | None:
    """Return the id of the thread that a link names, if it names one."""
    if url.startswith(THREAD_SCHEME):
        return url.removeprefix(THREAD_SCHEME)
    return url if is_wiki else None


class _Examiner:
    """One walk through the parser's events."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.place = _make_counter(body)
        self.links: list[BodyLink] = []
        self.images: list[Image] = []
        self.headings: list[Heading] = []
        self.code: list[tuple[int, int]] = []
        self.open: list[tuple[Any, list[str]]] = []

    def examine(self) -> Anatomy:
        # Patterns of `match` would take several times as long, and most events are of no interest.
        for event, span in PARSER.events_with_range(self.body):
            if isinstance(event, str):  # such as a line break
                continue
            kind: str
            said: Any
            ((kind, said),) = event.items()
            if kind == "Text":
                self._add_text(said)
            elif kind == "Start":
                self._start(said, span)
            elif kind == "End":
                self._end(said, span)
            elif kind == "Code":
                self.code.append((self.place(span["start"]), self.place(span["end"])))
                self._add_text(said)
            elif kind in _HTML:
                self._find_images(said, span["start"])
        return Anatomy(
            # A link is added where it ends, so one inside another came first.
            tuple(sorted(self.links, key=lambda link: link.start)),
            tuple(self.images),
            tuple(self.headings),
            tuple(self.code),
        )

    def _start(self, said: Any, span: Any) -> None:
        if isinstance(said, str):  # such as a paragraph
            return
        ((kind, inner),) = said.items()
        if kind in _OPENING:
            self.open.append((inner, []))
        elif kind == "Heading":
            self.headings.append(Heading(int(inner["level"][1:]), self.place(span["start"])))
        elif kind == "CodeBlock":
            self.code.append((self.place(span["start"]), self.place(span["end"])))

    def _end(self, said: Any, span: Any) -> None:
        if said == "Link":
            self._close_link(span)
        elif said == "Image":
            image, words = self.open.pop()
            text, start = "".join(words).strip(), self.place(span["start"])
            self.images.append(Image(text, start, image["dest_url"]))
            self._add_text("".join(words))  # an image can be part of a link's text

    def _add_text(self, text: str) -> None:
        if self.open:
            self.open[-1][1].append(text)

    def _close_link(self, span: Any) -> None:
        link, words = self.open.pop()
        kind, url = link["link_type"], link["dest_url"]
        start, end = self.place(span["start"]), self.place(span["end"])
        text = "".join(words).strip()
        # pyromark names every kind of link by a string, but a wikilink by a dictionary.
        target = read_target(url, is_wiki=isinstance(kind, dict))
        self.links.append(BodyLink(url, target, text, start, end, kind in _INLINE))
        self._add_text(text)

    def _find_images(self, source: str, start: int) -> None:
        for tag in _IMAGE_TAG.finditer(source):
            place = self.place(start + len(source[: tag.start()].encode()))
            text, url = _value(_ALT.search(tag[1])), _value(_SRC.search(tag[1]))
            self.images.append(Image(text.strip(), place, html.unescape(url)))


def _value(found: re.Match[str] | None) -> str:
    """Return the value of an attribute; empty if there is none."""
    return next((value for value in found.groups() if value), "") if found else ""


def _make_counter(body: str) -> Callable[[int], int]:
    """Return a function that turns an offset in the body's bytes into one in its characters.

    The characters of each block are counted once, so a call has to look at one block only.
    """
    if body.isascii():
        return lambda place: place
    encoded = body.encode()
    blocks = range(0, len(encoded), _BLOCK)
    before = [0, *accumulate(_count(encoded[start : start + _BLOCK]) for start in blocks)]

    def characters(place: int) -> int:
        block = place // _BLOCK
        return before[block] + _count(encoded[block * _BLOCK : place])

    return characters


def _count(encoded: bytes) -> int:
    return len(encoded.translate(None, _CONTINUATION))
