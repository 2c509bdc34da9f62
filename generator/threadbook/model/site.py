"""The site: boards, topics, people and what is featured (`content/site.yml`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from threadbook.model.limits import BOARDS, FEATURED, LABELS, PEOPLE, REDIRECTS, TOPICS
from threadbook.model.values import FieldError, Id, Line, Model, Shape, SitePath, Slug

Icon = Annotated[
    Line, Shape(r"^[a-z0-9-]+(/[a-z0-9-]+)+$", "the name of an icon looks like material/send")
]
Stage = Annotated[int, Field(strict=True, ge=1)]


class Board(Model):
    """A forum that threads live in; its id is the name of its folder."""

    id: Slug = Field(examples=["working-with-clients"])
    """The name of the board's folder in `threads/`, and the end of its address."""

    title: Line = Field(examples=["Working with clients"])
    """The name of the board, as readers see it."""

    summary: Line = Field(default="", examples=["From the first interview to the last delivery."])
    """One line that says what people ask here."""

    redirect_from: tuple[SitePath, ...] = Field(
        default=(), max_length=REDIRECTS.most, examples=[["boards/clients"]]
    )
    """Old addresses of this board on this site, without a leading slash."""


class Topic(Model):
    """What a thread is about; topics with a `stage` number form the life-cycle."""

    id: Slug = Field(examples=["proposals"])
    """The name that threads use in `topics`, and the end of the topic's address."""

    title: Line = Field(examples=["Proposals"])
    """The name of the topic, as readers see it."""

    summary: Line = Field(default="", examples=["How to choose a job and what to write for it."])
    """One line that says what the topic is about."""

    stage: Stage | None = Field(default=None, examples=[1])
    """The topic's place in the life-cycle, from 1. Without it, the topic is not part of it."""

    holds: Line = Field(default="", examples=["Are you hired? Not yet. May you decline? Yes."])
    """What is true at this stage, in a line. Its threads and its topic show it."""

    your_turn: Line = Field(default="", examples=["Ask about the deadline and the price."])
    """What the reader does at this stage, in a line."""

    icon: Icon | None = Field(default=None, examples=["material/send"])
    """The name of an icon: the icon set, a slash, and the icon."""

    start_here: Id | None = Field(default=None, examples=["write-first-proposal"])
    """The id of the thread that newcomers to the topic should read first."""

    redirect_from: tuple[SitePath, ...] = Field(
        default=(), max_length=REDIRECTS.most, examples=[["topics/bids"]]
    )
    """Old addresses of this topic on this site, without a leading slash."""

    @model_validator(mode="after")
    def _said_of_stages(self) -> Topic:
        for field in ("holds", "your_turn"):
            if self.stage is None and getattr(self, field):
                words = f"only stages show `{field}`; give the topic a `stage`, or remove it"
                raise FieldError(words, field)
        return self


class Person(Model):
    """An author: a role, or a name that may be published."""

    id: Slug = Field(examples=["community-member"])
    """The name that posts use in `by`."""

    name: Line = Field(examples=["Community Member"])
    """The name, as readers see it: a role, or a name that may be published."""

    role: Literal["member", "moderator", "staff"] = Field(default="member", examples=["moderator"])
    """The person's role: a member, a moderator or staff."""


class Label(Model):
    """For whom something holds, such as a plan or a country."""

    id: Slug = Field(examples=["germany"])
    """The name that threads and answers use in `applies_to`."""

    title: Line = Field(examples=["Germany"])
    """The name of the label, as readers see it."""


class Featured(Model):
    """What the home page features."""

    topics: tuple[Id, ...] = Field(
        default=(), max_length=FEATURED.most, examples=[["proposals", "interviews"]]
    )
    """Ids of the topics that the home page shows first."""

    threads: tuple[Id, ...] = Field(
        default=(), max_length=FEATURED.most, examples=[["write-first-proposal"]]
    )
    """Ids of the threads that the home page shows first."""

    paths: tuple[Id, ...] = Field(
        default=(), max_length=FEATURED.most, examples=[["first-proposal-to-contract"]]
    )
    """Ids of the learning paths that the home page shows first."""


class Site(Model):
    """The boards, topics and people that threads refer to by id, and featured content."""

    boards: tuple[Board, ...] = Field(
        min_length=1,
        max_length=BOARDS.most,
        examples=[[{"id": "finding-work", "title": "Finding work"}]],
    )
    """The boards, at least one. Each board is a folder in `threads/`."""

    topics: tuple[Topic, ...] = Field(
        min_length=1,
        max_length=TOPICS.most,
        examples=[[{"id": "proposals", "title": "Proposals", "stage": 1}]],
    )
    """The topics that threads can be about, at least one."""

    people: tuple[Person, ...] = Field(
        default=(),
        max_length=PEOPLE.most,
        examples=[[{"id": "moderator", "name": "Moderator", "role": "moderator"}]],
    )
    """The authors: roles, or names that may be published."""

    labels: tuple[Label, ...] = Field(
        default=(),
        max_length=LABELS.most,
        examples=[[{"id": "germany", "title": "Germany"}]],
    )
    """Labels that say for whom a thread or an answer holds, such as plans or countries."""

    featured: Featured = Field(
        default=Featured(),
        examples=[{"topics": ["proposals"], "threads": ["write-first-proposal"]}],
    )
    """The topics, threads and learning paths that the home page features."""
