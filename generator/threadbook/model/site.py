"""The site: boards, topics, people and what is featured (`content/site.yml`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from threadbook.model.values import Line, Model, Reference, Slug


class Board(Model):
    """The forum a thread lives in; its id is a folder's name."""

    id: Slug
    title: Line
    summary: Line = ""


class Topic(Model):
    """What a thread is about; topics with a `stage` number form the life-cycle."""

    id: Slug
    title: Line
    summary: Line = ""
    stage: Annotated[int, Field(strict=True, ge=1)] | None = None
    icon: Annotated[Line, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)+$")] | None = None
    start_here: Reference | None = None


class Person(Model):
    """Somebody who writes: a role, or a name that may be published."""

    id: Slug
    name: Line
    role: Literal["member", "moderator", "staff"] = "member"


class Featured(Model):
    """What the home page puts forward."""

    topics: tuple[Reference, ...] = ()
    threads: tuple[Reference, ...] = ()
    paths: tuple[Reference, ...] = ()


class Site(Model):
    """Everything that threads refer to by id."""

    boards: Annotated[tuple[Board, ...], Field(min_length=1)]
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    people: tuple[Person, ...] = ()
    featured: Featured = Featured()
