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

from threadbook.model.limits import (
    ALSO_ASKED,
    ANSWERS,
    COMMENTS,
    LABELS_OF_A_THREAD,
    REDIRECTS,
    RELATED,
    SILENCES,
    TOPICS_OF_A_THREAD,
)
from threadbook.model.values import (
    Day,
    FieldError,
    Flag,
    Id,
    InSchema,
    Line,
    Markdown,
    Model,
    Shape,
    SitePath,
    Slug,
    WebUrl,
)

Status = Literal["draft", "published", "archived", "obsolete"]

Language = Annotated[
    Line,
    Shape(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "a language looks like en or pt-BR"),
]
RuleId = Annotated[str, Strict(), Shape(r"^TB[0-9]{3}$", "the id of a rule looks like TB206")]


QUESTION_ID = "question"
"""The anchor of the question on the page; no answer may have this id."""

_COMMENT = {"by": "newcomer", "at": "2026-11-24", "body": "Thank you, that worked."}
_QUESTION = {"by": "newcomer", "at": "2026-11-23", "body": "The client said yes. What now?"}
_ANSWER = {"by": "moderator", "at": "2026-11-23", "accepted": True, "body": "Wait for the offer."}


def _body_alone(value: Any) -> Any:
    """Accept plain text in place of a post that has only a body."""
    return {"body": value} if isinstance(value, str) else value


AnswerId = Annotated[Slug, InSchema({"not": {"const": QUESTION_ID}})]


class Comment(Model):
    """A comment on a question or an answer."""

    by: Id | None = Field(default=None, examples=["newcomer"])
    """Who wrote the comment: the id of a person in `site.yml`."""

    at: Day | None = Field(default=None, examples=["2026-11-24"])
    """The day the comment was written."""

    edited: Day | None = Field(default=None, examples=["2026-11-25"])
    """The day the comment was last changed."""

    body: Markdown = Field(examples=[_COMMENT["body"]])
    """The comment's text, in Markdown."""


class Question(Model):
    """The question, in the words of the person who asked."""

    by: Id | None = Field(default=None, examples=["newcomer"])
    """Who asked: the id of a person in `site.yml`."""

    at: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day the question was asked."""

    edited: Day | None = Field(default=None, examples=["2026-11-24"])
    """The day the question was last changed."""

    body: Markdown = Field(examples=[_QUESTION["body"]])
    """The question's text, in Markdown."""

    comments: tuple[Comment, ...] = Field(
        default=(), max_length=COMMENTS.most, examples=[[_COMMENT]]
    )
    """Comments on the question, oldest first."""


class Answer(Model):
    """One answer of a thread."""

    id: AnswerId | None = Field(default=None, examples=["a1"])
    """The answer's permalink within the thread; by default `a1`, `a2` and so on."""

    by: Id | None = Field(default=None, examples=["moderator"])
    """Who answered: the id of a person in `site.yml`."""

    at: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day the answer was written."""

    edited: Day | None = Field(default=None, examples=["2026-11-24"])
    """The day the answer was last changed."""

    votes: Annotated[int, Field(strict=True)] = Field(default=0, examples=[31])
    """How many readers found the answer useful; negative if more readers found it wrong."""

    accepted: Flag = Field(default=False, examples=[True])
    """Whether the answer solves the question. Several answers may be accepted, or none."""

    note: Line | None = Field(default=None, examples=["If the contract is hourly"])
    """One line that says when, or for whom, the answer holds."""

    applies_to: tuple[Id, ...] = Field(
        default=(), max_length=LABELS_OF_A_THREAD.most, examples=[["germany"]]
    )
    """Ids of the labels in `site.yml` for which the answer holds; by default for all."""

    owner: Id | None = Field(default=None, examples=["moderator"])
    """Who keeps the answer true, if it is not the thread's owner: the id of a person."""

    body: Markdown = Field(examples=[_ANSWER["body"]])
    """The answer's text, in Markdown."""

    comments: tuple[Comment, ...] = Field(
        default=(), max_length=COMMENTS.most, examples=[[_COMMENT]]
    )
    """Comments on the answer, oldest first."""


class Source(Model):
    """Where an imported thread came from."""

    system: Line = Field(examples=["Our old forum"])
    """The name of the system the thread was imported from."""

    url: WebUrl | None = Field(default=None, examples=["https://example.org/forum/t5/1042"])
    """The web address of the original, including `https://`."""

    license: Line | None = Field(default=None, examples=["CC BY-SA 4.0"])
    """The licence of the original."""

    retrieved: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day the original was retrieved."""


class Silence(Model):
    """A rule of the checker that this thread may break, and why."""

    rule: RuleId = Field(examples=["TB206"])
    """The id of the rule, as `threadbook check` prints it."""

    reason: Line = Field(examples=["The draft it names is published next week."])
    """Why this thread may break the rule."""


class Thread(Model):
    """A thread: one question with its answers.

    The short form has one `answer`; the full form has a list of `answers`.
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
    """The question, on one line."""

    topics: tuple[Id, ...] = Field(
        min_length=1,
        max_length=TOPICS_OF_A_THREAD.most,
        examples=[["interviews", "contracts"]],
    )
    """Ids of the topics in `site.yml` that the thread is about; at least one."""

    applies_to: tuple[Id, ...] = Field(
        default=(), max_length=LABELS_OF_A_THREAD.most, examples=[["germany"]]
    )
    """Ids of the labels in `site.yml` for which the thread holds; by default for all."""

    also_asked: tuple[Line, ...] = Field(
        default=(),
        max_length=ALSO_ASKED.most,
        examples=[["Do I have to accept once I was interviewed?"]],
    )
    """Other ways people ask the question. Search finds the thread by all; its page shows five."""

    summary: Line | None = Field(
        default=None, examples=["Yes. Until you accept a contract you can withdraw."]
    )
    """One line for lists. Without it, lists show the beginning of the best answer."""

    question: Annotated[
        Question | None,
        BeforeValidator(_body_alone, json_schema_input_type=Markdown | Question | None),
    ] = Field(default=None, examples=["The client said yes. What now?", _QUESTION])
    """What was asked: plain text, or a mapping with `by`, `at` and `body`."""

    answer: Annotated[
        Answer | None, BeforeValidator(_body_alone, json_schema_input_type=Markdown | Answer | None)
    ] = Field(default=None, examples=["Yes. You can withdraw at any moment.", _ANSWER])
    """The only answer, which counts as accepted: plain text, or a mapping with `body`."""

    answers: tuple[Answer, ...] = Field(default=(), max_length=ANSWERS.most, examples=[[_ANSWER]])
    """A list of answers. Use it instead of `answer` if there are several."""

    related: tuple[Id, ...] = Field(
        default=(), max_length=RELATED.most, examples=[["decline-an-offer"]]
    )
    """Ids of related threads. Each of the two threads then links to the other."""

    duplicate_of: Id | None = Field(default=None, examples=["proposal-accepted-what-next"])
    """The id of the thread that answers this question. This thread is then left out of lists."""

    replaced_by: Id | None = Field(default=None, examples=["how-hours-are-recorded"])
    """The id of the thread to read instead, because this one no longer holds."""

    redirect_from: tuple[SitePath, ...] = Field(
        default=(),
        max_length=REDIRECTS.most,
        examples=[["t5/new-to-freelancing/accepted-proposals/td-p/1042"]],
    )
    """Old addresses of this thread on this site, without a leading slash."""

    status: Status = Field(default="published", examples=["obsolete"])
    """`published` (the default), `draft` (no page), `archived` (not in lists) or `obsolete`."""

    owner: Id | None = Field(default=None, examples=["moderator"])
    """Who keeps the thread true: the id of a person in `site.yml`."""

    verified: Day | None = Field(default=None, examples=["2026-11-23"])
    """The day somebody last checked that the thread still holds."""

    verified_by: Id | None = Field(default=None, examples=["moderator"])
    """Who checked it: the id of a person in `site.yml`. Its page names them with the day."""

    review_by: Day | None = Field(default=None, examples=["2027-11-23"])
    """The day after which the page says that the thread needs review."""

    source: Source | None = Field(
        default=None, examples=[{"system": "Our old forum", "retrieved": "2026-11-23"}]
    )
    """Where the thread was imported from."""

    lang: Language | None = Field(default=None, examples=["en", "pt-BR"])
    """The language of the thread, if it differs from the site's."""

    silence: tuple[Silence, ...] = Field(
        default=(),
        max_length=SILENCES.most,
        examples=[[{"rule": "TB206", "reason": "The draft comes next week."}]],
    )
    """Rules of the checker that this thread may break, each with a reason."""

    @model_validator(mode="after")
    def _one_form(self) -> Thread:
        if self.answer is not None and self.answers:
            raise FieldError("write either `answer` or `answers`, not both", "answers")
        answers = [self.answer] if self.answer is not None else self.answers
        names = [answer.id or f"a{number}" for number, answer in enumerate(answers, 1)]
        if len({*names, QUESTION_ID}) > len(names):
            return self
        known: set[str] = set()
        for place, name in enumerate(names):
            where = ("answers", place, "id") if self.answers else ("answer", "id")
            if name == QUESTION_ID:
                words = f'the id "{QUESTION_ID}" belongs to the question; choose another'
                raise FieldError(words, *where)
            if name in known:
                words = f'another answer already has the id "{name}"; choose another'
                raise FieldError(words, *where)
            known.add(name)
        return self

    @property
    def every_answer(self) -> tuple[Answer, ...]:
        """All answers in the file's order, each with an id.

        The answer of the short form counts as accepted, because the editors wrote it.
        An answer without an id gets `a` and its position, counted from 1.
        """
        if self.answer is not None:
            return (
                self.answer.model_copy(update={"id": self.answer.id or "a1", "accepted": True}),
            )
        return tuple(
            answer if answer.id else answer.model_copy(update={"id": f"a{place}"})
            for place, answer in enumerate(self.answers, 1)
        )
