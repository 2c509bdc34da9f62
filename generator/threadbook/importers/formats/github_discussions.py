"""GitHub Discussions: the JSON that the GraphQL API gives for a repository's discussions.

One answer of the API, several of them as a list or in a folder (each a page), or a plain list of
discussions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from threadbook.errors import UserError
from threadbook.importers.dates import day_of
from threadbook.importers.decoding import (
    at,
    list_at,
    list_files,
    load_json,
    number_at,
    path_of,
    read_file,
    text_at,
)
from threadbook.importers.posts import Note, PlainReader, Post, Rank, Record, Source

_ADDRESS: Final = re.compile(r"/discussions/(\d+)\Z")
_RANKS: Final[Mapping[str, Rank]] = {
    "OWNER": "staff", "MEMBER": "staff", "COLLABORATOR": "moderator",
}  # fmt: skip


class GithubDiscussions(PlainReader):
    """Reads discussions."""

    system = "GitHub Discussions"

    def read(self, source: Source) -> Iterator[Record]:
        """Yield the posts of all discussions."""
        is_found, ends, name = False, list[bool](), ""
        for path in list_files(source.path, ".json"):
            value, name = load_json(read_file(path), path.name), path.name
            ends += _find_ends(value)
            for discussion in _find(value):
                is_found = True
                number = text_at(discussion, "number") or text_at(discussion, "id")
                yield from _read(discussion, f"{path.name}: discussion {number}")
        if not is_found:
            raise UserError(f"There are no `discussions` with `nodes` in {source.where}.")
        if ends and not any(ends):
            yield Note("Further discussions that are not in the source; fetch all pages", name)

    def recognise(self, url: str, place: str = "") -> str:  # noqa: ARG002
        """Recognise `/OWNER/NAME/discussions/42`."""
        found = _ADDRESS.search(path_of(url).rstrip("/"))
        return f"d{found[1]}" if found else ""


def _find(value: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the discussions of an answer, wherever in it they are."""
    if isinstance(value, list):
        for each in value:
            yield from _find(each, depth + 1)
    elif isinstance(value, Mapping):
        if "title" in value and ("body" in value or "bodyHTML" in value) and "comments" in value:
            yield value
        elif depth < 8:  # noqa: PLR2004 - data, repository, discussions, edges, node
            for each in value.values():
                if isinstance(each, list | Mapping):
                    yield from _find(each, depth + 1)


def _find_ends(value: Any, depth: int = 0) -> Iterator[bool]:
    """Yield, for each page of discussions, whether it is the last one, if it says so."""
    if depth < 6 and isinstance(value, list | Mapping):  # noqa: PLR2004 - data, repository, and lists
        has_next = at(value, "discussions", "pageInfo", "hasNextPage")
        if isinstance(has_next, bool):
            yield not has_next
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _find_ends(each, depth + 1)


def _nodes(value: Any, name: str) -> list[Any]:
    edges = [at(each, "node") for each in list_at(value, name, "edges")]
    found = list_at(value, name, "nodes") or edges or list_at(value, name)
    return [each for each in found if isinstance(each, Mapping)]


def _read(discussion: Any, place: str) -> Iterator[Record]:
    key = f"d{text_at(discussion, 'number') or text_at(discussion, 'id')}"
    url = text_at(discussion, "url")
    chosen = text_at(discussion, "answer", "id")
    labels = (text_at(each, "name") for each in _nodes(discussion, "labels"))
    yield _post(
        discussion,
        key=key,
        kind="question",
        place=place,
        title=text_at(discussion, "title"),
        board=text_at(discussion, "category", "name"),
        tags=tuple(label for label in labels if label),
        urls=(path_of(url).lstrip("/"),) if url else (),
        url=url,
    )
    if at(discussion, "poll") is not None:
        question = text_at(discussion, "poll", "question")
        yield Note("Polls, for which a thread has no place", place, question)
    comments = _nodes(discussion, "comments")
    for number, comment in enumerate(comments, 1):
        where = f"{place}, comment {number}"
        own = f"{key}/{text_at(comment, 'id') or number}"
        is_chosen = at(comment, "isAnswer") is True or bool(
            chosen and text_at(comment, "id") == chosen
        )
        yield _post(comment, key=own, kind="answer", place=where, parent=key, accepted=is_chosen)
        yield from _tell_hidden(comment, where)
        replies = _nodes(comment, "replies")
        for count, reply in enumerate(replies, 1):
            id_ = text_at(reply, "id")
            is_chosen = at(reply, "isAnswer") is True or bool(chosen and id_ == chosen)
            reply_key, reply_place = f"{own}/{id_ or count}", f"{where}, reply {count}"
            yield from _tell_hidden(reply, reply_place)
            if is_chosen:
                yield Note("Replies that are the chosen answer, which became answers", reply_place)
                yield _post(
                    reply,
                    key=reply_key,
                    kind="answer",
                    place=reply_place,
                    parent=key,
                    accepted=True,
                )
            else:
                yield _post(reply, key=reply_key, kind="comment", place=reply_place, parent=own)
        yield from _missing(comment, "replies", replies, where)
    yield from _missing(discussion, "comments", comments, place)


def _tell_hidden(value: Any, place: str) -> Iterator[Note]:
    if at(value, "isMinimized") is True:
        words = "Posts that are hidden on GitHub, which came all the same"
        yield Note(words, place, text_at(value, "minimizedReason"))


def _missing(value: Any, name: str, found: list[Any], place: str) -> Iterator[Note]:
    missing = number_at(value, name, "totalCount") - len(found)
    if missing > 0 or at(value, name, "pageInfo", "hasNextPage") is True:
        words = f"Further {name} that are not in the source; fetch all pages"
        yield Note(words, place, f"{missing}" if missing > 0 else "")


def _post(value: Any, **more: Any) -> Post:
    body, html_ = text_at(value, "body"), text_at(value, "bodyHTML")
    votes = number_at(value, "upvoteCount") or number_at(value, "reactions", "totalCount")
    return Post(
        body=body or html_,
        markup="markdown" if body else "html",
        author=text_at(value, "author", "login"),
        rank=_RANKS.get(text_at(value, "authorAssociation"), "member"),
        at=day_of(text_at(value, "createdAt")),
        edited=day_of(text_at(value, "lastEditedAt")),
        votes=votes,
        **more,
    )
