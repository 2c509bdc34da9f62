"""Links and pictures of imported texts: to threads by id, to the old site in full, or as words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from threadbook.check.bodies import find_addresses
from threadbook.importers.cleaning import Tell
from threadbook.markdown import BodyLink, examine

_PICTURE: Final = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?(?:\s+=[0-9x%]+)?\s*\)"
)
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SIZE: Final = re.compile(
    r"\|\d+x\d+(?:,\s*\d+%)?(?=\Z|\|)|\|(?:thumbnail|attachment|video|audio)\Z"
)
"""What Discourse adds to the words of a picture."""

_LOST: Final = "Links without a host to what is not in the source, now words (see --old-site)"
STAYS: Final = "Pictures that stay at their old address"
_NO_FILE: Final = "Links to files by `file:` or `image:`, which no source can mean, now words"
_NO_THREAD: Final = "Links to files of the source that are no threads, now words"
_LOST_PICTURE: Final = "Pictures that are not in the source, which became words"


class Resolving(NamedTuple):
    """What links need to know: `thread` gives the id for an address, and `picture` new Markdown.

    `base` is the address that relative ones are relative to, or empty, and `own` the id of the
    thread that the text is in. `person` gives words for the address of somebody's page. `is_there`
    tells whether the source has a file that nothing was made of.
    """

    thread: Callable[[str], str | None]
    picture: Callable[[str, str], str | None]
    file: Callable[[str, str], str | None]
    person: Callable[[str, str], str | None]
    base: str = ""
    own: str = ""
    is_there: Callable[[str], bool] = bool


class _Change(NamedTuple):
    start: int
    end: int
    text: str


def rewrite_links(text: str, resolving: Resolving, tell: Tell) -> str:
    """Return a text whose links lead to threads by id, and whose pictures are shown from here."""
    if "](" in text or "![" in text:
        text = _apply(text, _pictures(text, resolving, tell))
    if not ("[" in text or "<" in text or "://" in text):
        return text
    return _apply(text, _links(text, resolving, tell))


def _apply(text: str, changes: list[_Change]) -> str:
    end = len(text) + 1
    for change in sorted(changes, key=lambda each: (-each.start, -each.end)):
        if change.end <= end:
            text, end = f"{text[: change.start]}{change.text}{text[change.end :]}", change.start
    return text


def _pictures(text: str, resolving: Resolving, tell: Tell) -> list[_Change]:
    anatomy = examine(text)
    changes = []
    for found in _PICTURE.finditer(text):
        if anatomy.is_code(found.start()):
            continue
        words, url = _SIZE.sub("", found[1]), found[2]
        new = resolving.picture(url, words)
        if new is None:
            is_remote = url.lower().startswith(("http://", "https://"))
            full = url if is_remote else join(resolving.base, url)
            new = f"![{words}]({full})" if full else words
            kind = STAYS if full else _LOST_PICTURE
            tell(kind, full or url)
        changes.append(_Change(found.start(), found.end(), new))
    return changes


def join(base: str, url: str) -> str:
    """Return a relative address in full; empty where it is relative to nothing that is known."""
    is_other = _SCHEME.match(url) and not url.lower().startswith(("http:", "https:"))
    if not base or is_other:
        return ""
    try:
        return urljoin(base, url) if urlsplit(base).netloc else ""
    except ValueError:
        return ""


def _links(text: str, resolving: Resolving, tell: Tell) -> list[_Change]:
    anatomy = examine(text)
    changes, spans = [], []
    for link in anatomy.links:
        spans.append((link.start, link.end))
        new = _relink(text[link.start : link.end], link, resolving, tell)
        if new is not None:
            changes.append(_Change(link.start, link.end, new))
    for start, url in find_addresses(text):
        if any(first <= start < last for first, last in spans) or anatomy.is_code(start):
            continue
        id_ = resolving.thread(url)
        if id_ is not None and id_.partition("#")[0] != resolving.own:
            tell("Links between threads that became links by id", "")
            changes.append(_Change(start, start + len(url), f"[[{id_}]]"))
    return changes


def _relink(written: str, link: BodyLink, resolving: Resolving, tell: Tell) -> str | None:
    """Return what stands in a link's place; `None` to leave it."""
    if link.thread is not None:  # it was not ours, so it meant something else
        return written.replace("[[", r"\[\[").replace("thread:", "")
    label = _label(written, link)
    id_ = resolving.thread(link.url)
    if id_ is not None and id_.partition("#")[0] == resolving.own:
        tell("Links of a thread to itself, which became words", link.url)
        return label
    if id_ is not None:
        tell("Links between threads that became links by id", "")
        return f"[[{id_}]]" if link.text in {link.url, ""} else f"[{label}](thread:{id_})"
    return _relink_page(written, label, link, resolving, tell)


def _relink_page(  # noqa: PLR0911 - one return a kind of link
    written: str, label: str, link: BodyLink, resolving: Resolving, tell: Tell
) -> str | None:
    """Return what stands in the place of a link to something that is no thread."""
    person = resolving.person(link.url, link.text)
    if person is not None:
        tell("Links to people's pages, which became words", "")
        return person
    if link.url.lower().startswith(("http://", "https://")):
        return None
    if link.url.lower().startswith(("image:", "file:")):  # ours, or of the author's own machine
        tell(_NO_FILE, link.url)
        return label
    if link.url.lower().startswith("mailto:"):
        return label.removeprefix("mailto:")
    file = resolving.file(link.url, label)
    if file is not None:
        return file
    full = join(resolving.base, link.url) if not link.url.startswith("#") else ""
    if full and written.startswith("[") and link.inline:
        return f"[{label}]({full})"
    if link.url:
        tell(_NO_THREAD if resolving.is_there(link.url) else _LOST, link.url)
    return label


def _label(written: str, link: BodyLink) -> str:
    if written.startswith("<"):
        return written[1:-1]
    end = written.rfind("](") if link.inline else written.rfind("][")
    if end < 0:
        end = written.rfind("]")
    return written[1:end] if written.startswith("[") and end > 0 else link.text
