"""A thread: one question with its answers, one YAML file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from threadbook.model.values import (
    Day,
    Flag,
    Line,
    Markdown,
    Model,
    Reference,
    SitePath,
    Slug,
    WebUrl,
)

Status = Literal["draft", "published", "obsolete"]


def _body_alone(value: Any) -> Any:
    """Let a post be written as its text alone."""
    return {"body": value} if isinstance(value, str) else value


class Comment(Model):
    """A remark under a question or an answer."""

    by: Reference | None = None
    at: Day | None = None
    edited: Day | None = None
    body: Markdown


QUESTION_ID = "question"
"""The question's anchor on the page; no answer can have it as its id."""


class Question(Model):
    """What was asked, in the asker's words."""

    by: Reference | None = None
    at: Day | None = None
    edited: Day | None = None
    body: Markdown
    comments: tuple[Comment, ...] = ()


class Answer(Model):
    """One answer; `id` is its permalink within the thread."""

    id: Slug | None = None
    by: Reference | None = None
    at: Day | None = None
    edited: Day | None = None
    votes: Annotated[int, Field(strict=True)] = 0
    accepted: Flag = False
    body: Markdown
    comments: tuple[Comment, ...] = ()


class Source(Model):
    """Where an imported thread came from."""

    system: Line
    url: WebUrl | None = None
    license: Line | None = None
    retrieved: Day | None = None


class Thread(Model):
    """One question with its answers.

    The short form has one `answer`, the full form a list of `answers`; `every_answer` reads both.
    """

    title: Line
    topics: Annotated[tuple[Reference, ...], Field(min_length=1)]
    also_asked: tuple[Line, ...] = ()
    summary: Line | None = None
    question: Annotated[Question | None, BeforeValidator(_body_alone)] = None
    answer: Annotated[Answer | None, BeforeValidator(_body_alone)] = None
    answers: tuple[Answer, ...] = ()
    related: tuple[Reference, ...] = ()
    duplicate_of: Reference | None = None
    redirect_from: tuple[SitePath, ...] = ()
    status: Status = "published"
    verified: Day | None = None
    review_by: Day | None = None
    source: Source | None = None
    lang: Annotated[Line | None, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = None

    @model_validator(mode="after")
    def _one_form(self) -> Thread:
        if self.answer is not None and self.answers:
            raise ValueError("write either `answer` or `answers`, not both")
        if any(answer.id == QUESTION_ID for answer in self.every_answer):
            raise ValueError(f'the id "{QUESTION_ID}" is the question\'s own; choose another')
        names = [answer.id for answer in self.every_answer]
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise ValueError(f'two answers have the id "{twice[0]}"; a permalink names one answer')
        return self

    @property
    def every_answer(self) -> tuple[Answer, ...]:
        """All answers in the file's order, each with an id.

        The short form's answer is the editors' own, so it counts as accepted.
        An answer without an id is called `a` and its place, counted from 1.
        """
        if self.answer is not None:
            return (
                self.answer.model_copy(update={"id": self.answer.id or "a1", "accepted": True}),
            )
        return tuple(
            answer if answer.id else answer.model_copy(update={"id": f"a{place}"})
            for place, answer in enumerate(self.answers, 1)
        )
