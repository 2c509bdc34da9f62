"""Plots as inline SVG: shapes and words, without scripts, styles or links.

The theme's CSS colours them by their classes, so they are readable in light and dark schemes, and
a content-security policy needs no exception. Lengths are in units of the view box. They are
rounded to a tenth, so that the bytes are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from markupsafe import Markup

from threadbook import text
from threadbook.health import Age, Month

MONTHS: Final = 240
"""The most months that a plot shows, which are the latest. The table beside it has all months."""

_WIDTH, _HEIGHT = 420, 240
_TOP: Final = 20
"""The space above the plot for the value of the highest bar, or for half a label."""
_FLOOR: Final = 184
"""The height of the line for 0, from the top."""
_AGES_FLOOR: Final = 210
_LABEL: Final = 20
"""The distance from a line to the baseline of the label below it."""
_DIGIT: Final = 8
"""About the width of a digit in labels, whose font size is 14 units."""
_HALF_MONTH: Final = 32
"""A little more than half the width of a label such as `Jan 2026`."""
_MONTH_LABELS: Final = 4
_NUMBERS: Final = 6
"""The most numbers at the left of a plot."""
_FEW: Final = 24
"""With at most this many months, each has a dot of its own."""
_BAR: Final = 0.7
"""The part of its column that a bar fills."""

_NAMES: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def draw_months(months: Sequence[Month], until: str) -> Markup:
    """Draw the threads and answers of each month up to `until` (`2026-11`), as two lines."""
    shown = tuple(list_months(months, until))[-MONTHS:]
    ticks = _ticks(max(max(month.threads, month.answers) for month in shown))
    left = max(_HALF_MONTH, _DIGIT * (len(f"{ticks[-1]:,}") + 1))
    step = (_WIDTH - left - _HALF_MONTH) / max(len(shown) - 1, 1)
    x = [left + step * number for number in range(len(shown))]
    scale = (_FLOOR - _TOP) / ticks[-1]
    labels = _choose_labels([month.month for month in shown])
    return _make_svg(
        "tb_plot_months",
        "Threads and answers a month",
        _describe_months(shown),
        [
            *(_draw_guide(left, _FLOOR - scale * tick, f"{tick:,}") for tick in ticks),
            *(_write(x[place], _FLOOR + _LABEL, _name(shown[place].month)) for place in labels),
            _draw_line(0, x, [_FLOOR - scale * month.threads for month in shown]),
            _draw_line(1, x, [_FLOOR - scale * month.answers for month in shown]),
            _draw_legend(0, left, "Threads"),
            _draw_legend(1, _WIDTH / 2, "Answers"),
        ],
    )


def draw_ages(ages: Sequence[Age]) -> Markup:
    """Draw how many questions have waited for how long, as bars."""
    most = max(1, *(age.questions for age in ages))
    column = _WIDTH / len(ages)
    drawn = [_fill('<path class="tb-plot__guide" d="M0 {}H{}"/>', _AGES_FLOOR, _WIDTH)]
    bar = '<rect x="{}" y="{}" width="{}" height="{}"/>'
    for number, age in enumerate(ages):
        height = (_AGES_FLOOR - _TOP) * age.questions / most
        top, middle = _AGES_FLOOR - height, column * (number + 0.5)
        if height:
            x, width = middle - column * _BAR / 2, column * _BAR
            drawn.append(_group(0, _fill(bar, x, top, width, height)))
        drawn.append(_write(middle, top - 6, f"{age.questions:,}", "value"))
        drawn.append(_write(middle, _AGES_FLOOR + _LABEL, age.label))
    said = "; ".join(f"{age.label}: {age.questions:,}" for age in ages)
    return _make_svg("tb_plot_ages", "Waiting questions by age", f"{said}.", drawn)


def list_months(months: Sequence[Month], until: str) -> Iterator[Month]:
    """Yield every month from the first one to `until`, also those without any thread."""
    known = {month.month: month for month in months}
    year, number = map(int, months[0].month.split("-"))
    while (month := f"{year:04}-{number:02}") <= until:
        yield known.get(month, Month(month, 0, 0))
        year, number = (year + 1, 1) if number == len(_NAMES) else (year, number + 1)


def _describe_months(shown: Sequence[Month]) -> str:
    threads = sum(month.threads for month in shown)
    answers = sum(month.answers for month in shown)
    most = max(shown, key=lambda month: month.threads + month.answers)
    return (
        f"{_name(shown[0].month)} to {_name(shown[-1].month)}: {text.count(threads, 'thread')} and "
        f"{text.count(answers, 'answer')}, the most in {_name(most.month)}, with "
        f"{text.count(most.threads, 'thread')} and {text.count(most.answers, 'answer')}."
    )


def _name(month: str) -> str:
    year, number = month.split("-")
    return f"{_NAMES[int(number) - 1]} {int(year)}"


def _choose_labels(months: Sequence[str]) -> list[int]:
    """Choose the months with a label: at most four, and Januaries if there are three or more."""
    januaries = [number for number, month in enumerate(months) if month.endswith("-01")]
    chosen = januaries if len(januaries) > 2 else [*range(len(months))]  # noqa: PLR2004
    return chosen[:: -(-len(chosen) // _MONTH_LABELS)]


def _ticks(most: int) -> list[int]:
    """Return at most six numbers from 0 to at least `most`, in steps such as 1, 2, 5 or 10."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if most <= step * (_NUMBERS - 1))
    return [*range(0, max(most, 1) + step, step)]


def _draw_guide(left: float, y: float, label: str) -> Markup:
    """Draw a line across the plot, with its number at the left."""
    line = _fill('<path class="tb-plot__guide" d="M{} {}H{}"/>', left, y, _WIDTH)
    return line + _write(left - _DIGIT, y + 5, label, anchor="end")


def _draw_line(series: int, x: Sequence[float], y: Sequence[float]) -> Markup:
    """Draw one number for each month; with few months, each has a dot."""
    places = [*zip(x, y, strict=True)]
    points = "L".join(f"{_round(one)} {_round(other)}" for one, other in places)
    shapes = [_fill('<path class="tb-plot__line" d="M{}"/>', points)]
    if len(places) <= _FEW:
        shapes += (_fill('<circle cx="{}" cy="{}" r="3"/>', *place) for place in places)
    return _group(series, Markup().join(shapes))


def _draw_legend(series: int, x: float, name: str) -> Markup:
    """Draw a short line, and the name of its series."""
    y = _HEIGHT - 8
    line = _fill('<path class="tb-plot__line" d="M{} {}h26"/>', x, y - 5)
    return _group(series, line) + _write(x + 34, y, name, anchor="start")


def _group(series: int, shapes: Markup) -> Markup:
    return _fill('<g class="tb-plot__series tb-plot__series--{}">{}</g>', series, shapes)


def _write(x: float, y: float, words: str, kind: str = "label", anchor: str = "middle") -> Markup:
    text = '<text class="tb-plot__{}" x="{}" y="{}" text-anchor="{}">{}</text>'
    return _fill(text, kind, x, y, anchor, words)


def _make_svg(id_: str, title: str, description: str, drawn: Sequence[Markup]) -> Markup:
    """Return a picture with a title and a description for people who cannot see it."""
    return _fill(
        '<svg xmlns="http://www.w3.org/2000/svg" class="tb-plot__picture" viewBox="0 0 {w} {h}" '
        'role="img" aria-labelledby="{id}_title {id}_description"><title id="{id}_title">{title}'
        '</title><desc id="{id}_description">{description}</desc>{drawn}</svg>',
        w=_WIDTH,
        h=_HEIGHT,
        id=id_,
        title=title,
        description=description,
        drawn=Markup().join(drawn),
    )


def _fill(template: str, *values: object, **named: object) -> Markup:
    """Fill a template; words are escaped and numbers are rounded."""
    rounded = (_round(value) if isinstance(value, float) else value for value in values)
    return Markup(template).format(*rounded, **named)  # noqa: S704 - literals of this module


def _round(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
