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
from threadbook.pages.page import Entry, Located, Page, PageKind, Planning, Shared
from threadbook.pages.views import Catalogue, LabelView
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


def list_kinds(planning: Planning) -> tuple[PageKind, ...]:
    """Return the kinds of pages that the site has."""
    return tuple(kind for kind in KINDS if planning.shows(kind.section))


def plan_entries(planning: Planning) -> tuple[Entry, ...]:
    """Return the shells. They depend on the boards, topics and paths, not on threads."""
    return tuple(entry for kind in list_kinds(planning) for entry in kind.entries(planning))


def plan_site(planning: Planning) -> Plan:
    """Plan the whole site."""
    return replace(plan_around(planning), pages=tuple(plan_pages(planning)))


def plan_pages(planning: Planning) -> Iterator[Page]:
    """Plan all pages, one after the other."""
    return (page for kind in list_kinds(planning) for page in kind.pages(planning))


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
    found = (kind.find(planning, url) for kind in list_kinds(planning))
    return next((page for page in found if page is not None), None)


def locate_pages(planning: Planning) -> list[Located]:
    """Return what the sitemap lists, without planning every thread's page."""
    return [located for kind in list_kinds(planning) for located in kind.locate(planning)]


def list_everything(planning: Planning) -> Catalogue:
    """Return the cards of all that the site holds."""
    cards, library = planning.cards, planning.library
    owners = {id_ for outline in library.threads.values() for id_ in outline.owners}
    return Catalogue(
        threads=cards.threads(id_ for id_ in sorted(library.threads) if library.has_page(id_)),
        topics=cards.topics(library.topics.values()),
        boards=tuple(map(cards.board, library.boards.values())) if planning.shows("boards") else (),
        paths=tuple(cards.paths.values()),
        glossary=cards.glossary,
        labels=tuple(LabelView(each.id, each.title) for each in library.labels.values()),
        owners=tuple(
            LabelView(id_, person.name) for id_, person in library.people.items() if id_ in owners
        ),
    )


def plan_redirects(library: Library) -> dict[str, str]:
    """Return where old addresses lead; those of a duplicate lead to the thread that answers it.

    What was below the old address of a board, topic or path leads to the same below the new one.
    """
    found = {
        redirect.path: addresses.of_thread(library.answering[outline.id])
        for outline in library.threads.values()
        if outline.has_page
        for redirect in outline.redirects
    }
    found |= {old.path: page.url for page in library.prose for old in page.redirects}
    for old, new in _redirect_others(library):
        found[old] = new
        folder = f"{old.rstrip('/')}/"
        for below in addresses.list_below(folder):
            found.setdefault(f"{folder}{below}", f"{new}{below}")
    return found


def _redirect_others(library: Library) -> Iterator[tuple[str, str]]:
    """Yield the old addresses of boards, topics and paths, and where they lead."""
    for board in library.boards.values() if library.has_boards else ():
        yield from ((old, addresses.of_board(board.id)) for old in board.redirect_from)
    for topic in library.topics.values():
        yield from ((old, addresses.of_topic(topic.id)) for old in topic.redirect_from)
    for id_, path in library.paths.items():
        yield from ((old, addresses.of_path(id_)) for old in path.redirect_from)


def share(settings: Settings, library: Library, icons: Mapping[str, str] | None = None) -> Shared:
    """Return what every page knows of the site; `icons` holds the SVG of topics' icons."""
    cards = Cards(library, icons or {})
    return Shared(
        site_name=settings.site_name,
        site_description=settings.site_description,
        today=build_day(),
        site_url=settings.site_url,
        language=settings.language,
        takes_answers=bool(settings.answer_url),
        has_twins=settings.twins,
        has_offline=settings.offline,
        has_search=settings.search,
        glossary=cards.glossary,
        has_pdf=settings.pdf,
        feedback_url=settings.feedback_url,
        stages=cards.stages,
        has_remote_pictures=settings.images == "https",
        search_url=settings.search_url,
        prefix=settings.prefix,
        hidden=settings.hidden,
    )
