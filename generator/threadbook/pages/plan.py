"""The plan: which shells, pages, feeds and redirects the site has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from threadbook import addresses
from threadbook.day import build_day
from threadbook.library import Library
from threadbook.pages.cards import Cards
from threadbook.pages.feeds import Feed
from threadbook.pages.kinds import KINDS
from threadbook.pages.page import Entry, Located, Page, Planning, Shared
from threadbook.pages.views import Catalogue
from threadbook.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """The pages to weave into shells, and everything the site holds.

    `redirects` maps old addresses to those of pages. `gaps` are questions that nothing answers.
    """

    pages: tuple[Page, ...]
    catalogue: Catalogue
    feeds: tuple[Feed, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    gaps: tuple[str, ...] = ()


def plan_entries(planning: Planning) -> tuple[Entry, ...]:
    """Return the shells. They depend on the boards, topics and paths, not on threads."""
    return tuple(entry for kind in KINDS for entry in kind.entries(planning))


def plan_site(planning: Planning) -> Plan:
    """Plan the whole site."""
    return replace(plan_around(planning), pages=tuple(plan_pages(planning)))


def plan_pages(planning: Planning) -> Iterator[Page]:
    """Plan all pages, one after the other."""
    return (page for kind in KINDS for page in kind.pages(planning))


def plan_around(planning: Planning) -> Plan:
    """Plan everything but the pages."""
    library = planning.library
    return Plan(
        (),
        list_everything(planning),
        planning.feeds,
        plan_redirects(library),
        library.synonyms,
        library.gaps,
    )


def find_page(planning: Planning, url: str) -> Page | None:
    """Plan only the page at an address; return `None` if there is none."""
    found = (kind.find(planning, url) for kind in KINDS)
    return next((page for page in found if page is not None), None)


def locate_pages(planning: Planning) -> list[Located]:
    """Return what the sitemap lists, without planning every thread's page."""
    return [located for kind in KINDS for located in kind.locate(planning)]


def list_everything(planning: Planning) -> Catalogue:
    """Return the cards of all that the site holds."""
    cards, library = planning.cards, planning.library
    return Catalogue(
        threads=cards.threads(id_ for id_ in sorted(library.threads) if library.has_page(id_)),
        topics=cards.topics(library.topics.values()),
        boards=tuple(map(cards.board, library.boards.values())),
        paths=tuple(cards.paths.values()),
        glossary=cards.glossary,
    )


def plan_redirects(library: Library) -> dict[str, str]:
    """Return where old addresses lead; those of a duplicate lead to the thread that answers it."""
    return {
        redirect.path: addresses.of_thread(library.answering[outline.id])
        for outline in library.threads.values()
        if outline.has_page
        for redirect in outline.redirects
    }


def share(settings: Settings, library: Library) -> Shared:
    """Return what every page knows of the site."""
    return Shared(
        site_name=settings.site_name,
        site_description=settings.site_description,
        today=build_day(),
        site_url=settings.site_url,
        language=settings.language,
        takes_answers=bool(settings.answer_url),
        has_twins=settings.twins,
        has_search=settings.search,
        glossary=Cards(library, {}).glossary,
        has_pdf=settings.pdf,
        feedback_url=settings.feedback_url,
        stages=frozenset(topic.id for topic in library.stages),
        has_remote_pictures=settings.images == "https",
        search_url=settings.search_url,
    )
