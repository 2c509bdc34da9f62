"""What pages show, as values: templates, twins, feeds and search all read these.

A value that programs read too is its own JSON: pydantic writes it and describes it, so a page, its
JSON and the schema cannot drift apart. A field's docstring is its description in
`api/openapi.json`, so it speaks to whoever reads the data; fields marked `Hidden` stay out of it.

Addresses are relative to the site's root (see `threadbook.addresses`). JSON has them whole where
the site has an address of its own, else relative to the file they stand in: `to_json` is told what
comes before them. Every field is always there: `null` or an empty list says that there is nothing.
"""

from __future__ import annotations

import ast
import datetime
import inspect
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Final, TypeVar

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

T = TypeVar("T")

Hidden = Annotated[T, Field(exclude=True)]
"""A field that pages need and programs do not."""

Html = Annotated[Markup, GetPydanticSchema(lambda _source, _handler: core_schema.str_schema())]
"""Safe HTML."""


def _whole(address: str, info: SerializationInfo) -> str:
    return f"{info.context}{address}"


Address = Annotated[str, PlainSerializer(_whole)]
"""An address relative to the site's root; JSON has what leads there from its own file before it."""


class View:
    """A value that is its own JSON."""

    __pydantic_config__: Final = ConfigDict(extra="forbid")


def adapter(kind: type[View]) -> TypeAdapter[Any]:
    """Return what writes a class of views as JSON."""
    return _adapter(kind)  # type: ignore[arg-type] # mypy looks at the hash of its instances


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # making one is slow
    return TypeAdapter(kind)


def describe_views(views: Iterable[type[View]], ref_template: str) -> dict[str, Any]:
    """Return the JSON Schemas of views, by the names of their classes."""
    _, schemas = TypeAdapter.json_schemas(
        [(view.__name__, "serialization", adapter(view)) for view in views],
        ref_template=ref_template,
        schema_generator=_Describer,
    )
    return dict(schemas["$defs"])


class _Describer(GenerateJsonSchema):
    """Takes the descriptions of fields from their docstrings, those of base classes included."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        described = super().dataclass_schema(schema)
        for base in schema["cls"].__mro__:
            for name, docstring in _read_docstrings(base).items():
                if name in described["properties"]:
                    described["properties"][name].setdefault("description", docstring)
        return described


def _read_docstrings(kind: type) -> dict[str, str]:
    """Return the docstrings of a class's fields: Python itself throws them away."""
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
    """Write a view as compact JSON; `root` comes before every address in it."""
    return adapter(type(view)).dump_json(view, context=root) + b"\n"


class Twinned:
    """A page that is there as Markdown and JSON too."""

    url: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def json_url(self) -> Address:
        """The address of all its data."""
        return f"{self.url}{addresses.JSON}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def markdown_url(self) -> Address:
        """The address of its Markdown twin."""
        return f"{self.url}{addresses.MARKDOWN}"


@dataclass(frozen=True)
class Link(View):
    """A link to another page."""

    id: Annotated[str, Field(examples=["proposals"])]
    """The id of the thread, path, topic or board."""

    title: Annotated[str, Field(examples=["Proposals"])]
    """Its title, as plain text."""

    url: Annotated[Address, Field(examples=["https://example.org/help/topics/proposals/"])]
    """The address of its page; that of a thread, path or topic with `index.json` is its data."""


@dataclass(frozen=True)
class Author(View):
    """Who wrote a post."""

    name: Annotated[str, Field(examples=["Community Member"])]
    """The name as readers see it: a role, or a name that may be published."""

    role: Annotated[str, Field(examples=["member"])]
    """What the person is here: `member`, `moderator` or `staff`."""

    @property
    def shows_role(self) -> bool:
        """Whether the role is shown beside the name: not where it says nothing new."""
        return self.role not in {"member", self.name.lower()}


@dataclass(frozen=True)
class CommentView(View):
    """A remark under a question or an answer."""

    author: Author | None
    """Who wrote it, where known."""

    at: datetime.date | None
    """The day it was written, where known."""

    edited: datetime.date | None
    """The day it was last changed, if it was."""

    markdown: str
    """The text as CommonMark with GitHub's extensions; raw HTML in it is not sanitised."""

    html: Html
    """The text as safe HTML, as on the page; links in it are relative to the thread's page."""

    source: Hidden[str] = ""
    """The text as its author wrote it: links to other threads are not addresses yet."""

    text: Hidden[str] = ""
    """The text without markup, for search."""


@dataclass(frozen=True)
class PostView(View):
    """A question; an answer has more."""

    id: Annotated[str, Field(examples=["question"])]
    """The post's anchor on the page."""

    url: Annotated[Address, Field(examples=["https://example.org/help/threads/late/#question"])]
    """The post's permalink."""

    author: Author | None
    """Who wrote it, where known."""

    at: datetime.date | None
    """The day it was written, where known."""

    edited: datetime.date | None
    """The day it was last changed, if it was."""

    markdown: str
    """The text as CommonMark with GitHub's extensions; raw HTML in it is not sanitised."""

    html: Html
    """The text as safe HTML, as on the page; links in it are relative to the thread's page."""

    comments: tuple[CommentView, ...]
    """Remarks under it, the oldest first."""

    source: Hidden[str]
    """The text as its author wrote it: links to other threads are not addresses yet."""

    text: Hidden[str]
    """The text without markup, for search."""


@dataclass(frozen=True)
class AnswerView(PostView):
    """An answer."""

    accepted: bool
    """Whether it solves the question."""

    votes: int
    """How many readers found it useful; negative if more found it wrong."""

    note: str | None
    """One line that says when or for whom it holds."""


@dataclass(frozen=True)
class MentionView(Link):
    """A thread whose text links to this one, and the sentence it does so in, as plain text."""

    before: str
    """What stands before the link."""

    text: str
    """The text of the link."""

    after: str
    """What stands after the link."""

    @property
    def gap(self) -> str:
        """What separates the link from what follows: nothing before punctuation, or the end."""
        return "" if self.after[:1] in ".,;:!?)" else " "


@dataclass(frozen=True)
class Membership(View):
    """A thread's place in a learning path."""

    path: Link
    """The path."""

    position: int
    """The step's number, counted from 1."""

    length: int
    """How many steps the path has."""

    previous: Link | None
    """The thread before this one in the path."""

    next: Link | None
    """The thread after this one in the path."""


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
    """The day the original was read."""


@dataclass(frozen=True, kw_only=True)
class Surroundings(View):
    """What is known of a thread before it is opened: what lists show, and its neighbours."""

    id: str
    """The thread's id, which is also the last part of its address."""

    url: Address
    """The address of its page."""

    title: str
    """The question, in one line of plain text."""

    summary: str
    """The answer in a line or two of plain text."""

    state: State
    """`duplicate` and `obsolete` come before whether it is answered or solved."""

    board: Link
    """The board it lives in."""

    topics: tuple[Link, ...]
    """What it is about."""

    updated: datetime.date | None
    """The last day anything was written in it, where known."""

    duplicate_of: Link | None
    """The thread that answers this question; it should be read instead."""

    replaced_by: Link | None
    """The thread to read instead of this one, which no longer holds."""

    also_asked: tuple[str, ...]
    """Other ways people ask the question, as plain text."""

    answer_url: str | None
    """Where readers can add an answer."""

    paths: tuple[Membership, ...]
    """The learning paths it belongs to, and its place in each."""

    related: tuple[Link, ...]
    """Threads that help as well."""

    mentioned_in: tuple[MentionView, ...]
    """Threads whose text links to this one."""

    replaces: tuple[Link, ...]
    """Obsolete threads instead of which this one holds."""

    destinations: Hidden[dict[str, str]]
    """The titles of the threads its texts link to, by id; drafts have none."""

    people: Hidden[dict[str, Author]]
    """The authors of its posts, by id."""

    actions: Hidden[tuple[tuple[str, str], ...]]
    """What a reader can do with it elsewhere: pairs of an address and what the link says."""

    report_url: Hidden[str]
    """Where a problem is reported; `{reason}` stands for what is wrong."""

    fingerprint: Hidden[str]
    """Changes with every text a reader reads."""


@dataclass(frozen=True, kw_only=True)
class ThreadView(Surroundings):
    """A thread: one question with its answers, as its page shows them."""

    language: str
    """The language it is written in, such as `en` or `pt-BR`."""

    verified: datetime.date | None
    """The day somebody checked that it still holds."""

    review_by: datetime.date | None
    """The day after which it needs review."""

    needs_review: bool
    """Whether that day had passed when the site was built."""

    question: PostView | None
    """What was asked, where more than the title was."""

    answers: tuple[AnswerView, ...]
    """The answers: accepted ones first, then by votes, then the oldest first."""

    source: SourceView | None
    """Where it was imported from."""

    own_language: Hidden[str | None]
    """The language, where the thread itself names one."""

    own_summary: Hidden[str]
    """The summary that its editor wrote; empty where the beginning of an answer stands for it."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def markdown_url(self) -> Address:
        """The address of its Markdown twin."""
        return f"{self.url}{addresses.MARKDOWN}"

    @property
    def posts(self) -> tuple[PostView, ...]:
        """The question, where there is one, and the answers."""
        return (self.question, *self.answers) if self.question else self.answers

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote its posts, each once."""
        return tuple(dict.fromkeys(post.author.name for post in self.posts if post.author))

    @property
    def asked(self) -> datetime.date | None:
        """The day the first of its posts was written, where known."""
        return min((post.at for post in self.posts if post.at), default=None)

    @property
    def is_solved(self) -> bool:
        """Whether an answer is accepted, whatever else the thread is."""
        return any(answer.accepted for answer in self.answers)


@dataclass(frozen=True)
class ThreadCard(Twinned, View):
    """A thread as a list on a page shows it."""

    id: str
    """The thread's id, which is also the last part of its address."""

    title: str
    """The question, in one line of plain text."""

    url: Address
    """The address of its page."""

    state: State
    """`duplicate` and `obsolete` come before whether it is answered or solved."""

    votes: int
    """The votes of the answer with the most."""

    answers: int
    """How many answers it has."""

    updated: datetime.date | None
    """The last day anything was written in it, where known."""

    summary: str
    """The answer in a line or two of plain text."""

    board: Link
    """The board it lives in."""

    topics: Hidden[tuple[Link, ...]]
    asked: Hidden[datetime.date | None]
    duplicate_of: Hidden[Link | None]
    is_solved: Hidden[bool]
    """Whether an answer is accepted, whatever else the thread is."""

    fingerprint: Hidden[str]
    """Changes with every text a reader reads."""

    def __hash__(self) -> int:
        """Hash the id alone: most cards are looked up in a cache many times."""
        return hash(self.id)


@dataclass(frozen=True)
class BoardCard(View):
    """A board."""

    id: str
    """The board's id."""

    title: str
    """Its name, as plain text."""

    summary: str
    """One line that says what it is for."""

    url: Address
    """The address of its page."""

    threads: int
    """How many threads its lists show: published ones that repeat no other."""

    latest: Hidden[tuple[Link, ...]]
    """Its newest threads."""


@dataclass(frozen=True)
class TopicCard(Twinned, View):
    """A topic."""

    id: str
    """The topic's id."""

    title: str
    """Its name, as plain text."""

    summary: str
    """One line that says what it is about."""

    url: Address
    """The address of its page."""

    stage: int | None
    """Its place in the life-cycle, counted from 1; `null` outside of it."""

    threads: int
    """How many threads its lists show: published ones that repeat no other."""

    icon: Hidden[Html]
    start: Hidden[Link | None]
    """The thread that newcomers to the topic should read first."""


@dataclass(frozen=True)
class PathCard(Twinned, View):
    """A learning path."""

    id: str
    """The path's id."""

    title: str
    """Its name, as plain text."""

    summary: str
    """One line that says what it is for."""

    url: Address
    """The address of its page."""

    level: Annotated[str | None, Field(examples=["beginner"])]
    """How much somebody should know already: `beginner`, `intermediate` or `advanced`."""

    length: int
    """How many steps it has."""

    minutes: int | None
    """How long its steps take together, optional ones not counted."""

    minutes_are_estimated: bool
    """Whether some of that is guessed from the length of threads, at 200 words a minute."""

    needed: Hidden[tuple[str, ...]]
    """The keys of the steps that are not optional, by which readers' progress knows them."""


@dataclass(frozen=True)
class TermCard:
    """A word of the glossary; `thread` explains it."""

    term: str
    definition: str
    also: tuple[str, ...]
    anchor: str
    thread: Link | None


@dataclass(frozen=True)
class Catalogue:
    """Everything the site holds, for lists of it all; threads are sorted by id, no draft is in."""

    threads: tuple[ThreadCard, ...] = ()
    topics: tuple[TopicCard, ...] = ()
    boards: tuple[BoardCard, ...] = ()
    paths: tuple[PathCard, ...] = ()
    glossary: tuple[TermCard, ...] = ()
