"""Where a file names a thread, board, topic or path, and the same with another name.

Only what names it is a value here; `edit.surgery` changes the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from pydantic import BaseModel

from threadbook import addresses
from threadbook.edit.surgery import CannotEditError, TextEdit
from threadbook.load.file import Location
from threadbook.markdown import BodyLink, escape_markdown, examine
from threadbook.model import Glossary, GoldenQueries, LearningPath, Site, Thread

KINDS: Final = ("thread", "board", "topic", "path")


class Named(NamedTuple):
    """A thread, board, topic or path by its id."""

    kind: str
    id: str

    @property
    def name(self) -> str:
        """How links name it."""
        return self.id if self.kind == "thread" else f"{self.kind}:{self.id}"

    @property
    def address(self) -> str:
        """The address of its page."""
        return addresses.of_target(self.name)

    def __str__(self) -> str:
        return f'{self.kind} "{self.id}"'


class Renaming(NamedTuple):
    """What happens to an id: every reference to `old` becomes one to `new`, or goes.

    `title` is what takes the place of a link without words that goes. `anchors` leads from ids of
    posts on the old page to those on the new one; with `None` they stay as they are. Headings go
    with their post, unless it is named with a `_` behind it.
    """

    old: Named
    new: Named | None
    title: str = ""
    anchors: Mapping[str, str] | None = None
    site_url: str = ""


class Slot(NamedTuple):
    """A field that holds an id of a kind; an item of a list says so."""

    location: Location
    kind: str
    id: str
    is_item: bool = False


def list_slots(model: BaseModel) -> Iterator[Slot]:
    """Yield every field of a file that names a thread, topic or path by its id."""
    match model:
        case Thread():
            yield from _items(("topics",), "topic", model.topics)
            yield from _items(("related",), "thread", model.related)
            yield from _field(("duplicate_of",), "thread", model.duplicate_of)
            yield from _field(("replaced_by",), "thread", model.replaced_by)
        case LearningPath():
            yield from _items(("prerequisites",), "path", model.prerequisites)
            for place, step in enumerate(model.steps):
                yield from _field(("steps", place, "thread"), "thread", step.thread)
                cites = step.check.cites if step.check else None
                yield from _field(("steps", place, "check", "cites"), "thread", cites)
        case Site():
            for place, topic in enumerate(model.topics):
                yield from _field(("topics", place, "start_here"), "thread", topic.start_here)
            yield from _items(("featured", "topics"), "topic", model.featured.topics)
            yield from _items(("featured", "threads"), "thread", model.featured.threads)
            yield from _items(("featured", "paths"), "path", model.featured.paths)
        case GoldenQueries():
            for place, query in enumerate(model.root):
                yield from _field((place, "expect"), "thread", query.expect)
        case Glossary():
            for place, term in enumerate(model.root):
                yield from _field((place, "thread"), "thread", term.thread)
        case _:
            pass


def _items(location: Location, kind: str, ids: Iterable[str]) -> Iterator[Slot]:
    for place, id_ in enumerate(ids):
        yield Slot((*location, place), kind, id_, is_item=True)


def _field(location: Location, kind: str, id_: str | None) -> Iterator[Slot]:
    if id_ is not None:
        yield Slot(location, kind, id_)


def edit_links(body: str, renaming: Renaming) -> tuple[TextEdit, ...]:
    """Return what changes in a text in Markdown that names something else by then."""
    address = renaming.old.address.rstrip("/")
    if renaming.old.id not in body:
        return ()
    found = []
    for link in examine(body).links:
        if link.target == renaming.old.name:
            found.append(_edit_link(body, link, renaming))
        elif renaming.new and _is_address(link.url, address, renaming.site_url):
            found.append(_edit_address(body, link, address, renaming))
    return tuple(dict.fromkeys(found))


def _is_address(url: str, address: str, site_url: str) -> bool:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", url):
        if not site_url or not url.startswith(site_url):
            return False
        url = "/" + url.removeprefix(site_url)
    return re.search(rf"(?:^|/){re.escape(address)}(?=[/?#]|$)", url) is not None


def _edit_address(body: str, link: BodyLink, address: str, renaming: Renaming) -> TextEdit:
    """Change the address in a link, with its anchor."""
    assert renaming.new is not None  # noqa: S101 - asked before
    written = link.url[link.url.rfind(address) :]
    rest, _, anchor = written.removeprefix(address).partition("#")
    new = f"{renaming.new.address.rstrip('/')}{rest}"
    return _replace(body, link, written, new + _anchor(link._replace(anchor=anchor), renaming))


def _edit_link(body: str, link: BodyLink, renaming: Renaming) -> TextEdit:
    written = link.url
    if renaming.new is None:
        return TextEdit(link.start, link.end, _words(body[link.start : link.end], link, renaming))
    prefix = "" if renaming.new.kind != "thread" or not written.startswith("thread:") else "thread:"
    return _replace(body, link, written, f"{prefix}{renaming.new.name}{_anchor(link, renaming)}")


def _anchor(link: BodyLink, renaming: Renaming) -> str:
    """Return the anchor of a link after the renaming, with its `#`; empty if it is gone."""
    if not link.anchor or renaming.anchors is None:
        return f"#{link.anchor}" if link.anchor else ""
    post, line, heading = link.anchor.partition("_")
    new = renaming.anchors.get(post)
    if f"{post}{line}" in renaming.anchors:  # the post is a comment now, which nothing can name
        heading = line = ""
    return f"#{new}{line}{heading}" if new else ""


def _replace(body: str, link: BodyLink, old: str, new: str) -> TextEdit:
    """Replace the address in a link, or in the definition of the link."""
    source = body[link.start : link.end]
    if source.startswith("[[") and not link.inline:
        at = link.start + 2 if source[2:].startswith(old) else -1
    else:
        at = link.start + source.rfind(old) if old in source else -1
    if at < 0:
        pattern = rf"^ {{0,3}}\[[^\]\n]+\]:\s*<?[^\s>]*?({re.escape(old)})(?=[\s>?#/]|\Z)"
        definition = re.search(pattern, body, re.MULTILINE)
        if definition is None:
            raise CannotEditError(f"The link `{source}` is written in an unusual way.")
        at = definition.start(1)
    return TextEdit(at, at + len(old), new)


def _words(source: str, link: BodyLink, renaming: Renaming) -> str:
    """Return what readers see of a link that goes, as Markdown."""
    if link.is_bare or not link.text or source.startswith("<"):
        return escape_markdown(renaming.title)
    if source.startswith("[["):
        return source[2:-2].partition("|")[2]
    end = source.rfind("](") if link.inline else source.find("][")
    return source[1:end] if end > 0 else source[1:].partition("]")[0]
