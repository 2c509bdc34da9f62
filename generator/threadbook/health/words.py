"""Content health in words, the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from threadbook.health.facts import YEAR, Health, Linked, Totals, Unverified
from threadbook.text import count

_AGES: Final = (
    (7, "< week"),
    (30, "< month"),
    (90, "< quarter"),
    (YEAR, "< year"),
)
"""A question that has waited fewer days than this has this age; the labels fit below bars."""


class Figure(NamedTuple):
    """A number and what it counts."""

    value: str
    label: str


class Line(NamedTuple):
    """A thread, what is to be said of it, and the path it is a step of, if that matters."""

    thread: str
    detail: str = ""
    path: str = ""


class Section(NamedTuple):
    """One list of threads; `about` says why they are in it and what to do.

    `is_work` is false for what only informs.
    """

    id: str
    title: str
    about: str
    lines: tuple[Line, ...]
    is_work: bool = True


class Age(NamedTuple):
    """How many questions have waited for so long; `label` fits below a bar."""

    label: str
    questions: int


def figures(totals: Totals) -> tuple[Figure, ...]:
    """Return the numbers at the top; what is not known is left out."""
    found = [_figure(totals.threads, "thread")]
    if totals.threads:
        found.append(Figure(f"{totals.solved_share:.0%}".replace("%", " %"), "solved"))
    found += [
        Figure(f"{totals.unanswered:,}", "unanswered"),
        _figure(totals.answers, "answer"),
    ]
    if totals.median_wait is not None:
        days = f"{totals.median_wait:g}"
        noun = "day" if days == "1" else "days"
        found.append(Figure(days, f"{noun} to the first answer (median)"))
    others = (
        _figure(totals.drafts, "draft"),
        _figure(totals.duplicates, "duplicate"),
        Figure(f"{totals.obsolete:,}", "obsolete"),
        Figure(f"{totals.undated:,}", "without any day"),
    )
    return (*found, *(figure for figure in others if figure.value != "0"))


def _figure(number: int, noun: str) -> Figure:
    return Figure(*count(number, noun).split())


def sections(health: Health) -> tuple[Section, ...]:
    """Return every list, the most urgent first; a list may be empty.

    What is due comes once more for each person who keeps threads.
    """
    return (*_subjects(health), *_due(health))


def _due(health: Health) -> Iterator[Section]:
    reasons: dict[str, list[str]] = {}
    for each in health.overdue:
        reasons.setdefault(each.thread, []).append(f"review was due {each.review_by}")
    for old in health.unverified:
        reasons.setdefault(old.thread, []).append(_verified(old))
    for waiting in health.unanswered:
        reasons.setdefault(waiting.thread, []).append("no answer")
    for owner, threads in health.due:
        lines = tuple(Line(thread, ", ".join(reasons[thread])) for thread in threads)
        title = f"Due: {owner}" if owner else "Due, without an owner"
        about = (
            "They keep these threads, or an answer in them."
            if owner
            else "Nobody keeps these threads; name an owner in each."
        )
        yield Section(f"due-{owner}" if owner else "due", title, about, lines)


def _subjects(health: Health) -> tuple[Section, ...]:
    return (
        Section(
            "unanswered",
            "Waiting for an answer",
            "Nobody has answered these questions; the oldest come first.",
            tuple(
                Line(each.thread, "" if each.days is None else _days(each.days, "waiting for "))
                for each in health.unanswered
            ),
        ),
        Section(
            "past-review",
            "Past review",
            "Their pages tell every reader that they need review. Read them, correct what is no "
            "longer true, and set verified and review_by.",
            tuple(Line(each.thread, f"due since {each.review_by}") for each in health.overdue),
        ),
        Section(
            "stale-steps",
            "Paths with stale steps",
            "Readers of these paths learn from steps that are out of date or have no answer.",
            tuple(
                Line(each.thread, f"step {each.position}: {', '.join(each.reasons)}", each.path)
                for each in health.stale_steps
            ),
        ),
        Section(
            "unverified",
            "Not verified for a year",
            "Nobody has confirmed for a year that they are true. Read them, and set verified.",
            tuple(Line(each.thread, _verified(each)) for each in health.unverified),
        ),
        Section(
            "unaccepted",
            "Answered, but not solved",
            "They have answers, but none is accepted. Does one of them solve the question?",
            tuple(
                Line(each.thread, _answers(each.answers, each.votes)) for each in health.unaccepted
            ),
        ),
        Section(
            "orphans",
            "Orphans",
            "They have a page, but no topic, path, relation, link or old address leads to it.",
            _lines(health.orphans),
        ),
        Section(
            "dead-ends",
            "Dead ends",
            "They lead to no other thread: no related thread, no link in their text, no path.",
            _lines(health.dead_ends),
        ),
        Section(
            "only-listed",
            "Found in lists only",
            "No path, related thread or text leads to them, only lists and search.",
            _lines(health.only_listed),
        ),
        Section(
            "most-linked",
            "Most linked",
            "Much depends on these threads, so keep them correct first.",
            tuple(Line(each.thread, _links(each)) for each in health.most_linked),
            is_work=False,
        ),
    )


def ages(health: Health) -> tuple[Age, ...]:
    """Count waiting questions by age; those of unknown age come last, if there are any."""
    known = [each.days for each in health.unanswered if each.days is not None]
    found = []
    least = 0
    for limit, label in _AGES:
        found.append(Age(label, sum(least <= days < limit for days in known)))
        least = limit
    found.append(Age("longer", sum(days >= least for days in known)))
    unknown = len(health.unanswered) - len(known)
    return (*found, *([Age("no day", unknown)] if unknown else []))


def _lines(threads: Iterable[str]) -> tuple[Line, ...]:
    return tuple(map(Line, threads))


def _days(days: int, before: str = "", after: str = "") -> str:
    return f"{before}{count(days, 'day')}{after}" if days else "today"


def _verified(each: Unverified) -> str:
    if each.verified is None:
        return f"never verified, {_days(each.days)} old"
    return f"verified {_days(each.days)} ago"


def _answers(answers: int, votes: int) -> str:
    best = f", {count(votes, 'vote')} for the best" if votes > 0 else ""
    return f"{count(answers, 'answer')}{best}"


def _links(each: Linked) -> str:
    said = []
    if each.backlinks:
        said.append(f"linked by {count(each.backlinks, 'thread')}")
    if each.paths:
        said.append(f"in {count(each.paths, 'path')}")
    return ", ".join(said)
