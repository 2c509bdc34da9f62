"""The pages of a topic: an overview, and its threads in each order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.markdown import escape_markdown
from threadbook.model import Topic
from threadbook.pages.lists import Listing, ListPage, plan_orders, sort_useful
from threadbook.pages.page import Entry, Page, PageKind, Pager, Planning, Shared, Twin
from threadbook.pages.twin import (
    write_document,
    write_link,
    write_list,
    write_path,
    write_thread,
)
from threadbook.pages.views import (
    Address,
    Hidden,
    Link,
    PathCard,
    ThreadCard,
    ThreadView,
    TopicCard,
    to_json,
)
from threadbook.text import count

_USEFUL: Final = 5
_NEIGHBOURS: Final = 4


@dataclass(frozen=True)
class TopicView(TopicCard):
    """A topic with a selection of its threads."""

    start_here: ThreadCard | None
    """The thread that newcomers to the topic should read first."""

    useful: tuple[ThreadCard, ...]
    """A few solved threads, those with the most votes first."""

    unanswered: tuple[ThreadCard, ...]
    """A few threads without an answer."""

    paths: tuple[PathCard, ...]
    """The learning paths that contain its threads."""

    neighbours: tuple[Link, ...]
    """The topics that share the most threads with this one."""

    latest: tuple[ThreadCard, ...]
    """The first page of its threads, the latest activity first."""

    next: Address | None
    """The address of the next page of threads."""

    stages: Hidden[tuple[TopicCard, ...]]
    """All stages of the life-cycle, if the topic is one of them."""


@dataclass(frozen=True, kw_only=True)
class TopicPage(Page):
    """The first page of a topic."""

    template: ClassVar[str] = "topic"
    has_twins: ClassVar[bool] = True

    topic: TopicView
    listing: Listing

    @property
    def pager(self) -> Pager:
        """The page's place among the pages of the topic's threads."""
        return self.listing.pager

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> TopicView:  # noqa: ARG002
        """Return the topic."""
        return self.topic

    def twin(self, view: TopicView, shared: Shared) -> Twin:
        """Return the topic as Markdown and JSON."""
        root = shared.root(self.url)
        return Twin(write_document(view.title, _blocks(view, root)), to_json(view, root))


def _blocks(topic: TopicView, root: str) -> Iterator[str]:
    def threads(cards: Sequence[ThreadCard]) -> Iterator[str]:
        return (write_thread(card, root) for card in cards)

    if topic.summary:
        yield escape_markdown(topic.summary)
    words = [count(topic.threads, "thread"), f"[Page]({root}{topic.url})"]
    yield " · ".join([f"Stage {topic.stage}", *words] if topic.stage is not None else words)
    yield from write_list("Start here", threads([topic.start_here] if topic.start_here else []))
    yield from write_list("Most useful", threads(topic.useful))
    yield from write_list("Waiting for an answer", threads(topic.unanswered))
    paths = (write_path(path, root) for path in topic.paths)
    yield from write_list("Learning paths that pass through", paths)
    neighbours = (write_link(link, root) for link in topic.neighbours)
    yield from write_list("Neighbouring topics", neighbours)
    yield from write_list("All threads", threads(topic.latest))
    if topic.next is not None:
        yield f"[More threads]({root}{topic.next})"
    if not topic.latest:
        yield "Nobody has asked anything here yet."


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the pages of every topic."""
    for topic in planning.library.topics.values():
        yield from _plan(planning, topic)


def near(planning: Planning, rest: str) -> Iterator[Page]:
    """Yield the pages of the topic whose id an address begins with."""
    if topic := planning.library.topics.get(rest.partition("/")[0]):
        yield from _plan(planning, topic)


def _plan(planning: Planning, topic: Topic) -> Iterator[Page]:
    parent = planning.link_level(addresses.TOPICS, planning.say("Topics"))
    link = Link(topic.id, topic.title, addresses.of_topic(topic.id))
    threads = planning.library.by_topic.get(topic.id, ())
    lists = plan_orders(planning, link, topic.summary, threads, parent)
    yield _extend(planning, topic, threads, next(lists))
    yield from lists


def _extend(planning: Planning, topic: Topic, threads: Sequence[str], first: ListPage) -> TopicPage:
    """Add the overview of the topic to the first page of its list."""
    library, cards = planning.library, planning.cards
    start = cards.link_page(topic.start_here)
    useful = [id_ for id_ in sort_useful(planning, threads) if start is None or id_ != start.id]
    solved = [id_ for id_ in useful if library.threads[id_].is_solved]
    unanswered = [id_ for id_ in threads if not library.threads[id_].is_answered]
    view = TopicView(
        **vars(cards.topic(topic)),
        start_here=cards.thread(start.id) if start else None,
        useful=cards.threads(solved[:_USEFUL]),
        unanswered=cards.threads(unanswered[:_USEFUL]),
        paths=tuple(cards.paths[path] for path in library.paths_through(threads)),
        neighbours=_find_neighbours(planning, topic, threads),
        latest=first.listing.threads,
        next=first.pager.next,
        stages=cards.stages if topic.stage is not None else (),
    )
    return TopicPage(**vars(first), topic=view)


def _find_neighbours(planning: Planning, topic: Topic, threads: Sequence[str]) -> tuple[Link, ...]:
    """Return the topics that share the most threads with this one."""
    topics = planning.library.topics
    shared = Counter(
        other
        for id_ in threads
        for other in planning.library.threads[id_].topics
        if other != topic.id and other in topics
    )
    places = {id_: place for place, id_ in enumerate(topics)}
    nearest = sorted(shared, key=lambda other: (-shared[other], places[other]))
    return tuple(planning.cards.link_topic(other) for other in nearest[:_NEIGHBOURS])


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield a shell for each topic."""
    for topic in planning.library.topics.values():
        yield Entry(addresses.of_topic(topic.id), topic.title, (planning.say("Topics"),))


KIND: Final = PageKind(pages, entries, addresses.TOPICS, near)
