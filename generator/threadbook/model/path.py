"""A learning path: an ordered list of steps with a goal (`content/paths/<id>.yml`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from threadbook.model.values import Flag, Line, Markdown, Model, Reference

Minutes = Annotated[int, Field(strict=True, ge=1, le=600)]
Level = Literal["beginner", "intermediate", "advanced"]


class Choice(Model):
    """One possible answer of a check, and why it is right or wrong."""

    text: Line
    correct: Flag = False
    why: Line | None = None


class Check(Model):
    """A question with choices that tests understanding."""

    question: Line
    choices: Annotated[tuple[Choice, ...], Field(min_length=2)]
    cites: Reference | None = None


class Step(Model):
    """A thread or a check; `minutes` is how long it takes."""

    thread: Reference | None = None
    check: Check | None = None
    note: Markdown | None = None
    minutes: Minutes | None = None
    optional: Flag = False

    @model_validator(mode="after")
    def _one_kind(self) -> Step:
        if (self.thread is None) == (self.check is None):
            raise ValueError("a step names either a `thread` or a `check`")
        return self


class LearningPath(Model):
    """Steps in the order somebody learns."""

    title: Line
    summary: Line = ""
    audience: Line | None = None
    level: Level | None = None
    objectives: tuple[Line, ...] = ()
    prerequisites: tuple[Reference, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @property
    def threads(self) -> tuple[str, ...]:
        """The ids of the threads it walks through, in order."""
        return tuple(step.thread for step in self.steps if step.thread is not None)
