"""The pages of a topic: an overview, and its threads in each order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.markdown import escape_markdown
from threadbook.model import Topic
from threadbook.pages.cards import choose_stages
from threadbook.pages.lists import (
    Listing,
    ListPage,
    filter_boards,
    find_archive,
    plan_orders,
    sort_useful,
)
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning, Shared, Twin
from threadbook.pages.twin import (
    write_document,
    write_link,
    write_list,
    write_path,
    write_thread,
)
from threadbook.pages.views import (
    Address,
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


@dataclass(frozen=True, kw_only=True)
class TopicPage(ListPage):
    """The first page of a topic."""

    template: ClassVar[str] = "topic"
    has_twins: ClassVar[bool] = True

    topic: TopicView

    @property
    def others(self) -> Listing:
        """The threads besides the one to start with, which stands above them."""
        start = self.topic.start_here
        threads = (each for each in self.listing.threads if start is None or each.id != start.id)
        return self.listing._replace(threads=tuple(threads))

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
    words = [count(topic.threads, "question"), f"[Page]({root}{topic.url})"]
    yield " · ".join([f"Stage {topic.stage}", *words] if topic.stage is not None else words)
    yield from write_list("Start here", threads([topic.start_here] if topic.start_here else []))
    yield from write_list("Most useful", threads(topic.useful))
    yield from write_list("Waiting for an answer", threads(topic.unanswered))
    paths = (write_path(path, root) for path in topic.paths)
    yield from write_list("Included in these learning paths", paths)
    neighbours = (write_link(link, root) for link in topic.neighbours)
    yield from write_list("Related topics", neighbours)
    yield from write_list("All questions", threads(topic.latest))
    if topic.next is not None:
        yield f"[More questions]({root}{topic.next})"
    if topic.archived:
        yield f"Archived questions, which only search finds: {topic.archived}"
    elif not topic.latest:
        yield "No questions here yet."


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
    stages = choose_stages(planning.cards.stages, topic.id)
    boards = filter_boards(planning, topic.id, threads)
    archive = find_archive(planning, "topic", topic.id)
    for page in plan_orders(planning, link, topic.summary, threads, parent, archive):
        whole = replace(page, stages=stages, stage=topic.id, boards=boards)
        yield _extend(planning, topic, threads, whole) if page.url == link.url else whole


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
        unanswered=cards.threads(unanswered[:_USEFUL]) if planning.shows("unanswered") else (),
        paths=tuple(cards.paths[path] for path in library.paths_through(threads)),
        neighbours=_find_neighbours(planning, topic, threads),
        latest=first.listing.threads,
        next=first.pager.next,
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
        yield Entry(addresses.of_topic(topic.id), topic.title, (planning.say("Topics"),), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.TOPICS, near)
