"""Pages that are lists of threads: boards, topics, latest and unanswered, fifty to a page."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from threadbook.library import Library, Outline
from threadbook.model import Board, Topic
from threadbook.pages.contexts import (
    Link,
    ListContext,
    Order,
    Page,
    Pager,
    TopicContext,
)
from threadbook.pages.items import Items
from threadbook.translations import Interface

PAGE_SIZE: Final = 50
"""How many threads a page of a list shows."""

SHELLS: Final = {depth: "_shell/" * depth for depth in (2, 3, 4)}
"""The shells that pages of one depth share.

An underscore is in no id, so nothing else is there; and no page of the navigation is above them,
so that the theme's relative links lead through the site's root and hold in every folder.
"""

_USEFUL: Final = 5
_NEIGHBOURS: Final = 4


class _Sorted(NamedTuple):
    """A list in one of its orders; `title` is empty for the first, which has the list's name."""

    url: str
    title: str
    label: str
    empty: str
    threads: tuple[str, ...]


class Lists:
    """Makes the pages of every list."""

    def __init__(self, library: Library, items: Items, say: Interface) -> None:
        self.library = library
        self.items = items
        self.say = say
        self.boards_link = Link("boards/", say("Boards"))
        self.topics_link = Link("topics/", say("Topics"))

    def boards(self) -> Iterator[Page]:
        """Yield the pages of each board, in each order."""
        for board in self.library.boards.values():
            yield from self._board(board)

    def topics(self) -> Iterator[Page]:
        """Yield the pages of each topic: its story, and its threads in each order."""
        for topic in self.library.topics.values():
            yield from self._topic(topic)

    def latest(self) -> Iterator[Page]:
        """Yield the pages of all threads."""
        context = ListContext(
            heading=self.say("Latest"),
            summary=self.say("Every thread, the newest activity first."),
            empty=self.say("There are no threads yet."),
            shows_board=True,
            feed="feeds/latest",
        )
        yield from self._pages(
            Link("latest/", self.say("Latest")), self.library.latest, context, (), "latest/"
        )

    def unanswered(self) -> Iterator[Page]:
        """Yield the pages of all threads that wait for an answer."""
        context = ListContext(
            heading=self.say("Unanswered"),
            summary=self.say("Questions that still wait for an answer. Perhaps you know it?"),
            empty=self.say("Every question has an answer."),
            shows_board=True,
        )
        yield from self._pages(
            Link("unanswered/", self.say("Unanswered")),
            self.library.unanswered,
            context,
            (),
            "unanswered/",
        )

    def _board(self, board: Board) -> Iterator[Page]:
        url = f"boards/{board.id}/"
        context = ListContext(
            heading=board.title,
            summary=board.summary,
            empty="",
            shows_board=False,
            feed=f"feeds/boards/{board.id}",
        )
        orders = self._orders(url, self.library.by_board.get(board.id, ()))
        for order in orders:
            yield from self._ordered(url, order, orders, context, self.boards_link)

    def _topic(self, topic: Topic) -> Iterator[Page]:
        url = f"topics/{topic.id}/"
        context = ListContext(
            heading=topic.title,
            summary=topic.summary,
            empty="",
            shows_board=True,
            feed=f"feeds/topics/{topic.id}",
        )
        threads = self.library.by_topic.get(topic.id, ())
        orders = self._orders(url, threads)
        for order in orders:
            pages = self._ordered(url, order, orders, context, self.topics_link)
            if order is orders[0]:
                first = next(pages)
                yield first._replace(context=self._story(topic, first.context))
            yield from pages

    def _story(self, topic: Topic, first: object) -> TopicContext:
        assert isinstance(first, ListContext)  # noqa: S101 - `_ordered` makes nothing else
        library, items = self.library, self.items
        item = items.topic(topic)
        threads = library.by_topic.get(topic.id, ())
        start = topic.start_here
        start = start if start is not None and library.has_page(start) else None
        useful = [id_ for id_ in self._useful(threads) if id_ != start]
        solved = [id_ for id_ in useful if library.threads[id_].is_solved]
        unanswered = [id_ for id_ in threads if not library.threads[id_].is_answered]
        stages = tuple(
            stage._replace(is_current=stage.url == item.url)
            for stage in items.stages
            if topic.stage is not None
        )
        return TopicContext(
            topic=item,
            stages=stages,
            start_here=items.thread(start) if start else None,
            useful=items.threads(solved[:_USEFUL]),
            unanswered=items.threads(unanswered[:_USEFUL]),
            paths=tuple(items.paths[path] for path in library.paths_through(threads)),
            neighbours=items.topics(self._neighbours(topic, threads)),
            latest=first,
        )

    def _neighbours(self, topic: Topic, threads: Sequence[str]) -> list[Topic]:
        """Return the topics that share the most threads with this one."""
        shared = Counter(
            other
            for id_ in threads
            for other in self.library.threads[id_].topics
            if other != topic.id and other in self.library.topics
        )
        places = {id_: place for place, id_ in enumerate(self.library.topics)}
        nearest = sorted(shared, key=lambda other: (-shared[other], places[other]))
        return [self.library.topics[other] for other in nearest[:_NEIGHBOURS]]

    def _useful(self, threads: Sequence[str]) -> list[str]:
        """Sort by usefulness: solved ones first, then by votes; the latest first among equals."""

        def rank(id_: str) -> tuple[bool, bool, int]:
            outline: Outline = self.library.threads[id_]
            return (not outline.is_solved, not outline.is_answered, -outline.votes)

        return sorted(threads, key=rank)

    def _orders(self, url: str, threads: tuple[str, ...]) -> tuple[_Sorted, ...]:
        waiting = tuple(id_ for id_ in threads if not self.library.threads[id_].is_answered)
        nothing = self.say("Nobody has asked anything here yet.")
        return (
            _Sorted(url, "", self.say("Latest"), nothing, threads),
            _Sorted(
                f"{url}useful/",
                self.say("Most useful"),
                self.say("Most useful"),
                nothing,
                tuple(self._useful(threads)),
            ),
            _Sorted(
                f"{url}unanswered/",
                self.say("Unanswered"),
                self.say("Unanswered ({n})", n=self.say.number(len(waiting)))
                if waiting
                else self.say("Unanswered"),
                self.say("Every question here has an answer."),
                waiting,
            ),
        )

    def _ordered(
        self,
        url: str,
        order: _Sorted,
        orders: Sequence[_Sorted],
        context: ListContext,
        parent: Link,
    ) -> Iterator[Page]:
        """Yield the pages of a list in one order."""
        ways = tuple(Order(other.url, other.label, other is order) for other in orders)
        heading = context.heading
        if order.title:
            heading = self.say("{list}: {order}", list=context.heading, order=order.title)
        trail = (parent, Link(url, context.heading)) if order.title else (parent,)
        filled = context._replace(heading=heading, empty=order.empty, orders=ways)
        first = Link(order.url, order.title or context.heading)
        yield from self._pages(first, order.threads, filled, trail, url)

    def _pages(
        self,
        first: Link,
        threads: Sequence[str],
        context: ListContext,
        trail: tuple[Link, ...],
        shell: str,
    ) -> Iterator[Page]:
        """Split a list into pages; the one at `shell` has a shell of its own."""
        url, crumb = first
        changed = self.changed(threads)
        count = max(1, -(-len(threads) // PAGE_SIZE))
        urls = [url, *(f"{url}page-{number}/" for number in range(2, count + 1))]
        for place, address in enumerate(urls):
            members = threads[place * PAGE_SIZE : (place + 1) * PAGE_SIZE]
            pager = Pager(
                number=place + 1,
                count=count,
                previous=urls[place - 1] if place else None,
                next=urls[place + 1] if place + 1 < count else None,
            )
            yield Page(
                url=address,
                shell=address if address == shell else SHELLS[address.count("/")],
                title=self.say("{list}, page {number}", list=context.heading, number=place + 1)
                if place
                else context.heading,
                description=context.summary,
                context=context._replace(
                    total=len(threads), threads=self.items.threads(members), pager=pager
                ),
                canonical=address,
                changed=changed,
                trail=(*trail, first) if place else trail,
                crumb=self.say("Page {number}", number=place + 1) if place else crumb,
            )

    def changed(self, threads: Sequence[str]) -> datetime.date | None:
        """Return the day of the newest of these threads."""
        days = (self.library.threads[id_].updated for id_ in threads)
        return max((day for day in days if day is not None), default=None)
