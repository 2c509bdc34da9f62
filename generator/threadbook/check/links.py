"""Rules about links in texts: whether what they name is there, and the place in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final
from urllib.parse import unquote, urlsplit

from threadbook import addresses
from threadbook.check.addresses import Own, bare_address, list_others, list_redirects
from threadbook.check.homes import find_stray
from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Guesses, Severity
from threadbook.library import Library, Reference, ReferenceKind
from threadbook.library.prose import find_file
from threadbook.load.file import ProseFile
from threadbook.markdown import list_headings

_SHOWN: Final = 12
"""How many anchors a message lists."""


@rule("TB217", Severity.ERROR)
def anchor_is_there(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """A link names a place in a page that is not there.

    What stands behind `#` is the id of an answer, `question`, or the id of a heading. The id of a
    heading in an answer begins with that of the answer: `a1_before-you-sign`. A browser that does
    not find it shows the top of the page, and readers look for the place by themselves.

    Bad:
        answer: Read the second answer of [[decline-an-offer#a9]] first.

    Good:
        answer: Read the first answer of [[decline-an-offer#a1]] first.
    """
    anchors = _Anchors(base, circumstances)
    guesses = Guesses()
    named = [each for each in base.library.references if each[6]]
    for reference in (*named, *base.library.by_kind.get(ReferenceKind.ADDRESS, ())):
        name, anchor = anchors.read(reference)
        known = anchors.of(name) if anchor else None
        if known is not None and anchor not in known:
            where = f"[[{name}]]" if ":" not in name else f"`{name}`"
            message = f"There is no `#{anchor}` in {where}."
            hint = guesses.say(anchor, known) or _list_few(known)
            yield Problem(reference.place, message, hint)
    for file, start, name, anchor in _list_prose_anchors(base):
        known = anchors.of(f"page:{name}")
        if known is not None and anchor not in known:
            hint = guesses.say(anchor, known) or _list_few(known)
            place = file.in_text((), file.body, start)
            yield Problem(place, f"There is no `#{anchor}` in `{name}`.", hint)


def _list_prose_anchors(base: Base) -> Iterator[tuple[ProseFile, int, str, str]]:
    """Yield each place of a prose page that names another by its file, and an anchor there."""
    for file in base.prose:
        for link in file.bodies[0].anatomy.links:
            name = find_file(link.url, file.source.id) if link.target is None else None
            anchor = _split(link.url)[1]
            if name and anchor:
                yield file, link.start, name, anchor


def _list_few(anchors: Iterable[str]) -> str:
    few = [each for each in anchors if not each.startswith("tb_")][:_SHOWN]
    return f"Known there: {', '.join(few)}." if few else "Leave it out: nothing there has an id."


class _Anchors:
    """The ids that links may name in each page."""

    def __init__(self, base: Base, circumstances: Circumstances) -> None:
        self.library, self.around = base.library, circumstances
        self.files = _name_prose(base.library)
        self.prose: dict[str, tuple[str, ...]] = {}

    def read(self, reference: Reference) -> tuple[str, str]:
        """Return what a reference names, and the anchor there."""
        if reference[0] != "address":
            return reference.name, reference.anchor
        path, anchor = _split(reference.target)
        if not anchor:
            return "", ""
        return self._by_address.get(
            _resolve(path, reference, self.files, self.around) or "", ""
        ), anchor

    @cached_property
    def _by_address(self) -> Mapping[str, str]:
        threads = {addresses.of_thread(id_): id_ for id_ in self.library.threads}
        return threads | {page.url: f"page:{page.name}" for page in self.library.prose}

    @cached_property
    def _bodies(self) -> Mapping[str, str]:
        return {page.name: page.body for page in self.library.prose}

    def of(self, name: str) -> tuple[str, ...] | None:
        """Return the ids in a page; `None` if it does not exist or nobody knows them."""
        kind, found, id_ = name.partition(":")
        if not found:
            outline = self.library.threads.get(name)
            return outline.anchors if outline else None
        if kind == "path" and (path := self.library.paths.get(id_)):
            steps = (f"step-{number}" for number in range(1, len(path.steps) + 1))
            return ("steps", *steps)
        if kind == "page" and id_ in self._bodies:
            if id_ not in self.prose:
                self.prose[id_] = tuple(each.id for each in list_headings(self._bodies[id_]))
            return self.prose[id_]
        return () if kind in {"topic", "board"} and self.library.title_of(name) else None


@rule("TB218", Severity.ERROR)
def link_leads_somewhere(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """A link leads to a page or board that does not exist.

    A relative address is one from the page that shows the text: `../../threads/sign-late/` from
    another thread. Nobody notices when it breaks. So name what you link to: `[[sign-late]]` and
    `thread:sign-late`, `topic:payments`, `path:first-steps`, `board:new`, and `page:about.md` for a
    file in the folder of prose.

    Bad:
        answer: It is in [our rules](rules.md).

    Good:
        answer: It is in [our rules](page:rules.md).
    """
    library = base.library
    known = _Known(base, circumstances)
    guesses = Guesses()
    for reference in library.by_kind.get(ReferenceKind.BOARD, ()) if library.boards else ():
        if reference.target not in library.boards:
            message = f'There is no board with the id "{reference.target}".'
            yield Problem(reference.place, message, guesses.say(reference.target, library.boards))
    for reference in library.by_kind.get(ReferenceKind.PAGE, ()):
        if library.title_of(reference.name) is None:
            message = f"There is no page `{reference.target}` in the folder of prose."
            hint = guesses.say_file(reference.target, known.pages)
            yield Problem(reference.place, message, hint)
    for reference in library.by_kind.get(ReferenceKind.ADDRESS, ()) if library.boards else ():
        if not known.leads(reference) and not _is_stray_file(reference, known.files):
            message = f"This link leads nowhere: {reference.target}"
            if not reference.target:
                message = "This link has no address."
            yield Problem(reference.place, message, known.advise(reference, guesses))


def _is_stray_file(reference: Reference, prose: Mapping[str, str]) -> bool:
    """Tell whether a link names a picture or file that is not at home, of which TB231 tells."""
    return reference.file not in prose and bool(find_stray(reference.target, "", is_picture=False))


class _Known:
    """Everything of the site that a relative address may lead to."""

    def __init__(self, base: Base, circumstances: Circumstances) -> None:
        self.base, self.library, self.around = base, base.library, circumstances
        self.files = _name_prose(base.library)
        self.pages = [
            *(page.name for page in self.library.prose),
            *(name for name in self.library.published if name.endswith(".md")),
        ]

    def leads(self, reference: Reference) -> bool:
        """Return whether an address leads to something, or to something that nobody can know of."""
        path, _ = _split(reference.target)
        name = self.files.get(reference.file)
        if name is not None and find_file(path, name) is not None:
            return True  # a file beside a page: TB924
        address = _resolve(path, reference, self.files, self.around)
        if address is None:
            return True
        bare = bare_address(address)
        return bool(
            reference.target
            and (
                not bare
                or self._own.find(bare)
                or bare in self._others
                or bare in self._redirects
                or self._is_unreadable(bare)
            )
        )

    def _is_unreadable(self, bare: str) -> bool:
        return bare.partition("/")[2] in self.library.unreadable

    def advise(self, reference: Reference, guesses: Guesses) -> str:
        """Say what may have been meant."""
        path, anchor = _split(reference.target)
        behind = f"#{anchor}" if anchor else ""
        last = path.rstrip("/").rpartition("/")[2]
        if last in self.pages:
            return f"Write page:{last}{behind}"
        id_ = last.removesuffix(".md").removesuffix(".yaml").removesuffix(".yml")
        if self.library.has_page(id_):
            return f"Write [[{id_}{behind}]]."
        near = guesses.guess(last, [*self.library.threads, *self.pages])
        if near is None:
            return "Name what it leads to: [[id]], topic:id, path:id, board:id or page:about.md"
        return f"Did you mean {f'[[{near}]]' if near in self.library.threads else f'page:{near}'}?"

    @cached_property
    def _own(self) -> Own:
        return Own(self.library)

    @cached_property
    def _others(self) -> Mapping[str, str]:
        return list_others(self.library, self.around.prefix)

    @cached_property
    def _redirects(self) -> frozenset[str]:
        return frozenset(bare_address(old.path) for old, _ in list_redirects(self.base))


def _split(url: str) -> tuple[str, str]:
    """Return the path of a relative address and its fragment; the query is of no interest."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return unquote(parts.path), unquote(parts.fragment)


def _name_prose(library: Library) -> Mapping[str, str]:
    return {page.file: page.name for page in library.prose}


def _resolve(
    path: str, reference: Reference, prose: Mapping[str, str], around: Circumstances
) -> str | None:
    """Return the address among our pages that a relative one leads to; `None` outside of them."""
    if path.startswith("/"):
        root = urlsplit(around.site_url).path or "/"
        return path.removeprefix(root) if path.startswith(root) else None
    home = f"/{around.prefix}"
    full = posixpath.normpath(posixpath.join(home, _page_of(reference, prose), path))
    full += "/" if path.endswith("/") and full != "/" else ""
    return full.removeprefix(home) if f"{full}/".startswith(home) else None


def _page_of(reference: Reference, prose: Mapping[str, str]) -> str:
    """Return the address of the page that shows the text of a reference."""
    if reference.file in prose:
        return addresses.of_prose(prose[reference.file])
    stem = reference.file.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
    return addresses.of_path(stem) if reference.field == "note" else addresses.of_thread(stem)
