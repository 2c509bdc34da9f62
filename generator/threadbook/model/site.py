"""The site: boards, topics, people and what is featured (`content/site.yml`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threadbook.model.values import Line, Model, Reference, Shape, Slug

Icon = Annotated[Line, Shape(r"^[a-z0-9-]+(/[a-z0-9-]+)+$", "an icon's name is like material/send")]
Stage = Annotated[int, Field(strict=True, ge=1)]


class Board(Model):
    """The forum a thread lives in; its id is a folder's name."""

    id: Slug = Field(examples=["working-with-clients"])
    """The name of the board's folder in `threads/`, and its address."""

    title: Line = Field(examples=["Working with clients"])
    """The board's name as readers see it."""

    summary: Line = Field(default="", examples=["From the first interview to the last delivery."])
    """One line that says what is asked here."""


class Topic(Model):
    """What a thread is about; topics with a `stage` number form the life-cycle."""

    id: Slug = Field(examples=["proposals"])
    """What threads write in `topics`, and the topic's address."""

    title: Line = Field(examples=["Proposals"])
    """The topic's name as readers see it."""

    summary: Line = Field(default="", examples=["How to choose a job and what to write for it."])
    """One line that says what the topic is about."""

    stage: Stage | None = Field(default=None, examples=[1])
    """The topic's place in the life-cycle, counted from 1; without it the topic is outside."""

    icon: Icon | None = Field(default=None, examples=["material/send"])
    """The name of an icon, with the name of its set before a slash."""

    start_here: Reference | None = Field(default=None, examples=["write-first-proposal"])
    """The id of the thread that newcomers to the topic should read first."""


class Person(Model):
    """Somebody who writes: a role, or a name that may be published."""

    id: Slug = Field(examples=["community-member"])
    """What posts write in `by`."""

    name: Line = Field(examples=["Community Member"])
    """The name as readers see it: a role, or a name that may be published."""

    role: Literal["member", "moderator", "staff"] = Field(default="member", examples=["moderator"])
    """What the person is here: a member, a moderator or staff."""


class Featured(Model):
    """What the home page puts forward."""

    topics: tuple[Reference, ...] = Field(default=(), examples=[["proposals", "interviews"]])
    """Ids of the topics that the home page shows first."""

    threads: tuple[Reference, ...] = Field(default=(), examples=[["write-first-proposal"]])
    """Ids of the threads that the home page shows first."""

    paths: tuple[Reference, ...] = Field(default=(), examples=[["first-proposal-to-contract"]])
    """Ids of the learning paths that the home page shows first."""


class Site(Model):
    """Everything that threads refer to by id."""

    boards: tuple[Board, ...] = Field(
        min_length=1, examples=[[{"id": "finding-work", "title": "Finding work"}]]
    )
    """The boards: each is a folder in `threads/`; at least one."""

    topics: tuple[Topic, ...] = Field(
        min_length=1, examples=[[{"id": "proposals", "title": "Proposals", "stage": 1}]]
    )
    """The topics: what threads are about; at least one."""

    people: tuple[Person, ...] = Field(
        default=(), examples=[[{"id": "moderator", "name": "Moderator", "role": "moderator"}]]
    )
    """Whoever writes: roles, or names that may be published."""

    featured: Featured = Field(
        default=Featured(),
        examples=[{"topics": ["proposals"], "threads": ["write-first-proposal"]}],
    )
    """The topics, threads and learning paths that the home page puts forward."""
