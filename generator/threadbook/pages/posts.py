"""Posts: the question, answers and comments of a thread, each rendered once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from threadbook import addresses, markdown, model
from threadbook.markdown import THREAD_WAY, Media
from threadbook.pages.views import AnswerView, CommentView, LabelView, PostView, Surroundings
from threadbook.translations import interface

READ: Final = 20_000
"""How much of a body is indexed for search, in characters."""


class PostRenderer(NamedTuple):
    """Renders the posts of one thread for its page.

    `root` is put before addresses in Markdown. `page` is the absolute address of the page, if it
    is known; it makes relative links in Markdown absolute. `language` is that of the thread.
    `remote` says whether pictures of other hosts are shown.
    """

    around: Surroundings
    root: str
    page: str
    language: str
    with_text: bool
    remote: bool = False

    def question(self, post: model.Question) -> PostView:
        """Render the question."""
        return PostView(**self._post(post, model.QUESTION_ID))

    def answer(self, post: model.Answer) -> AnswerView:
        """Render an answer."""
        fields = self._post(post, post.id or "")
        return AnswerView(
            **fields,
            accepted=post.accepted,
            votes=post.votes,
            note=post.note,
            applies_to=self.label(post.applies_to),
            owner=self.around.people.get(post.owner) if post.owner else None,
        )

    def label(self, ids: tuple[str, ...]) -> tuple[LabelView, ...]:
        """Return labels by their ids."""
        labels = self.around.labels
        return tuple(labels[id_] for id_ in dict.fromkeys(ids) if id_ in labels)

    def _post(self, post: model.Question | model.Answer, anchor: str) -> dict[str, Any]:
        body = self._body(post.body, f"{anchor}_")
        return {
            "id": anchor,
            "url": f"{self.around.url}#{anchor}",
            "comments": tuple(
                self._comment(comment, f"tb_{anchor}_c{place}_")
                for place, comment in enumerate(post.comments, 1)
            ),
            **self._written(post, body),
        }

    def _comment(self, comment: model.Comment, prefix: str) -> CommentView:
        return CommentView(**self._written(comment, self._body(comment.body, prefix)))

    def _written(
        self, post: model.Question | model.Answer | model.Comment, body: markdown.Rendered
    ) -> dict[str, Any]:
        return {
            "author": self.around.people.get(post.by) if post.by else None,
            "at": post.at,
            "edited": post.edited,
            "markdown": write_portable(
                post.body,
                self.around.destinations,
                self.root,
                self.page,
                Media(self.around.media, THREAD_WAY, self.root),
            ),
            "html": body.html,
            "source": post.body,
            "text": body.text,
        }

    def _body(self, body: str, prefix: str) -> markdown.Rendered:
        base, limit = addresses.to_root(self.around.url), READ if self.with_text else 0
        resolve = make_resolver(self.around.destinations, base)
        manner = make_manner(self.language, remote=self.remote)
        if self.around.media:
            manner = manner._replace(media=Media(self.around.media, THREAD_WAY, base))
        return markdown.render(body, resolve, prefix=prefix, manner=manner, text_limit=limit)


def render_note(
    note: str, prefix: str, destinations: Mapping[str, str], base: str, manner: markdown.Manner
) -> Markup:
    """Render the note of a step for a page from which `base` leads to the site's root."""
    resolve = make_resolver(destinations, base)
    return markdown.to_html(note, resolve, prefix=prefix, manner=manner)


def write_portable(
    body: str, destinations: Mapping[str, str], root: str, page: str, media: Media
) -> str:
    """Return a body as Markdown with ordinary links; see `PostRenderer` for `root` and `page`."""
    return markdown.make_portable(body, make_resolver(destinations, root), page, media)


def make_resolver(destinations: Mapping[str, str], base: str) -> markdown.Resolve:
    """Return a function that resolves links by name; `destinations` holds titles by target."""

    def resolve(target: str) -> markdown.Destination | None:
        title = destinations.get(target)
        if title is None:
            return None
        return markdown.Destination(f"{base}{addresses.of_target(target)}", title)

    return resolve


@cache
def make_manner(language: str, *, remote: bool) -> markdown.Manner:
    """Return how bodies in a language are shown; see `PostRenderer` for `remote`."""
    say = interface(language)
    alerts = {
        "note": say("Note"),
        "tip": say("Tip"),
        "important": say("Important"),
        "warning": say("Warning"),
        "caution": say("Caution"),
    }
    return markdown.Manner(alerts, remote)
