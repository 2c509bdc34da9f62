"""A thread opened: its question and answers as pages, feeds and twins show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markupsafe import Markup

from threadbook import markdown
from threadbook import model as written
from threadbook.load.files import unseal
from threadbook.render.contexts import Author, Comment, Post, Surroundings

TO_ROOT = "../../"
"""The way from a thread's page to the site's root."""


class Opened(NamedTuple):
    """A thread, and its posts rendered: accepted answers first, then by votes, then by date."""

    thread: written.Thread
    question: Post | None
    answers: tuple[Post, ...]


def opened(around: Surroundings, base: str = TO_ROOT) -> Opened:
    """Open a sealed thread and render it; links lead to other threads by way of `base`."""
    thread = unseal(around.sealed)
    renderer = _Renderer(around, base)
    answers = [renderer.post(answer, answer.id or "") for answer in thread.every_answer]
    answers.sort(key=_rank)
    asked = thread.question
    return Opened(
        thread, renderer.post(asked, written.QUESTION_ID) if asked else None, tuple(answers)
    )


def _rank(post: Post) -> tuple[bool, int, int]:
    return (not post.is_accepted, -post.votes, post.at.toordinal() if post.at else 0)


class _Renderer(NamedTuple):
    around: Surroundings
    base: str

    def post(self, post: written.Question | written.Answer, anchor: str) -> Post:
        answer = post if isinstance(post, written.Answer) else None
        return Post(
            id=anchor,
            author=self.author(post.by),
            at=post.at,
            edited=post.edited,
            votes=answer.votes if answer else 0,
            is_accepted=answer is not None and answer.accepted,
            note=answer.note if answer else None,
            source=post.body,
            body=self.body(post.body, f"{anchor}_"),
            comments=tuple(self.comments(post, anchor)),
        )

    def comments(self, post: written.Question | written.Answer, anchor: str) -> Iterator[Comment]:
        for place, comment in enumerate(post.comments, 1):
            yield Comment(
                self.author(comment.by),
                comment.at,
                comment.edited,
                comment.body,
                self.body(comment.body, f"{anchor}_c{place}_"),
            )

    def author(self, by: str | None) -> Author | None:
        return self.around.people.get(by) if by else None

    def body(self, body: str, prefix: str) -> Markup:
        return rendered(body, prefix, self.around.destinations, self.base)


def rendered(body: str, prefix: str, destinations: Mapping[str, str], base: str) -> Markup:
    """Render Markdown for a page; `destinations` are titles of threads that have one, by id."""

    def resolve(target: str) -> markdown.Destination | None:
        title = destinations.get(target)
        if title is None:
            return None
        return markdown.Destination(f"{base}threads/{target}/", title)

    return markdown.to_html(body, resolve, prefix=prefix)
