"""What the site says to programs: the shapes of every JSON file it publishes.

A field's docstring is its description in `/api/openapi.json`, so it speaks to whoever reads the
data. Addresses are whole where the site's own is configured, else relative to the file they stand
in. Every field is always there: `null`, or an empty list, says that there is nothing.
"""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field

from threadbook.model.values import Model

State = Literal["solved", "answered", "unanswered", "obsolete", "duplicate"]


class LinkData(Model):
    """A way to another page."""

    id: str = Field(examples=["proposals"])
    """The id of the thread, path, topic or board."""

    title: str = Field(examples=["Proposals"])
    """Its title, as plain text."""

    url: str = Field(examples=["https://example.org/help/topics/proposals/"])
    """The address of its page; that of a thread, path or topic with `index.json` is its data."""


class AuthorData(Model):
    """Who wrote a post."""

    name: str = Field(examples=["Community Member"])
    """The name as readers see it: a role, or a name that may be published."""

    role: str = Field(examples=["member"])
    """What the person is here: `member`, `moderator` or `staff`."""


class CommentData(Model):
    """A remark under a question or an answer."""

    author: AuthorData | None
    """Who wrote it, where known."""

    at: datetime.date | None
    """The day it was written, where known."""

    edited: datetime.date | None
    """The day it was last changed, if it was."""

    markdown: str
    """The text as CommonMark with GitHub's extensions; raw HTML in it is not sanitised."""

    html: str
    """The text as safe HTML, as on the page; links in it are relative to the thread's page."""


class PostData(Model):
    """A question; an answer has more."""

    id: str = Field(examples=["question"])
    """The post's anchor on the page."""

    url: str = Field(examples=["https://example.org/help/threads/late/#question"])
    """The post's permalink."""

    author: AuthorData | None
    """Who wrote it, where known."""

    at: datetime.date | None
    """The day it was written, where known."""

    edited: datetime.date | None
    """The day it was last changed, if it was."""

    markdown: str
    """The text as CommonMark with GitHub's extensions; raw HTML in it is not sanitised."""

    html: str
    """The text as safe HTML, as on the page; links in it are relative to the thread's page."""

    comments: tuple[CommentData, ...]
    """Remarks under it, the oldest first."""


class AnswerData(PostData):
    """An answer."""

    accepted: bool
    """Whether it solves the question."""

    votes: int
    """How many readers found it useful; negative if more found it wrong."""

    note: str | None
    """One line that tells when or for whom it holds."""


class MentionData(LinkData):
    """A thread whose text links to this one, and the sentence it does so in, as plain text."""

    before: str
    """What stands before the link."""

    text: str
    """The text of the link."""

    after: str
    """What stands after the link."""


class MembershipData(Model):
    """A thread's place in a learning path."""

    path: LinkData
    """The path."""

    position: int
    """The step's number, counted from 1."""

    length: int
    """How many steps the path has."""

    previous: LinkData | None
    """The thread before this one in the path."""

    next: LinkData | None
    """The thread after this one in the path."""


class SourceData(Model):
    """Where an imported thread came from."""

    system: str
    """The name of the system it was imported from."""

    url: str | None
    """The web address of the original."""

    license: str | None
    """The licence of the original."""

    retrieved: datetime.date | None
    """The day the original was read."""


class ThreadData(Model):
    """A thread: one question with its answers, as its page shows them."""

    id: str
    """The thread's id, which is also the last part of its address."""

    url: str
    """The address of its page."""

    markdown_url: str
    """The address of its Markdown twin."""

    language: str
    """The language it is written in, such as `en` or `pt-BR`."""

    title: str
    """The question, in one line of plain text."""

    summary: str
    """The answer in a line or two of plain text."""

    state: State
    """`duplicate` and `obsolete` come before whether it is answered or solved."""

    board: LinkData
    """The board it lives in."""

    topics: tuple[LinkData, ...]
    """What it is about."""

    updated: datetime.date | None
    """The last day anything was written in it, where known."""

    verified: datetime.date | None
    """The day somebody checked that it still holds."""

    review_by: datetime.date | None
    """The day after which it needs review."""

    needs_review: bool
    """Whether that day had passed when the site was built."""

    duplicate_of: LinkData | None
    """The thread that answers this question; it should be read instead."""

    replaced_by: LinkData | None
    """The thread to read instead of this one, which no longer holds."""

    also_asked: tuple[str, ...]
    """Other ways people ask the question, as plain text."""

    question: PostData | None
    """What was asked, where more than the title was."""

    answers: tuple[AnswerData, ...]
    """The answers: accepted ones first, then by votes, then the oldest first."""

    answer_url: str | None
    """Where readers can add an answer."""

    paths: tuple[MembershipData, ...]
    """The learning paths it belongs to, and its place in each."""

    related: tuple[LinkData, ...]
    """Threads that help as well."""

    mentioned_in: tuple[MentionData, ...]
    """Threads whose text links to this one."""

    replaces: tuple[LinkData, ...]
    """Obsolete threads instead of which this one holds."""

    source: SourceData | None
    """Where it was imported from."""


class ThreadSummary(Model):
    """A thread in few words."""

    id: str
    """The thread's id, which is also the last part of its address."""

    title: str
    """The question, in one line of plain text."""

    url: str
    """The address of its page."""

    json_url: str
    """The address of all its data."""

    markdown_url: str
    """The address of its Markdown twin."""

    state: State
    """`duplicate` and `obsolete` come before whether it is answered or solved."""

    votes: int
    """The votes of the answer with the most."""

    answers: int
    """How many answers it has."""

    updated: datetime.date | None
    """The last day anything was written in it, where known."""


class ListedThread(ThreadSummary):
    """A thread as a list on a page shows it."""

    summary: str
    """The answer in a line or two of plain text."""

    board: LinkData
    """The board it lives in."""


class ThreadRecord(ThreadSummary):
    """A thread as the list of all threads holds it."""

    board: str
    """The id of its board."""

    topics: tuple[str, ...]
    """The ids of its topics."""

    asked: datetime.date | None
    """The first day anything was written in it, where known."""

    duplicate_of: str | None
    """The id of the thread that answers this question."""


class BoardRecord(Model):
    """A board."""

    id: str
    """The board's id."""

    title: str
    """Its name, as plain text."""

    summary: str
    """One line that says what is asked there."""

    url: str
    """The address of its page."""

    threads: int
    """How many threads its lists show: published ones that repeat no other."""


class TopicRecord(Model):
    """A topic."""

    id: str
    """The topic's id."""

    title: str
    """Its name, as plain text."""

    summary: str
    """One line that says what it is about."""

    url: str
    """The address of its page."""

    json_url: str
    """The address of its data."""

    markdown_url: str
    """The address of its Markdown twin."""

    stage: int | None
    """Its place in the life-cycle, counted from 1; `null` outside of it."""

    threads: int
    """How many threads its lists show: published ones that repeat no other."""


class PathRecord(Model):
    """A learning path."""

    id: str
    """The path's id."""

    title: str
    """Its name, as plain text."""

    summary: str
    """One line that says what it is for."""

    url: str
    """The address of its page."""

    json_url: str
    """The address of its data."""

    markdown_url: str
    """The address of its Markdown twin."""

    level: str | None = Field(examples=["beginner"])
    """How much somebody should know already: `beginner`, `intermediate` or `advanced`."""

    length: int
    """How many steps it has."""

    minutes: int | None
    """How long its steps take together, optional ones not counted."""

    minutes_are_estimated: bool
    """Whether some of that is guessed from the length of threads, at 200 words a minute."""


class TopicData(TopicRecord):
    """A topic as the first page of it shows it."""

    start_here: ListedThread | None
    """The thread that newcomers to the topic should read first."""

    useful: tuple[ListedThread, ...]
    """Some solved threads, those with the most votes first."""

    unanswered: tuple[ListedThread, ...]
    """Some threads that wait for an answer."""

    paths: tuple[PathRecord, ...]
    """The learning paths that pass through."""

    neighbours: tuple[LinkData, ...]
    """The topics that share the most threads with this one."""

    latest: tuple[ListedThread, ...]
    """Its threads, the latest activity first; as many as the first page shows."""

    next: str | None
    """The address of the page with the threads that follow."""


class ChoiceData(Model):
    """One possible answer of a check."""

    text: str
    """What the reader can choose."""

    correct: bool
    """Whether this choice is right."""

    why: str | None
    """Why it is right or wrong."""


class CheckData(Model):
    """A question with choices that tests understanding."""

    question: str
    """What the reader is asked."""

    choices: tuple[ChoiceData, ...]
    """The possible answers."""

    explained_in: LinkData | None
    """The thread that explains the right choice."""


class StepData(Model):
    """A step of a learning path: a thread or a check.

    A step with neither is a thread that is being written.
    """

    position: int
    """The step's number, counted from 1."""

    thread: ListedThread | None
    """The thread to read."""

    check: CheckData | None
    """The question to answer."""

    note_markdown: str | None
    """What to look at in this step, as Markdown."""

    note_html: str | None
    """The same as safe HTML, as on the page; links in it are relative to the path's page."""

    minutes: int | None
    """How long the step takes, where known."""

    optional: bool
    """Whether it can be skipped."""


class PathData(PathRecord):
    """A learning path as its page shows it."""

    audience: str | None
    """For whom it is."""

    prerequisites: tuple[LinkData, ...]
    """The learning paths to walk before this one."""

    objectives: tuple[str, ...]
    """What somebody can do at the end."""

    steps: tuple[StepData, ...]
    """The threads and checks in the order somebody learns."""


class CountsData(Model):
    """How much the site holds."""

    threads: int
    """Threads that have a page; the five states below add up to it."""

    solved: int
    """Threads with an accepted answer."""

    answered: int
    """Threads with answers, none of which is accepted."""

    unanswered: int
    """Threads that wait for an answer."""

    obsolete: int
    """Threads that no longer hold."""

    duplicate: int
    """Threads that repeat another."""

    topics: int
    """Topics."""

    boards: int
    """Boards."""

    paths: int
    """Learning paths."""


class AddressesData(Model):
    """Where everything else is."""

    openapi: str
    """The description of all this, as OpenAPI 3.1 with JSON Schemas."""

    threads: str
    """The pages of the list of all threads."""

    topics: str
    """All topics."""

    boards: str
    """All boards."""

    paths: str
    """All learning paths."""

    llms: str
    """An overview for language models, as Markdown."""

    llms_full: str
    """The threads in one Markdown file, or the list of its parts."""

    sitemap: str | None
    """The addresses of all pages, as XML; `null` where the site's own address is unknown."""


class GeneratorData(Model):
    """What made the site."""

    name: Literal["Threadbook"]
    """Its name."""

    version: str
    """Its version."""


class SiteData(Model):
    """The site, and where everything on it is."""

    name: str
    """The site's name."""

    description: str
    """What it is about, in a sentence."""

    url: str
    """The address of its home page."""

    language: str
    """The language it is written in, such as `en`."""

    counts: CountsData
    """How much it holds."""

    addresses: AddressesData
    """Where everything else is."""

    generator: GeneratorData
    """What made it."""


class ThreadPages(Model):
    """The pages of the list of all threads."""

    total: int
    """How many threads there are."""

    size: int
    """How many a page holds at the most."""

    pages: tuple[str, ...]
    """The addresses of the pages, in order."""


class ThreadPage(Model):
    """One page of the list of all threads, which is sorted by id."""

    number: int
    """The page's number, counted from 1."""

    count: int
    """How many pages there are."""

    previous: str | None
    """The address of the page before this one."""

    next: str | None
    """The address of the page after this one."""

    threads: tuple[ThreadRecord, ...]
    """The threads."""


class TopicList(Model):
    """All topics."""

    topics: tuple[TopicRecord, ...]
    """The topics, in the order the editors gave them."""


class BoardList(Model):
    """All boards."""

    boards: tuple[BoardRecord, ...]
    """The boards, in the order the editors gave them."""


class PathList(Model):
    """All learning paths."""

    paths: tuple[PathRecord, ...]
    """The learning paths."""
