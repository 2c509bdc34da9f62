"""Rules about a thread's state: its status, its days, its accepted answers."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Iterator
from typing import Final

from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Place, Related, Severity
from threadbook.load.file import Location, ThreadFile
from threadbook.text import count

SOON: Final = datetime.timedelta(days=30)
_TOMORROW: Final = datetime.timedelta(days=1)
"""Where the checker runs it may still be yesterday."""


def _is_obsolete(file: ThreadFile) -> bool:
    return file.model.status == "obsolete"


@rule("TB401", Severity.WARNING, concerns=_is_obsolete)
def obsolete_thread_is_replaced(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """An obsolete thread does not say what replaces it.

    Its page warns readers that it is no longer true, and the next thing they want to know is what
    is. If nothing replaces the thread, silence this rule in it and give the reason.

    Bad:
        status: obsolete

    Good:
        status: obsolete
        replaced_by: the-new-rule
    """
    if _is_obsolete(file) and not (file.model.replaced_by or file.model.duplicate_of):
        message = "The thread is obsolete but does not say what replaces it."
        yield Problem(file.at("status"), message, "Add `replaced_by: <id of a thread>`.")


@rule("TB402", Severity.WARNING)
def accepted_answers_differ(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """Several answers are accepted, and one of them has no note.

    Readers who see two solutions need to know which one is for them. `note` says so in a few words
    beside the mark.

    Bad:
        - {body: Approve the hours., accepted: true}
        - {body: Release the milestone., accepted: true}

    Good:
        - {body: Approve the hours., accepted: true, note: Hourly contracts}
        - {body: Release the milestone., accepted: true, note: Fixed prices}
    """
    accepted = [place for place, answer in enumerate(file.model.answers) if answer.accepted]
    for place in accepted if len(accepted) > 1 else ():
        if file.model.answers[place].note is None:
            other = next(number for number in accepted if number != place)
            yield Problem(
                file.at("answers", place, "accepted"),
                f"{len(accepted)} answers are accepted, and this one has no note.",
                "Add `note`: say in a few words whom it is for.",
                (Related("also accepted", file.at("answers", other, "accepted")),),
            )


def _days(file: ThreadFile) -> Iterator[tuple[Location, datetime.date]]:
    thread = file.model
    for location, post in file.posts:
        if post.at is not None:
            yield (*location, "at"), post.at
        if post.edited is not None:
            yield (*location, "edited"), post.edited
    if thread.verified is not None:
        yield ("verified",), thread.verified
    if thread.source is not None and thread.source.retrieved is not None:
        yield ("source", "retrieved"), thread.source.retrieved


def _has_other_days(file: ThreadFile) -> bool:
    """Tell whether a thread has days that are not those of its posts."""
    return file.model.verified is not None or file.model.source is not None


@rule("TB403", Severity.WARNING)
def days_have_come(file: ThreadFile, circumstances: Circumstances) -> Iterator[Problem]:
    """A date on which something was written or checked is in the future.

    Usually the year is wrong. Until that day the thread would be above all others in "Latest".
    Tomorrow is allowed, because somewhere it has begun.

    Bad:
        verified: 2062-10-01

    Good:
        verified: 2026-10-01
    """
    latest = circumstances.today + _TOMORROW
    if max(file.days, default=latest) <= latest and not _has_other_days(file):
        return
    for location, day in _days(file):
        if day > latest:
            message = f"`{location[-1]}` is {day}, and today is {circumstances.today}."
            yield Problem(file.at(*location), message, "Correct the date.")


def _is_out_of_order(file: ThreadFile) -> bool:
    """Tell whether a day is before one that is written above it."""
    days = file.days
    return any(map(operator.lt, days[1:], days))


@rule("TB404", Severity.WARNING, concerns=_is_out_of_order)
def days_are_in_order(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """Something is older than what it refers to.

    An answer cannot be older than its question, a comment than its post, or an edit than what it
    changes. Usually the month is wrong.

    Bad:
        question: {at: 2024-03-02, body: When am I paid?}
        answer: {at: 2024-02-03, body: When the client has approved the work.}

    Good:
        question: {at: 2024-03-02, body: When am I paid?}
        answer: {at: 2024-03-03, body: When the client has approved the work.}
    """
    asked = file.model.question.at if file.model.question else None
    written: dict[Location, datetime.date | None] = {}
    for location, post in file.posts:
        written[location] = post.at
        is_comment = len(location) > 2  # noqa: PLR2004 - below ("answers", 3) or ("question",)
        is_comment = is_comment or location[1:2] == ("comments",)
        before = written[location[:-2]] if is_comment else asked
        above = location[:-2] if is_comment else ("question",)
        if post.at is not None and before is not None and post.at < before:
            kind = "comment" if is_comment else "answer"
            thing = "its post" if is_comment else "the question"
            yield _older(
                file, (*location, "at"), (*above, "at"), f"The {kind} is older than {thing}"
            )
        if post.edited is not None and post.at is not None and post.edited < post.at:
            words = "It was edited before it was written"
            yield _older(file, (*location, "edited"), (*location, "at"), words)


def _older(file: ThreadFile, location: Location, before: Location, words: str) -> Problem:
    related = (Related("the other date", file.at(*before)),)
    return Problem(file.at(*location), f"{words}.", "Correct one of the two dates.", related)


def _review(file: ThreadFile) -> tuple[datetime.date, Place] | None:
    day = file.model.review_by
    is_current = file.model.status == "published" and file.model.duplicate_of is None
    return (day, file.at("review_by")) if day is not None and is_current else None


def _has_review(file: ThreadFile) -> bool:
    return file.model.review_by is not None


@rule("TB405", Severity.WARNING, concerns=_has_review)
def review_is_not_due(file: ThreadFile, circumstances: Circumstances) -> Iterator[Problem]:
    """The thread should have been reviewed by now.

    Its page says so to every reader. Read it, correct what is no longer true, and set `verified`
    and the next `review_by`.

    Bad:
        review_by: 2025-10-01

    Good:
        verified: 2026-10-01
        review_by: 2027-10-01
    """
    review = _review(file)
    if review is not None and review[0] < circumstances.today:
        days = (circumstances.today - review[0]).days
        message = f"The review is overdue by {count(days, 'day')}."
        yield Problem(review[1], message, "Check the thread; set `verified` and `review_by`.")


@rule("TB406", Severity.NOTICE, concerns=_has_review)
def review_is_not_near(file: ThreadFile, circumstances: Circumstances) -> Iterator[Problem]:
    """The thread has to be reviewed within 30 days.

    The notice comes early, so that the warning surprises nobody.

    Bad:
        review_by: 2026-12-01   # and today is 2026-11-23

    Good:
        review_by: 2027-12-01
    """
    review = _review(file)
    if review is not None and circumstances.today <= review[0] <= circumstances.today + SOON:
        days = (review[0] - circumstances.today).days
        when = f"in {count(days, 'day')}" if days else "today"
        hint = "Check the thread; set `verified` and `review_by`."
        yield Problem(review[1], f"The review is due {when}.", hint)
