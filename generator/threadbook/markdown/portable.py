"""Bodies as Markdown for other readers.

`make_portable` writes thread links as ordinary ones, so that a body reads the same anywhere.
`contain` makes a body safe to put between others in one document, without changing what they mean.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import AnyStr, Final, NamedTuple
from urllib.parse import urljoin

from threadbook.markdown.anatomy import PARSER, BodyLink, Image, examine
from threadbook.markdown.html import Resolve
from threadbook.markdown.media import NONE, Media, may_name_media

_NUMBERED: Final = re.compile(r"^([0-9]{1,9})([.)])(?= |$)")
_PUNCTUATION: Final = re.compile(r"[\\`*_\[\]<>&~|#=+-]")
_MEANING: Final = re.compile(
    r"[\\`*\[\]~|]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?[A-Za-z0-9]{1,40};)"
    r"|^(?:[#=+-](?=[#=+\- ]|$)|>)"
    r"|(?<= )#(?=#*$)"
)
"""Emphasis, code, links, tables, HTML and entities, and what begins or ends headings and lists."""

_LINKED: Final = re.compile(r"(?:thread|topic|path|board|page):|\]:|\]\((?!https?://|mailto:)")
"""A body without these and without `[[` has only ordinary links."""

_SCHEMED: Final = re.compile(r"\]:|(?:thread|topic|path|board|page):")
_PLAIN_WIKI: Final = re.compile(r"\[\[([a-z0-9-]+)\]\]")
_COMMENT: Final = re.compile(
    r"(?<=\n)[ \t]*<!--[^-]*(?:-(?!->)[^-]*)*-->[ \t]*\n|<!--.*?(?:-->|\Z)", re.DOTALL
)
_DEFINITION: Final = re.compile(
    r"^ {0,3}\[(?!\^)(?:[^\[\]\\\n]|\\.){1,999}\]:[ \t]*\S[^\n]*(?:\n|\Z)", re.MULTILINE
)

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_UNSAFE: Final = re.compile(r"[\s()<>\\]")
_BRACKET: Final = re.compile(r"[\[\]]")
_DEEPEST: Final = 6
_UNDERLINE: Final = rb"\r?\n[ \t>]*(?:=+|-+)[ \t]*(?=\s*\Z)"
_GAP: Final = re.compile(
    rb"[ \t]*(?P<line>" + _UNDERLINE + rb")|[ \t]*\\?\r?\n[ \t>]*(?=[^ \t>\r\n])"
)

_CLOSING: Final = re.compile(rb"(?<=[ \t])(?=#+[ \t]*" + _UNDERLINE + rb")")
"""`_GAP` finds the line breaks of an underlined heading. `_CLOSING` finds `#` that would be lost at
its end when it becomes a heading that begins with `#`."""

_OPENING: Final = re.compile(r"`{3}|~{3}|<")
# What ends each kind of HTML block (CommonMark 0.31, section 4.6).
_CLOSERS: Final = "--> ?> ]]> </pre> </script> </style> </textarea> >".split()
_NEXT: Final = "\n\n# Next\n"


@lru_cache(maxsize=10_000)
def escape_markdown(text: str) -> str:
    """Write plain text as one line of Markdown that reads the same anywhere in a line.

    Only characters that would mean something in their place are escaped, so titles stay legible.
    """
    text = " ".join(text.split())
    if _PUNCTUATION.search(text):
        text = _MEANING.sub(r"\\\g<0>", text)
    return _NUMBERED.sub(r"\1\\\2", text) if text[:1].isdecimal() else text


def make_portable(body: str, resolve: Resolve, page: str = "", media: Media = NONE) -> str:
    """Write thread links as ordinary links, and remove what readers do not see.

    A thread link that `resolve` does not know becomes its text, as on the page. `page` is the
    absolute address of the body's page; with it, relative links become absolute too. Reference
    links are written out, because their definitions would hold for the whole document. HTML
    comments are removed, and pictures and files of the content get their addresses: see `media`.
    Everything else stays as it was written.
    """
    if "<!--" in body:
        body = _remove_comments(body)
    # Substring tests first: parsing takes many times as long, and most bodies need none.
    if "[" not in body and "<" not in body:
        return body
    names_media = may_name_media(body) or (media.way != "" and media.way in body)
    if "[[" not in body and not names_media and not _LINKED.search(body):
        return body
    if not names_media and not _is_intricate(body):
        text, count = _PLAIN_WIKI.subn(lambda match: _write_wiki(match[1], resolve), body)
        if count == body.count("[["):
            return text
    rewrite, parts = _Rewriting(resolve, page, media), examine(body)
    edits = [rewrite.edit(link, body) for link in parts.links]
    edits += rewrite.place(parts.images) if names_media else ()
    text = _apply(body, edits)
    return _remove_definitions(text) if "]:" in text else text


def _is_intricate(body: str) -> bool:
    """Return whether what looks like `[[id]]` may be something else, such as code."""
    return (
        "`" in body
        or "\\" in body
        or "<" in body
        or "~" in body
        or "|" in body
        or "\t" in body
        or ("(" in body and "](" in body)
        or (":" in body and _SCHEMED.search(body) is not None)
        or "[[[" in body
        or "    " in body
    )


def _write_wiki(target: str, resolve: Resolve) -> str:
    destination = resolve(target)
    return f"[{escape_markdown(destination.title)}]({destination.url})" if destination else target


def _remove_comments(body: str) -> str:
    """Remove HTML comments; what looks like one in code stays."""
    encoded = body.encode()

    def edits() -> Iterator[_Edit[bytes]]:
        for event, span in PARSER.events_with_range(body):
            if event == {"Start": "HtmlBlock"} or (
                isinstance(event, dict) and "InlineHtml" in event
            ):
                source = encoded[span["start"] : span["end"]].decode()
                yield span["start"], span["end"], _COMMENT.sub("", source).encode()

    return _apply(encoded, edits()).decode()


def _remove_definitions(text: str) -> str:
    """Remove the definitions of links that are written out; keep all if one is still used."""
    code = examine(text)
    without = _DEFINITION.sub(lambda match: match[0] if code.is_code(match.start()) else "", text)
    return without if PARSER.html(without).split() == PARSER.html(text).split() else text


class _Rewriting(NamedTuple):
    """How links are rewritten; see `make_portable`."""

    resolve: Resolve
    page: str
    media: Media = NONE

    def place(self, images: Iterable[Image]) -> Iterator[_Edit[str]]:
        """Yield an edit for each picture of the content."""
        for image in images:
            is_named, medium = self.media.find(image.url)
            if is_named:
                address = f"{self.media.base}{medium.address}" if medium else ""
                new = f"![{escape_markdown(image.text)}]({address})"
                if image.is_tag:  # Markdown is not read in a block of HTML
                    new = f'<img src="{address}" alt="{_escape(image)}">'
                yield image.start, image.end, new if address else escape_markdown(image.text)

    def edit(self, link: BodyLink, body: str) -> _Edit[str]:
        source, end = body[link.start : link.end], link.end
        is_reference = not link.inline and source[:1] != "<" and not _is_wiki(link, source)
        if is_reference and body.startswith("[]", end):
            end += 2  # the parser's range of `[x][]` ends before its brackets
        return link.start, end, self._write(link, source)

    def _write(self, link: BodyLink, source: str) -> str:
        """Write a link as an ordinary one; `source` is how it was written."""
        words = _words(link, source)
        if link.target is None:
            return self._write_ordinary(link, source, words)
        destination = self.resolve(link.target)
        if destination is None:
            return words
        if link.is_bare:
            words = escape_markdown(destination.title)
        anchor = f"#{_UNSAFE.sub(_quote, link.anchor)}" if link.anchor else ""
        return f"[{words}]({destination.url}{anchor})"

    def _write_ordinary(self, link: BodyLink, source: str, words: str) -> str:
        if source.startswith("<"):
            return source
        is_named, medium = self.media.find(link.url)
        if is_named:
            return f"[{words}]({self.media.base}{medium.address})" if medium else words
        url = link.url
        if self.page and not url.startswith("#") and not _SCHEME.match(url):
            url = urljoin(self.page, url)
        if link.inline and url == link.url:
            return source
        return f"[{words}]({_UNSAFE.sub(_quote, url)})"


def _escape(image: Image) -> str:
    return html.escape(" ".join(image.text.split()))


def _quote(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _is_wiki(link: BodyLink, source: str) -> bool:
    return source.startswith("[[") and link.thread is not None and not link.inline


def _words(link: BodyLink, source: str) -> str:
    """Return a link's text as Markdown: as it was written, where that is certain."""
    if source.startswith(("<", "[![")):
        return escape_markdown(link.text)
    if _is_wiki(link, source):
        words = source[2:-2].partition("|")[2]
    else:
        words, *more = re.split(r"\]\(|\]\[", source[1:])
        words = "[" if len(more) > 1 else words if more else source[1:-1]
    return words if words and not _BRACKET.search(words) else escape_markdown(link.text)


def contain(body: str, level: int, prefix: str) -> str:
    """Make a body part of a document, below a heading of `level`.

    Its own headings go below that level, so that none can pass for a part of the document. The
    names of footnotes get the prefix, because they hold for the whole document. Unclosed code and
    HTML is closed, so that it cannot swallow what follows.
    """
    if not _has_structure(body):
        return body
    encoded = body.encode()
    return _close(_apply(encoded, _find_structure(body, encoded, level, prefix)).decode())


def _has_structure(body: str) -> bool:
    """Return whether there may be a heading, footnote, HTML or code that can stay open."""
    # A search for one character takes a tenth of the time of one for two.
    return (
        "#" in body
        or "<" in body
        or "~" in body
        or "=" in body
        or ("`" in body and "```" in body)
        or ("[" in body and "[^" in body)
        or ("-" in body and ("--" in body or "-\n" in body or body.endswith("-")))
    )


def _find_structure(body: str, encoded: bytes, level: int, prefix: str) -> Iterator[_Edit[bytes]]:
    for event, span in PARSER.events_with_range(body):
        start = span["start"]
        match event:
            case {"Start": {"Heading": {"level": str(own)}}}:
                hashes = b"#" * min(int(own[1:]) + level, _DEEPEST)
                yield from _lower_heading(encoded[start : span["end"]], start, hashes)
            case {"FootnoteReference": _} | {"Start": {"FootnoteDefinition": _}}:
                yield start, start + 2, f"[^{prefix}".encode()
            case _:
                pass


def _lower_heading(source: bytes, start: int, hashes: bytes) -> Iterator[_Edit[bytes]]:
    """Write a heading with these hashes; an underlined one is put on one line."""
    own = len(source) - len(source.lstrip(b"#"))
    if own:
        yield start, start + own, hashes
        return
    yield start, start, hashes + b" "
    for end in _CLOSING.finditer(source):
        yield start + end.start(), start + end.start(), b"\\"
    for gap in _GAP.finditer(source):
        yield start + gap.start(), start + gap.end(), b" " if gap["line"] is None else b""


_Edit = tuple[int, int, AnyStr]
"""What to replace, from its start to its end, and by what."""


def _apply(source: AnyStr, edits: Iterable[_Edit[AnyStr]]) -> AnyStr:
    """Make edits; one that begins inside another is left out."""
    parts: list[AnyStr] = []
    done = 0
    for start, end, new in sorted(edits):
        if start >= done:
            parts += [source[done:start], new]
            done = end
    parts.append(source[done:])
    return source[:0].join(parts)


def _close(body: str) -> str:
    """End whatever is still open at the end of a body."""
    if not _OPENING.search(body) or _ends(body):
        return body
    for closer in (*_fences(body), *_CLOSERS):
        if _ends(f"{body.rstrip()}\n{closer}"):
            return f"{body.rstrip()}\n{closer}"
    # Nothing closes it, so the whole body is shown as code.
    fence = f"{_fences(body)[0]}`"
    return f"{fence}\n{body.rstrip()}\n{fence}"


def _fences(body: str) -> tuple[str, str]:
    """Return fences that end any code of a body: as long as its longest runs of the characters."""
    backticks, tildes = re.findall("`+", body), re.findall("~+", body)
    return max([*backticks, "```"], key=len), max([*tildes, "~~~"], key=len)


def _ends(body: str) -> bool:
    """Return whether a heading after the body would be read as a heading."""
    return PARSER.html(body + _NEXT).endswith("<h1>Next</h1>\n")
