"""The home page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning, Shared
from threadbook.pages.structured import drop_empty
from threadbook.pages.views import PathCard, ThreadCard, TopicCard

_LATEST: Final = 6
_UNANSWERED: Final = 5


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """Home: the life-cycle, paths, featured topics and threads, and what is new."""

    template: ClassVar[str] = "home"

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
    featured = [library.topics[id_] for id_ in library.featured_topics if id_ in library.topics]
    paths = [id_ for id_ in library.featured_paths if id_ in library.paths]
    paths += [id_ for id_ in library.paths if id_ not in paths]
    yield HomePage(
        **planning.describe(addresses.HOME, settings.site_name, settings.site_description),
        stages=cards.stages,
        paths=tuple(cards.paths[id_] for id_ in paths),
        featured_topics=cards.topics(featured),
        featured_threads=cards.threads(library.featured_threads),
        latest=cards.threads(library.latest[:_LATEST]),
        unanswered=cards.threads(library.unanswered[:_UNANSWERED]),
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
