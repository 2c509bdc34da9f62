"""The addresses that a library gives a site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from threadbook import addresses
from threadbook.library import Library
from threadbook.pages.page import Planning
from threadbook.pages.plan import list_kinds, plan_redirects
from threadbook.settings import Settings

_PASSING: Final = re.compile(
    r"(?:^|/)page-[0-9]+$|^(?:_shell|assets|search|api|feeds|components|health|404)(?:/|\.html$|$)"
)
"""Later pages of lists come and go with the threads; the others are no address of content."""


def list_addresses(library: Library, settings: Settings) -> Mapping[str, str]:
    """Return the bare addresses of pages and redirects, and what each leads to, if that is known.

    A thread leads to its id, and other things to `topic:id` and so on, as in links.
    """
    planning = Planning(library, {}, settings)
    library = planning.library  # without what the site does not show
    found = {bare(url): name for url, name in _list_pages(planning)}
    by_address = {url: found[url] for url in found if found[url]}
    for old, new in plan_redirects(library).items():
        found.setdefault(bare(old), by_address.get(bare(new), ""))
    return {address: name for address, name in found.items() if is_lasting(address)}


def _list_pages(planning: Planning) -> Iterator[tuple[str, str]]:
    library = planning.library
    for kind in list_kinds(planning):
        if kind.place != addresses.THREADS:
            yield from ((page.url, "") for page in kind.pages(planning))
    yield from ((addresses.of_thread(id_), id_) for id_ in library.threads if library.has_page(id_))
    groups: Mapping[str, Mapping[str, object]] = {
        "board": library.boards if library.has_boards else {},
        "topic": library.topics,
        "path": library.paths,
    }
    for kind_name, ids in groups.items():
        for id_ in ids:
            yield addresses.of_target(f"{kind_name}:{id_}"), f"{kind_name}:{id_}"
    for page in library.prose:
        yield page.url, f"page:{page.name}"
    # Below a prefix, the engine publishes these beside our pages, and says itself what is gone.
    for name in () if planning.settings.prefix else library.published:
        yield addresses.of_prose(name) if name.endswith(".md") else name, ""


def bare(address: str) -> str:
    """Return an address without what hosts add to it."""
    return address.removesuffix("index.html").rstrip("/")


def is_lasting(address: str) -> bool:
    """Return whether somebody may have kept a bare address."""
    return _PASSING.search(address) is None
