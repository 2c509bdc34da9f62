"""A content file that was read: its model, and where everything in it is."""

from __future__ import annotations

import abc
import bisect
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from threadbook import markdown
from threadbook.findings import Place
from threadbook.library import Reference
from threadbook.load.characters import Characters
from threadbook.load.sources import SourceFile
from threadbook.load.yaml import ParsedYaml
from threadbook.model import Answer, Comment, Glossary, LearningPath, ProseHeader, Question, Thread

_ELSEWHERE: Final = re.compile(r"#|//|[A-Za-z][A-Za-z0-9+.-]*:")
"""How an address begins that does not lead to another page of the site."""

M_co = TypeVar("M_co", bound=BaseModel, covariant=True)
Location = tuple[str | int, ...]
"""Keys and places in lists (from 0) that lead to a value."""


@dataclass(frozen=True)
class File(Generic[M_co]):
    """One file, its text, and the model that was made of it."""

    source: SourceFile
    text: str
    document: ParsedYaml
    model: M_co

    def at(self, *location: str | int) -> Place:
        """Return where a value is, or the nearest value around it."""
        line, column, _ = self.document.begin(location)
        return Place(self.source.file, line, column)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.replace("\r\n", "\n").split("\n")

    @cached_property
    def _characters(self) -> Characters:
        return Characters("\n".join(self.lines))

    @cached_property
    def _values(self) -> dict[Location, Characters]:
        """The texts in which places were looked for."""
        return {}

    def in_text(self, location: Location, value: str, start: int) -> Place:
        """Return where character `start` of a text is in the file.

        It is exact in literal blocks (`|`), and where the file has the same characters but for
        whitespace, as in folded blocks and plain text; otherwise it is where the text begins.
        """
        line, column, style = self.document.begin(location)
        said = self._values.get(location)
        if said is None or said.text != value:
            said = self._values[location] = Characters(value)
        if style == "|":
            return self._in_literal(said, start, line)
        place = self._among_characters(said, start, line, column)
        return place or Place(self.source.file, line, column)

    def _in_literal(self, value: Characters, start: int, line: int) -> Place:
        """Count lines: a literal block's are the file's lines less their indentation."""
        above, column = value.position(start)
        number = line + 1 + above
        indentation = len(self.lines[number - 1]) - value.line_length(start)
        return Place(self.source.file, number, indentation + column + 1)

    def _among_characters(
        self, value: Characters, start: int, line: int, column: int
    ) -> Place | None:
        """Count characters that are not whitespace, in the value and in the file.

        The value begins at `line` and `column`.
        """
        first = self._characters.starts[line - 1] + column - 1
        opening = self._characters.text[first : first + 1]
        if opening == ">" and line < len(self.lines):
            first = self._characters.starts[line]
        elif opening in {"'", '"'}:
            first += 1
        place = self._characters.find(self._characters.count(first) + value.count(start))
        if place is None or self._characters.text[place] != value.text[start : start + 1]:
            return None
        above, before = self._characters.position(place)
        return Place(self.source.file, above + 1, before + 1)


class Body(NamedTuple):
    """A Markdown text of a thread: where it is, who wrote it, what it is made of."""

    location: Location
    text: str
    by: str | None
    anatomy: markdown.Anatomy


@dataclass(frozen=True)
class Written(File[M_co], abc.ABC):
    """A file with Markdown that readers read."""

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """The texts, and what they are made of, in the order of the file."""
        listed = self._list_bodies()
        return tuple([Body(at, text, by, markdown.examine(text)) for at, text, by in listed])

    @abc.abstractmethod
    def _list_bodies(self) -> Iterator[tuple[Location, str, str | None]]:
        """Yield where each text is, the text, and who wrote it."""

    @cached_property
    def said(self) -> str:
        """All texts, one below the other, to look for what none of them may hold."""
        return "\n".join([body.text for body in self.bodies])

    @cached_property
    def has_parts(self) -> bool:
        """Whether any text has a link, a picture, a heading or code."""
        return any(any(body.anatomy) for body in self.bodies)

    @property
    @abc.abstractmethod
    def way(self) -> str:
        """The way from the file to the content folder."""


@dataclass(frozen=True)
class ThreadFile(Written[Thread]):
    """A thread's file."""

    @cached_property
    def posts(self) -> tuple[tuple[Location, Question | Answer | Comment], ...]:
        """The question, the answers and all comments, in the order of the file."""
        return tuple(list_posts(self.model))

    @property
    def texts(self) -> list[tuple[Location, str]]:
        """The texts of all posts, each with its location in the file."""
        return [((*location, "body"), post.body) for location, post in self.posts]

    def _list_bodies(self) -> Iterator[tuple[Location, str, str | None]]:
        for location, post in self.posts:
            yield (*location, "body"), post.body, post.by

    @property
    def way(self) -> str:
        """The way from the file to the content folder."""
        return markdown.THREAD_WAY

    @cached_property
    def days(self) -> tuple[datetime.date, ...]:
        """When posts were written and edited, in the order of the file."""
        days = [day for _, post in self.posts for day in (post.at, post.edited)]
        return tuple([day for day in days if day is not None])


@dataclass(frozen=True)
class PathFile(Written[LearningPath]):
    """A path's file; its texts are the notes of its steps."""

    def _list_bodies(self) -> Iterator[tuple[Location, str, str | None]]:
        for location, text in list_texts(self.model):
            yield location, text, None

    @property
    def way(self) -> str:
        """The way from the file to the content folder."""
        return markdown.PATH_WAY


@dataclass(frozen=True)
class ProseFile(Written[ProseHeader]):
    """A prose page: its header, and its Markdown from line `first_line` on."""

    body: str
    first_line: int

    def _list_bodies(self) -> Iterator[tuple[Location, str, str | None]]:
        yield ("body",), self.body, None

    @property
    def way(self) -> str:
        """The way from the file to the content folder, in which the folder of prose is."""
        return "../" * (self.source.id.count("/") + 1)

    def in_text(self, location: Location, value: str, start: int) -> Place:  # noqa: ARG002
        """Return where character `start` of the body is in the file."""
        number = bisect.bisect(self._starts, start)
        column = start - self._starts[number - 1] + 1
        return Place(self.source.file, self.first_line + number - 1, column)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where the lines of the body begin."""
        return (0, *(found.end() for found in re.finditer("\n", self.body)))


TextFile = ThreadFile | ProseFile | PathFile
"""A file with Markdown that readers read."""


def refer(file: File[Any], body: Body, field: str, way: str = "") -> Iterator[Reference]:
    """Yield the references that the links of a text are, if they lead to something of the site.

    An anchor alone is none: it stays in its text. Neither is a picture or file of the content, to
    whose folder the `way` leads.
    """
    for link in body.anatomy.links:
        if link.url.startswith(("http://", "https://")):
            continue  # most links are these, and finding their place takes long
        place = file.in_text(body.location, body.text, link.start)
        if reference := _reference(link, field, place, way):
            yield reference


def _reference(link: markdown.BodyLink, field: str, place: Place, way: str) -> Reference | None:
    if link.target is None:
        if _ELSEWHERE.match(link.url) or markdown.name_medium(link.url, way) is not None:
            return None
        return Reference("address", link.url, field, *place)
    kind, found, name = link.target.partition(":")
    if not found:
        return Reference("thread", link.target, field, *place, link.anchor)
    return Reference(kind, name, field, *place, link.anchor)


def list_posts(thread: Thread) -> Iterator[tuple[Location, Question | Answer | Comment]]:
    """Yield each post with its location in the file."""
    written: list[tuple[Location, Question | Answer]] = []
    if thread.question is not None:
        written.append((("question",), thread.question))
    if thread.answer is not None:
        written.append((("answer",), thread.answer))
    written += [(("answers", place), answer) for place, answer in enumerate(thread.answers)]
    for location, post in written:
        yield location, post
        for place, comment in enumerate(post.comments):
            yield (*location, "comments", place), comment


def list_texts(model: BaseModel) -> Iterator[tuple[Location, str]]:
    """Yield each text with links of a thread, path or glossary with its location in the file."""
    if isinstance(model, Thread):
        yield from (((*location, "body"), post.body) for location, post in list_posts(model))
    elif isinstance(model, LearningPath):
        for place, step in enumerate(model.steps):
            if step.note is not None:
                yield ("steps", place, "note"), step.note
    elif isinstance(model, Glossary):
        for place, term in enumerate(model.root):
            yield (place, "definition"), term.definition
