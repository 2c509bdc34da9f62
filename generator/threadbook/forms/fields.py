"""What each form asks for. Its fields have the ids that pages' addresses fill in."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from threadbook.configuration.repository import (
    ANSWER,
    ANSWER_LABEL,
    ASK,
    DETAILS,
    REASON,
    REPORT,
    THREAD,
)
from threadbook.library import Library
from threadbook.model import Answer, Question, Thread
from threadbook.model.limits import TOPICS_OF_A_THREAD

BOARD: Final = "Board"
TOPICS: Final = "Topics"
QUESTION: Final = "Your question"


class Kind(StrEnum):
    """What a form is for; the names of its files."""

    QUESTION = ASK
    ANSWER = ANSWER
    PROBLEM = REPORT


class Field(NamedTuple):
    """One field: a line, or `is_long` several, or a choice of `options`, `is_many` of several.

    `label` is the heading below which the issue's text has what was filled in.
    """

    id: str
    label: str
    about: str
    options: tuple[str, ...] = ()
    is_many: bool = False
    is_long: bool = False
    is_needed: bool = True


class Form(NamedTuple):
    """A form. Only its last field can have several lines.

    What somebody writes there may look like the heading of a field; nothing comes after it that it
    could pass for.
    """

    kind: Kind
    name: str
    about: str
    fields: tuple[Field, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The headings of the submitted text, in their order."""
        return tuple(field.label for field in self.fields)


def describe_forms(library: Library | None = None) -> tuple[Form, ...]:
    """Return the three forms; without a library, their choices are empty."""
    boards = library.boards.values() if library else ()
    topics = library.topics.values() if library else ()
    return (
        _ask(
            tuple(f"{each.title} ({each.id})" for each in boards),
            tuple(f"{each.title} ({each.id})" for each in topics),
        ),
        Form(
            Kind.ANSWER,
            "Add an answer",
            "You know what helps, or what has changed.",
            (
                _THREAD,
                Field("answer", ANSWER_LABEL, _field(Answer, "body"), is_long=True),
            ),
        ),
        Form(
            Kind.PROBLEM,
            "Report a problem",
            "A page is wrong, out of date or hard to follow.",
            (
                _THREAD,
                Field("reason", REASON, "In a few words.", is_needed=False),
                Field("details", DETAILS, "What should it say?", is_long=True, is_needed=False),
            ),
        ),
    )


def _ask(boards: tuple[str, ...], topics: tuple[str, ...]) -> Form:
    most = f"What it is about; {TOPICS_OF_A_THREAD.most} at most."
    question = _field(Question, "body")
    return Form(
        Kind.QUESTION,
        "Ask a question",
        "Nothing here answers it yet. The issue's title is your question.",
        (
            Field("board", BOARD, "Where people would look for it.", boards),
            Field("topics", TOPICS, most, topics, is_many=True),
            Field("question", QUESTION, question, is_long=True, is_needed=False),
        ),
    )


def _field(model: type[Thread | Question | Answer], name: str) -> str:
    """Return what the model says of a field, which editors see as well."""
    return model.model_fields[name].description or ""


_THREAD: Final = Field(
    "thread", THREAD, "The name of the page: the end of its address, or all of the address."
)
