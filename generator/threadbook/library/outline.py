"""A thread without its bodies: what all other pages need to know of it.

Thousands of outlines are held at once and travel between processes, so they are flat tuples.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from threadbook.findings import Place
from threadbook.model.thread import Status

State = Literal["solved", "answered", "unanswered", "obsolete", "duplicate"]
"""What a thread is to its readers; see `Outline.state`."""


class ReferenceKind(StrEnum):
    """What a reference points at."""

    THREAD = "thread"
    TOPIC = "topic"
    PERSON = "person"
    PATH = "path"
    BOARD = "board"
    PAGE = "page"
    ADDRESS = "address"
    MEDIUM = "medium"
    LABEL = "label"


NAMED: Final = frozenset({"path", "topic", "board", "page"})
"""What links name besides threads."""


class Reference(NamedTuple):
    """An id written in a file, and where; whether it leads anywhere is not known here.

    That of a picture or file is its name below the content folder, such as `images/accept.png`.

    `kind` is a `ReferenceKind`; `field` names the field it is in, `body` for links in Markdown.
    An address is that of a link, as it was written. `anchor` is what a link names within its
    target. The other fields are those of a `Place`: nearly every reference leads somewhere, and
    nobody asks where it stands.
    """

    kind: str
    target: str
    field: str
    file: str
    line: int = 0
    column: int = 0
    anchor: str = ""

    @property
    def place(self) -> Place:
        """Where the id is written."""
        return Place(self.file, self.line, self.column)

    @property
    def name(self) -> str:
        """What it points at, as links name it: a thread's id, `topic:id`, `page:about.md` etc."""
        return self.target if self.kind == "thread" else f"{self.kind}:{self.target}"


class Ask(NamedTuple):
    """One way of asking a thread's question, and where it is in the thread's file."""

    text: str
    line: int
    column: int


class Mention(NamedTuple):
    """A link to another thread in a body, and the sentence around it as plain text.

    `text` is what a reader sees of the link; empty where the other thread's title is shown.
    """

    thread: str
    before: str
    text: str
    after: str


class Redirect(NamedTuple):
    """An old address below the site's that leads to something new, and where the file says so."""

    path: str
    place: Place


class Silenced(NamedTuple):
    """The id of a rule that a thread may break, and where the file says so."""

    rule: str
    place: Place


class Outline(NamedTuple):
    """One thread, as lists and links show it.

    `asks` are the ways the question is asked, the title first.
    `summary` is the editor's, or the beginning of the best answer or else of the question.
    `asked` and `updated` are the first and the last day anything was written, where known.
    `votes` are those of the answer with the most. `mentions` names each other thread once.
    `waited` are the days from the question to its first answer, where both are dated.
    `fingerprint` changes with every text a reader reads; `words` counts their words, two
    characters of an unspaced script as one. `accepted_print` changes with the accepted answers
    alone; it begins with a letter, and is empty where there are none.
    `size` is that of its file, in bytes. `anchors` are the ids on its page that links may name.
    `is_preview` says that it is a draft, which a preview shows as if it were published.
    `owners` are the people who keep it, or one of its answers, true.
    `is_imported` says whether it names its `source`.
    `answer_months` are the months of its dated answers, such as `2026-11`, and how many each has.
    """

    id: str
    board: str
    file: str
    title: str
    asks: tuple[Ask, ...]
    topics: tuple[str, ...]
    summary: str
    status: Status
    answers: int
    accepted: int
    votes: int
    asked: datetime.date | None
    updated: datetime.date | None
    related: tuple[str, ...]
    duplicate_of: str | None
    replaced_by: str | None
    redirects: tuple[Redirect, ...]
    mentions: tuple[Mention, ...]
    references: tuple[Reference, ...]
    silences: tuple[Silenced, ...]
    verified: datetime.date | None = None
    review_by: datetime.date | None = None
    waited: int | None = None
    answer_months: tuple[tuple[str, int], ...] = ()
    fingerprint: str = ""
    words: int = 0
    accepted_print: str = ""
    size: int = 0
    anchors: tuple[str, ...] = ()
    is_preview: bool = False
    owners: tuple[str, ...] = ()
    is_imported: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """What else its texts link to by name: `topic:id`, `page:about.md` and so on."""
        return tuple(
            [each.name for each in self.references if each[2] == "body" and each[0] in NAMED]
        )

    @property
    def media(self) -> tuple[str, ...]:
        """The names of the pictures and files that its texts name."""
        return tuple(each[1] for each in self.references if each[0] == "medium")

    def show_draft(self) -> Outline:
        """Return it as a preview of drafts shows it."""
        is_draft = self.status == "draft"
        return self._replace(status="published", is_preview=True) if is_draft else self

    @property
    def links(self) -> tuple[str, ...]:
        """The ids of the threads its texts link to, each once."""
        return tuple(mention.thread for mention in self.mentions)

    @property
    def state(self) -> State:
        """What it is to its readers: the first of duplicate, obsolete, solved … that holds."""
        if self.duplicate_of is not None:
            return "duplicate"
        if self.status == "obsolete":
            return "obsolete"
        if self.is_solved:
            return "solved"
        return "answered" if self.is_answered else "unanswered"

    @property
    def is_listed(self) -> bool:
        """Whether lists show it: published, and not a repetition of another thread."""
        return self.status == "published" and self.duplicate_of is None

    @property
    def is_archived(self) -> bool:
        """Whether it was taken over from elsewhere and nobody has checked it."""
        return self.status == "archived"

    @property
    def has_page(self) -> bool:
        """Whether it has a page: everything but a draft."""
        return self.status != "draft"

    @property
    def is_answered(self) -> bool:
        """Whether anybody answered."""
        return self.answers > 0

    @property
    def is_solved(self) -> bool:
        """Whether an answer is accepted."""
        return self.accepted > 0
