"""How the cost of a build grows with the base: a table, and a plot for the manual.

    make growth
    python tests/benchmarks/growth.py --out manual
    python tests/benchmarks/growth.py --out manual --large     # 100,000 threads, too

For each number of threads, `threadbook build` is run as a user runs it (medians), and once more in
one process to see where a thread's time goes. The plot, `growth.svg`, has a bar for each number: as
high as a thread's processor time, and cut into stages. Growth is linear if the bars get no higher.
The bars of few threads are high, because what a build needs anyway is shared by few.
The table is put between two marks in `speed.md`, so its figures stand in one place.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import build_speed
import measuring
from synthetic import Synthetic

SIZES: Final = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
LARGE: Final = 100_000
BEGIN, END = "<!-- figures: make growth -->\n", "<!-- end of figures -->\n"

GROUPS: Final = {
    "read and check": (
        "list files,read,read YAML,validate,examine bodies,check a thread,find what is heavy,"
        "check the base"
    ),
    "outline and link": "outline,seal,unseal,link,plan",
    "related threads": "words of related,related",
    "bodies": "bodies",
    "pages": "page: templates,page: structured data,fill the shell",
    "twins, feeds, outputs": "twins,lists' twins,search documents,feeds,outputs of the site",
    "write": "write",
    "engine": "engine",
}
"""The stages that share a colour in the plot; those of no group are the last."""

OTHERS: Final = "everything else"
COLOURS: Final = "#4477aa #66ccee #228833 #ccbb44 #ee6677 #aa3377 #997700 #777777 #bbbbbb".split()
"""Colours that everybody can tell apart (after Paul Tol), one a group."""


class Point(NamedTuple):
    """What a build of so many threads costs; `stages` are in microseconds a thread, by group."""

    threads: int
    cost: measuring.Cost
    written: int
    stages: Mapping[str, float]


def main() -> None:
    """Parse arguments, measure, write the plot and the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, help="the folder of speed.md and growth.svg")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of threads")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} threads")
    options = parser.parse_args()
    points = []
    for threads in [*options.sizes, *([LARGE] if options.large else [])]:
        points.append(measure(threads, options.runs))
        print(write_row(points[-1]), flush=True)
    table = "".join(write_table(points, options.runs))
    print(f"\n{table}")
    if options.out:
        (options.out / "growth.svg").write_text(draw(points))
        page = options.out / "speed.md"
        page.write_text(put_between_marks(page.read_text(), table))


def measure(threads: int, runs: int) -> Point:
    """Make a base up and build it."""
    with make_base(threads) as base:
        built = build_speed.build(base, runs, is_tidy=True)
        shutil.rmtree(base / f"site-{runs}")
        return Point(threads, built.cost, built.written, group(build_speed.measure_stages(base)))


@contextmanager
def make_base(threads: int) -> Iterator[Path]:
    """Write a base without search to a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        Synthetic(threads).write(base)
        build_speed.set_search(base, wanted=False)
        yield base


def group(stages: Mapping[str, float]) -> dict[str, float]:
    """Sum stages up by group."""
    groups = {stage: name for name, stages in GROUPS.items() for stage in stages.split(",")}
    sums = dict.fromkeys([*GROUPS, OTHERS], 0.0)
    for stage, microseconds in stages.items():
        sums[groups.get(stage, OTHERS)] += microseconds
    return sums


def write_table(points: Sequence[Point], runs: int) -> Iterator[str]:
    """Write all points as a Markdown table, with what was measured below it."""
    yield "| threads | seconds | CPU seconds | seconds per 1,000 threads | memory of all processes | output |\n"
    yield "| --- | --- | --- | --- | --- | --- |\n"
    yield from (f"{write_row(point)}\n" for point in points)
    yield (
        f"\nMedians of {runs} runs; {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}. No search index, no social pictures.\n"
    )


def write_row(point: Point) -> str:
    """Write a row of the table."""
    threads, cost, written, _ = point
    cells = [
        f"{threads:,}",
        f"{cost.seconds:.1f}",
        f"{cost.cpu:.1f}",
        f"{cost.seconds / threads * 1000:.2f}",
        f"{cost.memory / 1e6:,.0f} MB",
        f"{written / 1e6:,.0f} MB",
    ]
    return f"| {' | '.join(cells)} |"


def put_between_marks(page: str, figures: str) -> str:
    """Replace what stands between the two marks of a page."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{figures}{END}{after}"


# The plot: two panels with a common axis. Lengths are in the units of the view box.
_WIDTH, _HEIGHT = 760, 400
_LEFT, _TOP, _BOTTOM = 64, 40, 320
_BAR: Final = 0.6
_PANEL: Final = 340
_SECOND: Final = 470
_SECOND_PANEL: Final = 250


def draw(points: Sequence[Point]) -> str:
    """Draw processor time a thread by stage, and memory, as SVG."""
    shapes = [*_draw_stages(points), *_draw_memory(points)]
    title = "What a build costs, by the number of threads"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img">\n<title>{title}</title>\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def _draw_stages(points: Sequence[Point]) -> Iterator[str]:
    top = round_up(max(sum(point.stages.values()) for point in points))
    scale = (_BOTTOM - _TOP) / top
    yield _write(_LEFT, 20, "processor time a thread, µs, in one process", anchor="start")
    yield from _draw_axis(_LEFT, _PANEL, top)
    step = _PANEL / len(points)
    for number, point in enumerate(points):
        x = _LEFT + step * (number + (1 - _BAR) / 2)
        y = float(_BOTTOM)
        for colour, microseconds in zip(COLOURS, point.stages.values(), strict=True):
            height = microseconds * scale
            y -= height
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{step * _BAR:.1f}" '
                f'height="{height:.1f}" fill="{colour}"/>'
            )
        yield _write(x + step * _BAR / 2, _BOTTOM + 18, _short(point.threads))
    for number, (colour, name) in enumerate(zip(COLOURS, points[0].stages, strict=True)):
        x, y = _LEFT + number % 5 * 140, _BOTTOM + 36 + number // 5 * 20
        yield f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>'
        yield _write(x + 18, y + 10, name, anchor="start")


def _draw_memory(points: Sequence[Point]) -> Iterator[str]:
    top = round_up(max(point.cost.memory for point in points) / 1e6)
    most = points[-1].threads
    yield _write(_SECOND, 20, "memory of all processes, MB", anchor="start")
    yield from _draw_axis(_SECOND, _SECOND_PANEL, top)
    places = [
        (
            _SECOND + point.threads / most * _SECOND_PANEL,
            _BOTTOM - point.cost.memory / 1e6 / top * (_BOTTOM - _TOP),
        )
        for point in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{line}" fill="none" stroke="#4477aa" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#4477aa"/>' for x, y in places)
    for part in (0, 0.5, 1):
        yield _write(_SECOND + part * _SECOND_PANEL, _BOTTOM + 18, _short(int(most * part)))


def _draw_axis(left: int, width: int, top: float) -> Iterator[str]:
    for part in (0, 0.25, 0.5, 0.75, 1):
        y = _BOTTOM - part * (_BOTTOM - _TOP)
        yield f'<path d="M{left} {y:.1f}h{width}" stroke="#ddd"/>'
        yield _write(left - 6, y + 4, f"{top * part:,.0f}", anchor="end")


def round_up(number: float) -> float:
    """Return the next round number, whose quarters are round, too."""
    power = 10 ** math.floor(math.log10(number))
    return next(
        times * power
        for times in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
        if times * power >= number
    )


def _write(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#333">{escape(words)}</text>'
    )


def _short(threads: int) -> str:
    return f"{threads // 1000:,}k" if threads >= 1000 else f"{threads}"


if __name__ == "__main__":
    main()
