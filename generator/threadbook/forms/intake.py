"""A submission to the text of one content file, or why it cannot be one."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from threadbook.edit.answers import append_answer
from threadbook.edit.new import compose_thread, make_slug
from threadbook.errors import UserError
from threadbook.forms.fields import Kind
from threadbook.forms.submission import LONGEST, Submission, find_choices, find_thread
from threadbook.library import Library
from threadbook.model.limits import TOPICS_OF_A_THREAD


class Draft(NamedTuple):
    """A thread to write: in the folder of its board, under its id."""

    board: str
    id: str
    text: str


class Refused(NamedTuple):
    """Why nothing is written, in words for the person who filled in the form.

    `notes` are what the checker says.
    """

    why: str
    notes: tuple[str, ...] = ()


def draft_question(
    submission: Submission, library: Library, today: datetime.date, *, by: str, number: int
) -> Draft | Refused:
    """Return the thread of a question; its id is free, `number` is that of the issue."""
    if not submission.title:
        return Refused("The title is empty. Write your question there.")
    if any(len(text) > LONGEST for text in submission.fields.values()):
        return Refused(f"The text is too long; at most {LONGEST:,} characters are read.")
    board = find_choices(submission.fields["board"], library.boards)
    topics = find_choices(submission.fields["topics"], library.topics)
    if not board:
        return Refused("No board of this site was chosen.")
    if not topics:
        return Refused("No topic of this site was chosen.")
    id_ = _free_id(submission.title, number, library)
    text = compose_thread(
        title=submission.title,
        topics=topics[: TOPICS_OF_A_THREAD.most],
        question=submission.fields["question"],
        by=by,
        today=today,
    )
    return Draft(board[0], id_, text)


def _free_id(title: str, number: int, library: Library) -> str:
    taken = library.threads.keys() | library.unreadable
    id_ = make_slug(title) or f"question-{number}"
    return id_ if id_ not in taken else f"{id_[:80].strip('-')}-{number}"


def draft_answer(
    submission: Submission, library: Library, before: str, today: datetime.date, *, by: str
) -> Draft | Refused:
    """Return a thread with one more answer; `before` is the text of its file."""
    body = submission.fields["answer"]
    if not body:
        return Refused("The answer is empty.")
    if len(body) > LONGEST:
        return Refused(f"The text is too long; at most {LONGEST:,} characters are read.")
    id_ = find_thread(submission.fields["thread"])
    try:
        text = append_answer(before, body, by, today)
    except UserError as error:
        return Refused(str(error))
    return Draft(library.threads[id_].board, id_, text)


def name_thread(submission: Submission, library: Library) -> str | Refused:
    """Return the id of the thread that a form is about, if there is such a page."""
    if submission.kind is Kind.QUESTION:
        return ""
    id_ = find_thread(submission.fields["thread"])
    if not library.has_page(id_):
        return Refused("The form names no page of this site.")
    return id_
