"""A learning path: an ordered list of steps with a goal (`content/paths/<id>.yml`)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from threadbook.model.limits import CHOICES, OBJECTIVES, PREREQUISITES, REDIRECTS, STEPS
from threadbook.model.values import Flag, Id, Line, Markdown, Model, SitePath, Slug

Minutes = Annotated[int, Field(strict=True, ge=1, le=600)]
Level = Literal["beginner", "intermediate", "advanced"]

_CHECK = {
    "question": "The second milestone is not funded yet. What now?",
    "choices": [
        {"text": "Begin it, so that no time is lost.", "why": "Nothing is set aside for it."},
        {"text": "Ask the client to fund it first.", "correct": True},
    ],
    "cites": "milestones-and-funding",
}


class Choice(Model):
    """One choice of a check, and why it is right or wrong."""

    text: Line = Field(examples=["Ask the client to fund it, and begin when it is."])
    """What the reader can choose."""

    correct: Flag = Field(default=False, examples=[True])
    """Whether this choice is right; by default it is wrong."""

    why: Line | None = Field(default=None, examples=["One line is enough, and it is usual."])
    """Why the choice is right or wrong. Readers see it after they choose."""


class Check(Model):
    """A question with choices that tests understanding."""

    question: Line = Field(examples=[_CHECK["question"]])
    """What the reader is asked."""

    choices: tuple[Choice, ...] = Field(
        min_length=2, max_length=CHOICES.most, examples=[_CHECK["choices"]]
    )
    """The choices, at least two."""

    cites: Id | None = Field(default=None, examples=["milestones-and-funding"])
    """The id of the thread that explains the right choice."""

    cited: Slug | None = Field(default=None, examples=["a3c51d0e77b"])
    """A hash of its accepted answer, so that you are warned of changes. `new` asks for it."""


class Step(Model):
    """One step of a learning path: a thread or a check."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["thread"], "properties": {"thread": {"type": "string"}}},
                {"required": ["check"], "properties": {"check": {"type": "object"}}},
            ]
        }
    )

    thread: Id | None = Field(default=None, examples=["check-an-offer"])
    """The id of the thread to read. A step has either a `thread` or a `check`."""

    check: Check | None = Field(default=None, examples=[_CHECK])
    """A question with choices. A step has either a `check` or a `thread`."""

    note: Markdown | None = Field(
        default=None, examples=["Read it with your own contract beside it."]
    )
    """What to pay attention to in this step, in Markdown."""

    minutes: Minutes | None = Field(default=None, examples=[5])
    """How long the step takes, in minutes (1 to 600)."""

    optional: Flag = Field(default=False, examples=[True])
    """Whether the step can be skipped."""

    @property
    def key(self) -> str:
        """The step's key in readers' progress: the thread's id, or a hash of the question."""
        if self.check is None:
            return self.thread or ""
        question = self.check.question.encode("utf-8", "surrogatepass")
        return f"check.{hashlib.blake2s(question, digest_size=5).hexdigest()}"

    @model_validator(mode="after")
    def _one_kind(self) -> Step:
        if (self.thread is None) == (self.check is None):
            raise ValueError("a step names either a `thread` or a `check`")
        return self


class LearningPath(Model):
    """A learning path: an ordered list of steps with a goal."""

    title: Line = Field(examples=["Getting paid and closing well"])
    """The name of the path, as readers see it."""

    summary: Line = Field(
        default="", examples=["Work on what is funded, and see the money arrive."]
    )
    """One line for lists of paths."""

    audience: Line | None = Field(default=None, examples=["You have accepted a contract."])
    """Who the path is for."""

    level: Level | None = Field(default=None, examples=["beginner"])
    """How much readers should already know."""

    objectives: tuple[Line, ...] = Field(
        default=(),
        max_length=OBJECTIVES.most,
        examples=[["Close a contract so that a second job can follow."]],
    )
    """What readers can do at the end of the path."""

    prerequisites: tuple[Id, ...] = Field(
        default=(),
        max_length=PREREQUISITES.most,
        examples=[["first-proposal-to-contract"]],
    )
    """Ids of the learning paths to complete before this one."""

    redirect_from: tuple[SitePath, ...] = Field(
        default=(), max_length=REDIRECTS.most, examples=[["paths/first-steps"]]
    )
    """Old addresses of this path on this site, without a leading slash."""

    steps: tuple[Step, ...] = Field(
        min_length=1,
        max_length=STEPS.most,
        examples=[[{"thread": "check-an-offer", "minutes": 6}, {"check": _CHECK}]],
    )
    """Threads and checks, in order; at least one."""

    @property
    def threads(self) -> tuple[str, ...]:
        """The ids of the threads in the path, in order."""
        return tuple(step.thread for step in self.steps if step.thread is not None)
