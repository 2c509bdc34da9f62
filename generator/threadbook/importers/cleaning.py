"""What no thread should keep of a post: private data, signatures, what runs, odd characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from threadbook.check.bodies import find_private
from threadbook.importers.html import html_to_markdown, text_to_markdown
from threadbook.importers.posts import Markup
from threadbook.markdown import examine, is_nested_too_deep

Tell = Callable[[str, str], None]
"""Notes a kind of change, with an example."""

REPLACEMENTS: Final = {
    "mail": ("(e-mail address removed)", "E-mail addresses removed"),
    "telephone": ("(telephone number removed)", "Telephone numbers removed"),
    "key": ("(access key removed)", "Access keys and tokens removed"),
}
_FORM_LOST: Final = "Texts nested too deeply or too long to convert, which came without their form"

_UNSEEN: Final = re.compile(
    "[\u00ad\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, and characters that nobody sees; joiners stay, which scripts need."""

_SEPARATOR: Final = re.compile(r"(?:^|\n)(?:-- |\\-- ?\\?|(?<=\n\n)--)(?=\n)")
"""The line of two hyphens above a signature. HTML comes with it escaped.

Hyphens right below a text make a heading of it, and underscores are a rule.
"""

_SENT: Final = re.compile(r"(?:^|\n)(?:Sent from my|Get Outlook for) [^\n]{1,80}\s*\Z")
_SIGNED: Final = 9
"""Lines of a signature right below its separator."""

_NAMED: Final = 3
_NAME: Final = re.compile(r"(?!.*\b(?:edit|update)\b)[^\n]{1,60}(?<![.!?:])", re.IGNORECASE)
"""Lines of a signature in paragraphs of its own: more, or a sentence, may be the rest of a text."""

_RUNNING: Final = re.compile(
    r"<(?:(script|style|object|applet|template|noscript)(?=[\s/>])|!--)", re.IGNORECASE
)
_RAW_TAG: Final = re.compile(
    r"(?<!\\)(?:</?(?P<name>[a-z][a-z0-9-]*)(?=[\s/>])[^<>]{0,5000}>|<!--)",
    re.IGNORECASE | re.DOTALL,
)
_KEPT_TAG: Final = re.compile(r"</?(?:details|summary|kbd|sub|sup|br|mark)\s*/?>", re.IGNORECASE)
_HTML_TAGS: Final = frozenset(
    "a abbr article aside b big blockquote body br center code col colgroup dd del details dfn "
    "div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr "
    "html i iframe img input ins kbd label legend li link main map mark meta nav object ol "
    "option p picture pre q s samp script section select small source span strike strong style "
    "sub summary sup svg table tbody td textarea tfoot th thead tr tt u ul var video audio "
    "canvas button embed applet base math path".split()
)
_FRAME: Final = re.compile(
    r"<(?:iframe|video|audio)\b[^<>]*\bsrc\s*=\s*[\"']?(https?://[^\"'\s<>]+)[^<>]*>", re.IGNORECASE
)
_IMAGE: Final = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_BOLD: Final = re.compile(r"</?(b|strong|i|em|code|s|del|strike)\s*>", re.IGNORECASE)
_MARKS: Final = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "code": "`",
    "s": "~~",
    "del": "~~",
    "strike": "~~",
}
_ANCHOR: Final = re.compile(
    r"<a\b[^<>]*\bhref\s*=\s*[\"']?([^\"'\s<>]+)[^<>]*>([^<]*)</a\s*>", re.IGNORECASE
)
_ADMONITION: Final = re.compile(
    r"^( *)(?:!!!|\?\?\?\+?) *(\w+)(?: +\"([^\"\n]*)\")? *\n"
    r"((?:\1(?:    |\t)[^\n]*(?:\n|\Z)|[ \t]*\n)+)",
    re.MULTILINE,
)
_ALERTS: Final = {
    "tip": "TIP", "hint": "TIP", "success": "TIP", "important": "IMPORTANT", "warning": "WARNING",
    "attention": "WARNING", "caution": "CAUTION", "danger": "CAUTION", "error": "CAUTION",
}  # fmt: skip
_INCLUDE: Final = re.compile(r"\[!INCLUDE *\[[^\]]*\]\([^)]*\)\]", re.IGNORECASE)
_LEARN_IMAGE: Final = re.compile(
    r":::image\b[^\n]*?source=\"([^\"]+)\"[^\n]*?(?:alt-text=\"([^\"]*)\")?[^\n]*?:::"
)
_HARD_BREAK: Final = re.compile(r"(?m)(?<=\S)(?: {2,}|\t+)$")
_SPACES: Final = re.compile(r"(?m)[ \t]+$")


def to_markdown(body: str, markup: Markup, tell: Tell) -> str:
    """Return a post's text as Markdown that renders safely, in the form our checker likes."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if markup == "html":
        text, is_whole, lost = html_to_markdown(_UNSEEN.sub("", body))
        if not is_whole:
            tell(_FORM_LOST, body[:80])
        for _ in range(lost):
            tell("Links whose address is none or is not allowed, which became words", "")
    elif markup == "text":
        text = text_to_markdown(_UNSEEN.sub("", body))
    else:
        text = _tidy_markdown(_UNSEEN.sub("", body), tell)
    if is_nested_too_deep(text):
        tell(_FORM_LOST, text[:80])
        text = text_to_markdown(text)
    return text.strip("\n")


def _tidy_markdown(text: str, tell: Tell) -> str:
    """Rewrite what other Markdown has and ours has not; code stays as it is."""
    if "!!!" in text or "???" in text:
        text = _outside_code(_ADMONITION, text, _write_alert)
    if ":::" in text:
        text = _outside_code(_LEARN_IMAGE, text, lambda found: f"![{found[2] or ''}]({found[1]})")
    if "!include" in text.lower():
        for found in _INCLUDE.finditer(text):
            tell("Files that texts include, which are not part of the source", found[0])
        text = _outside_code(_INCLUDE, text, lambda _: "")
    if "<" in text:
        text = _without_tags(text, tell)
    return text


def _write_alert(found: re.Match[str]) -> str:
    name = _ALERTS.get(found[2].lower(), "NOTE")
    lines = [re.sub(rf"^{found[1]}(?:    |\t)", "", line) for line in found[4].rstrip().split("\n")]
    head = [f"[!{name}]", *([f"**{found[3]}**", ""] if found[3] else [])]
    while lines and not lines[0].strip():
        lines.pop(0)
    quoted = "\n".join(f"{found[1]}> {line}".rstrip() for line in (*head, *lines))
    return f"{quoted}\n\n"


def _without_tags(text: str, tell: Tell) -> str:
    """Turn the HTML in Markdown into Markdown; drop what would be removed from pages anyway."""

    def drop(found: re.Match[str]) -> str:
        if _KEPT_TAG.fullmatch(found[0]):
            return found[0]
        if (found["name"] or "").lower() in _HTML_TAGS:
            tell("HTML tags in Markdown removed; their text stays", found[0])
            return ""
        return f"\\{found[0]}"  # no tag, but somebody's `<your name>`

    text = _cut_running(text, tell)
    text = _outside_code(_FRAME, text, lambda found: f"<{found[1]}>")
    text = _outside_code(_ANCHOR, text, lambda found: f"[{found[2] or found[1]}]({found[1]})")
    text = _outside_code(_IMAGE, text, lambda found: html_to_markdown(found[0]).text)
    text = _outside_code(_BOLD, text, lambda found: _MARKS[found[1].lower()])
    return _outside_code(_RAW_TAG, text, drop)


def _cut_running(text: str, tell: Tell) -> str:
    """Return a text without scripts, styles and comments.

    One that does not end is only a tag: what comes after it may be the rest of the post.
    """
    kept, last = [], 0
    for start, end in _find_running(text):
        if start >= last:
            tell("Scripts, styles and comments removed", text[start:end])
            kept.append(text[last:start])
            last = end
    return "".join((*kept, text[last:]))


def _find_running(text: str) -> Iterator[tuple[int, int]]:
    anatomy = examine(text)
    gone, last = set[str](), 0
    for found in _RUNNING.finditer(text):
        name = (found[1] or "").lower()
        if found.start() < last or name in gone or anatomy.is_code(found.start()):
            continue
        close = re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)
        end = close.search(text, found.end())
        if end is None:
            gone.add(name)  # nor does any later one end
        else:
            last = end.end()
            yield found.start(), last


def _outside_code(
    pattern: re.Pattern[str], text: str, write: Callable[[re.Match[str]], str]
) -> str:
    if pattern.search(text) is None:
        return text
    anatomy = examine(text)
    return pattern.sub(
        lambda found: found[0] if anatomy.is_code(found.start()) else write(found), text
    )


def finish(text: str) -> str:
    """Write line breaks so that editors see them, and drop spaces that mean nothing."""
    if _SPACES.search(text):
        text = _outside_code(_HARD_BREAK, text, lambda found: "\\" if _goes_on(found) else "")
        text = _outside_code(_SPACES, text, lambda _: "")
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")


def _goes_on(found: re.Match[str]) -> bool:
    after = found.string[found.end() : found.end() + 2]
    return found[0].startswith("  ") and len(after) == 2 and after[1] not in "\n \t"  # noqa: PLR2004


def without_signature(text: str, tell: Tell) -> str:
    """Return a post without the signature below it."""
    start = _find_signature(text)
    if start is None or not text[:start].strip() or "```" in text[start:]:
        return text
    tell("Signatures removed", text[start:])
    return re.sub(r"(?<!\\)\\\Z", "", text[:start].rstrip())  # a line break before it


def _find_signature(text: str) -> int | None:
    """Return where a signature begins."""
    if sent := _SENT.search(text):
        return sent.start()
    separators = list(_SEPARATOR.finditer(text))
    if not separators:
        return None
    last = separators[-1]
    after = text[last.end() + 1 :]
    lines = [line for line in after.splitlines() if line.strip()]
    if after.startswith("\n"):
        is_one = len(lines) <= _NAMED and all(map(_NAME.fullmatch, lines))
    else:
        is_one = len(lines) <= _SIGNED and not re.search(r"\n\s*\n", after.strip())
    return last.start() if is_one else None


def without_private(text: str, tell: Tell) -> str:
    """Return a text without e-mail addresses, telephone numbers and access keys."""
    kept: list[str] = []
    last = 0
    for start, end, kind in sorted((*find_private(text), *_find_private_keys(text)), key=_widest):
        if start < last:  # a part of another one, or overlapping it
            last = max(last, end)
            continue
        words, said = REPLACEMENTS[kind]
        tell(said, "")
        has_scheme = kind == "mail" and text[max(0, start - 7) : start].lower() == "mailto:"
        kept += [text[last : max(last, start - 7 * has_scheme)], words]
        last = end
    return _mend_links("".join((*kept, text[last:]))) if kept else text


def _widest(cut: tuple[int, int, str]) -> tuple[int, int]:
    return cut[0], -cut[1]


_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?)-----"
    r"(?:.*?-----END (?P=what)-----|.*)",
    re.DOTALL,
)
_KEY_LINE: Final = re.compile(r"[A-Za-z0-9+/=]{24}")


def _find_private_keys(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where private keys are, from their first line to their last or to the text's end.

    A first line alone, that somebody asks about, is all there is of it.
    """
    if "PRIVATE KEY" not in text:
        return
    for found in _PRIVATE_KEY.finditer(text):
        head = found.end("what") + len("-----")
        is_whole = _KEY_LINE.search(text, head, found.end()) is not None
        yield found.start(), found.end() if is_whole else head, "key"


_EMPTY_LINK: Final = re.compile(
    r"\[([^\]\n]*)\]\(\((?:e-mail address|telephone number|access key) removed\)[^)\s]*\)"
)
_EMPTY_AUTOLINK: Final = re.compile(
    r"<(\((?:e-mail address|telephone number|access key) removed\))>"
)


def _mend_links(text: str) -> str:
    return _EMPTY_AUTOLINK.sub(r"\1", _EMPTY_LINK.sub(r"\1", text)) if "removed)" in text else text


def one_line(text: str) -> str:
    """Return a title or name as one line without characters that nobody sees."""
    return " ".join(_UNSEEN.sub("", text).split())
