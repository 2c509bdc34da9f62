"""Rules about old addresses: none may be the address of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Place, Related, Severity
from threadbook.library import Library

_PAGES: Final = frozenset(
    "topics paths boards threads latest unanswered health glossary search library".split()
)
"""The addresses of the site's own pages, without the slash at their end."""

_FOLDERS: Final = ("feeds", "api", "assets", "search")
"""Folders that hold the site's own files."""

_FILES: Final = re.compile(
    r"(?:index\.html|404\.html|_redirects|robots\.txt|sitemap(?:-[0-9]+)?\.xml"
    r"|llms(?:-full(?:-[0-9]+)?)?\.txt)(?=/|$)"
)
"""The site's own files at its root: no address can be below them."""

_WITH_LISTS: Final = ("boards", "topics")
_BESIDE: Final = ("index.md", "index.json", "social.png")
"""What may be beside a page of a thread, topic or path: its twins and its picture."""


def _bare(address: str) -> str:
    """Return an address as hosts compare it: some know no capital letters."""
    return address.casefold().rstrip("/").removesuffix("/index.html")


def _own_page(address: str, library: Library) -> str:
    """Return the page or file of the site that an old address would take the place of."""
    first, _, rest = address.partition("/")
    below, _, last = rest.partition("/")
    if file := _FILES.match(address):
        return file[0]
    if address in _PAGES or first in _FOLDERS:
        return address if address in _PAGES else f"{first}/"
    ids = {
        "threads": [id_ for id_, outline in library.threads.items() if outline.has_page],
        "boards": library.boards,
        "topics": library.topics,
        "paths": library.paths,
    }.get(first, ())
    if below in ids and (not last or first in _WITH_LISTS or last.split("/")[0] in _BESIDE):
        return f"{first}/{below}/"
    return ""


@rule("TB215", Severity.ERROR, is_essential=True)
def old_address_is_free(base: Base, _: Circumstances) -> Iterator[Problem]:
    """An old address belongs to a page of the site, or leads to two threads.

    A redirect would hide the page, and of two redirects from one address only one can work. Many
    hosts treat addresses that differ only in capital letters as the same.

    Bad:
        # content/threads/new/first-question.yml
        redirect_from: [threads/second-question]

    Good:
        # content/threads/new/first-question.yml
        redirect_from: [threads/an-older-name]
    """
    taken: dict[str, Place] = {}
    for outline in base.library.threads.values() if base.library.boards else ():
        for redirect in outline.redirects if outline.has_page else ():
            address = _bare(redirect.path)
            page = _own_page(address, base.library)
            if page:
                message = f"`{redirect.path}` is the address of a page of this site: {page}"
                yield Problem(redirect.place, message, "Remove it.")
            elif address in taken:
                message = f"`{redirect.path}` already leads to a thread."
                related = (Related("the first", taken[address]),)
                yield Problem(redirect.place, message, "Remove one of the two.", related)
            else:
                taken[address] = redirect.place
    for address, place in taken.items():
        parts = address.split("/")
        for end in range(1, len(parts)):
            above = "/".join(parts[:end])
            if above in taken and above.endswith((".html", ".htm")):
                message = f"`{address}` is below `{above}`, which is a file."
                yield Problem(place, message, "Remove it.", (Related("the file", taken[above]),))
