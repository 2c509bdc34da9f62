"""The page of content health, for editors: its figures, plots and lists. No page leads there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from markupsafe import Markup

from threadbook import addresses
from threadbook.health import Age, Figure, Health, Line, Month, Section, ages, figures, sections
from threadbook.pages.kinds.thread import fill_pattern
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Planning
from threadbook.pages.plots import ages_plot, months_plot
from threadbook.pages.views import Link

ITEM_LIMIT: Final = 100
"""How many threads of a list the page names at most; the command names all."""


class Item(NamedTuple):
    """A thread that editors should look at; of a draft a public page says nothing.

    `path` is the path that `detail` speaks of, if any.
    """

    thread: Link | None
    path: Link | None
    detail: str
    edit_url: str


class ItemList(NamedTuple):
    """A list of such threads; `total` may be more than its items."""

    id: str
    title: str
    about: str
    total: int
    items: tuple[Item, ...]


class Plot(NamedTuple):
    """A plot, and the same as a table: its head and its rows."""

    title: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class HealthPage(Page):
    """Content health; `nothing_in` are the titles of the lists that are empty."""

    template: ClassVar[str] = "health"

    today: datetime.date
    figures: tuple[Figure, ...]
    plots: tuple[Plot, ...]
    lists: tuple[ItemList, ...]
    nothing_in: tuple[str, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page, if the site has one; search engines leave it out."""
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
        yield _plot_months(health.months, health.today)
    if health.unanswered:
        yield _plot_ages(ages(health))


def _plot_months(months: tuple[Month, ...], today: datetime.date) -> Plot:
    rows = tuple(
        (month.month, f"{month.threads:,}", f"{month.answers:,}") for month in reversed(months)
    )
    head = ("Month", "Threads", "Answers")
    return Plot(
        "Threads and answers a month", months_plot(months, today.isoformat()[:7]), head, rows
    )


def _plot_ages(waiting: tuple[Age, ...]) -> Plot:
    rows = tuple((age.label, f"{age.questions:,}") for age in waiting)
    return Plot("Waiting questions by age", ages_plot(waiting), ("Waiting for", "Questions"), rows)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    if planning.settings.health:
        yield Entry(addresses.HEALTH, hide=WIDE)


KIND: Final = PageKind(pages, entries)
