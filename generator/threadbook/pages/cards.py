"""Cards, which are what lists show of threads, boards, topics and paths, and links to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from markupsafe import Markup

from threadbook import addresses
from threadbook.library import Library, Outline
from threadbook.model import Board, Step, Term, Topic
from threadbook.pages.views import (
    Author,
    BoardCard,
    Link,
    PathCard,
    TermCard,
    ThreadCard,
    TopicCard,
)

WORDS_A_MINUTE: Final = 200
"""The reading speed that estimates assume.

Adults read 238 words of English non-fiction a minute (Brysbaert, 2019). People who want to
remember what they read are slower.
"""

_NEWEST: Final = 3
"""How many of its newest threads a board's card names."""


class Cards:
    """Everything in the library as links and cards; `icons` holds the SVG of topics' icons.

    Links and cards of threads are made once, because each stands in many lists.
    """

    def __init__(self, library: Library, icons: Mapping[str, str]) -> None:
        self.library = library
        self.icons = icons
        self.authors = {
            person.id: Author(person.name, person.role) for person in library.people.values()
        }
        self._boards = {
            board.id: Link(board.id, board.title, addresses.of_board(board.id))
            for board in library.boards.values()
        }
        self._topics = {
            topic.id: Link(topic.id, topic.title, addresses.of_topic(topic.id))
            for topic in library.topics.values()
        }
        self._links: dict[str, Link] = {}
        self._threads: dict[str, ThreadCard] = {}

    @cached_property
    def stages(self) -> tuple[TopicCard, ...]:
        """The topics of the life-cycle, in the order of their stages."""
        return self.topics(self.library.stages)

    @cached_property
    def paths(self) -> dict[str, PathCard]:
        """All paths, by id."""
        return {id_: self._path(id_) for id_ in self.library.paths}

    @cached_property
    def glossary(self) -> tuple[TermCard, ...]:
        """The glossary in alphabetical order."""
        ordered = sorted(self.library.glossary, key=lambda term: term.term.casefold())
        return tuple(map(self._term, ordered))

    def threads(self, ids: Iterable[str]) -> tuple[ThreadCard, ...]:
        """Return the cards of threads."""
        return tuple(map(self.thread, ids))

    def thread(self, id_: str) -> ThreadCard:
        """Return the card of a thread."""
        card = self._threads.get(id_)
        if card is None:
            outline = self.library.threads[id_]
            card = self._threads[id_] = ThreadCard(
                id=id_,
                title=outline.title,
                url=addresses.of_thread(id_),
                state=outline.state,
                votes=outline.votes,
                answers=outline.answers,
                updated=outline.updated,
                summary=outline.summary,
                board=self.link_board(outline),
                topics=self.link_topics(outline),
                asked=outline.asked,
                duplicate_of=self.link_page(outline.duplicate_of),
                is_solved=outline.is_solved,
                fingerprint=outline.fingerprint,
            )
        return card

    def link_thread(self, id_: str) -> Link:
        """Return a link to a thread."""
        link = self._links.get(id_)
        if link is None:
            title = self.library.threads[id_].title
            link = self._links[id_] = Link(id_, title, addresses.of_thread(id_))
        return link

    def link_threads(self, ids: Iterable[str]) -> tuple[Link, ...]:
        """Return links to threads."""
        return tuple(map(self.link_thread, ids))

    def link_page(self, id_: str | None) -> Link | None:
        """Return a link to a thread; `None` without an id, or if the thread has no page."""
        return self.link_thread(id_) if id_ and self.library.has_page(id_) else None

    def link_board(self, outline: Outline) -> Link:
        """Return a link to a thread's board."""
        # A folder that site.yml does not name has no page, so the link leads to all boards.
        found = self._boards.get(outline.board)
        return found or Link(outline.board, outline.board, addresses.BOARDS)

    def link_topics(self, outline: Outline) -> tuple[Link, ...]:
        """Return links to a thread's topics."""
        return tuple(self._topics[topic] for topic in outline.topics if topic in self._topics)

    def link_topic(self, id_: str) -> Link:
        """Return a link to a topic."""
        return self._topics[id_]

    def link_path(self, id_: str) -> Link:
        """Return a link to a path."""
        return Link(id_, self.library.paths[id_].title, addresses.of_path(id_))

    def topics(self, topics: Iterable[Topic]) -> tuple[TopicCard, ...]:
        """Return the cards of topics."""
        return tuple(map(self.topic, topics))

    def topic(self, topic: Topic) -> TopicCard:
        """Return the card of a topic."""
        return TopicCard(
            id=topic.id,
            title=topic.title,
            summary=topic.summary,
            url=addresses.of_topic(topic.id),
            stage=topic.stage,
            threads=len(self.library.by_topic.get(topic.id, ())),
            icon=Markup(self.icons.get(topic.icon or "", "")),  # noqa: S704 - the theme's own SVG
            start=self.link_page(topic.start_here),
        )

    def board(self, board: Board) -> BoardCard:
        """Return the card of a board."""
        threads = self.library.by_board.get(board.id, ())
        return BoardCard(
            id=board.id,
            title=board.title,
            summary=board.summary,
            url=addresses.of_board(board.id),
            threads=len(threads),
            latest=self.link_threads(threads[:_NEWEST]),
        )

    def _term(self, term: Term) -> TermCard:
        return TermCard(
            term.term, term.definition, term.also, term.anchor, self.link_page(term.thread)
        )

    def _path(self, id_: str) -> PathCard:
        path = self.library.paths[id_]
        needed = [step for step in path.steps if not step.optional and self._is_there(step)]
        return PathCard(
            id=id_,
            title=path.title,
            summary=path.summary,
            url=addresses.of_path(id_),
            level=path.level,
            length=len(path.steps),
            minutes=sum(map(self._minutes, needed)) or None,
            minutes_are_estimated=any(step.thread and step.minutes is None for step in needed),
            needed=tuple(step.key for step in needed),
        )

    def _is_there(self, step: Step) -> bool:
        """Return whether readers can take a step; one whose thread is a draft is hidden."""
        return step.check is not None or self.library.has_page(step.thread or "")

    def _minutes(self, step: Step) -> int:
        """Return how long a step takes: what its editor wrote, or by its thread's length."""
        outline = self.library.threads.get(step.thread or "")
        if step.minutes is not None or outline is None:
            return step.minutes or 1
        return max(1, -(-outline.words // WORDS_A_MINUTE))
