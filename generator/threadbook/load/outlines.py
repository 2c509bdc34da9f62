"""A thread's outline and references, with the place of every reference."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from threadbook import markdown
from threadbook.findings import Place
from threadbook.load.sources import Source
from threadbook.load.yaml import Document
from threadbook.model import Answer, Comment, Outline, Question, Reference, ReferenceKind, Thread

SUMMARY_LENGTH = 200
"""How much of a body stands for a missing summary, in characters."""

THREAD = ReferenceKind.THREAD.value
TOPIC = ReferenceKind.TOPIC.value
PERSON = ReferenceKind.PERSON.value

Location = tuple[str | int, ...]


def outline(thread: Thread, source: Source, document: Document, text: str) -> Outline:
    """Condense a thread; `text` is the file it was read from."""
    answers = thread.every_answer
    days = sorted(_days(thread))
    references = tuple(_references(thread, source, document, text))
    links = tuple(reference.target for reference in references if reference.field == "body")
    return Outline(
        id=source.id,
        board=source.board,
        file=source.file,
        title=thread.title,
        topics=tuple(dict.fromkeys(thread.topics)),
        summary=thread.summary or _summary(thread),
        status=thread.status,
        answers=len(answers),
        accepted=sum(answer.accepted for answer in answers),
        votes=max((answer.votes for answer in answers), default=0),
        asked=days[0] if days else None,
        updated=days[-1] if days else None,
        related=thread.related,
        duplicate_of=thread.duplicate_of,
        links=tuple(dict.fromkeys(links)),
        references=references,
    )


def _summary(thread: Thread) -> str:
    answers = sorted(thread.every_answer, key=lambda answer: (-answer.accepted, -answer.votes))
    posts: list[Answer | Question] = [*answers]
    posts += [thread.question] if thread.question else []
    return markdown.plain_text(posts[0].body, SUMMARY_LENGTH) if posts else ""


def _days(thread: Thread) -> Iterator[datetime.date]:
    posts = (thread.question, *thread.every_answer)
    for post in posts:
        if post is not None:
            for written in (post, *post.comments):
                yield from (day for day in (written.at, written.edited) if day is not None)


def bodies(thread: Thread) -> Iterator[tuple[Location, str, str | None]]:
    """Yield each body's location in the file, its text and its author."""
    posts: list[tuple[Location, object]] = []
    if thread.question is not None:
        posts.append((("question",), thread.question))
    if thread.answer is not None:
        posts.append((("answer",), thread.answer))
    posts += [(("answers", place), answer) for place, answer in enumerate(thread.answers)]
    for location, post in posts:
        yield (*location, "body"), post.body, post.by  # type: ignore[attr-defined]
        comments: tuple[Comment, ...] = post.comments  # type: ignore[attr-defined]
        for place, comment in enumerate(comments):
            yield (*location, "comments", place, "body"), comment.body, comment.by


def _references(
    thread: Thread, source: Source, document: Document, text: str
) -> Iterator[Reference]:
    def at(*location: str | int) -> Place:
        return Place(source.file, *document.position(location))

    for place, topic in enumerate(thread.topics):
        yield Reference(TOPIC, topic, "topics", at("topics", place))
    for place, related in enumerate(thread.related):
        yield Reference(THREAD, related, "related", at("related", place))
    if thread.duplicate_of is not None:
        yield Reference(THREAD, thread.duplicate_of, "duplicate_of", at("duplicate_of"))
    for location, body, author in bodies(thread):
        if author is not None:
            yield Reference(PERSON, author, "by", at(*location[:-1], "by"))
        for link in markdown.thread_links(body):
            place_of_link = place_in_body(document, location, body, link.start, source.file, text)
            yield Reference(THREAD, link.target, "body", place_of_link)


def place_in_body(  # noqa: PLR0913, PLR0917 - each of them is needed to find a character
    document: Document, location: Location, body: str, start: int, file: str, text: str
) -> Place:
    """Return where character `start` of a body stands in its file.

    Exact in a literal block (`|`), whose lines are the file's lines less their indentation;
    other scalars are folded by YAML, so there the scalar's own beginning is returned.
    """
    spot = document.spot(location)
    if not spot.literal:
        return Place(file, spot.line, spot.column)
    before = body[:start]
    line = spot.line + 1 + before.count("\n")
    column = start - (before.rfind("\n") + 1)
    in_body = body.split("\n")[before.count("\n")]
    in_file = text.split("\n")[line - 1].rstrip("\r")
    return Place(file, line, len(in_file) - len(in_body) + column + 1)
