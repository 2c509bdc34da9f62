"""The motif of the site as lines for a picture: read from the one drawing that pages show, too.

It understands what such a drawing of lines needs of SVG's paths (https://www.w3.org/TR/SVG2/paths.html):
lines, cubic curves and circular arcs, absolute or relative.
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, NamedTuple

from threadbook.pages.templates import read_icons

_PATH: Final = re.compile(r'<path(?P<dashes> stroke-dasharray="[^"]*")? d="(?P<data>[^"]*)"')
_COMMAND: Final = re.compile(r"([MmLlHhVvCcSsAaZz])([^A-Za-z]*)")
_NUMBER: Final = re.compile(r"-?(?:\d*\.\d+|\d+)")
_ARGUMENTS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "A": 7}
_PIECES: Final = 12  # straight pieces for a curve

Points = tuple[complex, ...]


class Stroke(NamedTuple):
    """A line through points, as complex numbers in the drawing's own units."""

    points: Points
    is_dotted: bool


@cache
def read_motif() -> tuple[Stroke, ...]:
    """Return the strokes of the motif, which is 240 units wide and 64 high."""
    return tuple(
        Stroke(points, bool(path["dashes"]))
        for path in _PATH.finditer(read_icons()["journey"])
        for points in flatten_path(path["data"])
    )


def flatten_path(data: str) -> Iterator[Points]:
    """Yield each part of a path's data as points; curves become short straight lines."""
    points: list[complex] = []
    handle = 0j
    for command, values in _split(data):
        kind, here = command.upper(), points[-1] if points else 0j
        if kind == "Z":
            points.append(points[0])
            continue
        ends = _place(kind, values, here if command.islower() else 0j, here)
        if kind == "M":
            if len(points) > 1:
                yield tuple(points)
            points = [ends[-1]]
        elif kind in "CS":
            start = 2 * here - handle if kind == "S" else ends[0]
            points += _curve(here, start, *ends[-2:])
        elif kind == "A":
            points += _arc(here, ends[-1], values[0], turns_right=bool(values[4]))
        else:
            points.append(ends[-1])
        handle = ends[-2] if kind in "CS" else points[-1]
    if len(points) > 1:
        yield tuple(points)


def _split(data: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield each command with its numbers; those that follow a repeated command are a line's."""
    for command, text in _COMMAND.findall(data):
        numbers = tuple(map(float, _NUMBER.findall(text)))
        size = _ARGUMENTS.get(command.upper(), 0)
        if not size:
            yield command, ()
        for place in range(0, len(numbers), size or 1):
            moved = {"M": "L", "m": "l"}.get(command, command)
            yield (moved if place else command), numbers[place : place + size]


def _place(kind: str, values: tuple[float, ...], origin: complex, here: complex) -> list[complex]:
    """Return the points that a command names."""
    if kind == "H":
        return [complex(origin.real + values[0], here.imag)]
    if kind == "V":
        return [complex(here.real, origin.imag + values[0])]
    pairs = values[5:] if kind == "A" else values
    return [origin + complex(*pairs[at : at + 2]) for at in range(0, len(pairs), 2)]


def _sample(curve: Callable[[float], complex]) -> list[complex]:
    return [curve(place / _PIECES) for place in range(1, _PIECES + 1)]


def _curve(start: complex, one: complex, two: complex, end: complex) -> list[complex]:
    """Return points on a cubic Bézier curve, without its start."""
    return _sample(
        lambda t: (
            (1 - t) ** 3 * start
            + 3 * (1 - t) ** 2 * t * one
            + 3 * (1 - t) * t**2 * two
            + t**3 * end
        )
    )


def _arc(start: complex, end: complex, radius: float, *, turns_right: bool) -> list[complex]:
    """Return points on the smaller arc of a circle, without its start."""
    half = (end - start) / 2
    height = math.sqrt(max(radius**2 - abs(half) ** 2, 0))
    centre = start + half + half / abs(half) * height * (1j if turns_right else -1j)
    begin, last = cmath.phase(start - centre), cmath.phase(end - centre)
    turn = (last - begin) % math.tau if turns_right else -((begin - last) % math.tau)
    return _sample(lambda t: centre + cmath.rect(radius, begin + turn * t))
