"""A thread opened: its question and answers as pages, feeds and twins show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup

from threadbook import markdown
from threadbook import model as written
from threadbook.load.files import unseal
from threadbook.pages.contexts import Author, Comment, Post, Surroundings
from threadbook.translations import interface

TO_ROOT = "../../"
"""The way from a thread's page to the site's root."""


class Opened(NamedTuple):
    """A thread, and its posts rendered: accepted answers first, then by votes, then by date."""

    thread: written.Thread
    question: Post | None
    answers: tuple[Post, ...]


def opened(
    around: Surroundings,
    base: str = TO_ROOT,
    *,
    prefix: str = "",
    here: Mapping[str, str] = MappingProxyType({}),
) -> Opened:
    """Open a sealed thread and render it; links lead to other threads by way of `base`.

    Where several threads share a page, `prefix` keeps their anchors apart, and links to those of
    `here` lead to their anchors.
    """
    thread = unseal(around.sealed)
    renderer = _Renderer(around, base, prefix, here, thread.lang or around.language)
    answers = [
        renderer.post(answer, f"{prefix}{answer.id or ''}") for answer in thread.every_answer
    ]
    answers.sort(key=_rank)
    asked = thread.question
    return Opened(
        thread,
        renderer.post(asked, f"{prefix}{written.QUESTION_ID}") if asked else None,
        tuple(answers),
    )


def _rank(post: Post) -> tuple[bool, int, int]:
    return (not post.is_accepted, -post.votes, post.at.toordinal() if post.at else 0)


class _Renderer(NamedTuple):
    around: Surroundings
    base: str
    prefix: str
    here: Mapping[str, str]
    language: str

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
        around = self.around
        return rendered(body, prefix, around.destinations, self.base, self.here, self.language)


def rendered(  # noqa: PLR0913, PLR0917 - what a body needs to know of its page
    body: str,
    prefix: str,
    destinations: Mapping[str, str],
    base: str,
    here: Mapping[str, str] = MappingProxyType({}),
    language: str = "en",
) -> Markup:
    """Render Markdown for a page; `destinations` are titles of threads that have one, by id.

    `here` are the anchors of those that stand on the page itself. `language` is the text's own.
    """

    def resolve(target: str) -> markdown.Destination | None:
        title = destinations.get(target)
        if title is None:
            return None
        anchor = here.get(target)
        url = f"#{anchor}" if anchor else f"{base}threads/{target}/"
        return markdown.Destination(url, title)

    return markdown.to_html(body, resolve, prefix=prefix, titles=_titles(language))


@cache
def _titles(language: str) -> dict[str, str]:
    """Return what alerts are called."""
    say = interface(language)
    return {
        "note": say("Note"),
        "tip": say("Tip"),
        "important": say("Important"),
        "warning": say("Warning"),
        "caution": say("Caution"),
    }
