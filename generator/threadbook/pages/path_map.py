"""The map of paths: which comes before which, drawn as boxes in layers.

This is Sugiyama's method: put the boxes in layers, break long arrows at each layer they pass, then
move everything towards what it is joined to. Each step looks at every arrow a fixed number of
times, so hundreds of paths that need each other do not slow down a build. The same paths always
give the same map.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from threadbook.pages.views import PathCard

_WIDTH, _HEIGHT = 200, 78
_GAP, _FALL = 24, 130
"""The space between neighbours in a layer, and from the top of one layer to that of the next."""
_HEAD: Final = 7
"""The space for the head of an arrow above a box."""
_MARGIN: Final = 4
_SWEEPS: Final = 24
_BEND_LIMIT: Final = 4_000
"""With more bends than this, arrows have none, and long ones pass behind boxes."""

Arrow = tuple[int, int]
"""From a path to one that comes after it. Paths and bends are numbered in one series."""


class Box(NamedTuple):
    """The box of a path; `x` and `y` are its upper left corner."""

    path: PathCard
    x: float
    y: float


class PathMap(NamedTuple):
    """Boxes, and the curves between them as SVG paths; sizes are in pixels.

    `said` has each path with the paths that come before it, for people who cannot see the map.
    """

    width: float
    height: float
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    said: tuple[tuple[PathCard, tuple[PathCard, ...]], ...]


def map_paths(paths: Sequence[PathCard], order: Sequence[tuple[str, str]]) -> PathMap | None:
    """Lay out paths in layers; return `None` if no path comes before another.

    `order` has pairs of ids: a path and one that comes after it. Other paths are not on the map.
    An arrow is left out if others lead the same way: if a comes before b and b before c, there is
    none from a to c. Where paths need each other in a circle, which the checker reports, the arrow
    that closes the circle is left out too.
    """
    if not order:
        return None
    linked = {id_ for pair in order for id_ in pair}
    shown = [path for path in paths if path.id in linked]
    at = {path.id: number for number, path in enumerate(shown)}
    needs: list[list[int]] = [[] for _ in shown]
    for before, after in dict.fromkeys(order):
        needs[at[after]].append(at[before])
    layers, arrows = _assign_layers(needs)
    layout = _Layout(layers, arrows)
    layout.sweep()
    boxes = tuple(Box(path, *layout.corner(number)) for number, path in enumerate(shown))
    return PathMap(
        width=layout.width + _MARGIN,
        height=max(box.y for box in boxes) + _HEIGHT + _MARGIN,
        box_width=_WIDTH,
        box_height=_HEIGHT,
        boxes=boxes,
        curves=tuple(map(layout.draw_curve, arrows)),
        said=tuple(
            (path, tuple(shown[need] for need in needs[number]))
            for number, path in enumerate(shown)
        ),
    )


def _assign_layers(needs: Sequence[Sequence[int]]) -> tuple[list[int], list[Arrow]]:
    """Return each path's layer, and the arrows to draw; `needs` has the paths before each path."""
    order = _sort(needs)
    places = {path: place for place, path in enumerate(order)}
    layers = [0] * len(needs)
    before = [0] * len(needs)  # sets of paths, as the bits of a number: far smaller than sets
    arrows = []
    after: list[list[int]] = [[] for _ in needs]
    for path in order:
        direct = [need for need in needs[path] if places[need] < places[path]]
        implied = 0
        for need in direct:
            implied |= before[need]
            layers[path] = max(layers[path], layers[need] + 1)
        for need in direct:
            before[path] |= 1 << need
            if not implied >> need & 1:
                arrows.append((need, path))
                after[need].append(path)
        before[path] |= implied
    arriving = Counter(path for _, path in arrows)
    # A path with more arrows below than above moves down, which makes the sum of arrows shorter.
    for path in reversed(order):
        if len(after[path]) > arriving[path]:
            layers[path] = min(layers[each] for each in after[path]) - 1
    return layers, arrows


def _sort(needs: Sequence[Sequence[int]]) -> list[int]:
    """Return the paths, each after all that it needs, as far as there are no circles.

    This is a depth-first search with a stack of its own, because chains can be longer than
    Python's stack. A path is on the stack until everything it needs is done.
    """
    order: dict[int, None] = {}
    seen: set[int] = set()
    stack = [*reversed(range(len(needs)))]
    while stack:
        path = stack[-1]
        if path in seen:
            order.setdefault(stack.pop())
        else:
            seen.add(path)
            stack += (need for need in reversed(needs[path]) if need not in seen)
    return [*order]


class _Layout:
    """Where paths and the bends of long arrows are in their layers; `x` has their centres."""

    def __init__(self, layers: Sequence[int], arrows: Sequence[Arrow]) -> None:
        self.layers = list(layers)
        self.paths = len(layers)
        self.ways = self._find_ways(arrows)
        self.rows: list[list[int]] = [[] for _ in range(max(self.layers) + 1)]
        for item, layer in enumerate(self.layers):
            self.rows[layer].append(item)
        self.above: dict[int, list[int]] = defaultdict(list)
        self.below: dict[int, list[int]] = defaultdict(list)
        steps = dict.fromkeys(step for way in self.ways.values() for step in pairwise(way))
        for upper, lower in steps:
            self.above[lower].append(upper)
            self.below[upper].append(lower)
        self.x = [0.0] * len(self.layers)
        for row in self.rows:
            self._place(row)

    def _find_ways(self, arrows: Sequence[Arrow]) -> dict[Arrow, list[int]]:
        """Return what each arrow passes; arrows that leave the same path share their bends."""
        spans = sum(self.layers[end] - self.layers[start] - 1 for start, end in arrows)
        bends: dict[Arrow, int] = {}
        ways = {}
        for start, end in arrows:
            between = range(self.layers[start] + 1, self.layers[end])
            way = [start]
            for layer in between if spans <= _BEND_LIMIT else ():
                bend = bends.setdefault((start, layer), len(self.layers))
                if bend == len(self.layers):
                    self.layers.append(layer)
                way.append(bend)
            ways[start, end] = [*way, end]
        return ways

    def sweep(self) -> None:
        """Move everything towards the middle of what it is joined to, alternately down and up."""
        for _ in range(_SWEEPS // 2):
            for row in self.rows:
                self._arrange(row, self.above)
            for row in reversed(self.rows):
                self._arrange(row, self.below)
        left = min(x - self._half(item) for item, x in enumerate(self.x))
        self.x = [round(x - left) + _MARGIN for x in self.x]
        self.width = _MARGIN + max(x + self._half(item) for item, x in enumerate(self.x))

    def _arrange(self, row: list[int], joined: Mapping[int, Sequence[int]]) -> None:
        """Sort a layer by the middle of what its members are joined to, and place it."""
        for item in row:
            if others := joined.get(item):
                self.x[item] = sum(self.x[other] for other in others) / len(others)
        row.sort(key=self.x.__getitem__)
        self._place(row)

    def _place(self, row: Sequence[int]) -> None:
        """Place a layer in its order, as close to its `x` as possible without overlaps.

        This minimises the sum of squared distances by the pool adjacent violators algorithm: what
        would overlap becomes a block around its common middle.
        """
        rooms = (self._half(one) + _GAP + self._half(other) for one, other in pairwise(row))
        offsets = list(accumulate(rooms, initial=0.0))
        blocks: list[tuple[float, int]] = []
        for item, offset in zip(row, offsets, strict=True):
            total, count = self.x[item] - offset, 1
            while blocks and blocks[-1][0] * count >= total * blocks[-1][1]:
                total, count = total + blocks[-1][0], count + blocks[-1][1]
                blocks.pop()
            blocks.append((total, count))
        middles = (total / count for total, count in blocks for _ in range(count))
        for item, offset, middle in zip(row, offsets, middles, strict=True):
            self.x[item] = middle + offset

    def _half(self, item: int) -> float:
        return _WIDTH / 2 if item < self.paths else 0

    def corner(self, path: int) -> tuple[float, float]:
        """Return a box's upper left corner."""
        return self.x[path] - _WIDTH // 2, self._top(path)

    def draw_curve(self, arrow: Arrow) -> str:
        """Return an arrow as an SVG path: curved between layers, and straight beside one."""
        start, *passed = self.ways[arrow]
        x, y = self.x[start], self._top(start) + _HEIGHT
        drawn = f"M{x:g} {y}"
        for item in passed:
            end_x, end_y = self.x[item], self._top(item)
            end_y -= _HEAD if item < self.paths else 0
            middle = (y + end_y) / 2
            drawn += f"C{x:g} {middle:g} {end_x:g} {middle:g} {end_x:g} {end_y}"
            x, y = end_x, end_y
            if item >= self.paths:
                y += _HEIGHT
                drawn += f"V{y}"
        return drawn

    def _top(self, item: int) -> int:
        return _MARGIN + self.layers[item] * _FALL
