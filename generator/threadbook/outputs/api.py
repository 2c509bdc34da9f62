"""The static JSON API: lists of everything, and their description as OpenAPI."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from threadbook import __version__
from threadbook.model.values import Model
from threadbook.outputs.data import (
    AddressesData,
    BoardList,
    CountsData,
    GeneratorData,
    PathData,
    PathList,
    SiteData,
    ThreadData,
    ThreadPage,
    ThreadPages,
    TopicData,
    TopicList,
)
from threadbook.outputs.filling import (
    board_record,
    path_record,
    state_of_item,
    thread_record,
    topic_record,
)
from threadbook.outputs.llms import FULL
from threadbook.outputs.llms import NAME as LLMS
from threadbook.outputs.twins import json_of
from threadbook.pages import Catalogue, Shared
from threadbook.pages.fragments import base

PAGE_SIZE: Final = 1_000
"""How many threads a page of the list of all threads holds."""

_API: Final = "api/"
_PAGES: Final = "api/threads/"


def api(catalogue: Catalogue, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """Yield the address and content of every file of the API but the twins."""
    root = shared.site_url or base(_API)
    for name, held in _lists(catalogue, shared, root):
        yield f"{_API}{name}.json", json_of(held)
    for number, page in enumerate(_pages(catalogue, shared), 1):
        yield f"{_PAGES}{number}.json", json_of(page)
    description = openapi(shared.site_name, root)
    yield f"{_API}openapi.json", json.dumps(description, ensure_ascii=False).encode() + b"\n"


def _lists(catalogue: Catalogue, shared: Shared, root: str) -> Iterator[tuple[str, Model]]:
    topics = tuple(topic_record(topic, root) for topic in catalogue.topics)
    boards = tuple(board_record(board, root) for board in catalogue.boards)
    paths = tuple(path_record(path, root) for path in catalogue.paths)
    pages = tuple(f"{root}{name}" for name in _page_names(catalogue))
    yield "index", _site(catalogue, shared, root)
    yield "topics", TopicList(topics=topics)
    yield "boards", BoardList(boards=boards)
    yield "paths", PathList(paths=paths)
    yield (
        "threads",
        ThreadPages(total=len(catalogue.threads), size=PAGE_SIZE, pages=pages),
    )


def _site(catalogue: Catalogue, shared: Shared, root: str) -> SiteData:
    states = Counter(map(state_of_item, catalogue.threads))
    return SiteData(
        name=shared.site_name,
        description=shared.site_description,
        url=root,
        language=shared.language,
        counts=CountsData(
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
        addresses=AddressesData(
            openapi=f"{root}{_API}openapi.json",
            threads=f"{root}{_API}threads.json",
            topics=f"{root}{_API}topics.json",
            boards=f"{root}{_API}boards.json",
            paths=f"{root}{_API}paths.json",
            llms=f"{root}{LLMS}",
            llms_full=f"{root}{FULL}",
            sitemap=f"{root}sitemap.xml" if shared.site_url else None,
        ),
        generator=GeneratorData(name="Threadbook", version=__version__),
    )


def _page_names(catalogue: Catalogue) -> list[str]:
    count = max(1, -(-len(catalogue.threads) // PAGE_SIZE))
    return [f"{_PAGES}{number}.json" for number in range(1, count + 1)]


def _pages(catalogue: Catalogue, shared: Shared) -> Iterator[ThreadPage]:
    root = shared.site_url or base(_PAGES)
    names = _page_names(catalogue)
    for place in range(len(names)):
        members = catalogue.threads[place * PAGE_SIZE : (place + 1) * PAGE_SIZE]
        yield ThreadPage(
            number=place + 1,
            count=len(names),
            previous=f"{root}{names[place - 1]}" if place else None,
            next=f"{root}{names[place + 1]}" if place + 1 < len(names) else None,
            threads=tuple(thread_record(thread, root) for thread in members),
        )


_FILES: Final[Mapping[str, tuple[type[Model], str]]] = {
    "/api/index.json": (SiteData, "The site, and where everything on it is"),
    "/api/threads.json": (ThreadPages, "The pages of the list of all threads"),
    "/api/threads/{number}.json": (ThreadPage, "One page of the list of all threads"),
    "/api/topics.json": (TopicList, "All topics"),
    "/api/boards.json": (BoardList, "All boards"),
    "/api/paths.json": (PathList, "All learning paths"),
    "/threads/{id}/index.json": (ThreadData, "A thread"),
    "/topics/{id}/index.json": (TopicData, "A topic"),
    "/paths/{id}/index.json": (PathData, "A learning path"),
}
"""What each JSON file of the site holds, by its address."""

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "/threads/{id}/index.md": ("text/markdown", "A thread as Markdown"),
    "/topics/{id}/index.md": ("text/markdown", "A topic as Markdown"),
    "/paths/{id}/index.md": ("text/markdown", "A learning path as Markdown"),
    f"/{LLMS}": ("text/plain", "An overview for language models, as Markdown"),
    f"/{FULL}": ("text/plain", "The threads in one Markdown file, or the list of its parts"),
}

_PARAMETERS: Final = {
    "id": ("string", "The id, as lists hold it."),
    "number": ("integer", "The page's number, counted from 1."),
}


def openapi(site_name: str, server: str) -> dict[str, Any]:
    """Describe every file as OpenAPI 3.1; `server` is the site's address, or the way to it."""
    _, schemas = models_json_schema(
        [(model, "serialization") for model, _ in _FILES.values()],
        ref_template="#/components/schemas/{model}",
    )
    paths = {
        address: _operation(
            address,
            summary,
            {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}},
        )
        for address, (model, summary) in _FILES.items()
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
        "components": {"schemas": schemas["$defs"]},
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
