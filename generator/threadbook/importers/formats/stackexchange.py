"""A Stack Exchange data dump: a folder with `Posts.xml`, and other tables where they are there.

The format is that of the public dumps (a row element for each record, fields as attributes). Rows
are read one by one. XML entities are refused: a small file could make the machine run out of memory
with them, or read its other files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from threadbook.errors import UserError
from threadbook.importers.dates import day_of
from threadbook.importers.decoding import number_at, path_of
from threadbook.importers.posts import Author, Note, PlainReader, Post, Record, Relation, Source
from threadbook.importers.slugs import slugify

_QUESTION, _ANSWER = "1", "2"
_KINDS: Final = {
    "3": "orphaned tag wikis", "4": "tag summaries", "5": "tag wikis",
    "6": "moderator nominations", "7": "wiki placeholders", "8": "privilege wikis",
}  # fmt: skip
_RELATIONS: Final[Mapping[str, Literal["related", "duplicate"]]] = {
    "1": "related",
    "3": "duplicate",
}
_FIRST_TITLE: Final = "1"
"""The title as its author wrote it, before anybody edited it: another way to ask the question."""

_NOT_TAKEN: Final[Mapping[str, str]] = {
    "PostHistory.xml": "Earlier versions of posts and reasons for closing, of which only the first "
    "titles were taken",
    "Votes.xml": "Single votes, favourites and bounties, for which a thread has no place; scores "
    "are those of the posts",
    "Tags.xml": "Descriptions of tags, which site.yml could not attribute to their authors; tags "
    "are those of the posts",
    "Badges.xml": "Badges of people, for which a site has no place",
}
_TAG: Final = re.compile(r"<([^<>]+)>|([^|<>]+)")
_VERSIONS: Final = (("2011-04-08", "CC BY-SA 2.5"), ("2018-05-02", "CC BY-SA 3.0"))
"""Until which day posts are under which licence (stackoverflow.com/help/licensing)."""

_NOW: Final = "CC BY-SA 4.0"
_ADDRESS: Final = re.compile(r"/(?:questions|q|a)/(\d+)(?:/[^/]*/(\d+))?")


class StackExchange(PlainReader):
    """Reads `Posts.xml` and what lies beside it."""

    system = "Stack Exchange"

    def read(self, source: Source) -> Iterator[Record]:
        """Yield people first, then posts, comments and links."""
        folder, posts = _find(source.path)
        for _, row in _rows(folder / "Users.xml"):
            if row.get("Id") and row.get("DisplayName"):
                is_system = row["Id"] == "-1"
                yield Author(row["Id"], row["DisplayName"], "moderator" if is_system else "member")
        for place, row in _rows(posts, is_needed=True):
            yield from _read_post(place, row)
        for place, row in _rows(folder / "Comments.xml"):
            yield _read_comment(place, row)
        yield from _read_beside(folder)

    def recognise(self, url: str, place: str = "") -> str:  # noqa: ARG002
        """Recognise `/questions/17/title`, `/q/17` and `/a/18`."""
        found = _ADDRESS.match(path_of(url))
        if not found:
            return ""
        fragment = url.partition("#")[2]
        return fragment if fragment.isdecimal() else found[2] or found[1]

    def size(self, source: Source) -> int:
        """Guess by the size of the file: a post has about a kilobyte."""
        _, posts = _find(source.path)
        return posts.stat().st_size // 1_200 if posts.is_file() else 0


def _read_beside(folder: Path) -> Iterator[Record]:
    """Yield links, other ways to ask, and what is not taken."""
    for place, row in _rows(folder / "PostLinks.xml"):
        kind = _RELATIONS.get(row.get("LinkTypeId", ""))
        if kind is not None:
            yield Relation(kind, row.get("PostId", ""), row.get("RelatedPostId", ""), place)
    for place, row in _rows(folder / "PostHistory.xml"):
        if row.get("PostHistoryTypeId") == _FIRST_TITLE and row.get("Text"):
            yield Relation("asked", row.get("PostId", ""), row["Text"], place)
    for name, words in _NOT_TAKEN.items():
        if (folder / name).is_file():
            yield Note(words, name)


def _find(where: Path) -> tuple[Path, Path]:
    if where.is_file():
        return where.parent, where
    posts = where / "Posts.xml"
    if not posts.is_file():
        raise UserError(f"There is no Posts.xml in {where}; give the folder of an unpacked dump.")
    return where, posts


def _rows(path: Path, *, is_needed: bool = False) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the rows of a table with their places. A table that is not there has none."""
    if not path.is_file() or path.is_symlink():
        return
    number = 0
    try:
        events = iterparse(path, events=("start", "end"), forbid_dtd=True)
        _, root = next(events)
        for event, element in events:
            if event == "end" and element.tag == "row":
                number += 1
                yield f"{path.name}: row {element.get('Id') or number}", dict(element.attrib)
                root.clear()
    except DefusedXmlException as error:
        words = "has XML entities or a document type, which no dump has and which can do harm"
        raise UserError(f"{path.name} {words}; nothing was written.") from error
    except (ParseError, StopIteration, ValueError, LookupError) as error:
        if not number:
            words = "is not a table of a data dump (it is not XML)"
            raise UserError(f"{path.name} {words}.") from error
        raise UserError(f"{path.name} is damaged after row {number}: {error}.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    if is_needed and not number:
        raise UserError(f"{path.name} has no rows; is it a table of a Stack Exchange dump?")


def _read_post(place: str, row: Mapping[str, str]) -> Iterator[Record]:
    kind, key = row.get("PostTypeId", ""), row.get("Id", "")
    if kind not in {_QUESTION, _ANSWER}:
        yield Note(f"Records that are not posts: {_KINDS.get(kind, 'of an unknown type')}", place)
        return
    if not key:
        yield Note("Posts without an id, which were left out", place)
        return
    if row.get("AcceptedAnswerId"):
        yield Relation("accepts", key, row["AcceptedAnswerId"], place)
    is_question = kind == _QUESTION
    if row.get("ClosedDate"):
        yield Note("Questions that were closed, which a thread does not say", place)
    yield Post(
        key=key,
        kind="question" if is_question else "answer",
        place=place,
        parent="" if is_question else row.get("ParentId", ""),
        title=row.get("Title", ""),
        body=row.get("Body", ""),
        author=row.get("OwnerUserId") or row.get("OwnerDisplayName", ""),
        at=day_of(row.get("CreationDate", "")),
        edited=day_of(row.get("LastEditDate", "")),
        votes=number_at(dict(row), "Score"),
        tags=tuple(first or last for first, last in _TAG.findall(row.get("Tags", ""))),
        urls=tuple(_addresses(key, row)) if is_question else (f"a/{key}",),
        license=row.get("ContentLicense") or _licence_of(row.get("CreationDate", "")),
    )


def _addresses(key: str, row: Mapping[str, str]) -> Iterator[str]:
    slug = slugify(row.get("Title", ""))
    if slug:
        yield f"questions/{key}/{slug}"
    yield f"questions/{key}"
    yield f"q/{key}"


def _licence_of(day: str) -> str:
    return next((name for until, name in _VERSIONS if day[:10] < until), _NOW) if day else _NOW


def _read_comment(place: str, row: Mapping[str, str]) -> Post:
    return Post(
        key=f"comment-{row.get('Id') or place}",
        kind="comment",
        place=place,
        parent=row.get("PostId", ""),
        body=row.get("Text", ""),
        markup="markdown",
        author=row.get("UserId") or row.get("UserDisplayName", ""),
        at=day_of(row.get("CreationDate", "")),
        votes=number_at(dict(row), "Score"),
        license=row.get("ContentLicense") or _licence_of(row.get("CreationDate", "")),
    )
