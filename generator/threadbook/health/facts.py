"""The facts of content health: numbers and ids, no words.

Listed threads are examined; drafts, duplicates and obsolete threads only where a reader could reach
them. A thread without a date is left out wherever age matters.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, NamedTuple

from threadbook.library import Library, Outline, ReferenceKind
from threadbook.model import LearningPath

YEAR: Final = 365
"""After this many days without review, somebody should check whether a thread is still true."""

MOST_LINKED: Final = 20
"""How many of the most linked threads are named."""

_ELSEWHERE: Final = frozenset({"cites", "featured", "note", "topics"})
"""The fields of paths and of the site that make a page lead to a thread."""


class Waiting(NamedTuple):
    """A thread without an answer, and how many days it has waited, where known."""

    thread: str
    days: int | None


class Unverified(NamedTuple):
    """An answered thread nobody verified for a year.

    `days` count from the day it was verified, or else from the first day anything was written.
    """

    thread: str
    verified: datetime.date | None
    days: int


class Overdue(NamedTuple):
    """A thread whose review was due `days` ago, at least one."""

    thread: str
    review_by: datetime.date
    days: int


class Due(NamedTuple):
    """What one person has to look at; `owner` is empty for threads that nobody keeps."""

    owner: str
    threads: tuple[str, ...]


class StaleStep(NamedTuple):
    """A step that a path should not have, and why; `position` counts from 1.

    Reasons are `draft`, `obsolete`, `no answer`, `past review` and `not verified for a year`.
    """

    path: str
    position: int
    thread: str
    reasons: tuple[str, ...]


class Unaccepted(NamedTuple):
    """A thread with answers of which none is accepted; `votes` are those of the best."""

    thread: str
    answers: int
    votes: int


class Linked(NamedTuple):
    """How many threads' texts link to a thread, and how many paths walk through it."""

    thread: str
    backlinks: int
    paths: int


class Month(NamedTuple):
    """What was written in a month such as `2026-11`: threads and answers."""

    month: str
    threads: int
    answers: int


class Totals(NamedTuple):
    """Numbers of the threads that lists show, and of the others.

    `undated` threads have no day at all. `median_wait` is the median of the days from a question
    to its first answer, over the `waits` threads that say both.
    """

    threads: int
    solved: int
    answers: int
    unanswered: int
    undated: int
    drafts: int
    obsolete: int
    duplicates: int
    paths: int
    median_wait: float | None
    waits: int

    @property
    def solved_share(self) -> float:
        """The solved part of all threads, from 0 to 1."""
        return self.solved / self.threads if self.threads else 0.0


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a knowledge base on a day; in every list the worst comes first.

    `orphans` have a page to which no topic, path, relation, link or old address leads, and
    `only_listed` are found in lists alone. `dead_ends` lead to no other thread: no relation, no
    link in their text, no path. `months` are those in which something was written. `due` groups
    what is overdue, unverified or unanswered by who keeps it, if any thread names somebody; a
    thread that several people keep is in the group of each.
    """

    today: datetime.date
    totals: Totals
    unanswered: tuple[Waiting, ...]
    overdue: tuple[Overdue, ...]
    unverified: tuple[Unverified, ...]
    stale_steps: tuple[StaleStep, ...]
    unaccepted: tuple[Unaccepted, ...]
    orphans: tuple[str, ...]
    dead_ends: tuple[str, ...]
    only_listed: tuple[str, ...]
    most_linked: tuple[Linked, ...]
    months: tuple[Month, ...]
    due: tuple[Due, ...] = ()


def assess_health(library: Library, today: datetime.date) -> Health:
    """Examine a knowledge base on a day."""
    listed = [library.threads[id_] for id_ in library.latest]
    led_to = _led_to(library)
    health = Health(
        today=today,
        totals=_totals(library, listed),
        unanswered=tuple(sorted(_waiting(listed, today), key=_age)),
        overdue=tuple(sorted(_overdue(listed, today), key=lambda due: (-due.days, due.thread))),
        unverified=tuple(
            sorted(_unverified(listed, today), key=lambda each: (-each.days, each.thread))
        ),
        stale_steps=tuple(
            step
            for id_, path in library.paths.items()
            for step in _stale_steps(id_, path, library, today)
        ),
        unaccepted=tuple(sorted(_unaccepted(listed), key=lambda each: (-each.votes, each.thread))),
        orphans=tuple(sorted(_orphans(library, led_to))),
        dead_ends=tuple(outline.id for outline in listed if _leads_nowhere(outline, library)),
        only_listed=tuple(_only_listed(listed, library, led_to)),
        most_linked=_most_linked(library),
        months=_months(listed, today),
    )
    return replace(health, due=_group(health, library))


def _group(health: Health, library: Library) -> tuple[Due, ...]:
    """Group what is due by its owners, the one with the most first; what nobody keeps is last."""
    if not any(outline.owners for outline in library.threads.values()):
        return ()
    lists = (health.overdue, health.unverified, health.unanswered)
    due = dict.fromkeys(each.thread for found in lists for each in found)
    groups: dict[str, list[str]] = {}
    for thread in due:
        for owner in library.threads[thread].owners or ("",):
            groups.setdefault(owner, []).append(thread)
    ordered = sorted(groups, key=lambda owner: (not owner, -len(groups[owner]), owner))
    return tuple(Due(owner, tuple(groups[owner])) for owner in ordered)


def _totals(library: Library, listed: list[Outline]) -> Totals:
    waits = [outline.waited for outline in listed if outline.waited is not None]
    others = [outline for outline in library.threads.values() if not outline.is_listed]
    return Totals(
        threads=len(listed),
        solved=sum(outline.is_solved for outline in listed),
        answers=sum(outline.answers for outline in listed),
        unanswered=len(library.unanswered),
        undated=sum(outline.asked is None for outline in listed),
        drafts=sum(outline.status == "draft" for outline in others),
        obsolete=sum(outline.status == "obsolete" for outline in others),
        duplicates=sum(outline.status == "published" for outline in others),
        paths=len(library.paths),
        median_wait=median(waits) if waits else None,
        waits=len(waits),
    )


def _waiting(outlines: Iterable[Outline], today: datetime.date) -> Iterator[Waiting]:
    for outline in outlines:
        if not outline.is_answered:
            asked = outline.asked
            yield Waiting(outline.id, max(0, (today - asked).days) if asked is not None else None)


def _age(waiting: Waiting) -> tuple[bool, int, str]:
    """Sort the oldest first, and those of unknown age last."""
    return (waiting.days is None, -(waiting.days or 0), waiting.thread)


def _overdue(outlines: Iterable[Outline], today: datetime.date) -> Iterator[Overdue]:
    for outline in outlines:
        if outline.review_by is not None and outline.review_by < today:
            yield Overdue(outline.id, outline.review_by, (today - outline.review_by).days)


def _unverified(outlines: Iterable[Outline], today: datetime.date) -> Iterator[Unverified]:
    for outline in outlines:
        since = outline.verified or outline.asked
        if outline.is_answered and since is not None and (today - since).days >= YEAR:
            yield Unverified(outline.id, outline.verified, (today - since).days)


def _stale_steps(
    id_: str, path: LearningPath, library: Library, today: datetime.date
) -> Iterator[StaleStep]:
    for position, step in enumerate(path.steps, 1):
        outline = library.threads.get(step.thread or "")
        if outline is not None and (reasons := tuple(_stale(outline, today))):
            yield StaleStep(id_, position, outline.id, reasons)


def _stale(outline: Outline, today: datetime.date) -> Iterator[str]:
    if outline.status != "published":
        yield outline.status
        return
    if not outline.is_answered:
        yield "no answer"
    if any(_overdue([outline], today)):
        yield "past review"
    if any(_unverified([outline], today)):
        yield "not verified for a year"


def _unaccepted(outlines: Iterable[Outline]) -> Iterator[Unaccepted]:
    for outline in outlines:
        if outline.is_answered and not outline.is_solved:
            yield Unaccepted(outline.id, outline.answers, outline.votes)


def _led_to(library: Library) -> set[str]:
    """Return the threads to which a page leads that is not a list."""
    found = {*library.related, *library.memberships}
    found.update(id_ for replaced in library.replaces.values() for id_ in replaced)
    for outline in library.threads.values():
        if outline.has_page:
            found.update(link for link in outline.links if link != outline.id)
            found.update(other for other in (outline.duplicate_of, outline.replaced_by) if other)
    found.update(
        reference.target
        for reference in library.references
        if reference.kind == ReferenceKind.THREAD and reference.field in _ELSEWHERE
    )
    return found


def _has_topic(outline: Outline, library: Library) -> bool:
    """Whether a topic's page lists it."""
    return outline.is_listed and any(topic in library.topics for topic in outline.topics)


def _orphans(library: Library, led_to: set[str]) -> Iterator[str]:
    """Yield pages that nobody can reach; a duplicate's page is for search engines only."""
    for id_, outline in library.threads.items():
        is_found = id_ in led_to or outline.redirects or _has_topic(outline, library)
        if outline.has_page and outline.duplicate_of is None and not is_found:
            yield id_


def _only_listed(outlines: Iterable[Outline], library: Library, led_to: set[str]) -> Iterator[str]:
    for outline in outlines:
        if outline.id not in led_to and _has_topic(outline, library):
            yield outline.id


def _leads_nowhere(outline: Outline, library: Library) -> bool:
    if outline.id in library.related or outline.id in library.memberships:
        return False
    return not any(library.has_page(link) for link in outline.links if link != outline.id)


def _most_linked(library: Library) -> tuple[Linked, ...]:
    backlinks = {id_: len(links) for id_, links in library.backlinks.items()}
    paths = {id_: len(places) for id_, places in library.memberships.items()}
    linked = (
        Linked(id_, backlinks.get(id_, 0), paths.get(id_, 0)) for id_ in backlinks.keys() | paths
    )
    by_number = sorted(linked, key=lambda each: (-each.backlinks - each.paths, each.thread))
    return tuple(by_number[:MOST_LINKED])


def _months(outlines: Iterable[Outline], today: datetime.date) -> tuple[Month, ...]:
    """Count by month, up to today's; a mistyped year in the future does not count."""
    threads: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    for outline in outlines:
        if outline.asked is not None:
            threads[outline.asked.isoformat()[:7]] += 1
        for month, count in outline.answer_months:
            answers[month] += count
    last = today.isoformat()[:7]
    written = sorted(month for month in threads.keys() | answers.keys() if month <= last)
    return tuple(Month(month, threads[month], answers[month]) for month in written)
