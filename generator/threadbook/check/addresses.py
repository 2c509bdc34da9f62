"""Rules about addresses: an old one is nothing else's, and no two things have the same."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Final

from threadbook.addresses import of_prose
from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Place, Related, Severity
from threadbook.library import Library, Redirect
from threadbook.model import Board, Topic

_PAGES: Final = frozenset(
    "topics paths boards threads latest unanswered health glossary search library "
    "components".split()
)
"""The addresses of the site's own pages, without the slash at their end."""

_FOLDERS: Final = ("feeds", "api", "assets", "search")
"""Folders that hold the site's own files."""

_FILES: Final = re.compile(
    r"(?:index\.html|404\.html|robots\.txt|sitemap(?:-[0-9]+)?\.xml"
    r"|llms(?:-full(?:-[0-9]+)?)?\.txt|licenses\.txt)(?=/|$)"
)
"""The site's own files at its root: no address can be below them."""

_FOR_HOSTS: Final = frozenset(
    "cname netlify.toml vercel.json wrangler.toml web.config staticwebapp.config.json "
    "firebase.json".split()
)
"""Files at a site's root that tell its host what to do. So do names that begin with `_` or `.`."""

_ENDINGS: Final = (".html", ".htm")
_RENAME: Final = "Give the file another name."

_NOUNS: Final = {"threads": "thread", "boards": "board", "topics": "topic", "paths": "path"}
_WITH_LISTS: Final = ("boards", "topics")
_BESIDE: Final = ("index.md", "index.json", "social.png")
"""What may be beside a page of a thread, topic or path: its twins and its picture."""


def bare_address(address: str) -> str:
    """Return an address as hosts compare it: some know no capital letters."""
    return address.casefold().rstrip("/").removesuffix("/index.html")


class Own:
    """What is at the site's own addresses."""

    def __init__(self, library: Library) -> None:
        self.ids: Mapping[str, Container[str]] = {
            "threads": {id_ for id_, outline in library.threads.items() if outline.has_page},
            "boards": library.boards,
            "topics": library.topics,
            "paths": library.paths,
        }

    def find(self, address: str) -> str:
        """Return the page or file of the site that a bare address would take the place of."""
        first, _, rest = address.partition("/")
        below, _, last = rest.partition("/")
        if file := _FILES.match(address):
            return file[0]
        if address in _PAGES or first in _FOLDERS:
            return address if address in _PAGES else f"{first}/"
        if below in self.ids.get(first, ()) and _is_of_page(first, below, last):
            return f"{first}/{below}/"
        return ""


def _is_of_page(kind: str, id_: str, last: str) -> bool:
    """Return whether `last`, below the page of an id, is or may be a file or page of its own."""
    name = last.partition("/")[0]
    if kind == "paths" and name in {"print", f"{id_}.pdf"}:
        return True
    return not last or kind in _WITH_LISTS or name in _BESIDE


def _is_for_hosts(address: str) -> bool:
    first = address.partition("/")[0]
    return first in _FOR_HOSTS or first.startswith("_") or "/." in f"/{address}"


@rule("TB215", Severity.ERROR, is_essential=True)
def old_address_is_free(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """An old address belongs to a page of the site, or leads to two things.

    A redirect would hide the page, and of two redirects from one address only one can work. Many
    hosts treat addresses that differ only in capital letters as the same.

    Bad:
        # content/threads/new/first-question.yml
        redirect_from: [threads/second-question]

    Good:
        # content/threads/new/first-question.yml
        redirect_from: [threads/an-older-name]
    """
    taken: dict[str, tuple[Place, str]] = {}
    own, others = Own(base.library), list_others(base.library, circumstances.prefix)
    for redirect, noun in list_redirects(base) if base.library.boards else ():
        address = bare_address(redirect.path)
        path = bare_address(address.partition("?")[0])
        page = own.find(path) or others.get(path, "")
        if page:
            yield Problem(redirect.place, _say_taken(redirect.path, page), "Remove it.")
        elif _is_for_hosts(path):
            message = f"`{redirect.path}` is an address that hosts read or hide."
            yield Problem(redirect.place, message, "Remove it.")
        elif address in taken:
            message = f"`{redirect.path}` already leads to a {taken[address][1]}."
            related = (Related("the first", taken[address][0]),)
            yield Problem(redirect.place, message, "Remove one of the two.", related)
        else:
            taken[address] = (redirect.place, noun)
    yield from _find_blocked({old: place for old, (place, _) in taken.items()}, others)


def _say_taken(old: str, page: str) -> str:
    """Say what an old address would hide; what is at that very address is not named again."""
    if bare_address(page) == bare_address(old):
        return f"`{old}` is the address of a page of this site."
    return f"`{old}` belongs to `{page}`, which is part of this site."


def list_redirects(base: Base) -> Iterator[tuple[Redirect, str]]:
    """Yield each old address, and what kind of thing it leads to."""
    for outline in base.library.threads.values():
        for redirect in outline.redirects if outline.has_page else ():
            yield redirect, "thread"
    for page in base.library.prose:
        yield from ((redirect, "page") for redirect in page.redirects)
    if (site := base.site) is not None:
        groups: tuple[tuple[str, tuple[Board | Topic, ...]], ...] = (
            ("board", site.model.boards),
            ("topic", site.model.topics),
        )
        for noun, members in groups:
            for number, member in enumerate(members):
                for place, old in enumerate(member.redirect_from):
                    where = site.at(f"{noun}s", number, "redirect_from", place)
                    yield Redirect(old, where), noun
    for file in base.paths.values():
        for place, old in enumerate(file.model.redirect_from):
            yield Redirect(old, file.at("redirect_from", place)), "path"


def _find_blocked(taken: Mapping[str, Place], others: Mapping[str, str]) -> Iterator[Problem]:
    """Find addresses that are below a file, where nothing can be."""
    files = {address: url for address, url in others.items() if not url.endswith("/")}
    for address, place in taken.items():
        for above in _above(address):
            if above in files:
                message = f"`{address}` is below `{files[above]}`, which is a file."
                yield Problem(place, message, "Remove it.")
            elif above in taken and above.endswith(_ENDINGS):
                message = f"`{address}` is below `{above}`, which is a file."
                yield Problem(place, message, "Remove it.", (Related("the file", taken[above]),))
    for address, url in others.items():
        for above in _above(address):
            if above in taken and above.endswith(_ENDINGS):
                message = f"`{above}` would be a file, but `{url}` is below it."
                yield Problem(taken[above], message, "Remove it.")


def _above(address: str) -> Iterator[str]:
    """Yield the addresses of the folders around an address."""
    parts = address.split("/")
    return ("/".join(parts[:end]) for end in range(1, len(parts)))


@rule("TB216", Severity.ERROR, is_essential=True)
def prose_has_an_address_of_its_own(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """A file of prose has an address that belongs to something else.

    The site's own pages, its files, and the files that tell a host what to do cannot be replaced by
    a file in the folder of prose. Two files cannot have one address either. Many hosts treat
    addresses that differ only in capital letters as the same.

    Bad:
        content/pages/topics.md

    Good:
        content/pages/about-topics.md
    """
    own = Own(base.library)
    taken: dict[str, str] = {}
    for url, file in _list_prose(base.library, circumstances):
        address, place = bare_address(url), _top_of(file)
        if not f"{address}/".startswith(circumstances.prefix):
            continue  # it is beside our pages, where the engine says what may be
        address = address[len(circumstances.prefix) :]
        if not address:
            yield Problem(place, "The home page is made from the content.", _RENAME)
        elif page := own.find(address):
            yield Problem(place, *_say_whose(url, page, base))
        elif _is_for_hosts(address):
            yield Problem(place, f"`{url}` is an address that hosts read or hide.", _RENAME)
        elif address in taken:
            related = (Related("the other", _top_of(taken[address])),)
            yield Problem(place, f"Another file has the same address: {url}", _RENAME, related)
        taken.setdefault(address, file)


def _top_of(file: str) -> Place:
    """Return the first line of a page; any other file has no lines."""
    return Place(file, 1, 1) if file.endswith(".md") else Place(file)


def _say_whose(url: str, page: str, base: Base) -> tuple[str, str, tuple[Related, ...]]:
    """Say what is at an address already: message, fix and where that is written."""
    kind, _, id_ = page.rstrip("/").partition("/")
    noun = _NOUNS.get(kind, "") if id_ else ""
    if not noun:
        is_folder = page.endswith("/")
        whose = f"keeps its own files in `{page}`" if is_folder else f"makes `{url}` itself"
        return f"The site {whose}.", _RENAME, ()
    is_page = bare_address(url).endswith(f"{kind}/{id_}")
    what = "is at this address already" if is_page else f"has the file `{url}` already"
    place = _place_of(kind, id_, base)
    related = (Related(f"the {noun}", place),) if place else ()
    return f"The {noun} `{id_}` {what}.", _RENAME, related


def _place_of(kind: str, id_: str, base: Base) -> Place | None:
    """Return where a thread, path, board or topic is written."""
    if kind == "threads":
        return Place(base.library.threads[id_].file, 1, 1)
    if kind == "paths":
        return base.paths[id_].at()
    if base.site is None:
        return None
    members: tuple[Board | Topic, ...] = getattr(base.site.model, kind)
    return next((base.site.at(kind, n) for n, each in enumerate(members) if each.id == id_), None)


def _list_prose(library: Library, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Yield the address and the file of what is published; a publisher's own files may do more."""
    yield from ((page.url, page.file) for page in library.prose)
    for name, file in library.published.items():
        if name.endswith(".md"):
            yield of_prose(name), file
        elif not circumstances.trusts_pages:
            yield name, file


def list_others(library: Library, prefix: str) -> dict[str, str]:
    """Return what is at the addresses of prose and of files that are published as they are.

    Addresses are below `prefix`, as those of redirects are.
    """
    published = (of_prose(name) if name.endswith(".md") else name for name in library.published)
    every = (*(page.url for page in library.prose), *published)
    return {bare_address(url.removeprefix(prefix)): url for url in every if url.startswith(prefix)}
