"""The map of paths: which comes before which, drawn as boxes in layers (Sugiyama's method).

Each step looks at every arrow a fixed number of times, so hundreds of paths that need each other
do not hold up a build. The same paths give the same map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from threadbook.pages.views import PathCard

_WIDTH, _HEIGHT = 200, 78
_GAP, _FALL = 24, 130
"""Between neighbours in a layer, and from the top of a layer to the top of the next."""
_HEAD: Final = 7
"""Room for the head of an arrow above a box."""
_MARGIN: Final = 4
_SWEEPS: Final = 24
_MOST_BENDS: Final = 4_000
"""Nobody can follow that many; without bends, long arrows pass behind boxes."""

Arrow = tuple[int, int]
"""From a path to one that comes after it. Paths and bends of arrows are known by number."""


class Box(NamedTuple):
    """A path's box, by its upper left corner."""

    path: PathCard
    x: float
    y: float


class PathMap(NamedTuple):
    """Boxes, and the curves between them as SVG paths; sizes are in pixels.

    `said` are the paths, each with those directly before it.
    """

    width: float
    height: float
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    said: tuple[tuple[PathCard, tuple[PathCard, ...]], ...]


def map_paths(paths: Sequence[PathCard], order: Sequence[tuple[str, str]]) -> PathMap | None:
    """Lay out paths in layers; None if no path comes before another.

    Paths that stand alone are not on the map. An arrow is left out where others lead the same way:
    if a comes before b and b before c, there is none from a to c.
    """
    if not order:
        return None
    linked = {id_ for pair in order for id_ in pair}
    shown = [path for path in paths if path.id in linked]
    at = {path.id: number for number, path in enumerate(shown)}
    needs: list[list[int]] = [[] for _ in shown]
    for before, after in dict.fromkeys(order):
        needs[at[after]].append(at[before])
    layers, arrows, circular = _in_layers(needs)
    layout = _Layout(layers, arrows)
    layout.sweep()
    boxes = tuple(Box(path, *layout.corner(number)) for number, path in enumerate(shown))
    beside = [arrow for arrow in circular if arrow[0] != arrow[1]]
    return PathMap(
        width=layout.width + (2 * _GAP if beside else 0) + _MARGIN,
        height=max(box.y for box in boxes) + _HEIGHT + _MARGIN,
        box_width=_WIDTH,
        box_height=_HEIGHT,
        boxes=boxes,
        curves=(
            *(layout.curve(arrow) for arrow in arrows),
            *(_curve_beside(boxes[one], boxes[other]) for one, other in beside),
        ),
        said=tuple(
            (path, tuple(shown[need] for need in needs[number]))
            for number, path in enumerate(shown)
        ),
    )


def _in_layers(needs: Sequence[Sequence[int]]) -> tuple[list[int], list[Arrow], list[Arrow]]:
    """Return each path's layer, the arrows that lead down, and those that close a circle.

    Paths may need each other in a circle: the checker reports it, and the map still has to be
    drawn.
    """
    order, circular = _needs_first(needs)
    closing = set(circular)
    layers = [0] * len(needs)
    before = [0] * len(needs)  # sets of paths, as the bits of a number
    arrows = []
    after: list[list[int]] = [[] for _ in needs]
    for path in order:
        direct = [need for need in needs[path] if (need, path) not in closing]
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
    arriving = [0] * len(needs)
    for _, path in arrows:
        arriving[path] += 1
    for path in reversed(order):  # arrows get shorter if a path stands close to what comes after
        if len(after[path]) > arriving[path]:
            layers[path] = min(layers[each] for each in after[path]) - 1
    return layers, arrows, circular


def _needs_first(needs: Sequence[Sequence[int]]) -> tuple[list[int], list[Arrow]]:
    """Return the paths, each after all it needs, and the arrows for which that is impossible.

    A search in depth; it keeps its own stack, because a chain can be longer than Python's.
    """
    order: list[int] = []
    circular = []
    is_open: dict[int, bool] = {}
    for start in range(len(needs)):
        if start in is_open:
            continue
        is_open[start] = True
        stack = [(start, iter(needs[start]))]
        while stack:
            path, rest = stack[-1]
            for need in rest:
                if need not in is_open:
                    is_open[need] = True
                    stack.append((need, iter(needs[need])))
                    break
                if is_open[need]:
                    circular.append((need, path))
            else:
                stack.pop()
                is_open[path] = False
                order.append(path)
    return order, circular


class _Layout:
    """Where paths and the bends of long arrows stand in their layers; `x` is of their centres."""

    def __init__(self, layers: Sequence[int], arrows: Sequence[Arrow]) -> None:
        self.layers = list(layers)
        self.paths = len(layers)
        self.ways = self._ways(arrows)
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

    def _ways(self, arrows: Sequence[Arrow]) -> dict[Arrow, list[int]]:
        """Return what each arrow passes; those that leave one path share their bends."""
        spans = sum(self.layers[end] - self.layers[start] - 1 for start, end in arrows)
        bends: dict[Arrow, int] = {}
        ways = {}
        for start, end in arrows:
            between = range(self.layers[start] + 1, self.layers[end])
            way = [start]
            for layer in between if spans <= _MOST_BENDS else ():
                bend = bends.setdefault((start, layer), len(self.layers))
                if bend == len(self.layers):
                    self.layers.append(layer)
                way.append(bend)
            ways[start, end] = [*way, end]
        return ways

    def sweep(self) -> None:
        """Move everything towards the middle of what it is joined to, down and up by turns."""
        for number in range(_SWEEPS):
            is_upward = bool(number % 2)
            for row in reversed(self.rows) if is_upward else self.rows:
                self._arrange(row, self.below if is_upward else self.above)
        left = min(x - self._half(item) for item, x in enumerate(self.x))
        self.x = [round(x - left) + _MARGIN for x in self.x]
        self.width = _MARGIN + max(x + self._half(item) for item, x in enumerate(self.x))

    def _arrange(self, row: list[int], joined: Mapping[int, Sequence[int]]) -> None:
        """Order a layer by where its arrows come from, and place it."""
        for item in row:
            if others := joined.get(item):
                self.x[item] = sum(self.x[other] for other in others) / len(others)
        row.sort(key=self.x.__getitem__)
        self._place(row)

    def _place(self, row: Sequence[int]) -> None:
        """Keep a layer in its order and as near as can be to its `x`, but without overlaps.

        The least squares under that condition, by pooling adjacent violators: whatever would
        overlap is pushed apart around its common middle.
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

    def curve(self, arrow: Arrow) -> str:
        """Draw an arrow: curved between layers, and straight where it passes one."""
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


def _curve_beside(one: Box, other: Box) -> str:
    """Draw an arrow that closes a circle, from the right side of a box to that of another."""
    x1, y1 = one.x + _WIDTH, one.y + _HEIGHT / 2
    x2, y2 = other.x + _WIDTH + _HEAD, other.y + _HEIGHT / 2
    return f"M{x1:g} {y1:g}C{x1 + _GAP:g} {y1:g} {x2 + _GAP:g} {y2:g} {x2:g} {y2:g}"
