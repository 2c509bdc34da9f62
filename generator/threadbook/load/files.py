"""Loading each kind of file: text in, model and findings out.

Threads are loaded in batches that may run in other processes, so a loaded thread travels as its
outline and a sealed copy of the thread, which nobody opens before its page is rendered.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from threadbook import markdown
from threadbook.findings import Finding, Related
from threadbook.library import Outline, Reference, ReferenceKind
from threadbook.load import rules
from threadbook.load.file import Body, File, PathFile, ThreadFile, list_texts, refer
from threadbook.load.heavy import find_heavy
from threadbook.load.outlines import find_media, make_outline
from threadbook.load.prose import find_prose_references, make_prose
from threadbook.load.sources import FileKind, SourceFile, read_text
from threadbook.load.validate import validate
from threadbook.load.yaml import ParsedYaml, parse
from threadbook.model import (
    Board,
    Glossary,
    GoldenQueries,
    Label,
    LearningPath,
    Person,
    Site,
    Synonyms,
    Thread,
    Topic,
)
from threadbook.similarity.terms import OTHER, TITLE, pack_terms
from threadbook.team import Kept, take

Sealed = bytes | Kept
"""A thread that is packed, or kept in the process that loaded it."""

M = TypeVar("M", bound=BaseModel)
F = TypeVar("F")

MODELS: Final[dict[FileKind, type[BaseModel]]] = {
    FileKind.SITE: Site,
    FileKind.QUERIES: GoldenQueries,
    FileKind.GLOSSARY: Glossary,
    FileKind.SYNONYMS: Synonyms,
    FileKind.PATH: LearningPath,
    FileKind.THREAD: Thread,
}
"""What a file of each kind is made into."""


@dataclass(frozen=True, slots=True)
class LoadedThread:
    """A thread's file after loading; without an outline, the findings say why.

    `terms` are its words, for finding related threads.
    """

    outline: Outline | None
    sealed: Sealed
    findings: tuple[Finding, ...]
    terms: bytes = b""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Another file after loading: what it says, if that can be known, and what it refers to."""

    source: SourceFile
    file: File[BaseModel] | None
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]


def seal(thread: Thread) -> bytes:
    """Make a thread small to carry around."""
    return pickle.dumps(thread, protocol=pickle.HIGHEST_PROTOCOL)


def unseal(sealed: Sealed) -> Thread:
    """Open what `seal` made or `keep` kept in this very build; never bytes from anywhere else.

    What was kept can be opened once.
    """
    # Bytes were made by `seal`, and neither stored nor sent anywhere.
    thread = take(sealed) if isinstance(sealed, Kept) else pickle.loads(sealed)  # noqa: S301
    assert isinstance(thread, Thread)  # noqa: S101 - a bug otherwise
    return thread


def read_thread(source: SourceFile, limit: int) -> tuple[ThreadFile | None, tuple[Finding, ...]]:
    """Read one thread of at most `limit` bytes; without a file, the findings say why."""
    text, unreadable = read_text(source, limit)
    return (None, unreadable) if text is None else make_thread(source, text)


def make_thread(source: SourceFile, text: str) -> tuple[ThreadFile | None, tuple[Finding, ...]]:
    """Make a thread of a file's text; without one, the findings say why."""
    file, findings = _made(ThreadFile, Thread, source, text)
    if file is None:
        return None, findings
    heavy = tuple(find_heavy(file, file.texts))
    return (None if heavy else file), (*findings, *heavy)


def load_thread(
    source: SourceFile,
    limit: int,
    judge: Callable[[ThreadFile], Iterable[Finding]] = lambda _file: (),
    put: Callable[[Thread], Sealed] | None = seal,
) -> LoadedThread:
    """Load one thread; `judge` may find more. Without `put` the whole thread is thrown away."""
    file, findings = read_thread(source, limit)
    if file is None:
        return LoadedThread(None, b"", findings)
    found = (*findings, *judge(file))
    if put is None:
        return LoadedThread(make_outline(file), b"", found)
    return LoadedThread(make_outline(file), put(file.model), found, _terms(file.model))


def _terms(thread: Thread) -> bytes:
    asked = thread.question.body if thread.question else ""
    accepted = " ".join(answer.body for answer in thread.every_answer if answer.accepted)
    texts = (" ".join(thread.also_asked), asked, accepted)
    return pack_terms([(thread.title, TITLE), *((text, OTHER) for text in texts if text)])


def load_file(source: SourceFile, limit: int) -> Loaded:
    """Load any file but a thread."""
    if source.kind is FileKind.PROSE:
        return _load_prose(source, limit)
    kind: Any = PathFile if source.kind is FileKind.PATH else File[Any]
    file, findings = _read(kind, MODELS[source.kind], source, limit)
    if file is None:
        return Loaded(source, None, (), findings)
    if heavy := tuple(find_heavy(file, list_texts(file.model))):
        return Loaded(source, None, (), (*findings, *heavy))
    find = _REFERENCES.get(source.kind)
    same = _same_ids(file) if source.kind is FileKind.SITE else ()
    return Loaded(source, file, tuple(find(file)) if find else (), (*findings, *same))


def _load_prose(source: SourceFile, limit: int) -> Loaded:
    text, unreadable = read_text(source, limit)
    file, findings = (None, unreadable) if text is None else make_prose(source, text)
    references = tuple(find_prose_references(file)) if file else ()
    return Loaded(source, file, references, findings)


def is_readable(text: str, kind: FileKind) -> bool:
    """Tell whether a file of this text would load, whatever the rules say of it."""
    if kind is FileKind.PROSE:
        return make_prose(SourceFile(kind, "", "", "", "", len(text), 0), text)[0] is not None
    return not find_unreadable(text, kind)


def find_unreadable(text: str, kind: FileKind, file: str = "") -> tuple[Finding, ...]:
    """Find why a file of this text would not load; nothing if it would."""
    document = parse(text, file)
    model, findings = validate(MODELS[kind], document, file)
    return () if model is not None else (*document.findings, *findings)


def _read(
    file: Callable[[SourceFile, str, ParsedYaml, M], F],
    model: type[M],
    source: SourceFile,
    limit: int,
) -> tuple[F | None, tuple[Finding, ...]]:
    text, unreadable = read_text(source, limit)
    return (None, unreadable) if text is None else _made(file, model, source, text)


def _made(
    file: Callable[[SourceFile, str, ParsedYaml, M], F],
    model: type[M],
    source: SourceFile,
    text: str,
) -> tuple[F | None, tuple[Finding, ...]]:
    document = parse(text, source.file)
    value, findings = validate(model, document, source.file)
    found = (*document.findings, *findings)
    return (None, found) if value is None else (file(source, text, document, value), found)


def _same_ids(file: File[Site]) -> Iterator[Finding]:
    site = file.model
    groups: dict[str, tuple[Board | Topic | Person | Label, ...]] = {
        "boards": site.boards,
        "topics": site.topics,
        "people": site.people,
        "labels": site.labels,
    }
    for field, members in groups.items():
        first: dict[str, int] = {}
        for place, member in enumerate(members):
            if member.id in first:
                yield Finding(
                    rules.SAME_ID,
                    file.at(field, place, "id"),
                    f'Two {field} have the id "{member.id}".',
                    "Give one of them another id.",
                    (Related("the first", file.at(field, first[member.id], "id")),),
                )
            first.setdefault(member.id, place)


def _site_references(file: File[Site]) -> Iterator[Reference]:
    for place, topic in enumerate(file.model.topics):
        if topic.start_here is not None:
            where = file.at("topics", place, "start_here")
            yield Reference(ReferenceKind.THREAD, topic.start_here, "topics", *where)
    featured = {
        ReferenceKind.TOPIC: file.model.featured.topics,
        ReferenceKind.THREAD: file.model.featured.threads,
        ReferenceKind.PATH: file.model.featured.paths,
    }
    for kind, targets in featured.items():
        for place, target in enumerate(targets):
            yield Reference(kind, target, "featured", *file.at("featured", f"{kind}s", place))


def _path_references(file: PathFile) -> Iterator[Reference]:
    for body in file.bodies:
        yield from find_media(file, body, file.way)
        yield from refer(file, body, "note", file.way)
    for place, target in enumerate(file.model.prerequisites):
        where = file.at("prerequisites", place)
        yield Reference(ReferenceKind.PATH, target, "prerequisites", *where)
    for place, step in enumerate(file.model.steps):
        if step.thread is not None:
            where = file.at("steps", place, "thread")
            yield Reference(ReferenceKind.THREAD, step.thread, "steps", *where)
        if step.check is not None and step.check.cites is not None:
            where = file.at("steps", place, "check", "cites")
            yield Reference(ReferenceKind.THREAD, step.check.cites, "cites", *where)


def _query_references(file: File[GoldenQueries]) -> Iterator[Reference]:
    for place, query in enumerate(file.model.root):
        if query.expect is not None:
            where = file.at(place, "expect")
            yield Reference(ReferenceKind.THREAD, query.expect, "expect", *where)


def _glossary_references(file: File[Glossary]) -> Iterator[Reference]:
    for place, term in enumerate(file.model.root):
        if term.thread is not None:
            where = file.at(place, "thread")
            yield Reference(ReferenceKind.THREAD, term.thread, "glossary", *where)
        if "[" in term.definition:
            text = term.definition
            body = Body((place, "definition"), text, None, markdown.examine(text))
            found = refer(file, body, "definition")
            yield from (each for each in found if each.kind != "address")


_REFERENCES: Final[Mapping[FileKind, Callable[[Any], Iterator[Reference]]]] = {
    FileKind.SITE: _site_references,
    FileKind.PATH: _path_references,
    FileKind.GLOSSARY: _glossary_references,
    FileKind.QUERIES: _query_references,
}
"""What finds the references of a file, by its kind."""
