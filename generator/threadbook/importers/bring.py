"""An import from beginning to end: read, name, compose, write, read again, report.

Memory holds one thread at a time; everything else is in the spool.
"""

from __future__ import annotations

import datetime
import difflib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from threadbook.edit.dump import dump_thread
from threadbook.errors import UserError
from threadbook.importers.cleaning import Tell
from threadbook.importers.composing import Composed, Composer
from threadbook.importers.dates import ORDERS, Order
from threadbook.importers.fidelity import (
    Fidelity,
    count_accepted,
    count_source,
    count_thread,
    make_report,
)
from threadbook.importers.left_out import FILE as LEFT_OUT_FILE
from threadbook.importers.left_out import LeftOut
from threadbook.importers.old_addresses import is_on, normalise
from threadbook.importers.people import People
from threadbook.importers.pictures import Pictures
from threadbook.importers.pieces import PART
from threadbook.importers.posts import Post, Reader, Source
from threadbook.importers.site_file import check_site, extend_site, read_people, read_titles
from threadbook.importers.slugs import choose_slug
from threadbook.importers.spool import Spool
from threadbook.importers.state import DIFFERENCES, load_state, print_of, save_state
from threadbook.importers.target import Target
from threadbook.importers.texts import Manner
from threadbook.importers.titles import make_title
from threadbook.importers.topics import Plan, plan_places
from threadbook.load.sources import SUFFIX
from threadbook.model.thread import Status
from threadbook.progress import Progress

_ANCHORED: Final = 150_000
"""Characters of a thread to whose answers links lead; those of a longer one may be in two files."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who imports wants.

    `name` tells this import from others into the same folder. `license` is for what names none.
    `base` is the path of the new site. `without` are casefolded names of people to leave out.
    `files` is the folder of pictures and attachments: that of a source that is a folder is known,
    but what lies beside a single file is nobody's to publish.
    """

    name: str
    today: datetime.date
    license: str = ""
    system: str = ""
    base: str = "/"
    status: Status = "archived"
    keep_authors: bool = False
    without: frozenset[str] = frozenset()
    files: Path | None = None


def bring(
    reader: Reader, source: Source, target: Target, wishes: Wishes, progress: Progress
) -> Fidelity:
    """Import a source; return what became of it. Raises `UserError` if nothing can be done."""
    with Spool() as spool:
        _read(reader, source, spool, progress)
        counted = count_source(spool)
        if not counted["threads"]:
            raise UserError(f"There are no threads in {source.where}; nothing was written.")
        _need_licence(spool, wishes)
        job = _Job(reader, source, target, wishes, spool)
        job.name_threads(progress)
        try:
            job.write_threads(progress, counted["threads"])
            job.write_rest()
        finally:  # whatever stopped it: the next import has to know what this one wrote
            save_state(target, wishes.name, spool)
        counted["accepted"] = count_accepted(spool)
        with progress.stage("Reading back", counted["threads"]) as advance:
            report = make_report(
                spool, target, counted, dict(job.files), format_=wishes.name, where=source.where
            )
            advance(counted["threads"])
        return report


def _read(reader: Reader, source: Source, spool: Spool, progress: Progress) -> None:
    with progress.stage("Reading", reader.size(source)) as advance:
        for record in reader.read(source):
            spool.add(record)
            if isinstance(record, Post):
                advance(1)
    spool.finish()
    for place in spool.lost_comments():
        spool.lose("comments", "Comments on posts that are not in the source", place)


def _need_licence(spool: Spool, wishes: Wishes) -> None:
    if wishes.license:
        return
    bare = next((post.place for post in spool.every() if not post.license), "")
    if bare:
        words = "The source does not say under which licence its texts are"
        raise UserError(
            f"{words} ({bare}). Find out, and give it with --license, such as CC-BY-4.0."
        )


def _read_order(mapping: Mapping[str, object]) -> Order:
    said = mapping.get("dates")
    for order in ORDERS:
        if said == order:
            return order
    if said is not None:
        raise UserError(f"`dates` of --map is one of {' and '.join(ORDERS)}.")
    return ""


class _Job:
    """One import under way."""

    def __init__(
        self, reader: Reader, source: Source, target: Target, wishes: Wishes, spool: Spool
    ) -> None:
        self.reader, self.source, self.target = reader, source, target
        self.left_out = LeftOut.read(target)
        self.wishes, self.spool = self._remember(wishes, spool), spool
        self.files: Counter[str] = Counter()
        self.site_name = target.find_site()
        self.site = target.read(self.site_name)
        check_site(self.site)
        load_state(target, wishes.name, spool)
        self.there = target.find_threads()
        self.plan = self._plan()
        self.people = People(
            spool, read_people(self.site), keep=wishes.keep_authors, without=self.wishes.without
        )
        self.pictures = Pictures(
            target,
            wishes.files or (source.path if source.path.is_dir() else None),
            source.site,
            lambda kind, example: spool.note(kind, source.where, example),
        )
        self.used: dict[str, dict[str, None]] = {"boards": {}, "topics": {}}

    def _remember(self, wishes: Wishes, spool: Spool) -> Wishes:
        """Return the wishes, and those of an earlier import, of whom to leave out."""
        rows = spool.base.execute("SELECT key, name FROM authors").fetchall()
        names = {each.casefold() for row in rows for each in row}
        found = self.left_out.find(names - wishes.without)
        for _ in found:
            words = "People whom an earlier import left out, and who are left out again"
            spool.note(words, LEFT_OUT_FILE)
        return replace(wishes, without=wishes.without | found)

    def _plan(self) -> Plan:
        titles = read_titles(self.site)
        return plan_places(self.spool, titles["topics"], self.source.mapping, self.source.board)

    def name_threads(self, progress: Progress) -> None:
        """Give each thread its id, its board, and the addresses at which links find it."""
        base = self.spool.base
        base.executemany(
            "INSERT OR IGNORE INTO taken SELECT ? WHERE ? NOT IN (SELECT id FROM known)",
            ((id_, id_) for id_ in self.there),
        )
        for name in self.people.find_unknown():
            words = "Names of --without-author that nobody in the source has"
            self.spool.note(words, "--without-author", name)
        with progress.stage("Naming threads") as advance:
            for place, root in enumerate(self.spool.roots()):
                self._name(root, place)
                advance(1)

    def _name(self, root: Post, place: int) -> None:
        base, site = self.spool.base, self.source.site
        if self.people.is_left_out(root):  # no title, and no id, may be made of the text
            root = msgspec.structs.replace(root, body="")
        tell: Tell = lambda kind, example: self.spool.note(kind, root.place, example)  # noqa: E731
        answers = [each for each in self.spool.below(root.key) if each.kind == "answer"]
        said = next((each for each in answers if not self.people.is_left_out(each)), None)
        is_silent = root.body or self.people.is_left_out(root)
        title = make_title(root, tell, None if is_silent else said)
        title = self.people.hide_in_title(title, tell)
        row = base.execute(
            "SELECT id FROM known WHERE key = ? AND part = 1", (root.key,)
        ).fetchone()
        id_ = row[0] if row else choose_slug(title, root.key, self._is_taken)
        board = self.plan.boards.get(root.board, self.plan.board)
        base.execute(
            "INSERT INTO threads VALUES (?, ?, ?, ?, ?)", (root.key, id_, board, title, place)
        )
        is_whole = sum(len(each.body) for each in (root, *answers)) < _ANCHORED
        has_anchors = is_whole and root.kind == "question" and not self.wishes.without
        for number, post in enumerate(answers if has_anchors else (), 1):
            base.execute("INSERT OR IGNORE INTO anchors VALUES (?, ?)", (post.key, f"a{number}"))
        for post in (root, *answers):
            own = (post.url,) if site and is_on(post.url, site) else ()
            for url in {*own, *post.urls} - {""}:
                values = (normalise(url, site), post.key)
                base.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", values)

    def _is_taken(self, id_: str) -> bool:
        """Return whether a thread has the id, or a long one may need it for what goes on."""
        whole = PART.sub("", id_)
        return self.spool.is_taken(id_) or (whole != id_ and self.spool.is_taken(whole))

    def write_threads(self, progress: Progress, total: int) -> None:
        """Write every thread that nobody has edited."""
        self.left_out.add(self.target, self.wishes.without)
        wishes = self.wishes
        manner = Manner(
            wishes.system or self.reader.system, wishes.license, wishes.status,
            self.source.site, wishes.base, wishes.today, _read_order(self.source.mapping),
        )  # fmt: skip
        composer = Composer(self.spool, self.reader, self.plan, self.people, self.pictures, manner)
        with progress.stage("Writing threads", total) as advance:
            for root in self.spool.roots():
                sql = "SELECT day FROM known WHERE key = ? AND part = 1"
                day = self.spool.one(sql, (root.key,))
                composed = composer.compose(root, datetime.date.fromisoformat(day) if day else None)
                for part, each in enumerate(composed, 1):
                    self._write(each, part)
                advance(1)
        sql = "SELECT id FROM known WHERE key NOT IN (SELECT key FROM threads) ORDER BY id"
        for (id_,) in self.spool.base.execute(sql).fetchall():
            self.spool.note(
                "Threads of an earlier import that are gone from the source, and stay", id_
            )

    def _write(self, composed: Composed, part: int) -> None:
        base, id_ = self.spool.base, composed.id
        text = dump_thread(composed.thread)
        sql = "SELECT board, hash FROM known WHERE id = ?"
        known = base.execute(sql, (id_,)).fetchone()
        name = self.there.get(id_, "") if known else ""
        board = name.split("/")[1] if name else composed.board
        name = name or f"threads/{board}/{id_}{SUFFIX}"
        before = self.target.read(name) if known else None
        if known and before is None:
            self._skip(
                composed, "Threads that were removed here, and stay removed", "removed by hand"
            )
            return
        if known and before is not None and print_of(before) != known[1]:
            self._keep_edited(composed, name, before, text, known[1])
            return
        self._use(composed, board)
        base.execute("INSERT OR REPLACE INTO written VALUES (?, ?)", (name, part))
        if before == text:
            self.files["unchanged"] += 1
            return
        self.target.write(name, text)
        self.files["updated" if known else "new"] += 1
        day = composed.thread.source.retrieved if composed.thread.source else None
        row = (id_, composed.key, part, board, print_of(text), str(day or self.wishes.today))
        base.execute("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?)", row)

    def _use(self, composed: Composed, board: str) -> None:
        self.used["boards"][board] = None
        self.used["topics"] |= dict.fromkeys(composed.thread.topics)

    def _keep_edited(
        self, composed: Composed, name: str, before: str, text: str, known: str
    ) -> None:
        """Leave a file that somebody edited, and write beside it what the source would change."""
        if print_of(text) != known:
            lines = difflib.unified_diff(
                before.splitlines(keepends=True),
                text.splitlines(keepends=True),
                name,
                f"{name} (source)",
            )
            self.target.write(f"{DIFFERENCES}/{composed.id}.diff", "".join(lines))
            self.spool.note(
                "Threads edited here that changed in the source, too",
                f"{DIFFERENCES}/{composed.id}.diff",
            )
        differs = ", with a difference to look at" if print_of(text) != known else ""
        words = "Threads that were edited here, and stay as they are"
        self._skip(composed, words, f"edited by hand{differs}")

    def _skip(self, composed: Composed, kind: str, done: str) -> None:
        self.files[done] += 1
        thread = composed.thread
        self.spool.note(kind, composed.id)
        is_first = composed.id == self.spool.thread_id(composed.key)
        for what, n in count_thread(thread, is_first=is_first).items():
            self.spool.differ(what, -n)

    def write_rest(self) -> None:
        """Write `site.yml`."""
        plan, people = self.plan, self.people.used.values()
        more: dict[str, list[dict[str, Any]]] = {
            "boards": [
                {"id": id_, "title": plan.board_titles.get(id_, id_)} for id_ in self.used["boards"]
            ],
            "topics": [
                {"id": id_, "title": plan.titles.get(id_, id_)} for id_ in self.used["topics"]
            ],
            "people": [dict(each) for each in people],
        }
        for person in more["people"]:
            if person["role"] == "member":
                del person["role"]
        text = extend_site(self.site, more)
        if text != self.site:
            self.target.write(self.site_name, text)
