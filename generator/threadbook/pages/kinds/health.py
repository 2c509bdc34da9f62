"""The page of content health, for editors. No other page links to it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from markupsafe import Markup

from threadbook import addresses
from threadbook.health import Figure, Health, Line, Section, ages, figures, sections
from threadbook.pages.kinds.thread import fill_pattern
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.plots import draw_ages, draw_months
from threadbook.pages.views import Link

ITEM_LIMIT: Final = 100
"""The most threads of a list that the page shows; `threadbook health` shows all."""


class Item(NamedTuple):
    """A thread that editors should look at; `path` is the path that `detail` is about, if any.

    The page is public, so a draft has no `thread` and no `edit_url`.
    """

    thread: Link | None
    path: Link | None
    detail: str
    edit_url: str


class ItemList(NamedTuple):
    """A list of such threads, and their total, of which `items` may be only the first."""

    id: str
    title: str
    about: str
    total: int
    items: tuple[Item, ...]


class Plot(NamedTuple):
    """A plot, and the head and rows of a table that says the same."""

    title: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class HealthPage(Page):
    """Content health; `nothing_in` holds the titles of the empty lists."""

    template: ClassVar[str] = "health"

    today: datetime.date
    figures: tuple[Figure, ...]
    plots: tuple[Plot, ...]
    lists: tuple[ItemList, ...]
    nothing_in: tuple[str, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page, if the site has one. Search engines do not index it."""
    health = planning.health
    if health is None:
        return
    lead = "For editors: what waits for an answer, a review or a link."
    meta = planning.describe(addresses.HEALTH, "Content health", lead) | {"changed": health.today}
    every = sections(health)
    yield HealthPage(
        **meta,
        is_indexed=False,
        today=health.today,
        figures=figures(health.totals),
        plots=tuple(_draw_plots(health)),
        lists=tuple(_list_items(section, planning) for section in every if section.lines),
        nothing_in=tuple(section.title for section in every if not section.lines),
    )


def _list_items(section: Section, planning: Planning) -> ItemList:
    paths, library, settings = planning.cards.paths, planning.library, planning.settings

    def item(line: Line) -> Item:
        link = planning.cards.link_page(line.thread)
        edit = fill_pattern(planning, settings.edit_url, library.threads[line.thread])
        return Item(
            thread=link,
            path=planning.cards.link_path(line.path) if line.path in paths else None,
            detail=line.detail,
            edit_url=edit if link else "",
        )

    items = tuple(map(item, section.lines[:ITEM_LIMIT]))
    return ItemList(section.id, section.title, section.about, len(section.lines), items)


def _draw_plots(health: Health) -> Iterator[Plot]:
    if health.months:
        yield Plot(
            "Threads and answers a month",
            draw_months(health.months, health.today.isoformat()[:7]),
            ("Month", "Threads", "Answers"),
            tuple(
                (month.month, f"{month.threads:,}", f"{month.answers:,}")
                for month in reversed(health.months)
            ),
        )
    if health.unanswered:
        waiting = ages(health)
        yield Plot(
            "Waiting questions by age",
            draw_ages(waiting),
            ("Waiting for", "Questions"),
            tuple((age.label, f"{age.questions:,}") for age in waiting),
        )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    if planning.settings.health:
        yield Entry(addresses.HEALTH, hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.HEALTH)
