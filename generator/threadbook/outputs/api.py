"""The static JSON API: lists of everything, and their description as OpenAPI."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from threadbook import __version__
from threadbook.addresses import API, LLMS, LLMS_FULL, SITEMAP, THREAD_LISTS
from threadbook.library import State
from threadbook.pages import Shared
from threadbook.pages.kinds.path import PathView
from threadbook.pages.kinds.topic import TopicView
from threadbook.pages.views import (
    Address,
    BoardCard,
    Catalogue,
    PathCard,
    ThreadCard,
    ThreadView,
    TopicCard,
    Twinned,
    View,
    describe_views,
    to_json,
)

LIST_SIZE: Final = 1_000
"""How many threads a page of the list of all threads holds."""


@dataclass(frozen=True)
class Counts(View):
    """How much the site holds."""

    threads: int
    """Threads that have a page; the five states below add up to it."""

    solved: int
    """Threads with an accepted answer."""

    answered: int
    """Threads with answers, none of which is accepted."""

    unanswered: int
    """Threads that wait for an answer."""

    obsolete: int
    """Threads that no longer hold."""

    duplicate: int
    """Threads that repeat another."""

    topics: int
    """Topics."""

    boards: int
    """Boards."""

    paths: int
    """Learning paths."""


@dataclass(frozen=True)
class Addresses(View):
    """Where everything else is."""

    openapi: Address
    """The description of all this, as OpenAPI 3.1 with JSON Schemas."""

    threads: Address
    """The pages of the list of all threads."""

    topics: Address
    """All topics."""

    boards: Address
    """All boards."""

    paths: Address
    """All learning paths."""

    llms: Address
    """An overview for language models, as Markdown."""

    llms_full: Address
    """The threads in one Markdown file, or the list of its parts."""

    sitemap: Address | None
    """The addresses of all pages, as XML; `null` where the site's own address is unknown."""


@dataclass(frozen=True)
class Generator(View):
    """What made the site."""

    name: Literal["Threadbook"]
    """Its name."""

    version: str
    """Its version."""


@dataclass(frozen=True)
class SiteView(View):
    """The site, and where everything on it is."""

    name: str
    """The site's name."""

    description: str
    """What it is about, in a sentence."""

    url: Address
    """The address of its home page."""

    language: str
    """The language it is written in, such as `en`."""

    counts: Counts
    """How much it holds."""

    addresses: Addresses
    """Where everything else is."""

    generator: Generator
    """What made it."""


@dataclass(frozen=True)
class ThreadEntry(Twinned, View):
    """A thread in few words."""

    id: str
    """The thread's id, which is also the last part of its address."""

    title: str
    """The question, in one line of plain text."""

    url: Address
    """The address of its page."""

    state: State
    """`duplicate` and `obsolete` come before whether it is answered or solved."""

    votes: int
    """The votes of the answer with the most."""

    answers: int
    """How many answers it has."""

    updated: datetime.date | None
    """The last day anything was written in it, where known."""

    board: str
    """The id of its board."""

    topics: tuple[str, ...]
    """The ids of its topics."""

    asked: datetime.date | None
    """The first day anything was written in it, where known."""

    duplicate_of: str | None
    """The id of the thread that answers this question."""

    @classmethod
    def of(cls, card: ThreadCard) -> ThreadEntry:
        """Return what the list of all threads says of one."""
        return cls(
            card.id,
            card.title,
            card.url,
            card.state,
            card.votes,
            card.answers,
            card.updated,
            card.board.id,
            tuple(topic.id for topic in card.topics),
            card.asked,
            card.duplicate_of.id if card.duplicate_of else None,
        )


@dataclass(frozen=True)
class ThreadLists(View):
    """The pages of the list of all threads."""

    total: int
    """How many threads there are."""

    size: int
    """How many a page holds at most."""

    pages: tuple[Address, ...]
    """The addresses of the pages, in order."""


@dataclass(frozen=True)
class ThreadList(View):
    """One page of the list of all threads, which is sorted by id."""

    number: int
    """The page's number, counted from 1."""

    count: int
    """How many pages there are."""

    previous: Address | None
    """The address of the page before this one."""

    next: Address | None
    """The address of the page after this one."""

    threads: tuple[ThreadEntry, ...]
    """The threads."""


@dataclass(frozen=True)
class TopicList(View):
    """All topics."""

    topics: tuple[TopicCard, ...]
    """The topics, in the order the editors gave them."""


@dataclass(frozen=True)
class BoardList(View):
    """All boards."""

    boards: tuple[BoardCard, ...]
    """The boards, in the order the editors gave them."""


@dataclass(frozen=True)
class PathList(View):
    """All learning paths."""

    paths: tuple[PathCard, ...]
    """The learning paths."""


def write_api(catalogue: Catalogue, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """Yield the address and content of every file of the API but the twins."""
    root = shared.root(API)
    for name, view in _lists(catalogue, shared):
        yield f"{API}{name}.json", to_json(view, root)
    for number, threads in enumerate(_thread_lists(catalogue), 1):
        yield f"{THREAD_LISTS}{number}.json", to_json(threads, shared.root(THREAD_LISTS))
    description = describe(shared.site_name, root)
    yield f"{API}openapi.json", json.dumps(description, ensure_ascii=False).encode() + b"\n"


def _lists(catalogue: Catalogue, shared: Shared) -> Iterator[tuple[str, View]]:
    names = tuple(_list_names(catalogue))
    yield "index", _site(catalogue, shared)
    yield "topics", TopicList(catalogue.topics)
    yield "boards", BoardList(catalogue.boards)
    yield "paths", PathList(catalogue.paths)
    yield "threads", ThreadLists(len(catalogue.threads), LIST_SIZE, names)


def _site(catalogue: Catalogue, shared: Shared) -> SiteView:
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
            sitemap=SITEMAP if shared.site_url else None,
        ),
        generator=Generator("Threadbook", __version__),
    )


def _list_names(catalogue: Catalogue) -> list[str]:
    count = max(1, -(-len(catalogue.threads) // LIST_SIZE))
    return [f"{THREAD_LISTS}{number}.json" for number in range(1, count + 1)]


def _thread_lists(catalogue: Catalogue) -> Iterator[ThreadList]:
    names = _list_names(catalogue)
    for place in range(len(names)):
        members = catalogue.threads[place * LIST_SIZE : (place + 1) * LIST_SIZE]
        yield ThreadList(
            number=place + 1,
            count=len(names),
            previous=names[place - 1] if place else None,
            next=names[place + 1] if place + 1 < len(names) else None,
            threads=tuple(map(ThreadEntry.of, members)),
        )


_FILES: Final[Mapping[str, tuple[type[View], str]]] = {
    "/api/index.json": (SiteView, "The site, and where everything on it is"),
    "/api/threads.json": (ThreadLists, "The pages of the list of all threads"),
    "/api/threads/{number}.json": (ThreadList, "One page of the list of all threads"),
    "/api/topics.json": (TopicList, "All topics"),
    "/api/boards.json": (BoardList, "All boards"),
    "/api/paths.json": (PathList, "All learning paths"),
    "/threads/{id}/index.json": (ThreadView, "A thread"),
    "/topics/{id}/index.json": (TopicView, "A topic"),
    "/paths/{id}/index.json": (PathView, "A learning path"),
}
"""What each JSON file of the site holds, by its address."""

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "/threads/{id}/index.md": ("text/markdown", "A thread as Markdown"),
    "/topics/{id}/index.md": ("text/markdown", "A topic as Markdown"),
    "/paths/{id}/index.md": ("text/markdown", "A learning path as Markdown"),
    f"/{LLMS}": ("text/plain", "An overview for language models, as Markdown"),
    f"/{LLMS_FULL}": ("text/plain", "The threads in one Markdown file, or the list of its parts"),
}

_PARAMETERS: Final = {
    "id": ("string", "The id, as lists hold it."),
    "number": ("integer", "The page's number, counted from 1."),
}


def describe(site_name: str, server: str) -> dict[str, Any]:
    """Describe every file as OpenAPI 3.1; `server` is the site's address, or the way to it."""
    views = (view for view, _ in _FILES.values())
    schemas = describe_views(views, "#/components/schemas/{model}")
    paths = {
        address: _operation(
            address,
            summary,
            {"application/json": {"schema": {"$ref": f"#/components/schemas/{view.__name__}"}}},
        )
        for address, (view, summary) in _FILES.items()
    }
    paths |= {
        address: _operation(address, summary, {kind: {"schema": {"type": "string"}}})
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


def _operation(address: str, summary: str, content: Mapping[str, Any]) -> dict[str, Any]:
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
