"""Posts to threads of our model: everything that all formats have in common."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from threadbook.importers.cleaning import one_line
from threadbook.importers.html import text_to_markdown
from threadbook.importers.parts import Part, Piece, fill_parts
from threadbook.importers.people import LEFT_OUT, People
from threadbook.importers.pictures import Pictures
from threadbook.importers.pieces import PART, PIECE, part_of, split_text
from threadbook.importers.posts import Post, Reader
from threadbook.importers.redirects import OldAddresses
from threadbook.importers.slugs import choose_slug
from threadbook.importers.spool import Spool
from threadbook.importers.texts import NO_TEXT, Manner, Texts
from threadbook.importers.titles import LONGEST
from threadbook.importers.topics import Plan
from threadbook.model import Answer, Comment, Question, Source, Thread
from threadbook.model.limits import ALSO_ASKED, COMMENTS, RELATED
from threadbook.model.thread import Language

_language: Final[TypeAdapter[str]] = TypeAdapter(Language)


class Composed(NamedTuple):
    """A thread to write; several have the same key if it did not fit into one file."""

    key: str
    id: str
    board: str
    thread: Thread


class Composer:
    """Makes threads of posts, one after the other."""

    def __init__(  # noqa: PLR0913, PLR0917 - what there is to know
        self,
        spool: Spool,
        reader: Reader,
        plan: Plan,
        people: People,
        pictures: Pictures,
        manner: Manner,
    ) -> None:
        """Begin with nothing."""
        self.spool, self.plan, self.people, self.manner = spool, plan, people, manner
        self._kept: Counter[str] = Counter()
        self._ids = set[str]()
        self.texts = Texts(spool, reader, people, pictures, manner)
        self.addresses = OldAddresses(spool, manner.site, manner.base)

    def compose(self, root: Post, day: datetime.date | None) -> list[Composed]:
        """Return the thread that a post begins; `day` is when it was first retrieved."""
        id_, board, title = self.spool.base.execute(
            "SELECT id, board, title FROM threads WHERE key = ?", (root.key,)
        ).fetchone()
        answers = (
            [root, *self.spool.below(root.key)]
            if root.kind == "answer"
            else self.spool.below(root.key)
        )
        self.texts.own = id_
        asker = root.author if root.kind == "question" else ""
        asked, more, said = (
            self._question(root, asker) if root.kind == "question" else (None, [], set[str]())
        )
        accepted = set(self.spool.related(root.key, "accepts"))
        pieces = [*more]
        for number, post in enumerate([each for each in answers if each.kind == "answer"], 1):
            pieces += self._answer(post, number, asker, post.key in accepted)
        parts = list(fill_parts(asked, pieces))
        parts[0].licences.update(said)
        self._kept, self._ids = Counter(), {each.id or "" for one in parts for each in one.answers}
        try:
            return [
                self._part(root, place, len(parts), part, day, id_, board, title)
                for place, part in enumerate(parts, 1)
            ]
        except ValidationError as error:
            reason = "; ".join(f"{each['loc']}: {each['msg']}" for each in error.errors()[:2])
            self._lose(root, parts, reason)
            return []

    def _lose(self, root: Post, parts: list[Part], reason: str) -> None:
        """Explain everything of a thread that cannot be written."""
        self.spool.lose("threads", "Threads that could not be written", root.place, reason)
        for part in parts:
            whole = [each for each in part.answers if not PART.search(each.id or "")]
            posts: list[Question | Answer] = list(part.answers)
            posts += [part.question] if part.question else []
            self._kept["answers"] += len(whole)
            self._kept["accepted"] += sum(bool(each.accepted) for each in whole)
            self._kept["comments"] += sum(len(each.comments) for each in posts)
        for what, n in self._kept.items():
            self.spool.differ(what, -n)

    def _part(  # noqa: PLR0913, PLR0917 - what makes a file
        self, root: Post, place: int, count: int, part: Part, day: datetime.date | None,
        id_: str, board: str, title: str,
    ) -> Composed:  # fmt: skip
        ids = [id_, *(self._part_id(root, id_, other) for other in range(2, count + 1))]
        others = [each for each in ids if each != ids[place - 1]]
        is_first = place == 1
        url = self.texts.address(root)
        if root.url and not url and is_first:
            words = "Addresses of a source that are none, which were left out"
            self.spool.note(words, root.place, root.url)
        licences = " and ".join(sorted(part.licences))
        if len(part.licences) > 1:
            words = "Threads whose posts are under several licences, which name them all"
            self.spool.note(words, root.place, licences)
        redirects = self._redirects(root, part, is_first=is_first)
        original = self._original(root, id_) if is_first else None
        self._kept += Counter(addresses=len(redirects), duplicates=int(original is not None))
        thread = Thread(
            title=title if is_first else f"{title} (part {place})",
            topics=self.plan.topics_of(root.tags),
            also_asked=self._also_asked(root, title) if is_first else (),
            question=part.question,
            answers=tuple(part.answers),
            related=self._at_most(
                RELATED.most,
                dict.fromkeys([*others, *(self._related(root, id_) if is_first else ())]),
                "Related threads",
                root.place,
            ),
            duplicate_of=original,
            redirect_from=redirects,
            status=self.manner.status,
            source=Source(
                system=self.manner.system,
                url=url,
                license=licences or None,
                retrieved=day or self.manner.today,
            ),
            lang=self._language(root),
        )
        return Composed(root.key, ids[place - 1], board, thread)

    def _part_id(self, root: Post, id_: str, place: int) -> str:
        """Return the id of a further part: that of an earlier import, or one that is free."""
        sql = "SELECT id FROM known WHERE key = ? AND part = ?"
        known = self.spool.one(sql, (root.key, place))
        if known is not None:
            return known
        return choose_slug(part_of(id_, place), f"{root.key}/{place}", self.spool.is_taken)

    def _also_asked(self, root: Post, title: str) -> tuple[str, ...]:
        if self.people.is_left_out(root):
            return ()
        said = (*root.also_asked, *self.spool.related(root.key, "asked"))
        lines = (self.texts.line(each)[:400] for each in said)
        found = dict.fromkeys(each for each in lines if each and each != title)
        return self._at_most(ALSO_ASKED.most, found, "Other ways to ask", root.place)

    def _at_most(self, most: int, found: Iterable[str], what: str, place: str) -> tuple[str, ...]:
        """Return what a thread can have of something, and note how much there was."""
        every = tuple(found)
        if len(every) > most:
            self.spool.note(f"{what} beyond the {most} that a thread can have", place)
        return every[:most]

    def _related(self, root: Post, id_: str) -> Iterator[str]:
        for key in self.spool.related(root.key, "related"):
            other = self.spool.thread_id(key)
            if other is None:
                self.spool.lose(
                    "related", "Related threads that are not in the source", root.place, key
                )
            elif other != id_:
                yield other

    def _original(self, root: Post, id_: str) -> str | None:
        """Return the thread that answers a duplicate: the end of the chain, if it has one."""
        seen, key = {root.key}, root.key
        while targets := self.spool.related(key, "duplicate"):
            if targets[0] in seen:
                self.spool.lose(
                    "duplicates", "Duplicates of each other, in a circle", root.place, key
                )
                return None
            seen.add(key := targets[0])
        original = self.spool.thread_id(key) if key != root.key else None
        if key != root.key and (original is None or original == id_):
            self.spool.lose(
                "duplicates", "Duplicates of threads that are not in the source", root.place, key
            )
            return None
        return original

    def _language(self, root: Post) -> str | None:
        """Return the language of a thread as it is written here; `None` if it is none."""
        written = root.lang.replace("_", "-")
        try:
            return _language.validate_python(written) if written else None
        except ValidationError:
            words = "Languages that are none, such as `en` or `pt-BR`, which were left out"
            self.spool.note(words, root.place, root.lang)
            return None

    def _redirects(self, root: Post, part: Part, *, is_first: bool) -> tuple[str, ...]:
        """Return the old addresses of the posts in a part; first one of each, then the others."""
        posts = list(self._posts(root, {each.id or "" for each in part.answers}, is_first=is_first))
        firsts = [(post, url) for post in posts for url in post.urls[:1]]
        others = [(post, url) for post in posts for url in post.urls[1:]]
        own = [(root, url) for url in root.urls] if is_first else []
        return self.addresses.take((*own, *firsts, *others))

    def _posts(self, root: Post, ids: set[str], *, is_first: bool) -> Iterator[Post]:
        """Yield the posts of a part but its question; the first part has those left out, too."""
        answers = [root] if root.kind == "answer" else []
        below = self.spool.below(root.key)
        answers += [each for each in below if each.kind == "answer"]
        yield from (each for each in below if is_first and each.kind == "comment")
        for number, post in enumerate(answers, 1):
            is_gone = is_first and f"a{number}" not in self._ids
            if post is not root and (f"a{number}" in ids or is_gone):
                yield post
                yield from self._below(post.key)

    def _question(self, root: Post, asker: str) -> tuple[Question | None, list[Piece], set[str]]:
        """Return a question, what of it needs posts of its own, and its licences."""
        comments, licences = self._comments(root, asker)
        licences |= {self._licence(root)}
        if root.votes:
            words = "Scores of questions, for which a thread has no place"
            self.spool.note(words, root.place, f"{root.votes}")
        if self.people.is_left_out(root):
            self.spool.note("Posts left out because their author wants it", root.place)
            text = LEFT_OUT
        else:
            text = self.texts.read(root)
        whole = one_line(root.title)
        if len(whole) > LONGEST and text != LEFT_OUT:
            text = f"{text_to_markdown(self.texts.line(whole))}\n\n{text}"
        if text == NO_TEXT and not comments:
            return None, [], licences
        by, at, edited = self._signed(root, asker)
        pieces = split_text(text)
        if len(pieces) > 1:
            self.spool.note(
                "Texts that were too long for one post, which go on in the next", root.place
            )
        first = Question(
            by=by, at=at, edited=edited, body=pieces[0], comments=tuple(comments[: COMMENTS.most])
        )
        rest = [
            Piece(
                Answer(
                    id=part_of("question", number),
                    by=by,
                    at=at,
                    note="The question, continued",
                    body=body,
                )
            )
            for number, body in enumerate(pieces[1:], 2)
        ]
        rest += _more_comments("question", len(pieces), comments[COMMENTS.most :], licences)
        return first, rest, licences

    def _licence(self, post: Post) -> str:
        return post.license or self.manner.license

    def _answer(self, post: Post, number: int, asker: str, is_accepted: bool) -> list[Piece]:
        comments, licences = self._comments(post, asker)
        is_accepted = is_accepted or post.accepted
        if self.people.is_left_out(post):
            words = "Posts left out because their author wants it"
            if not comments and not is_accepted:
                self.spool.lose("answers", words, post.place)
                return []
            self.spool.note(words, post.place)
            text = LEFT_OUT
        else:
            text = self.texts.read(post)
        by, at, edited = self._signed(post, asker)
        bodies = split_text(text)
        if len(bodies) > 1:
            self.spool.note(
                "Texts that were too long for one post, which go on in the next", post.place
            )
        licences |= {self._licence(post)}
        first = Answer(
            id=f"a{number}", by=by, at=at, edited=edited, votes=post.votes,
            accepted=is_accepted, body=bodies[0],
            comments=tuple(comments[: COMMENTS.most]),
        )  # fmt: skip
        rest = [
            Piece(
                Answer(id=part_of(f"a{number}", place), by=by, at=at, note="Continued", body=body),
                licences,
            )
            for place, body in enumerate(bodies[1:], 2)
        ]
        rest += _more_comments(f"a{number}", len(bodies), comments[COMMENTS.most :], licences)
        return [Piece(first, licences), *rest]

    def _comments(self, post: Post, asker: str) -> tuple[list[Comment], set[str]]:
        """Return the comments on a post, and their licences."""
        found: list[Comment] = []
        licences: set[str] = set()
        for each in self._below(post.key):
            if self.people.is_left_out(each):
                words = "Posts left out because their author wants it"
                self.spool.lose("comments", words, each.place)
                continue
            by, at, edited = self._signed(each, asker)
            licences.add(self._licence(each))
            if each.votes:
                words = "Scores of comments, for which a thread has no place"
                self.spool.note(words, each.place, f"{each.votes}")
            for number, body in enumerate(split_text(self.texts.read(each), PIECE // 4)):
                if number:
                    self.spool.gain(
                        "comments",
                        "Comments that were too long for one, and go on in the next",
                        each.place,
                    )
                found.append(Comment(by=by, at=at, edited=edited, body=body))
        return found, licences

    def _below(self, key: str) -> Iterator[Post]:
        """Yield the comments on a post, each followed by the replies to it."""
        waiting = [each for each in reversed(self.spool.below(key)) if each.kind == "comment"]
        seen = {key}
        while waiting:
            each = waiting.pop()
            if each.key not in seen:
                seen.add(each.key)
                yield each
                waiting += reversed(
                    [one for one in self.spool.below(each.key) if one.kind == "comment"]
                )

    def _signed(
        self, post: Post, asker: str
    ) -> tuple[str | None, datetime.date | None, datetime.date | None]:
        at, edited = (self.texts.day(each, post.place) for each in (post.at, post.edited))
        return self.people.name(post, asker), at, edited if at and edited and edited > at else None


def _more_comments(
    id_: str, number: int, comments: list[Comment], licences: set[str]
) -> list[Piece]:
    return [
        Piece(Answer(
            id=part_of(id_, number + 1 + place // COMMENTS.most), note="More comments",
            body="*More comments on the post above.*",
            comments=tuple(comments[place : place + COMMENTS.most]),
        ), licences)
        for place in range(0, len(comments), COMMENTS.most)
    ]  # fmt: skip
