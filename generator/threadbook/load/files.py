"""Loading each kind of file: text in, model and findings out.

Threads are loaded in batches that may run in other processes, so a loaded thread travels as its
outline and a sealed copy of its whole self, which nobody opens before the page is rendered.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from threadbook import markdown
from threadbook.findings import Finding, Place
from threadbook.load import rules
from threadbook.load.outlines import bodies, outline
from threadbook.load.sources import Kind, Source, read_text
from threadbook.load.validate import M, validate
from threadbook.load.yaml import Document, parse
from threadbook.model import (
    Board,
    GoldenQueries,
    LearningPath,
    Outline,
    Person,
    Reference,
    ReferenceKind,
    Site,
    Thread,
    Topic,
)


@dataclass(frozen=True, slots=True)
class LoadedThread:
    """A thread's file after loading; without an outline, the findings say why."""

    outline: Outline | None
    sealed: bytes
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Another file after loading: its model, if it has one, and what it refers to."""

    source: Source
    model: BaseModel | None
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]


def seal(thread: Thread) -> bytes:
    """Make a thread small to carry around."""
    return pickle.dumps(thread, protocol=pickle.HIGHEST_PROTOCOL)


def unseal(sealed: bytes) -> Thread:
    """Open what `seal` made in this very build; never bytes from anywhere else."""
    thread = pickle.loads(sealed)  # noqa: S301 - made by `seal`, never stored, never sent
    assert isinstance(thread, Thread)  # noqa: S101 - a bug otherwise
    return thread


def load_threads(sources: tuple[Source, ...], limit: int) -> tuple[LoadedThread, ...]:
    """Load a batch; `limit` is the largest file in bytes."""
    return tuple(load_thread(source, limit) for source in sources)


def load_thread(source: Source, limit: int) -> LoadedThread:
    """Load one thread."""
    model, document, text, findings = _read(Thread, source, limit)
    if model is None:
        return LoadedThread(None, b"", findings)
    nested = tuple(_too_deep(model, source, document))
    if nested:
        return LoadedThread(None, b"", (*findings, *nested))
    return LoadedThread(outline(model, source, document, text), seal(model), findings)


def load_file(source: Source, limit: int) -> Loaded:
    """Load the site, a path or the golden queries."""
    match source.kind:
        case Kind.SITE:
            site, document, _, findings = _read(Site, source, limit)
            if site is None:
                return Loaded(source, None, (), findings)
            references = tuple(_site_references(site, source, document))
            return Loaded(source, site, references, (*findings, *_same_ids(site, source, document)))
        case Kind.PATH:
            path, document, _, findings = _read(LearningPath, source, limit)
            found = tuple(_path_references(path, source, document)) if path else ()
            return Loaded(source, path, found, findings)
        case _:
            queries, document, _, findings = _read(GoldenQueries, source, limit)
            found = tuple(_query_references(queries, source, document)) if queries else ()
            return Loaded(source, queries, found, findings)


def _read(
    model: type[M], source: Source, limit: int
) -> tuple[M | None, Document, str, tuple[Finding, ...]]:
    text, unreadable = read_text(source, limit)
    if text is None:
        return None, Document(None, (), None), "", unreadable
    document = parse(text, source.file)
    value, findings = validate(model, document, source.file)
    return value, document, text, (*document.findings, *findings)


def _too_deep(thread: Thread, source: Source, document: Document) -> Iterator[Finding]:
    for location, body, _ in bodies(thread):
        if markdown.is_nested_too_deep(body):
            spot = document.spot(location)
            message = (
                f"This text nests quotes or lists deeper than {markdown.DEPTH_LIMIT} levels, "
                f"or holds more than {markdown.RAW_TAG_LIMIT:,} HTML tags."
            )
            yield Finding(
                rules.BODY_NESTING,
                Place(source.file, spot.line, spot.column),
                message,
                "Write it flatter, in Markdown.",
            )


def _same_ids(site: Site, source: Source, document: Document) -> Iterator[Finding]:
    groups: dict[str, tuple[Board | Topic | Person, ...]] = {
        "boards": site.boards,
        "topics": site.topics,
        "people": site.people,
    }
    for field, members in groups.items():
        first: dict[str, int] = {}
        for place, member in enumerate(members):
            spot = document.spot((field, place, "id"))
            if member.id in first:
                earlier = document.spot((field, first[member.id], "id"))
                yield Finding(
                    rules.SAME_ID,
                    Place(source.file, spot.line, spot.column),
                    f'Two {field} have the id "{member.id}".',
                    "Give one of them another id.",
                    (("the first", Place(source.file, earlier.line, earlier.column)),),
                )
            first.setdefault(member.id, place)


def _site_references(site: Site, source: Source, document: Document) -> Iterator[Reference]:
    def reference(kind: ReferenceKind, target: str, *location: str | int) -> Reference:
        spot = document.spot(location)
        place = Place(source.file, spot.line, spot.column)
        return Reference(kind, target, str(location[0]), place)

    for place, topic in enumerate(site.topics):
        if topic.start_here is not None:
            location = ("topics", place, "start_here")
            yield reference(ReferenceKind.THREAD, topic.start_here, *location)
    featured = {
        ReferenceKind.TOPIC: site.featured.topics,
        ReferenceKind.THREAD: site.featured.threads,
        ReferenceKind.PATH: site.featured.paths,
    }
    for kind, targets in featured.items():
        for place, target in enumerate(targets):
            yield reference(kind, target, "featured", f"{kind}s", place)


def _path_references(path: LearningPath, source: Source, document: Document) -> Iterator[Reference]:
    def reference(kind: ReferenceKind, target: str, *location: str | int) -> Reference:
        spot = document.spot(location)
        place = Place(source.file, spot.line, spot.column)
        return Reference(kind, target, str(location[0]), place)

    for place, target in enumerate(path.prerequisites):
        yield reference(ReferenceKind.PATH, target, "prerequisites", place)
    for place, step in enumerate(path.steps):
        if step.thread is not None:
            yield reference(ReferenceKind.THREAD, step.thread, "steps", place, "thread")
        for note_link in markdown.thread_links(step.note or ""):
            yield reference(ReferenceKind.THREAD, note_link.target, "steps", place, "note")
        if step.check is not None and step.check.cites is not None:
            location = ("steps", place, "check", "cites")
            yield reference(ReferenceKind.THREAD, step.check.cites, *location)


def _query_references(
    queries: GoldenQueries, source: Source, document: Document
) -> Iterator[Reference]:
    for place, query in enumerate(queries.root):
        spot = document.spot((place, "expect"))
        where = Place(source.file, spot.line, spot.column)
        yield Reference(ReferenceKind.THREAD, query.expect, "expect", where)
