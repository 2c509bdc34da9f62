"""The home page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from threadbook import addresses
from threadbook.pages.cards import order_for_readers
from threadbook.pages.offers import choose_examples
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning, Shared
from threadbook.pages.structured import drop_empty
from threadbook.pages.views import PathCard, ThreadCard, TopicCard

_LATEST: Final = 6
_UNANSWERED: Final = 5
_EXAMPLES: Final = 3


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """Home: the life-cycle, paths, featured topics and threads, and what is new; nothing twice."""

    template: ClassVar[str] = "home"

    examples: tuple[str, ...]
    stages: tuple[TopicCard, ...]
    paths: tuple[PathCard, ...]
    featured_topics: tuple[TopicCard, ...]
    featured_threads: tuple[ThreadCard, ...]
    latest: tuple[ThreadCard, ...]
    unanswered: tuple[ThreadCard, ...]
    threads: int
    solved: int

    def structure(self, view: object, shared: Shared) -> Iterator[dict[str, Any]]:  # noqa: ARG002
        """Yield the site."""
        yield drop_empty(
            {
                "@type": "WebSite",
                "name": shared.site_name,
                "description": shared.site_description,
                "url": shared.site_url,
                "inLanguage": shared.language,
            }
        )


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page."""
    library, cards, settings = planning.library, planning.cards, planning.settings
    stages = library.stages
    shown = {topic.start_here for topic in stages}
    featured = [id_ for id_ in library.featured_threads if id_ not in shown]
    waiting = library.unanswered[:_UNANSWERED] if planning.shows("unanswered") else ()
    shown |= {*featured, *waiting}
    latest = [id_ for id_ in library.latest[: _LATEST + len(shown)] if id_ not in shown]
    topics = [library.topics[id_] for id_ in library.featured_topics if id_ in library.topics]
    yield HomePage(
        **planning.describe(addresses.HOME, settings.home_title, settings.site_description),
        examples=choose_examples(planning)[:_EXAMPLES],
        stages=cards.stages,
        paths=tuple(cards.paths[id_] for id_ in order_for_readers(library)),
        featured_topics=cards.topics(topic for topic in topics if topic.stage is None),
        featured_threads=cards.threads(featured),
        latest=cards.threads(latest[:_LATEST]),
        unanswered=cards.threads(waiting),
        threads=len(library.latest),
        solved=sum(library.threads[id_].is_solved for id_ in library.latest),
    )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    yield Entry(addresses.HOME, planning.say("Home"), hide=WIDE)


def near(planning: Planning, rest: str) -> Iterable[Page]:
    """Return the page, unless another one is asked for."""
    return () if rest else pages(planning)


KIND: Final = PageKind(pages, entries, addresses.HOME, near)
