"""The static JSON API: lists of everything, and their description as OpenAPI.

As in `pages/views.py`, docstrings of fields are written for people who use the data.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from threadbook import __version__
from threadbook.addresses import (
    API,
    JSON,
    LLMS,
    LLMS_FULL,
    MARKDOWN,
    SITEMAP,
    THREAD_LISTS,
    from_place,
    of_path,
    of_thread,
    of_topic,
)
from threadbook.pages import Shared
from threadbook.pages.kinds.path import PathView
from threadbook.pages.kinds.topic import TopicView
from threadbook.pages.views import (
    Address,
    BoardCard,
    Catalogue,
    PathCard,
    ThreadCard,
    ThreadSummary,
    ThreadView,
    TopicCard,
    View,
    describe_views,
    to_json,
)

LIST_SIZE: Final = 1_000
"""The most threads that one file of the list of all threads holds."""


@dataclass(frozen=True)
class Counts(View):
    """How many things of each kind the site holds."""

    threads: int
    """All threads that have a page. The next five numbers add up to this one."""

    solved: int
    """Threads with an accepted answer."""

    answered: int
    """Threads with answers, none of them accepted."""

    unanswered: int
    """Threads without an answer."""

    obsolete: int
    """Threads that are no longer correct."""

    duplicate: int
    """Threads whose question another thread answers."""

    topics: int
    """Topics."""

    boards: int
    """Boards."""

    paths: int
    """Learning paths."""


@dataclass(frozen=True)
class Addresses(View):
    """The addresses of the other files."""

    openapi: Address
    """The description of this API, as OpenAPI 3.1 with JSON Schemas."""

    threads: Address
    """The addresses of the files that list all threads."""

    topics: Address
    """All topics."""

    boards: Address
    """All boards."""

    paths: Address
    """All learning paths."""

    llms: Address
    """An overview for language models, as Markdown."""

    llms_full: Address
    """All threads in one Markdown file, or a list of the files they are split into."""

    sitemap: Address | None
    """The sitemap, as XML; `null` if the site's own address is not known."""


@dataclass(frozen=True)
class Generator(View):
    """The program that made the site."""

    name: Literal["Threadbook"]
    """Its name."""

    version: str
    """Its version."""


@dataclass(frozen=True)
class SiteView(View):
    """The site, and where to find everything on it."""

    name: str
    """The site's name."""

    description: str
    """What the site is about, in a sentence."""

    url: Address
    """The address of the home page."""

    language: str
    """The language of the site, such as `en`."""

    counts: Counts
    """How many things of each kind the site holds."""

    addresses: Addresses
    """The addresses of the other files."""

    generator: Generator
    """The program that made the site."""


@dataclass(frozen=True)
class ThreadEntry(ThreadSummary):
    """A thread in the list of all threads."""

    board: str
    """The id of its board."""

    topics: tuple[str, ...]
    """The ids of its topics."""

    asked: datetime.date | None
    """The first day anything was written in it, if known."""

    duplicate_of: str | None
    """The id of the thread that already answers this question."""


@dataclass(frozen=True)
class ThreadLists(View):
    """The files that list all threads."""

    total: int
    """The number of threads."""

    size: int
    """The most threads that one file lists."""

    pages: tuple[Address, ...]
    """The addresses of the files, in order."""


@dataclass(frozen=True)
class ThreadList(View):
    """One file of the list of all threads, which is sorted by id."""

    number: int
    """The number of this file, from 1."""

    count: int
    """The number of files."""

    previous: Address | None
    """The address of the previous file."""

    next: Address | None
    """The address of the next file."""

    threads: tuple[ThreadEntry, ...]
    """The threads in this file."""


@dataclass(frozen=True)
class TopicList(View):
    """All topics."""

    topics: tuple[TopicCard, ...]
    """The topics, in the order the editors chose."""


@dataclass(frozen=True)
class BoardList(View):
    """All boards."""

    boards: tuple[BoardCard, ...]
    """The boards, in the order the editors chose."""


@dataclass(frozen=True)
class PathList(View):
    """All learning paths."""

    paths: tuple[PathCard, ...]
    """The learning paths, sorted by id."""


def write_api(catalogue: Catalogue, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """Yield the address and content of every file of the API except the twins of pages."""
    root, lists = shared.root(API), _list_threads(catalogue)
    files: dict[str, View] = {
        "index": _describe_site(catalogue, shared),
        "topics": TopicList(catalogue.topics),
        "boards": BoardList(catalogue.boards),
        "paths": PathList(catalogue.paths),
        "threads": ThreadLists(len(catalogue.threads), LIST_SIZE, tuple(lists)),
    }
    for name, view in files.items():
        yield f"{API}{name}.json", to_json(view, root)
    for address, threads in lists.items():
        yield address, to_json(threads, shared.root(THREAD_LISTS))
    description = describe_api(shared.site_name, root)
    yield f"{API}openapi.json", json.dumps(description, ensure_ascii=False).encode() + b"\n"


def _describe_site(catalogue: Catalogue, shared: Shared) -> SiteView:
    states = Counter(card.state for card in catalogue.threads)
    return SiteView(
        name=shared.site_name,
        description=shared.site_description,
        url="",
        language=shared.language,
        counts=Counts(
            threads=len(catalogue.threads),
            solved=states["solved"],
            answered=states["answered"],
            unanswered=states["unanswered"],
            obsolete=states["obsolete"],
            duplicate=states["duplicate"],
            topics=len(catalogue.topics),
            boards=len(catalogue.boards),
            paths=len(catalogue.paths),
        ),
        addresses=Addresses(
            openapi=f"{API}openapi.json",
            threads=f"{API}threads.json",
            topics=f"{API}topics.json",
            boards=f"{API}boards.json",
            paths=f"{API}paths.json",
            llms=LLMS,
            llms_full=LLMS_FULL,
            sitemap=from_place(shared.prefix, SITEMAP) if shared.site_url else None,
        ),
        generator=Generator("Threadbook", __version__),
    )


def _list_threads(catalogue: Catalogue) -> dict[str, ThreadList]:
    """Return the files of the list of all threads, by address; an empty site has one as well."""
    starts = range(0, max(1, len(catalogue.threads)), LIST_SIZE)
    names = [f"{THREAD_LISTS}{number}.json" for number, _ in enumerate(starts, 1)]
    around = [None, *names, None]
    return {
        name: ThreadList(
            number=place + 1,
            count=len(names),
            previous=around[place],
            next=around[place + 2],
            threads=tuple(map(_enter, catalogue.threads[start : start + LIST_SIZE])),
        )
        for place, (name, start) in enumerate(zip(names, starts, strict=True))
    }


def _enter(card: ThreadCard) -> ThreadEntry:
    return ThreadEntry(
        **{field.name: getattr(card, field.name) for field in fields(ThreadSummary)},
        board=card.board.id,
        topics=tuple(topic.id for topic in card.topics),
        asked=card.asked,
        duplicate_of=card.duplicate_of.id if card.duplicate_of else None,
    )


_ID: Final = "{id}"

_FILES: Final[Mapping[str, tuple[type[View], str]]] = {
    f"/{API}index.json": (SiteView, "The site, and where everything on it is"),
    f"/{API}threads.json": (ThreadLists, "The pages of the list of all threads"),
    f"/{THREAD_LISTS}{{number}}.json": (ThreadList, "One page of the list of all threads"),
    f"/{API}topics.json": (TopicList, "All topics"),
    f"/{API}boards.json": (BoardList, "All boards"),
    f"/{API}paths.json": (PathList, "All learning paths"),
    f"/{of_thread(_ID)}{JSON}": (ThreadView, "A thread"),
    f"/{of_topic(_ID)}{JSON}": (TopicView, "A topic"),
    f"/{of_path(_ID)}{JSON}": (PathView, "A learning path"),
}
"""The content of each JSON file of the site, by its address."""

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    f"/{of_thread(_ID)}{MARKDOWN}": ("text/markdown", "A thread as Markdown"),
    f"/{of_topic(_ID)}{MARKDOWN}": ("text/markdown", "A topic as Markdown"),
    f"/{of_path(_ID)}{MARKDOWN}": ("text/markdown", "A learning path as Markdown"),
    f"/{LLMS}": ("text/plain", "An overview for language models, as Markdown"),
    f"/{LLMS_FULL}": ("text/plain", "The threads in one Markdown file, or the list of its parts"),
}

_PARAMETERS: Final = {
    "id": ("string", "The id, as lists hold it."),
    "number": ("integer", "The page's number, counted from 1."),
}


def describe_api(site_name: str, server: str) -> dict[str, Any]:
    """Describe every file as OpenAPI 3.1; `server` is the site's address, absolute or relative."""
    views = (view for view, _ in _FILES.values())
    schemas = describe_views(views, "#/components/schemas/{model}")
    paths = {
        address: _describe_file(
            address,
            summary,
            {"application/json": {"schema": {"$ref": f"#/components/schemas/{view.__name__}"}}},
        )
        for address, (view, summary) in _FILES.items()
    }
    paths |= {
        address: _describe_file(address, summary, {kind: {"schema": {"type": "string"}}})
        for address, (kind, summary) in _TEXTS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": site_name,
            "summary": "Questions and answers, topics and learning paths, as static files.",
            "version": __version__,
        },
        "servers": [{"url": server.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _describe_file(address: str, summary: str, content: Mapping[str, Any]) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": description,
            "schema": {"type": kind},
        }
        for name, (kind, description) in _PARAMETERS.items()
        if f"{{{name}}}" in address
    ]
    answers = {"200": {"description": summary, "content": content}}
    if parameters:
        answers["404"] = {"description": "There is no such file."}
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}
