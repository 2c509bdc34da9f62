"""What a reader of a format makes of its source: a stream of posts with places, and no more.

Everything after that is common: see `bring`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import msgspec

Kind = Literal["question", "answer", "comment"]
Markup = Literal["html", "markdown", "text"]
Rank = Literal["member", "moderator", "staff"]


class Post(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post as the source has it.

    `key` names it in the source. `parent` is the key of the question that it answers, or of the
    post it is a comment on. `place` is where it stands, such as `Posts.xml:17`. `at` and `edited`
    are days as `2026-11-23`, or as `day_of` gives them where the order of a date is not known.
    `urls` are the addresses at which it was to be found; `url` is the one to name as its source.
    Which posts it accepts, repeats or belongs to are relations.
    """

    key: str
    kind: Kind
    place: str
    parent: str = ""
    title: str = ""
    body: str = ""
    markup: Markup = "html"
    author: str = ""
    rank: Rank = "member"
    at: str = ""
    edited: str = ""
    votes: int = 0
    accepted: bool = False
    board: str = ""
    tags: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    url: str = ""
    license: str = ""
    lang: str = ""
    also_asked: tuple[str, ...] = ()


class Relation(msgspec.Struct, frozen=True):
    """How two posts belong together; either may come later in the source.

    The target of `asked` is no post, but another way in which people asked the question.
    """

    kind: Literal["accepts", "duplicate", "related", "asked"]
    source: str
    target: str
    place: str


class Author(msgspec.Struct, frozen=True):
    """Somebody who wrote posts: the key that posts name, and what readers saw.

    `is_only_named` is set where a text names somebody who need not have written anything.
    """

    key: str
    name: str
    rank: Rank = "member"
    is_only_named: bool = False


def handle_of(name: str) -> str:
    """Return a name as it can be written after an @: in one word."""
    return re.sub(r"[^\w.-]", "", name).strip(".-")


class Note(msgspec.Struct, frozen=True):
    """Something that was dropped, guessed or changed, for the report.

    `kind` is what the report counts, as a sentence without its full stop.
    """

    kind: str
    place: str
    example: str = ""


Record = Post | Relation | Author | Note


class Source(NamedTuple):
    """What is read: a file, a folder or an address, and what the reader is told about it.

    `site` is the address of the old site, with a slash at its end, or empty. `board` is the board
    of everything, where one is given. `mapping` is the file of `--map`.
    """

    where: str
    site: str = ""
    board: str = ""
    mapping: dict[str, object] = {}  # noqa: RUF012 - nobody changes it

    @property
    def path(self) -> Path:
        """The file or folder."""
        return Path(self.where)


class Reader(Protocol):
    """Reads one format."""

    system: str
    """The name of the system, as `source.system` of threads says it."""

    def read(self, source: Source) -> Iterator[Record]:
        """Yield what the source holds, in its order, holding no more than one file's part of it.

        Raises `UserError` if the source is not of this format at all.
        """
        ...

    def recognise(self, url: str, place: str = "") -> str:
        """Return the key of the post that an address of the old site leads to, or `""`.

        `place` is that of the post whose text has the link.
        """
        ...

    def size(self, source: Source) -> int:
        """Return about how many records there are, for the progress bar; 0 if unknown."""
        ...


class PlainReader:
    """What most readers have in common."""

    system = ""

    def recognise(self, url: str, place: str = "") -> str:  # noqa: ARG002
        """Recognise nothing beyond the addresses that posts have."""
        return ""

    def size(self, source: Source) -> int:  # noqa: ARG002
        """Say nothing."""
        return 0
