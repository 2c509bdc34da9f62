"""Cards, which are what lists show of threads, boards, topics and paths, and links to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from markupsafe import Markup

from threadbook import addresses
from threadbook.library import Library, Outline
from threadbook.markdown import TextPart, split_links
from threadbook.model import Board, Step, Term, Topic
from threadbook.pages.road import order_paths
from threadbook.pages.views import (
    Author,
    BoardCard,
    Link,
    LinkedText,
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


_REACH: Final = 3
"""How many stages before and after that of a page its strip shows: seven fill a row."""


def choose_stages(stages: Sequence[TopicCard], here: str) -> tuple[TopicCard, ...]:
    """Return the stages around one of them, by its id, as many as a row holds.

    There are none without it, and one stage alone is no way.
    """
    at = next((place for place, stage in enumerate(stages) if stage.id == here), None)
    if at is None or len(stages) == 1:
        return ()
    first = max(0, min(at - _REACH, len(stages) - 2 * _REACH - 1))
    return tuple(stages[first : first + 2 * _REACH + 1])


def order_for_readers(library: Library) -> tuple[str, ...]:
    """Return the ids of all paths in the site's order: featured ones first, as in `site.yml`."""
    featured = (id_ for id_ in library.featured_paths if id_ in library.paths)
    return tuple(dict.fromkeys([*featured, *library.paths]))


class Cards:
    """Everything in the library as links and cards; `icons` holds the SVG of topics' icons.

    Links and cards of threads are made once, because each stands in many lists.
    """

    def __init__(
        self, library: Library, icons: Mapping[str, str], *, has_boards: bool = True
    ) -> None:
        self.library = library
        self.has_boards = has_boards
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
    def legs(self) -> tuple[tuple[str, ...], ...]:
        """The ids of all paths in legs, as they are walked; within a leg in the site's order."""
        paths = self.library.paths
        return order_paths({id_: paths[id_] for id_ in order_for_readers(self.library)})

    @cached_property
    def paths(self) -> dict[str, PathCard]:
        """All paths, by id, in the order to walk them."""
        return {id_: self._path(id_) for leg in self.legs for id_ in leg}

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
                is_draft=outline.is_preview,
                verified=outline.verified if outline.state == "solved" else None,
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
        if not self.has_boards:
            return Link(outline.board, outline.board, addresses.HOME)
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

    def link_step(self, path: str, number: int | None) -> Link | None:
        """Return a link to a path's step: its thread, or its check on the path's page."""
        step = self.library.paths[path].steps[number - 1] if number else None
        if step is None or step.check is None:
            return self.link_page(step.thread) if step else None
        return Link(step.key, step.check.question, addresses.of_step(path, number or 0))

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
            holds=topic.holds,
            your_turn=topic.your_turn,
            threads=len(self.library.by_topic.get(topic.id, ())),
            archived=self.library.archived_by_topic.get(topic.id, 0),
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
            archived=self.library.archived_by_board.get(board.id, 0),
            latest=self.link_threads(threads[:_NEWEST]),
        )

    def _term(self, term: Term) -> TermCard:
        parts = tuple(map(self._link_text, split_links(term.definition)))
        said = "".join(part.text for part in parts)
        thread = self.link_page(term.thread)
        return TermCard(term.term, said, term.also, term.anchor, thread, parts)

    def _link_text(self, part: TextPart) -> LinkedText:
        title = self.library.title_of(part.target) if part.target else None
        if title is None:
            return LinkedText(part.text or part.target, "")
        anchor = f"#{part.anchor}" if part.anchor else ""
        return LinkedText(part.text or title, f"{addresses.of_target(part.target)}{anchor}")

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
            optional=sum(step.optional and self._is_there(step) for step in path.steps),
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
