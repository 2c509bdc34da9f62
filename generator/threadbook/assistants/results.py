"""The results of tools: data with named fields, which clients get with a schema."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One result: `id` is that of a thread, or empty for a path, a word or a page."""

    kind: str
    id: str
    title: str
    short_answer: str
    address: str
    solved: bool


@dataclass(frozen=True)
class Search:
    """The results of a search; `answered` says whether the site seems to answer the question."""

    note: str
    answered: bool
    advice: str
    results: list[Result]


@dataclass(frozen=True)
class Thread:
    """A thread. `complete` is false if it was cut because it is very long."""

    note: str
    id: str
    address: str
    format: str
    complete: bool
    content: str


@dataclass(frozen=True)
class Path:
    """A learning path; `steps` is how many it has."""

    id: str
    title: str
    summary: str
    level: str
    steps: int
    minutes: int
    address: str


@dataclass(frozen=True)
class Paths:
    """All learning paths."""

    note: str
    paths: list[Path]


@dataclass(frozen=True)
class Report:
    """A link that somebody can open to report a problem; nothing was sent."""

    link: str
    advice: str
