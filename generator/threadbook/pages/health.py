"""The page of content health: its figures, plots and lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from markupsafe import Markup

from threadbook.health import Health, Line, Section, ages, figures, sections
from threadbook.pages.contexts import (
    HealthContext,
    HealthItem,
    HealthPlot,
    HealthSection,
    Link,
    Page,
)
from threadbook.pages.items import Items
from threadbook.pages.plots import ages_plot, months_plot

URL: Final = "health/"
"""Where the page is; no page leads there."""

MOST: Final = 100
"""How many threads of a list the page names at the most; the command names all."""


def health_page(health: Health, items: Items, edit_url: Callable[[str], str]) -> Page:
    """Plan the page; `edit_url` gives the address where a thread is edited, or nothing."""
    every = sections(health)
    context = HealthContext(
        today=health.today,
        figures=figures(health.totals),
        sections=tuple(_section(section, items, edit_url) for section in every if section.lines),
        nothing_in=tuple(section.title for section in every if not section.lines),
        months=health.months,
        ages=ages(health) if health.unanswered else (),
    )
    title = "Content health"
    description = "For editors: what waits for an answer, a review or a link."
    return Page(
        URL, URL, title, description, context, URL, health.today, (), title, is_indexed=False
    )


def _section(section: Section, items: Items, edit_url: Callable[[str], str]) -> HealthSection:
    def item(line: Line) -> HealthItem:
        path = items.paths.get(line.path)
        has_page = items.library.has_page(line.thread)
        return HealthItem(
            thread=items.thread_link(line.thread) if has_page else None,
            path=Link(path.url, path.title) if path else None,
            detail=line.detail,
            edit_url=edit_url(line.thread) if has_page else "",
        )

    lines = section.lines[:MOST]
    return HealthSection(
        section.id, section.title, section.about, len(section.lines), tuple(map(item, lines))
    )


def plots(context: HealthContext) -> tuple[HealthPlot, ...]:
    """Draw what there is to draw."""
    found = []
    if context.months:
        rows = tuple(
            (month.month, f"{month.threads:,}", f"{month.answers:,}")
            for month in reversed(context.months)
        )
        drawn: Markup = months_plot(context.months, context.today.isoformat()[:7])
        title = "Threads and answers a month"
        found.append(HealthPlot(title, drawn, ("Month", "Threads", "Answers"), rows))
    if context.ages:
        rows_of_ages = tuple((age.label, f"{age.questions:,}") for age in context.ages)
        drawn = ages_plot(context.ages)
        title = "Waiting questions by age"
        found.append(HealthPlot(title, drawn, ("Waiting for", "Questions"), rows_of_ages))
    return tuple(found)
