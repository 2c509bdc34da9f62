"""What pages show, as values. Templates, twins, feeds and search all read these.

A view is its own JSON: pydantic writes it and describes it, so a page, its JSON and the schema
cannot drift apart. A field's docstring is its description in `api/openapi.json`, so it is written
for people who use the data. Fields marked `Hidden` are not in the JSON.

Addresses are relative to the site's root (see `threadbook.addresses`). In JSON they are absolute
where the site's own address is known, and otherwise relative to the JSON file: the caller of
`to_json` says what to put before them. Every field is always present; `null` or an empty list
means that there is nothing.
"""

from __future__ import annotations

import ast
import datetime
import inspect
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from markupsafe import Markup
from pydantic import (
    ConfigDict,
    Field,
    GetPydanticSchema,
    PlainSerializer,
    SerializationInfo,
    TypeAdapter,
    computed_field,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from threadbook import addresses
from threadbook.library import State
from threadbook.markdown import Medium

T = TypeVar("T")

Hidden = Annotated[T, Field(exclude=True)]
"""A field that pages need and that is left out of the JSON."""

# pydantic does not know `Markup`, and would write it as any string anyway.
Html = Annotated[Markup, GetPydanticSchema(lambda _source, _handler: core_schema.str_schema())]
"""Safe HTML."""


def _complete(address: str, info: SerializationInfo) -> str:
    return f"{info.context}{address}"


Address = Annotated[str, PlainSerializer(_complete)]
"""An address relative to the site's root. JSON has the root before it: see `to_json`."""


_make_stamp: Final = partial(secrets.randbits, 64)


class View:
    """A value that is its own JSON."""

    __pydantic_config__: Final = ConfigDict(extra="forbid")


def _adapter(kind: type[View]) -> TypeAdapter[Any]:
    return _cached_adapter(kind)  # type: ignore[arg-type] # mypy checks the hash of instances


@cache
def _cached_adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)  # takes milliseconds


def describe_views(views: Iterable[type[View]], ref_template: str) -> dict[str, Any]:
    """Return the JSON Schemas of views, by the names of their classes."""
    _, schemas = TypeAdapter.json_schemas(
        [(view.__name__, "serialization", _adapter(view)) for view in views],
        ref_template=ref_template,
        schema_generator=_Describer,
    )
    return dict(schemas["$defs"])


class _Describer(GenerateJsonSchema):
    """Takes the descriptions of fields from their docstrings, also from those of base classes."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        described = super().dataclass_schema(schema)
        for base in schema["cls"].__mro__:
            for name, docstring in _read_docstrings(base).items():
                if name in described["properties"]:
                    described["properties"][name].setdefault("description", docstring)
        return described


def _read_docstrings(kind: type) -> dict[str, str]:
    """Return the docstrings of a class's fields from its source, because Python discards them."""
    statements = _read_classes(kind.__module__).get(kind.__name__, [])
    return {
        field.target.id: inspect.cleandoc(after.value.value)
        for field, after in pairwise(statements)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and isinstance(after.value.value, str)
    }


@cache
def _read_classes(module: str) -> dict[str, list[ast.stmt]]:
    """Return the statements in each class of one of our modules."""
    if not module.startswith("threadbook."):
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}


def to_json(view: View, root: str) -> bytes:
    """Write a view as compact JSON; `root` is put before every address in it."""
    return _adapter(type(view)).dump_json(view, context=root) + b"\n"


class Twinned:
    """A page that also exists as Markdown and JSON."""

    # This is no dataclass, so `url` keeps its place among the fields of the class that derives.
    url: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def json_url(self) -> Address:
        """The address of the JSON file with all its data."""
        return f"{self.url}{addresses.JSON}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def markdown_url(self) -> Address:
        """The address of the same page as Markdown."""
        return f"{self.url}{addresses.MARKDOWN}"


@dataclass(frozen=True)
class Link(View):
    """A link to another page."""

    id: Annotated[str, Field(examples=["proposals"])]
    """The id of the thread, path, topic or board."""

    title: Annotated[str, Field(examples=["Proposals"])]
    """Its title, as plain text."""

    url: Annotated[Address, Field(examples=["https://example.org/help/topics/proposals/"])]
    """The address of its page. For a thread, path or topic, append `index.json` to get its data."""


@dataclass(frozen=True)
class Author(View):
    """Who wrote a post."""

    name: Annotated[str, Field(examples=["Community Member"])]
    """The name as readers see it: a role, or a name that may be published."""

    role: Annotated[str, Field(examples=["member"])]
    """The person's role: `member`, `moderator` or `staff`."""

    @property
    def initials(self) -> str:
        """The first letters of the name's first and last word."""
        words = self.name.split()
        return "".join(dict.fromkeys(word[0] for word in (words[0], words[-1]))) if words else ""

    @property
    def shows_role(self) -> bool:
        """Whether to show the role beside the name; not if it adds nothing."""
        return self.role not in {"member", self.name.lower()}


@dataclass(frozen=True)
class LabelView(View):
    """For whom something holds, such as a plan or a country."""

    id: Annotated[str, Field(examples=["germany"])]
    """The label's id."""

    title: Annotated[str, Field(examples=["Germany"])]
    """Its name."""


@dataclass(frozen=True)
class CommentView(View):
    """A comment on a question or an answer."""

    author: Author | None
    """Who wrote it, if known."""

    at: datetime.date | None
    """The day it was written, if known."""

    edited: datetime.date | None
    """The day it was last edited, if it was."""

    markdown: str
    """The text as CommonMark with GitHub's extensions. Raw HTML in it is not sanitised."""

    html: Html
    """The text as safe HTML, as on the page. Links in it are relative to the thread's page."""

    source: Hidden[str] = ""
    """The text as its author wrote it, with links to other threads as ids."""

    text: Hidden[str] = ""
    """The text without markup, for search."""


@dataclass(frozen=True)
class PostView(View):
    """A question."""

    id: Annotated[str, Field(examples=["question"])]
    """The post's anchor on the page, without the `#`."""

    url: Annotated[Address, Field(examples=["https://example.org/help/threads/late/#question"])]
    """The post's permalink."""

    author: Author | None
    """Who wrote it, if known."""

    at: datetime.date | None
    """The day it was written, if known."""

    edited: datetime.date | None
    """The day it was last edited, if it was."""

    markdown: str
    """The text as CommonMark with GitHub's extensions. Raw HTML in it is not sanitised."""

    html: Html
    """The text as safe HTML, as on the page. Links in it are relative to the thread's page."""

    comments: tuple[CommentView, ...]
    """The comments on it, the oldest first."""

    source: Hidden[str]
    """The text as its author wrote it, with links to other threads as ids."""

    text: Hidden[str]
    """The text without markup, for search."""


@dataclass(frozen=True)
class AnswerView(PostView):
    """An answer."""

    accepted: bool
    """Whether it is marked as solving the question."""

    votes: int
    """Its votes: below zero if more readers found it wrong than useful."""

    note: str | None
    """One line that says when or for whom the answer is valid."""

    applies_to: tuple[LabelView, ...]
    """The labels for which it is valid; empty if it is valid for all."""

    owner: Author | None
    """Who keeps the answer true, if it names somebody."""


@dataclass(frozen=True)
class MentionView(Link):
    """Another thread that links to this one, and the sentence with the link, as plain text."""

    before: str
    """The part of the sentence before the link."""

    text: str
    """The text of the link."""

    after: str
    """The part of the sentence after the link."""

    @property
    def gap(self) -> str:
        """What separates the link from the text after it: nothing before punctuation."""
        return "" if self.after[:1] in ".,;:!?)" else " "


@dataclass(frozen=True)
class Membership(View):
    """A thread's place in a learning path."""

    path: Link
    """The learning path."""

    position: int
    """The number of the thread's step, from 1."""

    length: int
    """The number of steps of the path."""

    previous: Link | None
    """The step before: a thread, or a check on the path's page, whose question is the title."""

    next: Link | None
    """The step after, likewise."""


@dataclass(frozen=True)
class SourceView(View):
    """Where an imported thread came from."""

    system: str
    """The name of the system it was imported from."""

    url: str | None
    """The web address of the original."""

    license: str | None
    """The licence of the original."""

    retrieved: datetime.date | None
    """The day the original was retrieved."""


@dataclass(frozen=True, kw_only=True)
class Surroundings(View):
    """What is known of a thread before it is opened: what lists show, and its neighbours."""

    id: str
    """The thread's id, which is also the last part of its address."""

    url: Address
    """The address of its page."""

    title: str
    """The question, as one line of plain text."""

    summary: str
    """The answer in a line or two of plain text."""

    state: State
    """The thread's state. A duplicate or obsolete thread is not called solved or answered."""

    is_archived: bool
    """Whether it is from an archive: nobody has checked that it holds, and lists leave it out."""

    board: Link
    """The board it is in."""

    topics: tuple[Link, ...]
    """The topics it is about."""

    updated: datetime.date | None
    """The last day anything was written in it, if known."""

    duplicate_of: Link | None
    """The thread that already answers this question, to be read instead."""

    replaced_by: Link | None
    """The thread to read instead of this one, which is obsolete."""

    also_asked: tuple[str, ...]
    """Other ways people ask the question, as plain text."""

    answer_url: str | None
    """The address where readers can add an answer."""

    paths: tuple[Membership, ...]
    """The learning paths it belongs to, and its place in each."""

    related: tuple[Link, ...]
    """Other threads that may help."""

    mentioned_in: tuple[MentionView, ...]
    """Threads that link to this one in their text."""

    replaces: tuple[Link, ...]
    """The obsolete threads that this one replaces."""

    destinations: Hidden[dict[str, str]]
    """The titles of the threads its texts link to, by id. Drafts are left out."""

    people: Hidden[dict[str, Author]]
    """The authors of its posts, by id."""

    media: Hidden[dict[str, Medium]]
    """The pictures and files that its texts name, by name."""

    actions: Hidden[tuple[tuple[str, str], ...]]
    """What readers can do with it elsewhere: pairs of an address and the text of the link."""

    assistants: Hidden[tuple[tuple[str, str], ...]]
    """Where readers can take it to an assistant: pairs of an address and the assistant's name."""

    report_url: str | None
    """The address where readers can report a problem; `{reason}` stands for what is wrong."""

    fingerprint: Hidden[str]
    """Changes whenever a text that readers see changes."""

    is_draft: Hidden[bool] = False
    """Whether it is a draft, which only previews show."""

    labels: Hidden[dict[str, LabelView]] = field(default_factory=dict)
    """The labels of the thread and its answers, by their ids."""

    stage: Hidden[str] = ""
    """The id of the stage that its readers are at; empty if it is not of the life-cycle."""

    owners: Hidden[tuple[str, ...]] = ()
    """The ids of those who keep the thread or an answer true."""


@dataclass(frozen=True, kw_only=True)
class ThreadView(Surroundings):
    """A thread: one question with its answers."""

    language: str
    """The language it is written in, such as `en` or `pt-BR`."""

    verified: datetime.date | None
    """The day somebody last checked that it is still correct."""

    verified_by: Author | None
    """Who checked it, if it names somebody."""

    review_by: datetime.date | None
    """The last day before it needs review."""

    needs_review: bool
    """Whether `review_by` had passed when the site was built."""

    applies_to: tuple[LabelView, ...]
    """The labels for which it is valid; empty if it is valid for all."""

    owner: Author | None
    """Who keeps the thread true, if it names somebody."""

    question: PostView | None
    """The text of the question; `null` if the title says it all."""

    answers: tuple[AnswerView, ...]
    """The answers: accepted ones first, then by votes, then the oldest first."""

    source: SourceView | None
    """Where it was imported from, if it was."""

    own_language: Hidden[str | None]
    """The language that the thread itself names, if it does."""

    own_summary: Hidden[str]
    """The summary that an editor wrote; empty if the beginning of an answer serves as one."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def markdown_url(self) -> Address:
        """The address of the same thread as Markdown."""
        return f"{self.url}{addresses.MARKDOWN}"

    @property
    def short_answer(self) -> str:
        """The answer in a sentence or two; empty unless the thread is solved and still holds."""
        return self.summary if self.state == "solved" else ""

    @property
    def posts(self) -> tuple[PostView, ...]:
        """The question, if it has a text, and the answers."""
        return (self.question, *self.answers) if self.question else self.answers

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote its posts, each once."""
        return tuple(dict.fromkeys(post.author.name for post in self.posts if post.author))

    @property
    def asked(self) -> datetime.date | None:
        """The day the first of its posts was written, if known."""
        return min((post.at for post in self.posts if post.at), default=None)

    @property
    def is_solved(self) -> bool:
        """Whether an answer is accepted, even in a duplicate or obsolete thread."""
        return any(answer.accepted for answer in self.answers)


@dataclass(frozen=True)
class ThreadSummary(Twinned, View):
    """What every list says of a thread."""

    id: str
    """The thread's id, which is also the last part of its address."""

    title: str
    """The question, as one line of plain text."""

    url: Address
    """The address of its page."""

    state: State
    """The thread's state. A duplicate or obsolete thread is not called solved or answered."""

    votes: int
    """The votes of the answer that has the most."""

    answers: int
    """The number of answers."""

    updated: datetime.date | None
    """The last day anything was written in it, if known."""


@dataclass(frozen=True)
class ThreadCard(ThreadSummary):
    """A thread as lists on pages show it."""

    summary: str
    """The answer in a line or two of plain text."""

    board: Link
    """The board it is in."""

    topics: Hidden[tuple[Link, ...]] = ()
    asked: Hidden[datetime.date | None] = None
    duplicate_of: Hidden[Link | None] = None
    is_solved: Hidden[bool] = False
    """Whether an answer is accepted, even in a duplicate or obsolete thread."""

    fingerprint: Hidden[str] = ""
    """Changes whenever a text that readers see changes."""

    is_draft: Hidden[bool] = False
    """Whether it is a draft, which only previews show."""

    verified: Hidden[datetime.date | None] = None
    """The day somebody last checked it, if it is solved."""

    stamp: Hidden[int] = field(init=False, compare=False, default_factory=_make_stamp)
    """Is the same in the copies of one card that other processes get, and in no other card."""


@dataclass(frozen=True)
class Card(View):
    """What cards of boards, topics and paths share."""

    id: str
    """The id, which is also the last part of the page's address."""

    title: str
    """The name, as plain text."""

    summary: str
    """What it is about or for, as one line of plain text."""

    url: Address
    """The address of its page."""


@dataclass(frozen=True)
class BoardCard(Card):
    """A board."""

    threads: int
    """The number of threads in its lists: published threads that are not duplicates."""

    archived: int
    """The number of its archived threads, which only search finds."""

    latest: Hidden[tuple[Link, ...]]
    """Its newest threads."""


@dataclass(frozen=True)
class TopicCard(Twinned, Card):
    """A topic."""

    stage: int | None
    """Its stage in the life-cycle, from 1; `null` if it is not part of the life-cycle."""

    holds: str
    """What is true for readers at this stage; empty if nobody wrote it."""

    your_turn: str
    """What readers do at this stage; empty if nobody wrote it."""

    threads: int
    """The number of threads in its lists: published threads that are not duplicates."""

    archived: int
    """The number of its archived threads, which only search finds."""

    icon: Hidden[Html]
    start: Hidden[Link | None]
    """The thread that newcomers to the topic should read first."""


@dataclass(frozen=True)
class PathCard(Twinned, Card):
    """A learning path."""

    level: Annotated[str | None, Field(examples=["beginner"])]
    """The knowledge it expects: `beginner`, `intermediate` or `advanced`."""

    length: int
    """The number of steps."""

    optional: int
    """How many of its steps can be skipped."""

    minutes: int | None
    """How many minutes its steps take together, without the optional ones."""

    minutes_are_estimated: bool
    """Whether `minutes` is partly estimated from the length of threads, at 200 words a minute."""

    needed: Hidden[tuple[str, ...]]
    """The keys of the steps that are not optional. Readers' progress is stored by these keys."""


class LinkedText(NamedTuple):
    """A piece of a text; with an address, relative to the site's root, it is a link."""

    text: str
    url: str


@dataclass(frozen=True)
class TermCard:
    """A word of the glossary; `thread` explains it further.

    `parts` are the definition in pieces, some of which are links.
    """

    term: str
    definition: str
    also: tuple[str, ...]
    anchor: str
    thread: Link | None
    parts: Hidden[tuple[LinkedText, ...]] = ()


@dataclass(frozen=True)
class Catalogue:
    """Everything the site holds, for complete lists: threads sorted by id, without drafts."""

    threads: tuple[ThreadCard, ...] = ()
    topics: tuple[TopicCard, ...] = ()
    boards: tuple[BoardCard, ...] = ()
    paths: tuple[PathCard, ...] = ()
    glossary: tuple[TermCard, ...] = ()
    labels: tuple[LabelView, ...] = ()
    owners: tuple[LabelView, ...] = ()
    """Who keeps a thread or an answer true: their ids and names."""
