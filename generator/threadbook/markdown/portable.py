"""Bodies as Markdown that others can read: ordinary links, and nothing that leaves its place.

`portable` makes a body that means the same anywhere, `contained` one that can stand between
others in a document without changing what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from threadbook.markdown.anatomy import PARSER, BodyLink, examine
from threadbook.markdown.html import Resolve

_NUMBERED: Final = re.compile(r"^([0-9]{1,9})([.)])(?= |$)")
_SIGN: Final = re.compile(r"[\\`*_\[\]<>&~|#=+-]")
_MEANING: Final = re.compile(
    r"[\\`*\[\]~|]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?[A-Za-z0-9]{1,40};)"
    r"|^(?:[#=+-](?=[#=+\- ]|$)|>)"
    r"|(?<= )#(?=#*$)"
)
"""Emphasis, code, links, tables; HTML and entities; and what begins or ends a heading or list."""

_LINKED: Final = re.compile(r"thread:|\]:|\]\((?!https?://|mailto:)")
"""Without these and `[[`, every link is an ordinary one already."""

_PLAIN_WIKI: Final = re.compile(r"\[\[([a-z0-9-]+)\]\]")
_COMMENT: Final = re.compile(r"(?<=\n)[ \t]*<!--.*?-->[ \t]*\n|<!--.*?(?:-->|\Z)", re.DOTALL)
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
"""The breaks in an underlined heading, and what would close one that begins with signs."""

_OPENING: Final = re.compile(r"`{3}|~{3}|<")
_CLOSERS: Final = "--> ?> ]]> </pre> </script> </style> </textarea> >".split()
_NEXT: Final = "\n\n# Next\n"


@lru_cache(maxsize=10_000)
def escape_markdown(text: str) -> str:
    """Write plain text as one line of Markdown that reads the same, wherever in a line it stands.

    Signs that can mean nothing where they are stay as they are, so that titles remain legible.
    """
    text = " ".join(text.split())
    if _SIGN.search(text):
        text = _MEANING.sub(r"\\\g<0>", text)
    return _NUMBERED.sub(r"\1\\\2", text) if text[:1].isdecimal() else text


def make_portable(body: str, resolve: Resolve, page: str = "") -> str:
    """Write links to threads as ordinary ones, and leave out what readers do not see.

    A thread link that `resolve` does not know becomes its text, as on the page. With `page`, the
    whole address of the page the body stands on, relative links become whole too. Links by
    reference are written out, because their definitions hold for a whole document; HTML comments
    go. All else stays as it was written.
    """
    if "<!--" in body:
        body = _without_comments(body)
    if "[" not in body and "thread:" not in body:
        return body
    if "[[" not in body and not _LINKED.search(body):
        return body
    if not _may_be_intricate(body):
        text, count = _PLAIN_WIKI.subn(lambda match: _wiki(match[1], resolve), body)
        if count == body.count("[["):
            return text
    rewrite = _Rewriting(resolve, page)
    parts, done = [], 0
    for link in examine(body).links:
        if link.start >= done:
            parts += [body[done : link.start], rewrite.link(link, body[link.start : link.end])]
            done = link.end
            if _is_reference(link, body) and body.startswith("[]", done):
                done += 2  # the parser's range of `[x][]` ends before them
    text = "".join([*parts, body[done:]])
    return _without_definitions(text) if "]:" in text else text


def _may_be_intricate(body: str) -> bool:
    """Tell at a glance whether what looks like `[[id]]` may be something else."""
    return (
        any(sign in body for sign in "`\\<~|\t")
        or "thread:" in body
        or "](" in body
        or "]:" in body
        or "[[[" in body
        or "    " in body
    )


def _wiki(target: str, resolve: Resolve) -> str:
    destination = resolve(target)
    return f"[{escape_markdown(destination.title)}]({destination.url})" if destination else target


def _without_comments(body: str) -> str:
    """Leave HTML comments out; what looks like one in code stays."""
    encoded = body.encode()
    edits = [
        _Edit(span["start"], span["end"], _COMMENT.sub("", _cut(encoded, span)))
        for event, span in PARSER.events_with_range(body)
        if event == {"Start": "HtmlBlock"} or (isinstance(event, dict) and "InlineHtml" in event)
    ]
    return _edited(encoded, edits)


def _without_definitions(text: str) -> str:
    """Leave out the definitions of links that are written out; keep them if any is still used."""
    code = examine(text)
    without = _DEFINITION.sub(lambda match: match[0] if code.is_code(match.start()) else "", text)
    return without if PARSER.html(without).split() == PARSER.html(text).split() else text


class _Rewriting(NamedTuple):
    resolve: Resolve
    page: str

    def link(self, link: BodyLink, source: str) -> str:
        """Write one link as an ordinary one; `source` is how it was written."""
        words = _words(link, source)
        if link.thread is None:
            return self._ordinary(link, source, words)
        destination = self.resolve(link.thread)
        if destination is None:
            return words
        if link.text == link.thread:
            words = escape_markdown(destination.title)
        return f"[{words}]({destination.url})"

    def _ordinary(self, link: BodyLink, source: str, words: str) -> str:
        if source.startswith("<"):
            return source
        whole = urljoin(self.page, link.url) if self._is_relative(link.url) else link.url
        if link.inline and whole == link.url:
            return source
        return f"[{words}]({_UNSAFE.sub(_quoted, whole)})"

    def _is_relative(self, url: str) -> bool:
        return bool(self.page) and not url.startswith("#") and not _SCHEME.match(url)


def _quoted(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _is_wiki(link: BodyLink, source: str) -> bool:
    return source.startswith("[[") and link.thread is not None and not link.inline


def _is_reference(link: BodyLink, body: str) -> bool:
    source = body[link.start : link.end]
    return not link.inline and not source.startswith("<") and not _is_wiki(link, source)


def _words(link: BodyLink, source: str) -> str:
    """Return a link's text as Markdown: as it was written, where that is plain to see."""
    if source.startswith(("<", "[![")):
        return escape_markdown(link.text)
    if _is_wiki(link, source):
        words = source[2:-2].partition("|")[2]
    else:
        words, *more = re.split(r"\]\(|\]\[", source[1:])
        words = "[" if len(more) > 1 else words if more else source[1:-1]
    return words if words and not _BRACKET.search(words) else escape_markdown(link.text)


class _Edit(NamedTuple):
    """Put `new` where the bytes from `start` to `end` are."""

    start: int
    end: int
    new: str


def contain(body: str, level: int, prefix: str) -> str:
    """Make a body part of a document: `level` is that of the heading it stands below.

    Its own headings come below that one, so that none can pass for a part of the document.
    Names of footnotes get the prefix, because they hold for a whole document. Code and HTML that
    nobody closed is closed, so that it swallows nothing that follows.
    """
    if not _may_have_structure(body):
        return body
    encoded = body.encode()
    return _closed(_edited(encoded, _structure(body, encoded, level, prefix)))


def _may_have_structure(body: str) -> bool:
    """Tell at a glance whether a body may hold a heading, a footnote, code or HTML."""
    return (
        "#" in body
        or "<" in body
        or "~" in body
        or "=" in body
        or ("`" in body and "```" in body)
        or ("[" in body and "[^" in body)
        or ("-" in body and ("--" in body or "-\n" in body or body.endswith("-")))
    )


def _structure(body: str, encoded: bytes, level: int, prefix: str) -> Iterator[_Edit]:
    for event, span in PARSER.events_with_range(body):
        match event:
            case {"Start": {"Heading": {"level": str(own)}}}:
                signs = "#" * min(int(own[1:]) + level, _DEEPEST)
                yield from _heading(encoded[span["start"] : span["end"]], span["start"], signs)
            case {"FootnoteReference": _} | {"Start": {"FootnoteDefinition": _}}:
                yield _Edit(span["start"], span["start"] + 2, f"[^{prefix}")
            case _:
                pass


def _heading(source: bytes, start: int, signs: str) -> Iterator[_Edit]:
    """Write a heading with so many signs; an underlined one comes into one line."""
    own = len(source) - len(source.lstrip(b"#"))
    if own:
        yield _Edit(start, start + own, signs)
        return
    yield _Edit(start, start, f"{signs} ")
    for end in _CLOSING.finditer(source):
        yield _Edit(start + end.start(), start + end.start(), "\\")
    for gap in _GAP.finditer(source):
        yield _Edit(start + gap.start(), start + gap.end(), " " if gap["line"] is None else "")


def _edited(encoded: bytes, edits: Iterable[_Edit]) -> str:
    parts, done = [], 0
    for edit in sorted(edits):
        if edit.start >= done:
            parts += [encoded[done : edit.start], edit.new.encode()]
            done = edit.end
    return b"".join([*parts, encoded[done:]]).decode()


def _cut(encoded: bytes, span: Any) -> str:
    return encoded[span["start"] : span["end"]].decode()


def _closed(body: str) -> str:
    """End whatever is still open at the end of a body."""
    if not _OPENING.search(body) or _ends(body):
        return body
    for closer in (*_fences(body), *_CLOSERS):
        if _ends(f"{body.rstrip()}\n{closer}"):
            return f"{body.rstrip()}\n{closer}"
    fence = f"{_fences(body)[0]}`"
    return f"{fence}\n{body.rstrip()}\n{fence}"


def _fences(body: str) -> tuple[str, str]:
    """Return fences that end any code of a body: as long as its longest run of each sign."""
    backticks, tildes = re.findall("`+", body), re.findall("~+", body)
    return max([*backticks, "```"], key=len), max([*tildes, "~~~"], key=len)


def _ends(body: str) -> bool:
    """Tell whether a heading after a body would be one."""
    return PARSER.html(body + _NEXT).endswith("<h1>Next</h1>\n")
