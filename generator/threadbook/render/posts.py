"""A thread's question and answers as pages show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from threadbook import markdown
from threadbook import model as written
from threadbook.render.contexts import Author, Comment, Post, Surroundings


def question(thread: written.Thread, around: Surroundings) -> Post | None:
    """Render the question, if the thread has more of one than its title."""
    asked = thread.question
    if asked is None:
        return None
    return Post(
        written.QUESTION_ID,
        _author(asked.by, around),
        asked.at,
        asked.edited,
        0,
        False,
        None,
        _body(asked.body, written.QUESTION_ID, around),
        tuple(_comments(asked, written.QUESTION_ID, around)),
    )


def answers(thread: written.Thread, around: Surroundings) -> tuple[Post, ...]:
    """Render the answers: accepted ones first, then by votes, then by date."""
    posts = [
        Post(
            answer.id or "",
            _author(answer.by, around),
            answer.at,
            answer.edited,
            answer.votes,
            answer.accepted,
            answer.note,
            _body(answer.body, answer.id or "", around),
            tuple(_comments(answer, answer.id or "", around)),
        )
        for answer in thread.every_answer
    ]
    posts.sort(
        key=lambda post: (not post.is_accepted, -post.votes, post.at.toordinal() if post.at else 0)
    )
    return tuple(posts)


def _comments(
    post: written.Question | written.Answer, anchor: str, around: Surroundings
) -> Iterator[Comment]:
    for place, comment in enumerate(post.comments, 1):
        body = _body(comment.body, f"{anchor}_c{place}", around)
        yield Comment(_author(comment.by, around), comment.at, comment.edited, body)


def _author(by: str | None, around: Surroundings) -> Author | None:
    return around.people.get(by) if by else None


def _body(body: str, anchor: str, around: Surroundings) -> Markup:
    return rendered(body, f"{anchor}_", around.destinations, "../../")


def rendered(body: str, prefix: str, destinations: Mapping[str, str], base: str) -> Markup:
    """Render Markdown for a page; `destinations` are titles of threads that have one, by id."""

    def resolve(target: str) -> markdown.Destination | None:
        title = destinations.get(target)
        if title is None:
            return None
        return markdown.Destination(f"{base}threads/{target}/", title)

    return markdown.to_html(body, resolve, prefix=prefix)
