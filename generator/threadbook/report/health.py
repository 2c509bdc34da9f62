"""Content health for the terminal, and as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import click

from threadbook.health import Health, Line, figures, sections
from threadbook.library import Library
from threadbook.report.github import plain_markdown
from threadbook.report.text import visible

_UNLINKABLE: Final = re.compile(r"[{}()<>\s]")
"""What an address in Markdown cannot have as it is."""

MOST_SHOWN: Final = 10
"""How many lines of each list are shown, unless all are wanted."""


def health_as_text(
    health: Health, library: Library, *, most: int | None = MOST_SHOWN, is_coloured: bool = False
) -> Iterator[str]:
    """Yield printable lines; at most `most` of each list, or all of it."""

    def bold(text: str) -> str:
        return click.style(text, bold=True) if is_coloured else text

    yield bold(f"Content health on {health.today}")
    yield ", ".join(f"{figure.value} {figure.label}" for figure in figures(health.totals))
    every = sections(health)
    for section in every:
        if section.lines:
            yield ""
            yield bold(f"{section.title} ({len(section.lines):,})")
            yield section.about
            yield from _table(section.lines[:most], library)
            if most is not None and len(section.lines) > most:
                yield f"  … and {len(section.lines) - most:,} more"
    empty = [section.title for section in every if section.is_work and not section.lines]
    if empty:
        yield ""
        yield f"Nothing to do: {', '.join(empty)}."


def health_as_markdown(
    health: Health, library: Library, most: int | None = MOST_SHOWN, edit_url: str = ""
) -> Iterator[str]:
    """Yield the lines of an issue for editors: what there is to do, at most `most` of each list.

    `edit_url` is where a file can be edited, with `{file}` for its path, or empty.
    """
    todo = [section for section in sections(health) if section.is_work and section.lines]
    if not todo:
        yield f"Nothing waits for an editor on {health.today}."
    for section in todo:
        yield f"## {section.title} ({len(section.lines):,})"
        yield ""
        yield section.about
        yield ""
        for line in section.lines[:most]:
            outline = library.threads[line.thread]
            detail = f": {plain_markdown(_detail(line, library))}" if line.detail else ""
            title, file = plain_markdown(outline.title), plain_markdown(outline.file)
            url = edit_url.replace("{file}", quote(outline.file))
            link = f"[{file}]({url})" if url and not _UNLINKABLE.search(url) else file
            yield f"- {title} ({link}){detail}"
        if most is not None and len(section.lines) > most:
            yield f"- … and {len(section.lines) - most:,} more"
        yield ""


def _table(lines: Sequence[Line], library: Library) -> Iterator[str]:
    """Yield one line for each thread: its detail, its file, its title."""
    width = max(len(_detail(line, library)) for line in lines)
    for line in lines:
        outline = library.threads[line.thread]
        detail = f"{_detail(line, library):<{width}}  " if width else ""
        yield f"  {detail}{visible(outline.file)}  {visible(outline.title)}"


def _detail(line: Line, library: Library) -> str:
    path = f"{library.paths[line.path].title}, " if line.path else ""
    return visible(path + line.detail)


def health_as_json(health: Health, library: Library, more: Mapping[str, Any] | None = None) -> str:
    """Return one object, with `more` in it; threads have id, title and file, days are ISO dates."""

    def named(values: Iterable[NamedTuple]) -> list[dict[str, Any]]:
        return [_thread(value._asdict(), library) for value in values]

    def ids(threads: Iterable[str]) -> list[dict[str, Any]]:
        return [_thread({"thread": thread}, library) for thread in threads]

    totals = health.totals
    return json.dumps(
        {
            "today": health.today,
            "totals": totals._asdict() | {"solved_share": round(totals.solved_share, 4)},
            "unanswered": named(health.unanswered),
            "overdue": named(health.overdue),
            "unverified": named(health.unverified),
            "stale_steps": named(health.stale_steps),
            "unaccepted": named(health.unaccepted),
            "orphans": ids(health.orphans),
            "dead_ends": ids(health.dead_ends),
            "only_listed": ids(health.only_listed),
            "most_linked": named(health.most_linked),
            "due": [
                {"owner": each.owner or None, "threads": ids(each.threads)} for each in health.due
            ],
            "months": [month._asdict() for month in health.months],
            **(more or {}),
        },
        default=str,
        ensure_ascii=False,
        indent=2,
    )


def _thread(value: dict[str, Any], library: Library) -> dict[str, Any]:
    outline = library.threads[value["thread"]]
    return value | {"title": outline.title, "file": outline.file}
