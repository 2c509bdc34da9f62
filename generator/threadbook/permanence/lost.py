"""Which addresses of an earlier state are gone, and where a redirect from them belongs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from threadbook.check.permanence import ADDRESS_IS_LOST
from threadbook.findings import Finding, Place, guess_word
from threadbook.library import Library
from threadbook.load.sources import FileKind, SourceFile, list_sources, read_text, show_path
from threadbook.load.yaml import parse
from threadbook.permanence.earlier import Earlier
from threadbook.permanence.here import list_addresses
from threadbook.settings import Settings

_ALIKE: Final = 0.5
"""The share of a topic's or board's threads that another must have to be what it became."""


class Heir(NamedTuple):
    """What took the place of something: its name in links, and where its file says so."""

    name: str
    place: Place


def find_lost(earlier: Earlier, library: Library, settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each address that was there and leads nowhere now."""
    now = list_addresses(library, settings)
    if not library.boards:
        return  # site.yml cannot be read, so nothing is known of what is there
    broken = {f"{kind}/{id_}" for id_ in library.unreadable for kind in ("threads", "paths")}
    lost = {each for each in earlier.addresses if each not in now and each not in broken}
    search = _Search(earlier, library, settings)
    for address in sorted(lost):
        if posixpath.dirname(address) in lost:
            continue  # what is below an address goes with it
        heir = search.find(address)
        message = f"The address `{address}/` is lost: it was there in {earlier.name}."
        if heir.name:
            hint = f"Write `redirect_from: [{address}]` here"
            is_page = heir.name.startswith("page:")
            hint += "." if is_page else "; `threadbook move` does it by itself."
        else:
            hint = (
                f"Write `redirect_from: [{address}]` in the thread, path, board, topic or page "
                "that readers should find instead."
            )
        yield Finding(ADDRESS_IS_LOST, heir.place, message, hint)


class _Search:
    """Looks for what took the place of something."""

    def __init__(self, earlier: Earlier, library: Library, settings: Settings) -> None:
        self.earlier, self.library, self.settings = earlier, library, settings
        self.site = show_path(settings.content / "site.yml", settings.root)

    def find(self, address: str) -> Heir:
        """Return the heir of an address; if it is unknown, only a place where it was."""
        name = self.earlier.addresses[address]
        kind, _, id_ = address.partition("/")
        if name and self._place(name):  # it is still there, so the redirect to it went
            return Heir(name, self._place(name) or Place(self.site))
        if kind == "threads":
            return self._find_thread(id_)
        if kind in {"boards", "topics"}:
            return self._find_in_site(kind, id_)
        if kind == "paths":
            return self._find_path(id_)
        return self._find_page(name)

    def _was(self, name: str) -> Place:
        """Return the file in which something was, or site.yml."""
        before = self.earlier.library
        kind, found, id_ = name.partition(":")
        if before is not None and name in before.threads:
            return Place(before.threads[name].file)
        if found and kind == "path":
            return Place(show_path(self.settings.content / f"paths/{id_}.yml", self.settings.root))
        if found and kind == "page":
            return Place(show_path(self.settings.pages / id_, self.settings.root))
        return Place(self.site)

    def _place(self, name: str) -> Place | None:
        """Return where something that exists is defined."""
        kind, found, id_ = name.partition(":")
        if not found and (outline := self.library.threads.get(name)):
            return Place(outline.file, *outline.asks[0][1:])
        if found and kind == "path" and id_ in self.library.paths:
            return self._was(name)._replace(line=1, column=1)
        groups: Mapping[str, Mapping[str, object]] = {
            "board": self.library.boards,
            "topic": self.library.topics,
        }
        if found and id_ in groups.get(kind, {}):
            return self._in_site(f"{kind}s", id_)
        return None

    def _in_site(self, field: str, id_: str) -> Place:
        for source in list_sources(self.settings.content, self.settings.root).sources:
            if source.kind is FileKind.SITE:
                return _find_id(source, self.settings.max_file_size, field, id_)
        return Place(self.site)

    def _find_thread(self, id_: str) -> Heir:
        before = self.earlier.library
        was = before.threads.get(id_) if before else None
        new = {
            each.id: each
            for each in self.library.threads.values()
            if each.has_page and (before is None or each.id not in before.threads)
        }
        if was is not None:
            asks = {ask.text.casefold() for ask in was.asks}
            for each in (*new.values(), *self.library.threads.values()):
                same = each.fingerprint == was.fingerprint
                if each.has_page and (same or asks & {ask.text.casefold() for ask in each.asks}):
                    return self._heir(each.id)
        near = guess_word(id_, new)
        return self._heir(near) if near else Heir("", self._was(id_))

    def _heir(self, name: str) -> Heir:
        return Heir(name, self._place(name) or Place(self.site))

    def _find_path(self, id_: str) -> Heir:
        before = self.earlier.library
        was = before.paths.get(id_) if before else None
        for other, path in self.library.paths.items():
            if was is not None and path.title.casefold() == was.title.casefold():
                return self._heir(f"path:{other}")
        near = guess_word(id_, self.library.paths)
        return self._heir(f"path:{near}") if near else Heir("", self._was(f"path:{id_}"))

    def _find_page(self, name: str) -> Heir:
        before = {
            f"page:{each.name}": each for each in (self.earlier.library or self.library).prose
        }
        was = before.get(name)
        for page in self.library.prose:
            if was is not None and (page.body == was.body or page.title == was.title):
                return Heir(f"page:{page.name}", Place(page.file, 1, 1))
        return Heir("", self._was(name))

    def _find_in_site(self, field: str, id_: str) -> Heir:
        """Find the board or topic with the same title, or with the same threads."""
        before, kind = self.earlier.library, field.removesuffix("s")
        ids = self.library.boards if field == "boards" else self.library.topics
        if before is not None:
            was = (before.boards if field == "boards" else before.topics).get(id_)
            for other, member in ids.items():
                if was is not None and member.title.casefold() == was.title.casefold():
                    return self._heir(f"{kind}:{other}")
            if found := _most_like(before, self.library, field, id_):
                return self._heir(f"{kind}:{found}")
        near = guess_word(id_, ids)
        return self._heir(f"{kind}:{near}") if near else Heir("", Place(self.site))


def _most_like(before: Library, now: Library, field: str, id_: str) -> str:
    """Return the board or topic that has most of the threads that another had; or nothing."""
    old = before.by_board if field == "boards" else before.by_topic
    new = now.by_board if field == "boards" else now.by_topic
    threads = set(old.get(id_, ()))
    shared = {
        other: len(threads & set(members)) for other, members in new.items() if other not in old
    }
    best = max(shared, key=lambda other: shared[other], default="")
    return best if threads and best and shared[best] >= _ALIKE * len(threads) else ""


def _find_id(source: SourceFile, limit: int, field: str, id_: str) -> Place:
    """Return where site.yml has the id of a board or topic."""
    text, _ = read_text(source, limit)
    document = parse(text or "", source.file)
    members = document.value.get(field, ()) if isinstance(document.value, dict) else ()
    for number, member in enumerate(members):
        if isinstance(member, dict) and member.get("id") == id_:
            return Place(source.file, *document.position((field, number, "id")))
    return Place(source.file)
