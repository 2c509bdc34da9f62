"""Bodies to safe HTML, and to plain text.

nh3 sanitises, and Pygments highlights code. This room knows no threads: the caller says where a
link to another thread leads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

import nh3
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

from threadbook.markdown.anatomy import PARSER, THREAD_SCHEME, RawTag, read_target
from threadbook.markdown.headings import mark_headings, name_headings
from threadbook.markdown.media import NONE, Media, may_name_media, place_media
from threadbook.markdown.pictures import link_pictures

DEPTH_LIMIT: Final = 100
"""How deep quotes and lists may be nested. The sanitiser's time grows with the square of it."""

RAW_TAG_LIMIT: Final = 1_000
"""How many HTML tags a body may hold. Authors need not close them, so all may be nested."""

ATTRIBUTE_LIMIT: Final = 100
"""How many attributes an HTML tag may have. The sanitiser compares each with all before it."""

HIGHLIGHT_LIMIT: Final = 10_000
"""Longer code, in characters, is not highlighted: a lexer's regular expressions can stall on it."""

HIGHLIGHT_TOTAL: Final = 100_000
"""How much code of one body is highlighted, in characters; the rest is shown as it is."""

HIGHLIGHTED: Final = frozenset(
    "bash c cpp csharp css diff go html http ini java javascript js json kotlin lua makefile "
    "markdown php powershell py python ruby rust scala sh shell sql swift toml ts typescript "
    "xml yaml yml".split()
)
"""Languages whose lexers are in wide use. Code in any other language is not highlighted."""

_TAGS: Final = frozenset(
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img "
    "ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td "
    "tfoot th thead tr u ul var".split()
)
_CLASSES: Final = frozenset(
    "footnote-reference footnote-definition footnote-definition-label highlight tb-scroll "
    "tb-task tb-alert tb-alert--note tb-alert--tip tb-alert--important tb-alert--warning "
    "tb-alert--caution tb-alert__title tb-left tb-center tb-right".split()
)
_TOKEN: Final = re.compile(r"[a-z][a-z0-9]{0,2}")
"""The short names of the classes that Pygments gives tokens."""

_OPENERS: Final = b">-+*.)_~["
"""Every level of a quote, list, link or emphasis needs at least one of these characters."""

_OPEN_TAG: Final = re.compile(r"<[A-Za-z][^\s/>]*")
_ATTRIBUTE: Final = re.compile(
    r"[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*)?)?"
)
"""As a browser reads it (HTML, section 13.2.5.32): nearly everything before `>` is an attribute."""

_LINE_START: Final = re.compile(r"\n[ \t>]*")
"""With the marks of quotes: a tag of several lines in a quote is without them."""

_SET_APART: Final = re.compile(r" ([.,;:!?)])")
"""What tags leave where they end before a mark."""

_TAG: Final = re.compile(r"<[^>]*>")
_PICTURE: Final = re.compile(r'<img src="[^"<>]*" alt="([^"<>]*)"[^<>]*>')
"""As the parser writes it."""

# pyromark writes `[[sign-late]]` like a relative link: `<a href="sign-late">sign-late</a>`.
_WIKI: Final = re.compile(r'<a href="([a-z0-9-]+(?:#[A-Za-z0-9_-]+)?)">')
_BARE_WIKI: Final = re.compile(r'<a href="([a-z0-9-]+)(#[A-Za-z0-9_-]+)?">\1(?(2)\2)</a>')
_A_TAG: Final = re.compile(r'<a href="([^"<]*)"([^<>]*)>(.*?)</a>', re.DOTALL)
_HEADING: Final = re.compile(r"<(/?)h([1-6])(?=[ >])")
_CODE: Final = re.compile(
    r'<pre><code(?: class="language-([^" <]*)[^"<]*")?>(.*?)</code></pre>', re.DOTALL
)

_ALERT: Final = re.compile(r'<blockquote class="markdown-alert-([a-z]+)">')
_ALIGNED: Final = re.compile(r'<(t[dh]) style="text-align: (left|center|right)">')
_TASK: Final = re.compile(r'<input disabled="" type="checkbox"( checked="")?/>')
_MARKUP: Final = re.compile(r"(<[^>]*>)")
_ADDRESS: Final = re.compile(r"\bhttps?://[^\s<>\"]{1,2000}")
# What follows an address in a sentence; bounded, or a long run of dots would take quadratic time.
_SENTENCE_END: Final = re.compile(r"(?:[.,:;!?'*_]|&gt;|&quot;){1,100}\Z")
_OUTSIDE: Final = '<a rel="nofollow ugc noopener" '
"""Search engines give no credit for links that strangers wrote, and their targets get no access."""

_ANY_TAG: Final = re.compile(r"<[^>]*>?")
"""Whatever a `<` begins; at the end of a text also what nothing ends."""

_FLOWING: Final = frozenset(
    f"<{slash}{name}>"
    for name in "p em strong del code ul ol li blockquote".split()
    for slash in ("", "/")
)
"""Tags without attributes that are not rewritten."""

_KNOWN: Final = frozenset(
    {
        *_FLOWING,
        *(f"<{slash}h{level}>" for level in range(1, 7) for slash in ("", "/")),
        *(
            f"<{slash}{name}>"
            for name in "table thead tbody tr th td".split()
            for slash in ("", "/")
        ),
        *(
            f'<{name} class="tb-{side}">'
            for name in ("th", "td")
            for side in ("left", "center", "right")
        ),
        *('<div class="tb-scroll" tabindex="0">', '<div class="highlight">', '<pre tabindex="0">'),
        *('<span class="tb-task">', "</span>", "</div>", "</pre>", "</a>"),
    }
)
_HARMLESS: Final = re.compile(
    r'<span class="[a-z][a-z0-9]{0,2}">'
    r'|<a href="(?:\.\./)*(?:[a-z0-9-]+/)*(?:#[A-Za-z0-9_-]+)?">'
    r'|<a href="https?://(?:[a-z0-9]+\.)+[a-z]{2,}(?:/[A-Za-z0-9._~/-]*)?(?:#[A-Za-z0-9_-]*)?">'
)
"""Tags that the sanitiser leaves as they are: those of `_KNOWN`, colours of code, plain links."""

_FORMATTER: Final = HtmlFormatter(nowrap=True)
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"class"},
    "details": {"open"},
    "div": {"class", "id", "tabindex"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"tabindex"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"class", "colspan", "rowspan"},
    "th": {"class", "colspan", "rowspan", "scope"},
}
"""The attributes that each tag may keep. Of what authors write, only footnotes have ids."""

_MISSED: Final = frozenset("align bgcolor class color id size srcset style type value".split())
"""Attributes whose loss readers see. `on…` are lost as well."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a link leads: an address relative to the page, and the title of what is there."""

    url: str
    title: str


Resolve = Callable[[str], Destination | None]
"""Finds where a link leads, by its target (see `BodyLink`); `None` if there is no such page."""


def plain_text(body: str, limit: int) -> str:
    """Return the beginning of a body without markup: whole words, at most `limit` characters.

    The titles of other threads are not known here, so `[[sign-late]]` becomes "sign late".
    """
    return _strip_markup(PARSER.html(body[: limit * 4]), limit, has_wiki="[[" in body)


def _strip_markup(parsed: str, limit: int, *, has_wiki: bool) -> str:
    if "<img " in parsed:  # whoever does not see a picture reads its words
        parsed = _PICTURE.sub(r"\1", parsed)
    if has_wiki:
        parsed = _BARE_WIKI.sub(lambda match: match[1].replace("-", " "), parsed)
    whole, rest = _cut_after(parsed, ">")
    text = " ".join(html.unescape(_TAG.sub(" ", whole) + rest).split())
    # Not even half of what is kept can be spaces that fall away.
    text = _SET_APART.sub(lambda match: match[1], text[: 2 * limit + 2])
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def is_nested_too_deep(body: str) -> bool:
    """Return whether sanitising could take too long.

    See `DEPTH_LIMIT`, `RAW_TAG_LIMIT` and `ATTRIBUTE_LIMIT`.
    """
    # Counting characters costs far less than parsing, and is enough for almost every body.
    tags = body.count("<")
    if (
        tags <= RAW_TAG_LIMIT
        and _count_openers(body) <= DEPTH_LIMIT
        and not (tags and _has_too_many_attributes(_LINE_START.sub("\n", body)))
    ):
        return False
    depth = raw_tags = 0
    raws = []
    for event in PARSER.events(body):
        match event:
            case {"Html": str(raw)} | {"InlineHtml": str(raw)}:
                raw_tags += raw.count("<")
                raws.append(raw)
            case {"Start": _}:
                depth += 1
            case {"End": _}:
                depth -= 1
            case _:
                pass
        if depth > DEPTH_LIMIT or raw_tags > RAW_TAG_LIMIT:
            return True
    return _has_too_many_attributes("".join(raws))


def _count_openers(body: str) -> int:
    encoded = body.encode("utf-8", "surrogatepass")
    return len(encoded) - len(encoded.translate(None, _OPENERS))


def _has_too_many_attributes(raw: str) -> bool:
    tag = _OPEN_TAG.search(raw)
    while tag is not None:
        end = tag.end()
        for _ in range(ATTRIBUTE_LIMIT + 1):
            attribute = _ATTRIBUTE.match(raw, end)
            if attribute is None:
                break
            end = attribute.end()
        else:
            return True
        tag = _OPEN_TAG.search(raw, end)
    return False


class Manner(NamedTuple):
    """How bodies are shown: what readers call each kind of alert, such as `note`, and pictures.

    `remote` says whether pictures of other hosts are shown, if they come by https; otherwise they
    become links. `media` are the pictures and files of the content that the body may name.
    """

    alerts: Mapping[str, str] = MappingProxyType({})
    remote: bool = False
    media: Media = NONE


PLAIN: Final = Manner()
"""Alerts have their English names, and pictures come from the site only."""


class Rendered(NamedTuple):
    """A body as safe HTML, and as text without markup where that was asked for."""

    html: Markup
    text: str


def render(  # noqa: PLR0913 - all but two are by name
    body: str,
    resolve: Resolve,
    *,
    prefix: str,
    manner: Manner = PLAIN,
    text_limit: int = 0,
    level: Callable[[int], int] = lambda written: min(written + 2, 6),
    has_ids: bool = True,
) -> Rendered:
    """Render a body. No script, style, frame, form or event handler survives.

    Every id begins with `prefix`, so that several bodies can share a page. A thread link that
    `resolve` does not know keeps its text and loses its address. With a `text_limit`, in
    characters, the same parse also gives the text without markup, as `plain_text` does. `level`
    returns the level of a heading for the one it was written with; those of a post are below the
    page's title and the post's heading. Headings get ids, if it `has_ids`.
    """
    markup = PARSER.html(body)
    text = _strip_markup(markup, text_limit, has_wiki="[[" in body) if text_limit else ""
    tags, is_own = set(_ANY_TAG.findall(markup)), _is_own(body, markup)
    if is_own and tags <= _FLOWING and "://" not in markup:
        return Rendered(Markup(markup), text)  # noqa: S704 - tags without attributes
    if "[[" in body:
        markup = _WIKI.sub(r'<a href="thread:\1">', markup)
    every_tag = "".join(tags)
    has_ids = has_ids and "<h" in every_tag  # or a line across, or HTML
    headings = tuple(name_headings(markup)) if has_ids else ()
    markup = _rewrite(markup, every_tag, resolve, prefix, manner, level)
    # Sanitising comes after every rewriting of what authors wrote, so none can open a hole.
    safe = markup if is_own and _is_harmless(markup) else _clean(markup, prefix, manner.media)
    if "<img " in safe:
        safe = link_pictures(safe, remote=manner.remote)
    if has_ids:
        safe = mark_headings(safe, headings, prefix)
    safe = safe.replace('<a href="http', _OUTSIDE + 'href="http')
    return Rendered(Markup(safe), text)  # noqa: S704 - sanitised, or nothing needs it


def _clean(markup: str, prefix: str, media: Media) -> str:
    """Sanitise, and write the addresses of pictures and files of the content."""
    if may_name_media(markup) or (media.way and media.way in markup):
        return place_media(_media_cleaner(prefix).clean(markup), media)
    return _cleaner(prefix).clean(markup)


def _rewrite(  # noqa: PLR0913, PLR0917 - what `render` knows
    markup: str,
    tags: str,
    resolve: Resolve,
    prefix: str,
    manner: Manner,
    level: Callable[[int], int],
) -> str:
    """Rewrite what the parser made of a body; `tags` holds each different tag in it."""
    # A substring test before each rewriting: most bodies need none of them.
    if "<a " in tags:
        whole, rest = _cut_after(markup, "</a>")
        whole = _A_TAG.sub(lambda match: _rewrite_link(match, resolve, prefix), whole)
        markup = whole + rest
    if "<h" in tags:
        markup = _HEADING.sub(lambda match: f"<{match[1]}h{level(int(match[2]))}", markup)
    if "<pre>" in tags:
        whole, rest = _cut_after(markup, "</code></pre>")
        markup = _CODE.sub(_Highlighter().highlight, whole) + rest
    if "<table" in tags:
        markup = markup.replace("<table>", '<div class="tb-scroll" tabindex="0"><table>')
        markup = markup.replace("</table>", "</table></div>")
        # A class, because the site's security policy allows no style attribute.
        markup = _ALIGNED.sub(r'<\1 class="tb-\2">', markup)
    if "markdown-alert" in tags:
        markup = _ALERT.sub(lambda match: _open_alert(match[1], manner.alerts), markup)
    if "<input " in tags:
        markup = _TASK.sub(_replace_checkbox, markup)
    return _link_addresses(markup) if "://" in markup else markup


def _is_own(body: str, markup: str) -> bool:
    """Return whether every tag is ours, and no character one that the sanitiser writes otherwise.

    In a body without `<` nobody can write a tag, and the parser closes each that it opens.
    """
    return "<" not in body and "\xa0" not in markup and "\0" not in markup and "\r" not in markup


def _is_harmless(markup: str) -> bool:
    """Return whether the sanitiser would leave markup as it is, if all of its tags are ours.

    It would if whatever begins with `<` is a tag that we know, with attributes that we know, and no
    link is in a link. Titles of threads came with the links, so the text is looked at again.
    """
    if "\xa0" in markup or "&quot;" in markup or "&#" in markup:
        return False
    tags = _ANY_TAG.findall(markup)
    links = [tag for tag in tags if tag.startswith(("<a ", "</a"))]
    if "</a>" in links[::2] or not set(links[1::2]) <= {"</a>"}:
        return False
    return all(map(_HARMLESS.fullmatch, set(tags) - _KNOWN))


def to_html(body: str, resolve: Resolve, *, prefix: str, manner: Manner = PLAIN) -> Markup:
    """Return the HTML that `render` makes of a body."""
    return render(body, resolve, prefix=prefix, manner=manner).html


def readdress(markup: Markup, address: Callable[[str], str], prefix: str | None = None) -> Markup:
    """Return rendered HTML as another page needs it; see `make_readdressing`."""
    return make_readdressing(address, prefix)(markup)


def make_readdressing(
    address: Callable[[str], str], prefix: str | None = None
) -> Callable[[Markup], Markup]:
    """Return a function that changes only the addresses and ids of rendered HTML.

    `address` returns the new address of a link or picture for its old one. `prefix` is put before
    every id; without a prefix, ids are removed. The sanitiser does the work, so the result is as
    safe as what it is given. Making one takes as long as sanitising a few bodies.
    """

    def change(tag: str, name: str, value: str) -> str | None:
        if name in {"href", "src"}:
            return address(value)
        if name == "id":
            return f"{prefix}{value}"
        return _filter_attribute(tag, name, value)

    @cache
    def make() -> nh3.Cleaner:
        attributes = {tag: set(names) for tag, names in _ATTRIBUTES.items()}
        attributes["a"].add("rel")
        if prefix is None:
            attributes["div"].discard("id")
        else:
            attributes |= {f"h{level}": {"id"} for level in range(1, 7)}
        return _make_cleaner(attributes, change)

    def readdress(markup: Markup) -> Markup:
        if not any(name in markup for name in ('href="', 'src="', 'id="')):
            return markup
        return Markup(make().clean(markup))  # noqa: S704 - sanitised

    return readdress


def _cut_after(markup: str, end: str) -> tuple[str, str]:
    """Cut behind the last `end`: what authors left open after it, nothing can close.

    Each opening tag there would make a pattern read the rest to the end, in vain.
    """
    at = markup.rfind(end) + len(end) if end in markup else 0
    return markup[:at], markup[at:]


def _rewrite_link(match: re.Match[str], resolve: Resolve, prefix: str) -> str:
    url, attributes, text = html.unescape(match[1]), match[2], match[3]
    if url.startswith("#"):
        return f'<a href="#{prefix}{html.escape(url[1:])}"{attributes}>{text}</a>'
    target, anchor = read_target(url, is_wiki=False)
    if target is None:
        return match[0]
    destination = resolve(target)
    if destination is None:
        return f"<span>{text}</span>"
    # `[[id]]` has no text of its own, so it shows the thread's title.
    if html.unescape(text) == url.removeprefix(THREAD_SCHEME):
        text = html.escape(destination.title)
    where = f"{destination.url}#{anchor}" if anchor else destination.url
    return f'<a href="{html.escape(where)}"{attributes}>{text}</a>'


class _Highlighter:
    """Highlights the code of one body, as long as there is not too much of it."""

    def __init__(self) -> None:
        self.left = HIGHLIGHT_TOTAL

    def highlight(self, match: re.Match[str]) -> str:
        language, code = match[1], match[2]
        if language in HIGHLIGHTED and len(code) <= min(HIGHLIGHT_LIMIT, self.left):
            self.left -= len(code)
            code = highlight(html.unescape(code), _lexer(language), _FORMATTER)
            # As the sanitiser writes them, which then has nothing to do.
            code = code.replace("&quot;", '"').replace("&#39;", "'")
        return f'<div class="highlight"><pre tabindex="0"><code>{code}</code></pre></div>'


def _open_alert(kind: str, titles: Mapping[str, str]) -> str:
    title = html.escape(titles.get(kind, kind.capitalize()))
    return f'<blockquote class="tb-alert tb-alert--{kind}"><p class="tb-alert__title">{title}</p>'


def _replace_checkbox(match: re.Match[str]) -> str:
    """Show whether a task is done by a character: a checkbox would need an accessible name."""
    return f'<span class="tb-task">{"☑" if match[1] else "☐"}</span>'


def _link_addresses(markup: str) -> str:
    """Turn bare web addresses into links, except inside links and code."""
    whole, rest = _cut_after(markup, ">")
    parts = [*_MARKUP.split(whole), rest]
    inside = 0
    for place, part in enumerate(parts):
        if part.startswith(("<a ", "<code", "<pre")):
            inside += 1
        elif part.startswith(("</a>", "</code>", "</pre>")):
            inside -= 1
        elif not inside and "://" in part and not part.startswith("<"):
            parts[place] = _ADDRESS.sub(_link_address, part)
    return "".join(parts)


def _link_address(match: re.Match[str]) -> str:
    url = _SENTENCE_END.sub("", match[0])
    # A closing bracket belongs to the address only if the address opens it, as GitHub has it.
    if url.endswith(")") and url.count("(") < url.count(")"):
        url = _SENTENCE_END.sub("", url.rstrip(")"))
    return f'<a href="{url}">{url}</a>{match[0][len(url) :]}'


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False)


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        # The theme's other classes would let a post imitate parts of the page around it.
        is_code = tag == "span" and _TOKEN.fullmatch(value)
        return value if is_code or set(value.split()) <= _CLASSES else None
    if name == "tabindex":
        return "0"  # any other number would change the order of the whole page
    return value


@cache
def _cleaner(prefix: str) -> nh3.Cleaner:
    return _make_cleaner(_ATTRIBUTES, _filter_attribute, prefix)


@cache
def _media_cleaner(prefix: str) -> nh3.Cleaner:
    """Return one that keeps `image:` and `file:`, for `place_media`, which leaves neither."""
    return _make_cleaner(_ATTRIBUTES, _filter_attribute, prefix, {"image", "file"})


def find_removed(tag: RawTag) -> str:
    """Return in words what the sanitiser removes of a tag and readers miss; empty for nothing."""
    if tag.name not in _TAGS:
        return f"`<{tag.name}>`"
    kept = _ATTRIBUTES.get(tag.name, set())
    for name, value in tag.attributes:
        is_lost = name not in kept or _filter_attribute(tag.name, name, value) is None
        if is_lost and (name in _MISSED or name.startswith("on")):
            return f"`{name}` of `<{tag.name}>`"
    return ""


def _make_cleaner(
    attributes: dict[str, set[str]],
    attribute_filter: Callable[[str, str, str], str | None],
    id_prefix: str | None = None,
    schemes: Collection[str] = (),
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=attributes,
        attribute_filter=attribute_filter,
        # nh3 writes several values of a tag in an order that changes from process to process.
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        url_schemes={"http", "https", "mailto", *schemes},
        link_rel=None,
        id_prefix=id_prefix,
    )
