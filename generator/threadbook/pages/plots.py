"""Plots as SVG that stands in the page: shapes and words, without scripts, styles or links.

The theme's CSS colours them by their classes, so they are readable in light and dark, and no
content-security policy has to make an exception. Lengths are in units of the view box, rounded to
a tenth, so the bytes are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from markupsafe import Markup

from threadbook import text
from threadbook.health import Age, Month

MONTHS: Final = 240
"""The most months a plot shows, the latest; the table beside it has all."""

_WIDTH, _HEIGHT = 420, 240
_TOP: Final = 20
"""Room for a value above the highest bar, and for half of the highest label."""
_FLOOR: Final = 184
"""Where 0 is."""
_AGES_FLOOR: Final = 210
_LABEL: Final = 20
"""From a line to the baseline of the label below it."""
_DIGIT: Final = 8
"""About the width of a digit in the font that the theme gives labels, of 14 units."""
_HALF_MONTH: Final = 32
"""A little more than half the width of a label such as `Jan 2026`."""
_MONTH_LABELS: Final = 4
_NUMBERS: Final = 6
"""The most numbers beside the lines across a plot."""
_FEW: Final = 24
"""Up to so many months each has a dot of its own."""
_BAR: Final = 0.7
"""How much of its column a bar fills."""

_NAMES: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def draw_months(months: Sequence[Month], until: str) -> Markup:
    """Draw threads and answers a month up to `until`, as two lines; months without any are 0."""
    shown = tuple(list_months(months, until))[-MONTHS:]
    ticks = _ticks(max(max(month.threads, month.answers) for month in shown))
    left = max(_HALF_MONTH, _DIGIT * (len(f"{ticks[-1]:,}") + 1))
    step = (_WIDTH - left - _HALF_MONTH) / max(len(shown) - 1, 1)
    x = [left + step * number for number in range(len(shown))]
    scale = (_FLOOR - _TOP) / ticks[-1]
    chosen = _labelled([month.month for month in shown])
    return _plot(
        "tb_plot_months",
        "Threads and answers a month",
        _months_in_words(shown),
        [
            *(_guide(left, _FLOOR - scale * tick, f"{tick:,}") for tick in ticks),
            *(_text(x[number], _FLOOR + _LABEL, _name(shown[number].month)) for number in chosen),
            _line(0, x, [_FLOOR - scale * month.threads for month in shown]),
            _line(1, x, [_FLOOR - scale * month.answers for month in shown]),
            _legend(0, left, "Threads"),
            _legend(1, _WIDTH / 2, "Answers"),
        ],
    )


def draw_ages(ages: Sequence[Age]) -> Markup:
    """Draw how many questions have waited for how long, as bars."""
    most = max(1, *(age.questions for age in ages))
    column = _WIDTH / len(ages)
    drawn = [_markup('<path class="tb-plot__guide" d="M0 {}H{}"/>', _AGES_FLOOR, _WIDTH)]
    for number, age in enumerate(ages):
        height = (_AGES_FLOOR - _TOP) * age.questions / most
        middle = column * (number + 0.5)
        if height:
            drawn.append(_bar(middle - column * _BAR / 2, column * _BAR, height))
        value = _text(middle, _AGES_FLOOR - height - 6, f"{age.questions:,}", "value")
        drawn += [value, _text(middle, _AGES_FLOOR + _LABEL, age.label)]
    said = "; ".join(f"{age.label}: {age.questions:,}" for age in ages)
    return _plot("tb_plot_ages", "Waiting questions by age", f"{said}.", drawn)


def list_months(months: Sequence[Month], until: str) -> Iterator[Month]:
    """Yield every month from the first one to `until`."""
    known = {month.month: month for month in months}
    year, number = map(int, months[0].month.split("-"))
    while (month := f"{year:04}-{number:02}") <= until:
        yield known.get(month, Month(month, 0, 0))
        year, number = (year + 1, 1) if number == len(_NAMES) else (year, number + 1)


def _months_in_words(shown: Sequence[Month]) -> str:
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


def _labelled(months: Sequence[str]) -> list[int]:
    """Choose the months with a label: at most four, Januaries where there are three or more."""
    januaries = [number for number, month in enumerate(months) if month.endswith("-01")]
    chosen = januaries if len(januaries) > 2 else [*range(len(months))]  # noqa: PLR2004
    return chosen[:: -(-len(chosen) // _MONTH_LABELS)]


def _ticks(most: int) -> list[int]:
    """Return whole numbers from 0 to `most` or more, at most six, in steps of 1, 2 or 5 tens."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if most <= step * (_NUMBERS - 1))
    return [*range(0, max(most, 1) + step, step)]


def _guide(left: float, y: float, label: str) -> Markup:
    """Draw a line across the plot, with its number at the left."""
    line = _markup('<path class="tb-plot__guide" d="M{} {}H{}"/>', left, y, _WIDTH)
    return line + _text(left - _DIGIT, y + 5, label, anchor="end")


def _line(series: int, x: Sequence[float], y: Sequence[float]) -> Markup:
    """Draw one number a month; with few months, each has a dot."""
    points = "L".join(f"{_tenth(one)} {_tenth(other)}" for one, other in zip(x, y, strict=True))
    line = _markup('<path class="tb-plot__line" d="M{}"/>', points)
    dots = (
        _markup('<circle cx="{}" cy="{}" r="3"/>', one, other)
        for one, other in zip(x, y, strict=True)
        if len(x) <= _FEW
    )
    return _series(series, line + Markup().join(dots))


def _legend(series: int, x: float, name: str) -> Markup:
    """Draw a piece of a line, and what it is."""
    y = _HEIGHT - 8
    line = _markup('<path class="tb-plot__line" d="M{} {}h26"/>', x, y - 5)
    return _series(series, line) + _text(x + 34, y, name, anchor="start")


def _bar(x: float, width: float, height: float) -> Markup:
    shape = '<rect x="{}" y="{}" width="{}" height="{}"/>'
    return _series(0, _markup(shape, x, _AGES_FLOOR - height, width, height))


def _series(number: int, shapes: Markup) -> Markup:
    return _markup('<g class="tb-plot__series tb-plot__series--{}">{}</g>', number, shapes)


def _text(x: float, y: float, words: str, kind: str = "label", anchor: str = "middle") -> Markup:
    text = '<text class="tb-plot__{}" x="{}" y="{}" text-anchor="{}">{}</text>'
    return _markup(text, kind, x, y, anchor, words)


def _plot(id_: str, title: str, description: str, drawn: Sequence[Markup]) -> Markup:
    """Return a picture, with a title and a description for those who cannot see it."""
    return _markup(
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


def _markup(template: str, *values: object, **named: object) -> Markup:
    """Fill a template: words are escaped, and numbers rounded."""
    rounded = (_tenth(value) if isinstance(value, float) else value for value in values)
    return Markup(template).format(*rounded, **named)  # noqa: S704 - literals of this module


def _tenth(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
