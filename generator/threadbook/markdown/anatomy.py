"""What a body is made of, and where: links, images, headings, code. Nothing is judged here."""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any, Final, NamedTuple

import pyromark

THREAD_SCHEME: Final = "thread:"
SCHEMES: Final = (THREAD_SCHEME, "path:", "topic:", "board:", "page:")
"""What a link to something of the site begins with; `[[id]]` is one to a thread."""

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
_RAW_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<name>[A-Za-z][^\s/>]{0,99})(?P<rest>(?:[^\"'>]|\"[^\"]{0,2000}\"|'[^']{0,2000}'){0,2000}+)>?",
    re.DOTALL,
)
"""The bounds keep a body of thousands of unclosed tags from taking quadratic time."""

_SILENT: Final = re.compile(r"script|style|textarea|title|xmp|iframe|noembed|noframes")
"""What is inside these is text, whatever it looks like (HTML, section 13.2.5.2)."""

_VALUE: Final = r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
_RAW_ATTRIBUTE: Final = re.compile(r"([^\s/>=\"']+)(?:" + _VALUE + ")?")
_BLOCK: Final = 4096

_CONTINUATION: Final = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that continue a character rather than begin one."""


class BodyLink(NamedTuple):
    """A link; `start` and `end` count characters of the body from 0.

    `target` names what it leads to, if that is something of the site: the id of a thread for
    `[[id]]` and `thread:id`, and `topic:id`, `page:about.md` and so on for other things. `anchor`
    is what it names there. `text` is what readers see. `inline` says whether the link is written
    `[text](url)` or `<url>`.
    """

    url: str
    target: str | None
    text: str
    start: int
    end: int
    inline: bool
    anchor: str = ""

    @property
    def thread(self) -> str | None:
        """The id of the thread that it leads to, if it leads to one."""
        return self.target if self.target is not None and ":" not in self.target else None

    @property
    def is_bare(self) -> bool:
        """Whether it has no text of its own, so that the title of its target is shown."""
        return self.text == self.url.removeprefix(THREAD_SCHEME)


class Image(NamedTuple):
    """An image, with its alternative text and its address; `start` and `end` are as in a link.

    `is_tag` says whether it is an HTML tag. One whose tag says `alt=""` is decorative.
    """

    text: str
    start: int
    url: str
    end: int = 0
    is_tag: bool = False
    is_decorative: bool = False


class RawTag(NamedTuple):
    """An HTML tag that opens, with its attributes in lower case; `start` is as in a link."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    start: int


class Heading(NamedTuple):
    """A heading; `level` is the level it was written with, from 1."""

    level: int
    start: int


class Anatomy(NamedTuple):
    """What a body is made of, in the order it was written.

    `code` holds the spans of code, and `fences` the language and start of each fenced block.
    """

    links: tuple[BodyLink, ...] = ()
    images: tuple[Image, ...] = ()
    headings: tuple[Heading, ...] = ()
    code: tuple[tuple[int, int], ...] = ()
    tags: tuple[RawTag, ...] = ()
    fences: tuple[tuple[str, int], ...] = ()

    @property
    def targets(self) -> tuple[tuple[str, int], ...]:
        """The addresses of all images, and of links that name no thread; and where each begins."""
        links = [(link.url, link.start) for link in self.links if link.thread is None]
        return (*[(image.url, image.start) for image in self.images], *links)

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


def read_target(url: str, *, is_wiki: bool) -> tuple[str | None, str]:
    """Return what a link names, and the anchor there: see `BodyLink`."""
    if not is_wiki and not url.startswith(SCHEMES):
        return None, ""
    target, _, anchor = url.partition("#")
    return target.removeprefix(THREAD_SCHEME), anchor


class _Examiner:
    """One walk through the parser's events."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.place = _make_counter(body)
        self.links: list[BodyLink] = []
        self.images: list[Image] = []
        self.headings: list[Heading] = []
        self.code: list[tuple[int, int]] = []
        self.tags: list[RawTag] = []
        self.fences: list[tuple[str, int]] = []
        self.block: list[tuple[int, str]] = []
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
            elif kind == "Html":
                self.block.append((span["start"], said))
            elif kind == "InlineHtml":
                self._find_tags([(span["start"], said)])
        return Anatomy(
            # A link is added where it ends, so one inside another came first.
            tuple(sorted(self.links, key=lambda link: link.start)),
            tuple(self.images),
            tuple(self.headings),
            tuple(self.code),
            tuple(self.tags),
            tuple(self.fences),
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
            if isinstance(inner, dict) and inner.get("Fenced"):
                self.fences.append((inner["Fenced"], self.place(span["start"])))

    def _end(self, said: Any, span: Any) -> None:
        if said == "Link":
            self._close_link(span)
        elif said == "Image":
            image, words = self.open.pop()
            text, start = "".join(words).strip(), self.place(span["start"])
            self.images.append(Image(text, start, image["dest_url"], self.place(span["end"])))
            self._add_text("".join(words))  # an image can be part of a link's text
        elif said == "HtmlBlock":
            self._find_tags(self.block)
            self.block = []

    def _add_text(self, text: str) -> None:
        if self.open:
            self.open[-1][1].append(text)

    def _close_link(self, span: Any) -> None:
        link, words = self.open.pop()
        kind, url = link["link_type"], link["dest_url"]
        start, end = self.place(span["start"]), self.place(span["end"])
        text = "".join(words).strip()
        # pyromark names every kind of link by a string, but a wikilink by a dictionary.
        target, anchor = read_target(url, is_wiki=isinstance(kind, dict))
        self.links.append(BodyLink(url, target, text, start, end, kind in _INLINE, anchor))
        self._add_text(text)

    def _find_tags(self, lines: list[tuple[int, str]]) -> None:
        """Find the tags of a piece of HTML, whose lines begin at these bytes."""
        source = "".join([line for _, line in lines])
        find_byte = _make_finder(lines)
        silent_until = 0
        for tag in _RAW_TAG.finditer(source):
            name = (tag["name"] or "").lower()
            if not name or tag.start() < silent_until:
                continue
            if _SILENT.fullmatch(name):
                end = source.lower().find(f"</{name}", tag.end())
                silent_until = len(source) if end < 0 else end
            values = tuple(_read_attributes(tag["rest"]))
            start = self.place(find_byte(tag.start()))
            self.tags.append(RawTag(name, values, start))
            if name == "img":
                end = self.place(find_byte(tag.end()))
                self.images.append(_make_image(dict(reversed(values)), start, end))


def _read_attributes(written: str) -> Iterator[tuple[str, str]]:
    for name, *values in _RAW_ATTRIBUTE.findall(written):
        yield name.lower(), html.unescape(next(filter(None, values), ""))


def _make_image(values: dict[str, str], start: int, end: int) -> Image:
    text = values.get("alt", "").strip()
    is_decorative = "alt" in values and not text
    return Image(text, start, values.get("src", ""), end, True, is_decorative)


def _make_finder(lines: list[tuple[int, str]]) -> Callable[[int], int]:
    """Return a function that turns a place in joined lines into a byte of the body."""
    begins = [0, *accumulate(len(line) for _, line in lines)]

    def find(place: int) -> int:
        number = max(0, min(bisect.bisect(begins, place), len(lines)) - 1)
        start, line = lines[number]
        return start + len(line[: place - begins[number]].encode())

    return find


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
