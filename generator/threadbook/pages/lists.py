"""Lists of threads: their pages, and the orders in which a board or topic shows its threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from threadbook import addresses
from threadbook.pages.page import Page, Pager, Planning
from threadbook.pages.views import Link, ThreadCard, TopicCard

PAGE_SIZE: Final = 50
"""How many threads a page of a list shows."""


class Order(NamedTuple):
    """A link to the same list in one of its orders."""

    url: str
    label: str
    is_current: bool


class Archive(NamedTuple):
    """How many threads of a board or topic are in no list, and where search shows them."""

    threads: int
    url: str


NO_ARCHIVE: Final = Archive(0, "")


class Listing(NamedTuple):
    """The threads of one page of a list; `empty` is the text to show if there are none."""

    empty: str
    shows_board: bool
    orders: tuple[Order, ...] = ()
    archive: Archive = NO_ARCHIVE
    total: int = 0
    threads: tuple[ThreadCard, ...] = ()
    pager: Pager = Pager(1, 1, None, None)


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """One page of a list of threads: of a board, of a topic, or of all.

    Its `heading` is the same in all orders and on all pages; the title says which one it is. A
    topic of the life-cycle has `stages` and is the `stage` among them; `boards` are links to its
    threads of each board.
    """

    template: ClassVar[str] = "list"

    heading: str
    listing: Listing
    stages: tuple[TopicCard, ...] = ()
    stage: str = ""
    boards: tuple[Order, ...] = ()

    @property
    def pager(self) -> Pager:
        """The page's place among the pages of the list."""
        return self.listing.pager


class Sorted(NamedTuple):
    """A list in one of its orders; the first has no `title` of its own."""

    url: str
    title: str
    label: str
    lead: str
    empty: str
    threads: tuple[str, ...]


def sort_orders(
    planning: Planning, url: str, lead: str, ids: tuple[str, ...], *, has_archive: bool = False
) -> list[Sorted]:
    """Return a board's or topic's threads in each order: latest, most useful, unanswered."""
    say = planning.say
    nothing = say("No questions here yet.")
    if has_archive:
        nothing = say("All questions here are archived: nobody has checked them yet.")
    orders = [
        Sorted(url, "", say("Latest"), lead, nothing, ids),
        _sort_useful(planning, url, lead, nothing, ids),
    ]
    if planning.shows("unanswered"):
        done = say("No questions here are waiting for an answer.")
        orders.append(_sort_waiting(planning, f"{url}unanswered/", lead, done, ids))
    return orders


def sort_everything(planning: Planning) -> list[Sorted]:
    """Return all threads of the site in each order."""
    say, ids, url = planning.say, planning.library.latest, addresses.LATEST
    nothing = say("There are no questions yet.")
    lead = say("All questions, most recently active first.")
    useful = say("All questions: those with an accepted answer first, then by votes.")
    orders = [
        Sorted(url, "", say("Latest"), lead, nothing, ids),
        _sort_useful(planning, url, useful, nothing, ids),
    ]
    if planning.shows("unanswered"):
        lead = say("Questions still waiting for an answer. Can you help?")
        done = say("No questions are waiting for an answer.")
        orders.append(_sort_waiting(planning, addresses.UNANSWERED, lead, done, ids))
    return orders


def _sort_useful(
    planning: Planning, url: str, lead: str, empty: str, ids: tuple[str, ...]
) -> Sorted:
    title = planning.say("Most useful")
    return Sorted(f"{url}useful/", title, title, lead, empty, sort_useful(planning, ids))


def _sort_waiting(
    planning: Planning, url: str, lead: str, empty: str, ids: tuple[str, ...]
) -> Sorted:
    say, outlines = planning.say, planning.library.threads
    waiting = tuple(id_ for id_ in ids if not outlines[id_].is_answered)
    title = label = say("Unanswered")
    if waiting:
        label = say("Unanswered ({n})", n=say.number(len(waiting)))
    return Sorted(url, title, label, lead, empty, waiting)


def filter_boards(planning: Planning, topic: str, threads: Sequence[str]) -> tuple[Order, ...]:
    """Return links to a topic's threads of one board, where a site has few boards."""
    if not planning.has_few_boards or not planning.settings.search:
        return ()
    counts = Counter(planning.library.threads[id_].board for id_ in threads)
    say, boards = planning.say, planning.library.boards.values()
    return tuple(
        Order(
            f"{addresses.SEARCH}?topic={topic}&board={board.id}",
            say("{value} ({n})", value=board.title, n=say.number(counts[board.id])),
            is_current=False,
        )
        for board in boards
        if counts[board.id] and len(counts) > 1
    )


def sort_useful(planning: Planning, threads: Sequence[str]) -> tuple[str, ...]:
    """Sort solved threads first, then answered ones, then by votes.

    Equal ones stay in the order they come in, which is the latest first.
    """

    def rank(id_: str) -> tuple[bool, bool, int]:
        outline = planning.library.threads[id_]
        return (not outline.is_solved, not outline.is_answered, -outline.votes)

    return tuple(sorted(threads, key=rank))


def plan_orders(  # noqa: PLR0913, PLR0917 - what the pages of a board or topic are made from
    planning: Planning,
    link: Link,
    lead: str,
    threads: tuple[str, ...],
    parent: Link,
    archive: Archive,
) -> Iterator[ListPage]:
    """Yield the pages of a board or topic in each order; `parent` is the page of all of them."""
    orders = sort_orders(planning, link.url, lead, threads, has_archive=bool(archive.threads))
    for order in orders:
        yield from plan_order(planning, link, order, orders, (parent,), archive)


def find_archive(planning: Planning, field: str, id_: str) -> Archive:
    """Return the archive of the board or topic (`field`) with this id."""
    library = planning.library
    counts = library.archived_by_board if field == "board" else library.archived_by_topic
    url = f"{addresses.SEARCH}?{field}={id_}" if planning.settings.search else ""
    return Archive(counts.get(id_, 0), url)


def plan_order(  # noqa: PLR0913, PLR0917 - what the pages of one order are made from
    planning: Planning,
    link: Link,
    order: Sorted,
    orders: Sequence[Sorted],
    trail: tuple[Link, ...] = (),
    archive: Archive = NO_ARCHIVE,
) -> Iterator[ListPage]:
    """Yield the pages of a list in one of its `orders`; `trail` leads to its first one, `link`."""
    title = link.title
    if order.title:
        title = planning.say("{list}: {order}", list=link.title, order=order.title)
    ways = tuple(Order(other.url, other.label, other is order) for other in orders)
    yield from plan_list(
        planning,
        Link(link.id, order.title or link.title, order.url),
        title,
        order.lead,
        order.threads,
        Listing(order.empty, not link.url.startswith(addresses.BOARDS), ways, archive),
        heading=link.title,
        trail=(*trail, link) if order.title else trail,
        feed=addresses.of_feed(link.url),
    )


def plan_list(  # noqa: PLR0913, PLR0917 - what the pages of a list are made from
    planning: Planning,
    first: Link,
    title: str,
    summary: str,
    threads: Sequence[str],
    listing: Listing,
    *,
    heading: str,
    trail: tuple[Link, ...],
    feed: str,
) -> Iterator[ListPage]:
    """Split a list into pages; the first one of the first order has a shell of its own."""
    changed = planning.find_newest(threads)
    last = max(1, -(-len(threads) // PAGE_SIZE))
    later = [addresses.of_next_page(first.url, number) for number in range(2, last + 1)]
    urls = [first.url, *later]
    own = {listing.orders[0].url, addresses.UNANSWERED}
    for place, url in enumerate(urls):
        number, members = place + 1, threads[place * PAGE_SIZE : (place + 1) * PAGE_SIZE]
        pager = Pager(
            number,
            last,
            previous=urls[place - 1] if place else None,
            next=urls[number] if number < last else None,
        )
        say = planning.say
        yield ListPage(
            url=url,
            shell=url if url in own else addresses.SHARED_SHELLS[url.count("/")],
            title=say("{list}, page {number}", list=title, number=number) if place else title,
            description=summary,
            canonical=url,
            changed=changed,
            trail=(*trail, first) if place else trail,
            crumb=say("Page {number}", number=number) if place else first.title,
            feed=feed,
            heading=heading,
            listing=listing._replace(
                total=len(threads), threads=planning.cards.threads(members), pager=pager
            ),
        )
