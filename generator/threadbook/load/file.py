"""A content file that was read: its model, and where everything in it is."""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from threadbook import markdown
from threadbook.findings import Place
from threadbook.load.characters import Characters
from threadbook.load.sources import SourceFile
from threadbook.load.yaml import ParsedYaml
from threadbook.model import Answer, Comment, LearningPath, ProseHeader, Question, Thread

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
class ThreadFile(File[Thread]):
    """A thread's file."""

    @cached_property
    def posts(self) -> tuple[tuple[Location, Question | Answer | Comment], ...]:
        """The question, the answers and all comments, in the order of the file."""
        return tuple(list_posts(self.model))

    @property
    def texts(self) -> list[tuple[Location, str]]:
        """The texts of all posts, each with its location in the file."""
        return [((*location, "body"), post.body) for location, post in self.posts]

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """The texts of all posts, and what they are made of."""
        return tuple(
            [
                Body((*location, "body"), post.body, post.by, markdown.examine(post.body))
                for location, post in self.posts
            ]
        )

    @cached_property
    def said(self) -> str:
        """All texts, one below the other, to look for what none of them may hold."""
        return "\n".join([body.text for body in self.bodies])

    @cached_property
    def has_parts(self) -> bool:
        """Whether any text has a link, a picture, a heading or code."""
        return any(any(body.anatomy) for body in self.bodies)

    @cached_property
    def days(self) -> tuple[datetime.date, ...]:
        """When posts were written and edited, in the order of the file."""
        days = [day for _, post in self.posts for day in (post.at, post.edited)]
        return tuple([day for day in days if day is not None])


@dataclass(frozen=True)
class ProseFile(File[ProseHeader]):
    """A prose page: its header, and its Markdown from line `first_line` on."""

    body: str
    first_line: int

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """The page's text, as the only body."""
        return (Body(("body",), self.body, None, markdown.examine(self.body)),)

    @property
    def said(self) -> str:
        """The page's text."""
        return self.body

    @cached_property
    def has_parts(self) -> bool:
        """Whether the text has a link, a picture, a heading or code."""
        return any(self.bodies[0].anatomy)

    def in_text(self, location: Location, value: str, start: int) -> Place:  # noqa: ARG002
        """Return where character `start` of the body is in the file."""
        number = bisect.bisect(self._starts, start)
        column = start - self._starts[number - 1] + 1
        return Place(self.source.file, self.first_line + number - 1, column)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where the lines of the body begin."""
        return (0, *(found.end() for found in re.finditer("\n", self.body)))


TextFile = ThreadFile | ProseFile
"""A file with Markdown that readers read."""


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
    """Yield each text in Markdown of a thread or path with its location in the file."""
    if isinstance(model, Thread):
        yield from (((*location, "body"), post.body) for location, post in list_posts(model))
    elif isinstance(model, LearningPath):
        for place, step in enumerate(model.steps):
            if step.note is not None:
                yield ("steps", place, "note"), step.note
