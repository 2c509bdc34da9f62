"""Where posts wait: a temporary SQLite file, because those of a thread are scattered in a dump.

Memory holds one thread at a time, however large the source is.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from threadbook.importers.dates import Order, order_of
from threadbook.importers.posts import Author, Note, Post, Record, Relation, handle_of

_TABLES: Final = """
CREATE TABLE posts (
  seq INTEGER PRIMARY KEY, key TEXT UNIQUE, parent TEXT, kind TEXT, place TEXT, data BLOB);
CREATE TABLE relations (source TEXT, kind TEXT, target TEXT, place TEXT);
CREATE TABLE authors (key TEXT PRIMARY KEY, name TEXT, rank TEXT);
CREATE TABLE handles (handle TEXT, author TEXT, PRIMARY KEY (handle, author)) WITHOUT ROWID;
CREATE TABLE addresses (address TEXT PRIMARY KEY, thread TEXT);
CREATE TABLE tags (tag TEXT, thread TEXT, PRIMARY KEY (tag, thread)) WITHOUT ROWID;
CREATE TABLE boards (name TEXT PRIMARY KEY, threads INTEGER);
CREATE TABLE notes (kind TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE examples (kind TEXT, place TEXT, example TEXT);
CREATE TABLE threads (key TEXT PRIMARY KEY, id TEXT UNIQUE, board TEXT, title TEXT, seq INTEGER);
CREATE TABLE anchors (key TEXT PRIMARY KEY, anchor TEXT);
CREATE TABLE known (id TEXT PRIMARY KEY, key TEXT, part INTEGER, board TEXT, hash TEXT, day TEXT);
CREATE INDEX by_key ON known (key, part);
CREATE TABLE written (name TEXT PRIMARY KEY, part INTEGER);
CREATE TABLE seen (kind TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE losses (measure TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE taken (id TEXT PRIMARY KEY);
CREATE TABLE named (address TEXT PRIMARY KEY);
CREATE TABLE remote (place TEXT, address TEXT, width INTEGER, height INTEGER);
CREATE TABLE renamed (key TEXT, place TEXT, new TEXT, PRIMARY KEY (key, place)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX IF NOT EXISTS by_parent ON posts (parent);
CREATE INDEX IF NOT EXISTS by_source ON relations (source);
"""
MEASURES: Final = {"question": "threads", "answer": "answers", "comment": "comments"}
_LEVELS: Final = 40
"""Posts above a post. Lifting answers halves the depth, so what is left after as many times goes
in a circle.
"""

EXAMPLES: Final = 5
"""Examples of one kind of note that are kept."""

_decode = msgspec.json.Decoder(Post).decode
_encode = msgspec.json.Encoder().encode


def _mend(value: Any) -> Any:
    """Return a text, or those of a tuple, with a question mark for what is half a character."""
    if isinstance(value, tuple):
        return tuple(map(_mend, value))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _whole(place: str) -> str:
    """Return the row or file of a place: `7.json` of `7.json: post 3`."""
    return place.partition(": ")[0]


class Spool:
    """The posts of a source, and what is found out about them."""

    def __init__(self) -> None:
        """Make an empty file in the system's folder for temporary files."""
        self._folder = tempfile.TemporaryDirectory(prefix="threadbook-import-")
        self._orders: set[Order] = set()
        self.base = sqlite3.connect(Path(self._folder.name) / "posts.sqlite")
        # Nothing here outlives the run, so nothing has to be safe on the disk.
        self.base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the file."""
        self.base.close()
        self._folder.cleanup()

    def add(self, record: Record) -> None:
        """Keep a record."""
        try:
            self._add(record)
        except UnicodeEncodeError:  # half a character, from JSON or a file's name
            fields = msgspec.structs.asdict(record)
            self._add(type(record)(**{name: _mend(each) for name, each in fields.items()}))

    def _add(self, record: Record) -> None:
        match record:
            case Post():
                self._add_post(record)
            case Relation():
                source = self._renamed(record.source, record.place)
                target = self._renamed(record.target, record.place)
                relation = (source, record.kind, target, record.place)
                self.base.execute("INSERT INTO relations VALUES (?, ?, ?, ?)", relation)
            case Author():
                self._add_author(record)
            case Note():
                self.note(record.kind, record.place, record.example)

    def _add_author(self, author: Author) -> None:
        sql = "INSERT OR REPLACE INTO authors VALUES (?, ?, ?)"
        if author.is_only_named:
            sql = sql.replace("REPLACE", "IGNORE")
        self.base.execute(sql, (author.key, author.name, author.rank))
        # People are mentioned by what readers see or by their key, if that is a name.
        for handle in {handle_of(each).casefold() for each in (author.key, author.name)}:
            if handle and not handle.isdecimal():
                sql = "INSERT OR IGNORE INTO handles VALUES (?, ?)"
                self.base.execute(sql, (handle, author.key))

    def _renamed(self, key: str, place: str) -> str:
        """Return the key that a post of the same row or file got instead of this one."""
        sql = "SELECT new FROM renamed WHERE key = ? AND place = ?"
        return self.one(sql, (key, _whole(place))) or key

    def _add_post(self, post: Post) -> None:
        if post.parent:
            parent = self._renamed(post.parent, post.place)
            post = msgspec.structs.replace(post, parent=parent)
        sql = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET n = n + 1"
        self.base.execute(sql, (post.kind,))
        row = (post.key, post.parent, post.kind, post.place, _encode(post))
        sql = "INSERT OR IGNORE INTO posts (key, parent, kind, place, data) VALUES (?, ?, ?, ?, ?)"
        if post.author:
            self._add_author(Author(post.author, post.author, post.rank, is_only_named=True))
        self._orders |= {order_of(post.at), order_of(post.edited)}
        if self.base.execute(sql, row).rowcount:
            self._place(post)
            return
        other = self.find(post.key)
        if other is not None and msgspec.structs.replace(other, place=post.place) == post:
            words = "Posts that were there twice, word for word, and came once"
            self.lose(MEASURES[post.kind], words, post.place)
            return
        number = 2
        while self.find(f"{post.key}~{number}") is not None:
            number += 1
        key = f"{post.key}~{number}"
        self.note("Posts with the id of another post, which got an id of their own", post.place)
        row = (
            key,
            post.parent,
            post.kind,
            post.place,
            _encode(msgspec.structs.replace(post, key=key)),
        )
        self.base.execute(sql, row)
        # What belongs to this post comes after it in the same row or file.
        renamed = (post.key, _whole(post.place), key)
        self.base.execute("INSERT OR REPLACE INTO renamed VALUES (?, ?, ?)", renamed)
        self._place(msgspec.structs.replace(post, key=key))

    def _place(self, post: Post) -> None:
        if post.kind == "question":
            for tag in post.tags:
                self.base.execute("INSERT OR IGNORE INTO tags VALUES (?, ?)", (tag, post.key))
            sql = (
                "INSERT INTO boards VALUES (?, 1) "
                "ON CONFLICT (name) DO UPDATE SET threads = threads + 1"
            )
            if post.board:
                self.base.execute(sql, (post.board,))

    @property
    def order(self) -> Order:
        """The order of day and month that dates show, if all that show one show the same."""
        shown = [each for each in self._orders if each]
        return shown[0] if len(shown) == 1 else ""

    def finish(self) -> None:
        """Prepare for looking up, once everything is there."""
        self.base.executescript(_INDEXES)
        self._lift_answers()

    def _lift_answers(self) -> None:
        """Make answers to answers, and to comments, answers to the question above them."""
        deep = """FROM posts AS p JOIN posts AS q ON q.key = p.parent JOIN posts AS r
          ON r.key = q.parent WHERE p.kind = 'answer' AND q.kind != 'question'
          AND q.key != p.key AND r.key != q.key"""
        words = "Answers to answers or comments, which became answers to the question"
        for (place,) in self.base.execute(f"SELECT p.place {deep}").fetchall():
            self.note(words, place)
        for _ in range(_LEVELS):
            rows = self.base.execute(f"SELECT q.parent, p.seq {deep}").fetchall()
            if not rows:
                return
            self.base.executemany("UPDATE posts SET parent = ? WHERE seq = ?", rows)
        rows = self.base.execute(f"SELECT '', p.seq {deep}").fetchall()
        self.base.executemany("UPDATE posts SET parent = ? WHERE seq = ?", rows)

    def note(self, kind: str, place: str, example: str = "") -> None:
        """Count something for the report, and keep the first examples."""
        sql = (
            "INSERT INTO notes VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET n = n + 1 RETURNING n"
        )
        (n,) = self.base.execute(sql, (kind,)).fetchone()
        if n <= EXAMPLES:
            row = (kind, _mend(place), _mend(example[:200]))
            self.base.execute("INSERT INTO examples VALUES (?, ?, ?)", row)

    def lose(self, measure: str, kind: str, place: str, example: str = "") -> None:
        """Note something that the target will not have, which the report subtracts."""
        self.differ(measure, -1)
        self.note(kind, place, example)

    def gain(self, measure: str, kind: str, place: str) -> None:
        """Note something that the target will have in addition."""
        self.differ(measure, 1)
        self.note(kind, place)

    def differ(self, measure: str, by: int) -> None:
        """Note that the target has more or less of something, for a reason that is noted."""
        sql = "INSERT INTO losses VALUES (?, ?) ON CONFLICT (measure) DO UPDATE SET n = n + ?"
        self.base.execute(sql, (measure, by, by))

    def differences(self) -> dict[str, int]:
        """Return by how much the target differs from the source, by what is counted."""
        return dict(self.base.execute("SELECT measure, n FROM losses").fetchall())

    def stay(self, place: str, address: str, width: int | None, height: int | None) -> None:
        """Keep a picture that stays where it is, with its size in pixels if that is known."""
        row = (_mend(place), _mend(address), width, height)
        self.base.execute("INSERT INTO remote VALUES (?, ?, ?, ?)", row)

    def notes(self) -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
        """Yield what was counted: its kind, how often, and examples with their places."""
        for kind, n in self.base.execute("SELECT kind, n FROM notes ORDER BY rowid").fetchall():
            sql = "SELECT place, example FROM examples WHERE kind = ?"
            yield kind, n, self.base.execute(sql, (kind,)).fetchall()

    def find(self, key: str) -> Post | None:
        """Return a post by its key."""
        row = self.base.execute("SELECT data FROM posts WHERE key = ?", (key,)).fetchone()
        return None if row is None else _decode(row[0])

    def every(self) -> Iterator[Post]:
        """Yield all posts."""
        for (data,) in self._batches("SELECT data FROM posts"):
            yield _decode(data)

    def below(self, key: str) -> list[Post]:
        """Return the answers to a question, or the comments on a post, in the source's order."""
        sql = "SELECT data FROM posts WHERE parent = ? AND key != parent ORDER BY seq"
        return [_decode(data) for (data,) in self.base.execute(sql, (key,))]

    def roots(self) -> Iterator[Post]:
        """Yield what begins a thread: questions, and answers whose question is missing."""
        sql = """SELECT seq FROM posts AS p
          WHERE kind = 'question' OR (kind = 'answer' AND NOT EXISTS
          (SELECT 1 FROM posts AS q WHERE q.key = p.parent AND q.key != p.key)) ORDER BY seq"""
        # A cursor of its own: others write between two rows.
        for (seq,) in self._batches(sql):
            row = self.base.execute("SELECT data FROM posts WHERE seq = ?", (seq,)).fetchone()
            yield _decode(row[0])

    def lost_comments(self) -> Iterator[str]:
        """Yield the places of comments that are below no answer and no question."""
        sql = """WITH RECURSIVE kept(key) AS (SELECT key FROM posts WHERE kind != 'comment' UNION
          SELECT p.key FROM kept JOIN posts AS p ON p.parent = kept.key WHERE p.kind = 'comment')
          SELECT place FROM posts WHERE kind = 'comment' AND key NOT IN kept ORDER BY seq"""
        for (place,) in self._batches(sql):
            yield place

    def _batches(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[str, ...]]:
        cursor = self.base.cursor()
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(1000):
            yield from rows

    def related(self, key: str, kind: str) -> list[str]:
        """Return the keys that a post names in one way."""
        sql = "SELECT target FROM relations WHERE source = ? AND kind = ?"
        return [target for (target,) in self.base.execute(sql, (key, kind))]

    def one(self, sql: str, values: Iterable[object] = ()) -> str | None:
        """Return the first value that a query gives, if there is one."""
        row = self.base.execute(sql, tuple(values)).fetchone()
        return None if row is None else row[0]

    def is_taken(self, id_: str) -> bool:
        """Return whether a thread has an id: one that is there, or one of this import."""
        sql = """SELECT 1 WHERE EXISTS (SELECT 1 FROM taken WHERE id = ?1)
          OR EXISTS (SELECT 1 FROM threads WHERE id = ?1)
          OR EXISTS (SELECT 1 FROM known WHERE id = ?1)"""
        return self.one(sql, (id_,)) is not None

    def thread_id(self, key: str) -> str | None:
        """Return the id that the thread of a post got."""
        for _ in range(_LEVELS):  # a comment, what it replies to, its answer, the question
            found = self.one("SELECT id FROM threads WHERE key = ?", (key,))
            if found is not None:
                return found
            parent = self.one("SELECT parent FROM posts WHERE key = ?", (key,))
            if not parent:
                return None
            key = parent
        return None
