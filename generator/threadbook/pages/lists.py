"""Lists of threads: their pages, and the orders in which a board or topic shows its threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from threadbook import addresses
from threadbook.pages.page import Page, Pager, Planning
from threadbook.pages.views import Link, ThreadCard

PAGE_SIZE: Final = 50
"""How many threads a page of a list shows."""


class Order(NamedTuple):
    """A link to the same list in one of its orders."""

    url: str
    label: str
    is_current: bool


class Listing(NamedTuple):
    """The threads of one page of a list; `empty` is the text to show if there are none."""

    empty: str
    shows_board: bool
    orders: tuple[Order, ...] = ()
    total: int = 0
    threads: tuple[ThreadCard, ...] = ()
    pager: Pager = Pager(1, 1, None, None)


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """One page of a list of threads: of a board, of a topic, or of the latest or unanswered."""

    template: ClassVar[str] = "list"

    listing: Listing

    @property
    def pager(self) -> Pager:
        """The page's place among the pages of the list."""
        return self.listing.pager


class Sorted(NamedTuple):
    """A list in one of its orders; the first has no `title` of its own."""

    url: str
    title: str
    label: str
    empty: str
    threads: tuple[str, ...]


def sort_orders(planning: Planning, url: str, threads: tuple[str, ...]) -> tuple[Sorted, ...]:
    """Return a board's or topic's threads in each order: latest, most useful, unanswered."""
    say, outlines = planning.say, planning.library.threads
    waiting = tuple(id_ for id_ in threads if not outlines[id_].is_answered)
    nothing = say("Nobody has asked anything here yet.")
    useful = say("Most useful")
    return (
        Sorted(url, "", say("Latest"), nothing, threads),
        Sorted(f"{url}useful/", useful, useful, nothing, sort_useful(planning, threads)),
        Sorted(
            f"{url}unanswered/",
            say("Unanswered"),
            say("Unanswered ({n})", n=say.number(len(waiting))) if waiting else say("Unanswered"),
            say("Every question here has an answer."),
            waiting,
        ),
    )


def sort_useful(planning: Planning, threads: Sequence[str]) -> tuple[str, ...]:
    """Sort solved threads first, then answered ones, then by votes.

    Equal ones stay in the order they come in, which is the latest first.
    """

    def rank(id_: str) -> tuple[bool, bool, int]:
        outline = planning.library.threads[id_]
        return (not outline.is_solved, not outline.is_answered, -outline.votes)

    return tuple(sorted(threads, key=rank))


def plan_orders(
    planning: Planning, link: Link, summary: str, threads: tuple[str, ...], parent: Link
) -> Iterator[ListPage]:
    """Yield the pages of a board or topic in each order; `parent` is the page of all of them."""
    orders = sort_orders(planning, link.url, threads)
    for order in orders:
        heading = link.title
        if order.title:
            heading = planning.say("{list}: {order}", list=link.title, order=order.title)
        ways = tuple(Order(other.url, other.label, other is order) for other in orders)
        yield from plan_list(
            planning,
            Link(link.id, order.title or link.title, order.url),
            heading,
            summary,
            order.threads,
            Listing(order.empty, parent.url != addresses.BOARDS, ways),
            trail=(parent, link) if order.title else (parent,),
            feed=addresses.of_feed(link.url),
            shell=link.url,
        )


def plan_list(  # noqa: PLR0913, PLR0917 - what the pages of a list are made from
    planning: Planning,
    first: Link,
    heading: str,
    summary: str,
    threads: Sequence[str],
    listing: Listing,
    *,
    shell: str,
    trail: tuple[Link, ...] = (),
    feed: str = "",
) -> Iterator[ListPage]:
    """Split a list into pages; the page at `shell` has a shell of its own."""
    changed = planning.find_newest(threads)
    last = max(1, -(-len(threads) // PAGE_SIZE))
    later = [addresses.of_next_page(first.url, number) for number in range(2, last + 1)]
    urls = [first.url, *later]
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
            shell=url if url == shell else addresses.SHARED_SHELLS[url.count("/")],
            title=say("{list}, page {number}", list=heading, number=number) if place else heading,
            description=summary,
            canonical=url,
            changed=changed,
            trail=(*trail, first) if place else trail,
            crumb=say("Page {number}", number=number) if place else first.title,
            feed=feed,
            listing=listing._replace(
                total=len(threads), threads=planning.cards.threads(members), pager=pager
            ),
        )
