"""Plots as SVG that stands in the page: drawn by pygal, then reduced to shapes and words.

pygal's own styles, scripts, comments, tooltips and ids are dropped; the theme's CSS colours what is
left, so a plot is readable in light and dark and can do nothing. Numbers are rounded to a tenth
of a unit, so the bytes are the same everywhere. pygal is imported when the first plot is drawn.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final
from xml.etree import ElementTree

from markupsafe import Markup

from threadbook import text
from threadbook.health import Age, Month

MONTHS: Final = 240
"""The most months a plot shows, the latest; the table beside it has all."""

_WIDTH: Final = 420
_HEIGHT: Final = 240
_FONT: Final = 14
_LABELS: Final = 6
_FEW: Final = 24
"""Up to so many months each has a dot of its own."""

_NAMES: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_ELEMENTS: Final = frozenset({"circle", "g", "path", "rect", "text"})
_ATTRIBUTES: Final = frozenset(
    "class cx cy d height r rx ry text-anchor transform width x y".split()
)
_NUMBER: Final = re.compile(r"-?\d+\.\d+")


def months_plot(months: Sequence[Month], until: str) -> Markup:
    """Draw threads and answers a month up to `until`, as two lines; months without any are 0."""
    shown = tuple(every_month(months, until))[-MONTHS:]
    chart = _chart(
        "Line",
        x_labels=[_label(month.month) for month in shown],
        x_labels_major=_majors([month.month for month in shown]),
        show_minor_x_labels=False,
        y_labels=_ticks(max(max(month.threads, month.answers) for month in shown)),
        show_dots=len(shown) <= _FEW,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
    )
    chart.add("Threads", [month.threads for month in shown])
    chart.add("Answers", [month.answers for month in shown])
    threads = sum(month.threads for month in shown)
    answers = sum(month.answers for month in shown)
    most = max(shown, key=lambda month: month.threads + month.answers)
    return _inert(
        chart,
        "tb_plot_months",
        "Threads and answers a month",
        f"{_label(shown[0].month)} to {_label(shown[-1].month)}: {text.count(threads, 'thread')} "
        f"and {text.count(answers, 'answer')}, the most in {_label(most.month)}, with "
        f"{text.count(most.threads, 'thread')} and {text.count(most.answers, 'answer')}.",
    )


def ages_plot(ages: Sequence[Age]) -> Markup:
    """Draw how many questions have waited for how long, as bars."""
    chart = _chart(
        "Bar",
        x_labels=[age.label for age in ages],
        show_legend=False,
        show_y_labels=False,
        show_y_guides=False,
        print_values=True,
        print_values_position="top",
    )
    chart.add("Questions", [age.questions for age in ages])
    said = "; ".join(f"{age.label}: {age.questions:,}" for age in ages)
    return _inert(chart, "tb_plot_ages", "Waiting questions by age", f"{said}.")


def every_month(months: Sequence[Month], until: str) -> Iterator[Month]:
    """Yield every month from the first one to `until`."""
    known = {month.month: month for month in months}
    year, number = map(int, months[0].month.split("-"))
    while (month := f"{year:04}-{number:02}") <= until:
        yield known.get(month, Month(month, 0, 0))
        year, number = (year + 1, 1) if number == len(_NAMES) else (year, number + 1)


def _label(month: str) -> str:
    year, number = month.split("-")
    return f"{_NAMES[int(number) - 1]} {int(year)}"


def _majors(months: Sequence[str]) -> list[str]:
    """Choose the labels that are shown: at most six, Januaries where there are three or more."""
    januaries = [month for month in months if month.endswith("-01")]
    chosen = januaries if len(januaries) > 2 else months  # noqa: PLR2004
    every = -(-len(chosen) // _LABELS)
    return [_label(month) for month in chosen[::every]]


def _ticks(most: int) -> list[int]:
    """Return whole numbers from 0 to `most` or more, at most six, in steps of 1, 2 or 5 tens."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if most <= step * (_LABELS - 1))
    return [*range(0, max(most, 1) + step, step)]


def _pygal() -> Any:
    """Import pygal, without the finder of map plugins it leaves behind.

    That one has no `find_spec`, of which Python 3.11 warns at every later import that fails.
    """
    import pygal  # noqa: PLC0415 - one page in thousands needs it

    fixers = (each for each in sys.meta_path if isinstance(each, pygal.PluginImportFixer))
    for fixer in [*fixers]:
        sys.meta_path.remove(fixer)
    return pygal


def _chart(kind: str, **options: Any) -> Any:
    pygal = _pygal()
    style = pygal.style.Style(
        font_family="sans-serif",
        label_font_size=_FONT,
        major_label_font_size=_FONT,
        value_font_size=_FONT,
        legend_font_size=_FONT,
    )
    return getattr(pygal, kind)(
        width=_WIDTH,
        height=_HEIGHT,
        margin=6,
        style=style,
        include_x_axis=True,
        truncate_label=-1,
        value_formatter=lambda value: f"{value:,.0f}",
        js=[],
        css=[],
        **options,
    )


def _inert(chart: Any, id_: str, title: str, description: str) -> Markup:
    """Return a chart's shapes and words, with a title and a description for who cannot see it."""
    svg = ElementTree.Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "class": "tb-plot__picture",
            "viewBox": f"0 0 {_WIDTH} {_HEIGHT}",
            "role": "img",
            "aria-labelledby": f"{id_}_title {id_}_description",
        },
    )
    ElementTree.SubElement(svg, "title", {"id": f"{id_}_title"}).text = title
    ElementTree.SubElement(svg, "desc", {"id": f"{id_}_description"}).text = description
    _copy(chart.render_tree(), svg)
    return Markup(ElementTree.tostring(svg, encoding="unicode"))  # noqa: S704 - made of known elements alone


def _copy(source: Any, target: ElementTree.Element) -> None:
    """Copy the elements and attributes that only draw; leave out groups without any."""
    for child in source:
        if child.tag not in _ELEMENTS or "tooltip-overlay" in child.get("class", ""):
            continue
        given = {
            name: _NUMBER.sub(_rounded, value)
            for name, value in child.attrib.items()
            if name in _ATTRIBUTES and value
        }
        copied = ElementTree.Element(child.tag, given)
        copied.text = child.text
        _copy(child, copied)
        if child.tag != "g" or len(copied):
            target.append(copied)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
