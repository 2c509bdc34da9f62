"""A thread: one question with its answers, one YAML file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    model_validator,
)

from threadbook.model.values import (
    Day,
    FieldError,
    Flag,
    InSchema,
    Line,
    Markdown,
    Model,
    Reference,
    Shape,
    SitePath,
    Slug,
    WebUrl,
)

Status = Literal["draft", "published", "obsolete"]

Language = Annotated[
    Line,
    Shape(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "a language is written like en or pt-BR"),
]
RuleId = Annotated[str, Strict(), Shape(r"^TB[0-9]{3}$", "a rule is written like TB206")]


def _body_alone(value: Any) -> Any:
    """Let a post be written as its text alone."""
    return {"body": value} if isinstance(value, str) else value


QUESTION_ID = "question"
"""The question's anchor on the page; no answer can have it as its id."""

AnswerId = Annotated[Slug, InSchema({"not": {"const": QUESTION_ID}})]

_COMMENT = {"by": "newcomer", "at": "2026-11-24", "body": "Thank you, that worked."}
_QUESTION = {"by": "newcomer", "at": "2026-11-23", "body": "The client said yes. What now?"}
_ANSWER = {"by": "moderator", "at": "2026-11-23", "accepted": True, "body": "Wait for the offer."}


class Comment(Model):
    """A remark under a question or an answer."""

    by: Reference | None = Field(default=None, examples=["newcomer"])
    """Who wrote the comment: the id of a person in `site.yml`."""

    at: Day | None = Field(default=None, examples=["2026-11-24"])
    """The day the comment was written."""

    edited: Day | None = Field(default=None, examples=["2026-11-25"])
    """The day the comment was last changed."""

    body: Markdown = Field(examples=[_COMMENT["body"]])
    """The comment's text, in Markdown."""


class Question(Model):
    """What was asked, in the asker's words."""

    by: Reference | None = Field(default=None, examples=["newcomer"])
    """Who asked: the id of a person in `site.yml`."""

    at: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day the question was asked."""

    edited: Day | None = Field(default=None, examples=["2026-11-24"])
    """The day the question was last changed."""

    body: Markdown = Field(examples=[_QUESTION["body"]])
    """The question's text, in Markdown."""

    comments: tuple[Comment, ...] = Field(default=(), examples=[[_COMMENT]])
    """Remarks under the question, the oldest first."""


class Answer(Model):
    """One answer; `id` is its permalink within the thread."""

    id: AnswerId | None = Field(default=None, examples=["a1"])
    """The answer's permalink within the thread; without it, `a` and the answer's place."""

    by: Reference | None = Field(default=None, examples=["moderator"])
    """Who answered: the id of a person in `site.yml`."""

    at: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day the answer was written."""

    edited: Day | None = Field(default=None, examples=["2026-11-24"])
    """The day the answer was last changed."""

    votes: Annotated[int, Field(strict=True)] = Field(default=0, examples=[31])
    """How many readers found the answer useful; negative if more found it wrong."""

    accepted: Flag = Field(default=False, examples=[True])
    """Whether the answer solves the question; a thread may have none, one or several such."""

    note: Line | None = Field(default=None, examples=["If the contract is hourly"])
    """One line that tells when or for whom the answer holds."""

    body: Markdown = Field(examples=[_ANSWER["body"]])
    """The answer's text, in Markdown."""

    comments: tuple[Comment, ...] = Field(default=(), examples=[[_COMMENT]])
    """Remarks under the answer, the oldest first."""


class Source(Model):
    """Where an imported thread came from."""

    system: Line = Field(examples=["Our old forum"])
    """The name of the system the thread was imported from."""

    url: WebUrl | None = Field(default=None, examples=["https://example.org/forum/t5/1042"])
    """The web address of the original, with `https://`."""

    license: Line | None = Field(default=None, examples=["CC BY-SA 4.0"])
    """The licence of the original."""

    retrieved: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day the original was read."""


class Silence(Model):
    """A rule of the checker that this thread may break, and why."""

    rule: RuleId = Field(examples=["TB206"])
    """The id of the rule, as `threadbook check` prints it."""

    reason: Line = Field(examples=["The draft it names is published next week."])
    """Why this thread may break the rule."""


class Thread(Model):
    """A thread: one question with its answers.

    The short form has one `answer`, the full form a list of `answers`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "required": ["answer", "answers"],
                "properties": {
                    "answer": {"type": ["string", "object"]},
                    "answers": {"minItems": 1},
                },
            }
        }
    )

    title: Line = Field(examples=["Can I decline after an interview?"])
    """The question, in one line."""

    topics: tuple[Reference, ...] = Field(min_length=1, examples=[["interviews", "contracts"]])
    """Ids of topics in `site.yml` that say what the thread is about; at least one."""

    also_asked: tuple[Line, ...] = Field(
        default=(), examples=[["Do I have to accept once I was interviewed?"]]
    )
    """Other ways people ask the question; search finds the thread by them too."""

    summary: Line | None = Field(
        default=None, examples=["Yes. Until you accept a contract you can withdraw."]
    )
    """One line for lists; without it, the beginning of the best answer stands there."""

    question: Annotated[
        Question | None,
        BeforeValidator(_body_alone, json_schema_input_type=Markdown | Question | None),
    ] = Field(default=None, examples=["The client said yes. What now?", _QUESTION])
    """What was asked: its text alone, or a mapping with `by`, `at` and `body`."""

    answer: Annotated[
        Answer | None, BeforeValidator(_body_alone, json_schema_input_type=Markdown | Answer | None)
    ] = Field(default=None, examples=["Yes. You can withdraw at any moment.", _ANSWER])
    """The only answer, which counts as accepted: its text alone, or a mapping with `body`."""

    answers: tuple[Answer, ...] = Field(default=(), examples=[[_ANSWER]])
    """All answers, where there are several or they need more than a text; instead of `answer`."""

    related: tuple[Reference, ...] = Field(default=(), examples=[["decline-an-offer"]])
    """Ids of threads that help as well; the relation shows on both."""

    duplicate_of: Reference | None = Field(default=None, examples=["proposal-accepted-what-next"])
    """The id of the thread that answers this question; this one is then kept out of lists."""

    replaced_by: Reference | None = Field(default=None, examples=["how-hours-are-recorded"])
    """The id of the thread to read instead of this one, which no longer holds."""

    redirect_from: tuple[SitePath, ...] = Field(
        default=(), examples=[["t5/new-to-freelancing/accepted-proposals/td-p/1042"]]
    )
    """Old addresses on this site that lead to this thread, without a leading slash."""

    status: Status = Field(default="published", examples=["obsolete"])
    """`published` (the default), `draft` (no page) or `obsolete` (a page with a warning)."""

    verified: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day somebody checked that the thread still holds."""

    review_by: Day | None = Field(default=None, examples=["2027-11-23"])
    """The day after which the page says that the thread needs review."""

    source: Source | None = Field(
        default=None, examples=[{"system": "Our old forum", "retrieved": "2026-11-23"}]
    )
    """Where the thread was imported from."""

    lang: Language | None = Field(default=None, examples=["en", "pt-BR"])
    """The thread's language, if it is not the site's."""

    silence: tuple[Silence, ...] = Field(
        default=(), examples=[[{"rule": "TB206", "reason": "The draft comes next week."}]]
    )
    """Rules of the checker that this thread may break, each with the reason."""

    @model_validator(mode="after")
    def _one_form(self) -> Thread:
        if self.answer is not None and self.answers:
            raise FieldError("write either `answer` or `answers`, not both", "answers")
        names = [answer.id for answer in self.every_answer]
        for place, name in enumerate(names):
            where = ("answers", place, "id") if self.answers else ("answer", "id")
            if name == QUESTION_ID:
                words = f'the id "{QUESTION_ID}" is the question\'s own; choose another'
                raise FieldError(words, *where)
            if name in names[:place]:
                words = f'another answer has the id "{name}"; a permalink names one answer'
                raise FieldError(words, *where)
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
