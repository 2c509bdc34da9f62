"""HTML of forums to Markdown: markdownify's converter, taught what forums write.

It is fed by nh3, which closes what is open and removes what runs; so nothing here meets a tree
that a browser would not have made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import nh3
from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import ATX, BACKSLASH, MarkdownConverter

from threadbook.importers.posts import handle_of

_TAGS: Final = set(
    "a abbr aside b blockquote br caption cite code dd del details div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp section small span strike "
    "strong sub summary sup table tbody td tfoot th thead tr tt u ul var iframe video audio "
    "source".split()
)
_ATTRIBUTES: Final = {
    "a": {"href", "class"},
    "img": {"src", "alt", "width", "height", "class"},
    "pre": {"class", "lang"},
    "code": {"class", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "aside": {"class", "data-username"},
    "blockquote": {"class"},
    "div": {"class"},
    "span": {"class"},
    "iframe": {"src", "title"},
    "video": {"src"},
    "audio": {"src"},
    "source": {"src"},
}
_SCHEMES: Final = {"http", "https", "mailto", "data", "tel", "upload", "image", "file"}

_DEPTH: Final = 60
"""Tags within tags. Text is deeper only by mistake, and conversion recurses."""

_SPAN: Final = 100
"""Columns or rows that a cell may span; wider ones are mistakes."""

_BYTES: Final = 3_000_000
"""A body that is longer is taken as plain text: its tree would fill the memory."""

_OPENING: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_VOID: Final = {"br", "hr", "img", "source"}
_CLOSED_BY_THEMSELVES: Final = frozenset("p li td th tr dt dd thead tbody option".split())
_OPEN: Final = 500
"""Tags that may be open at once in what a forum sends."""

_LANGUAGE: Final = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|brush:\s*)([A-Za-z0-9+#-]{1,20})")
_NOT_A_LANGUAGE: Final = {"auto", "none", "nohighlight", "plaintext", "text", "code"}
_LINE_START: Final = re.compile(r"(?m)^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|>|=+\s*$|-+\s*$|~{3,})")
_NUMBER: Final = re.compile(r"(?m)^(\s*\d{1,9})([.)])(?=\s)")
_INLINE: Final = re.compile(
    r"([\\`*\[\]|]|<(?=[A-Za-z/!?]))|(?<![^\W_])(_)|(_)(?![^\W_])|(&)(?=#?\w{1,30};)"
)
_LINK: Final = re.compile(r"<a\b[^<>]*\bhref\s*=\s*(?![\"']?#)", re.IGNORECASE)
_TWICE: Final = re.compile(
    r"(\bhref\s*=\s*[\"']?)\s*https?://(?:%20|\s)*(?=https?://)", re.IGNORECASE
)
"""An address that was pasted behind the `http://` of a form."""

_BLANKS: Final = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_TAG: Final = re.compile(r"<[^<>]{0,5000}>")
_SILENT_TAG: Final = re.compile(r"<(script|style|template|noscript|textarea)\b", re.IGNORECASE)
_BLOCK: Final = re.compile(
    r"<(?=/?(?:p|div|br|li|tr|h[1-6]|blockquote|pre|table)\b)", re.IGNORECASE
)
_BLOCKS: Final = ["p", "div", "li", "td", "th", "dd", "dt", "blockquote", "h1", "h2", "h3", "h4"]
_SILENT: Final = {"script", "style", "template", "noscript", "textarea", "select", "title"}
"""What is in these is not for reading."""


_FURNITURE: Final = (
    ".lightbox-wrapper .meta, .lightbox .meta, .onebox .site-icon, .onebox-avatar-inline, "
    ".poll-info, .poll-buttons"
)
"""What Discourse adds to texts for its own page: the size of a picture, the icon of a site."""


class Converted(NamedTuple):
    """Markdown, whether the form of the HTML could be kept, and how many links are only words."""

    text: str
    is_whole: bool
    lost: int = 0


def html_to_markdown(source: str) -> Converted:
    """Return the Markdown of HTML.

    What is too deep or too long to convert comes back as text without form. Links whose address is
    none, or would run something, come back as words.
    """
    # Where tags are not closed, the sanitiser takes quadratic time.
    if len(source) > _BYTES or _depth(source, _CLOSED_BY_THEMSELVES) > _OPEN:
        return Converted(_without_form(source), is_whole=False)
    source = _TWICE.sub(r"\1", source)
    clean = nh3.clean(
        source,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        clean_content_tags=_SILENT,
    )
    if _depth(clean) > _DEPTH:
        return Converted(_without_form(source), is_whole=False)
    lost = len(_LINK.findall(source)) - len(_LINK.findall(clean))
    soup = BeautifulSoup(clean, "html.parser")
    _prepare(soup)
    text = _BLANKS.sub("\n\n", str(_Converter().convert_soup(soup))).strip()
    return Converted(text, is_whole=True, lost=max(0, lost))


def text_to_markdown(text: str) -> str:
    """Return Markdown that shows plain text as it is."""
    return _escape(text.replace("\r\n", "\n"))


def _escape(text: str) -> str:
    escaped = _INLINE.sub(lambda found: f"\\{found[0]}", text)
    escaped = _LINE_START.sub(r"\1\\\2", escaped)
    return _NUMBER.sub(r"\1\\\2", escaped)


def _depth(source: str, besides: frozenset[str] = frozenset()) -> int:
    """Return how deep tags are in tags; those in `besides` do not count."""
    depth = most = 0
    for tag in _OPENING.finditer(source):
        name = tag[2].lower()
        if name not in _VOID and name not in besides:
            depth += -1 if tag[1] else 1
            most = max(most, depth)
    return most


def _prepare(soup: BeautifulSoup) -> None:
    """Write in plain HTML what forums write in their own way."""
    for tag in soup.select(_FURNITURE):
        tag.decompose()
    for tag in soup.find_all("table"):
        _fill_spans(tag)
    _unname(soup)
    _rename(soup)
    for tag in soup.find_all(["iframe", "video", "audio"]):
        _link_media(soup, tag)
    for tag in soup.find_all("img"):
        if "emoji" in (tag.get("class") or []):
            tag.replace_with(str(tag.get("alt") or ""))
    for tag in soup.find_all(_BLOCKS):
        _drop_last_breaks(tag)
    for tag in soup.find_all("pre"):
        for line in tag.find_all("br"):
            line.replace_with("\n")


def _drop_last_breaks(block: Tag) -> None:
    """Drop line breaks that nothing follows: Markdown would show them as backslashes."""
    while block.contents:
        last = block.contents[-1]
        is_break = isinstance(last, Tag) and last.name == "br"
        if not is_break and (isinstance(last, Tag) or str(last).strip()):
            return
        last.extract()


def _unname(soup: BeautifulSoup) -> None:
    """Write people as mentions, without pictures of them or links to their pages.

    Mentions are what `People` finds. Who is quoted stands in the quote, as in Markdown.
    """
    for tag in soup.select("aside.quote"):
        _write_quoted(soup, tag)
    for tag in soup.select("a.mention, a.mention-group, a.user-mention, a.team-mention"):
        tag.unwrap()


def _write_quoted(soup: BeautifulSoup, quote: Tag) -> None:
    title, inner = quote.select_one(".title"), quote.find("blockquote")
    if title is None:
        return
    link = title.find("a")
    who = handle_of(str(quote.get("data-username") or ""))
    title.extract()
    if who and isinstance(inner, Tag):
        words = soup.new_tag("p")
        words.append(f"@{who} wrote")
        words.extend([" in ", link] if isinstance(link, Tag) else [])
        words.append(":")
        inner.insert(0, words)


def _rename(soup: BeautifulSoup) -> None:
    for tag in soup.find_all("summary"):
        tag.name = "p"
        bold = soup.new_tag("b")
        for child in list(tag.children):
            bold.append(child.extract())
        tag.append(bold)
    for tag in soup.find_all(["tt", "var"]):
        tag.name = "code"
    for tag in soup.find_all(["strike", "ins", "u"]):
        tag.name = "s" if tag.name == "strike" else "span"


def _link_media(soup: BeautifulSoup, tag: Tag) -> None:
    inner = tag.find("source")
    address = tag.get("src") or (inner.get("src") if isinstance(inner, Tag) else "")
    if not address:
        tag.unwrap()
        return
    link = soup.new_tag("a", href=str(address))
    link.string = str(tag.get("title") or address)
    tag.replace_with(link)


def _number(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(_SPAN, max(1, int(value))) if value.isdecimal() and len(value) < 5 else 1  # noqa: PLR2004


def _fill_spans(table: Tag) -> None:
    """Give each row of a table all its cells: Markdown has none that span several."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    waiting: dict[int, int] = {}  # by column, how many more rows it is covered
    soup = BeautifulSoup("", "html.parser")
    for row in rows:
        column = 0
        for cell in list(row.find_all(["td", "th"], recursive=False)):
            while waiting.get(column, 0) > 0:
                waiting[column] -= 1
                cell.insert_before(soup.new_tag(cell.name))
                column += 1
            wide, high = _number(cell, "colspan"), _number(cell, "rowspan")
            for name in ("colspan", "rowspan"):
                if cell.has_attr(name):
                    del cell[name]
            after = cell
            for place in range(wide):
                if place:
                    empty = soup.new_tag(cell.name)
                    after.insert_after(empty)
                    after = empty
                if high > 1:
                    waiting[column] = high - 1
                column += 1
        while waiting.get(column, 0) > 0:
            waiting[column] -= 1
            row.append(soup.new_tag("td"))
            column += 1


class _Converter(MarkdownConverter):
    """Forum HTML to Markdown as our checker likes it."""

    class Options:
        """How markdownify writes what we do not write ourselves."""

        heading_style = ATX
        newline_style = BACKSLASH
        bullets = "-"
        sub_symbol = "<sub>"
        sup_symbol = "<sup>"
        autolinks = True
        keep_inline_images_in = ("td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "a", "p", "div")

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape what Markdown would read as markup, and no more, so that texts stay readable."""
        del parent_tags
        return _escape(text)

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Fence code with more backticks than it holds, and name its language."""
        del parent_tags
        text = text.strip("\n")
        if not text.strip():
            return ""
        runs = [len(run) for run in re.findall(r"`{3,}", text)]
        fence = "`" * (max(runs, default=2) + 1)
        return f"\n\n{fence}{_find_language(el)}\n{text}\n{fence}\n\n"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write links whose address has spaces or brackets so that they stay one."""
        address = str(el.get("href") or "").strip()
        if not address or address.startswith("#") or "_noformat" in parent_tags:
            return text
        el["href"] = re.sub(r"[\s<>()\[\]\\]", lambda found: f"%{ord(found[0]):02X}", address)
        return self._write_link(text, str(el["href"]))

    def _write_link(self, text: str, address: str) -> str:
        words = text.strip()
        if not words:
            return ""
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        is_same = words.replace("\\", "") == address
        return f"{before}<{address}>{after}" if is_same else f"{before}[{words}]({address}){after}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep pictures in tables and headings, too."""
        del text, parent_tags
        address = re.sub(
            r"[\s<>()\[\]\\]",
            lambda found: f"%{ord(found[0]):02X}",
            str(el.get("src") or "").strip(),
        )
        words = _escape(" ".join(str(el.get("alt") or "").split()))
        return f"![{words}]({address})" if address else words

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep a cell on its line; code in it loses its own lines."""
        del el, parent_tags
        return f" {' '.join(text.split())} |"

    convert_th = convert_td

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a term in bold: definition lists are no part of our Markdown."""
        del el, parent_tags
        words = " ".join(text.split())
        return f"\n\n**{words}**\n\n" if words else ""

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a definition as a paragraph."""
        del el, parent_tags
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""


def _find_language(pre: Tag) -> str:
    code: Any = pre.find("code") if isinstance(pre.find("code"), Tag) else pre
    for tag in (code, pre):
        classes = " ".join(tag.get("class") or [])
        found = _LANGUAGE.search(classes)
        if found and found[1].lower() not in _NOT_A_LANGUAGE:
            return found[1].lower()
        if tag.get("lang"):
            return re.sub(r"[^A-Za-z0-9+#-]", "", str(tag["lang"]))[:20]
    return ""


def _without_form(source: str) -> str:
    """Return the text of HTML; takes time by its length, whatever it is."""
    bare = _TAG.sub(" ", _BLOCK.sub("\n<", "".join(_spoken(source))))
    lines = (" ".join(line.split()) for line in html.unescape(bare).splitlines())
    return text_to_markdown(_BLANKS.sub("\n\n", "\n".join(lines)).strip())


def _spoken(source: str) -> Iterator[str]:
    """Yield the parts of HTML that are not in elements which nobody reads."""
    at = 0
    while found := _SILENT_TAG.search(source, at):
        yield source[at : found.start()]
        end = re.compile(f"</{found[1]}", re.IGNORECASE).search(source, found.end())
        if end is None:
            return
        at = end.start()
    yield source[at:]
