"""The map of paths: which comes before which, drawn as boxes in layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from threadbook.pages.views import PathCard

_WIDTH, _HEIGHT = 200, 78
_GAP, _FALL = 224, 130
_MARGIN: Final = 4


class Box(NamedTuple):
    """A path's box, by its upper left corner."""

    path: PathCard
    x: float
    y: float


class PathMap(NamedTuple):
    """Boxes, and the curves between them as SVG paths; sizes are in pixels."""

    width: float
    height: float
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    said: tuple[tuple[PathCard, tuple[PathCard, ...]], ...]


def path_map(paths: Sequence[PathCard], order: Sequence[tuple[str, str]]) -> PathMap | None:
    """Lay out paths in layers (Sugiyama's method); None if no path comes before another.

    Paths that stand alone are not on the map.
    """
    if not order:
        return None
    import igraph  # noqa: PLC0415 - few pages need it, and it is slow to import

    linked = {id_ for pair in order for id_ in pair}
    shown = [path for path in paths if path.id in linked]
    at = {path.id: number for number, path in enumerate(shown)}
    edges = [(at[before], at[after]) for before, after in order]
    graph = igraph.Graph(len(shown), edges, directed=True)
    places = [tuple(place) for place in graph.layout_sugiyama(hgap=_GAP, vgap=_FALL, maxiter=200)]
    left = min(x for x, _ in places)
    boxes = tuple(
        Box(path, x - left + _MARGIN, y + _MARGIN)
        for path, (x, y) in zip(shown, places, strict=True)
    )
    return PathMap(
        width=max(box.x for box in boxes) + _WIDTH + _MARGIN,
        height=max(box.y for box in boxes) + _HEIGHT + _MARGIN,
        box_width=_WIDTH,
        box_height=_HEIGHT,
        boxes=boxes,
        curves=tuple(_curve(boxes[one], boxes[other]) for one, other in edges),
        said=tuple(
            (path, tuple(shown[at[before]] for before, after in order if after == path.id))
            for path in shown
        ),
    )


def _curve(one: Box, other: Box) -> str:
    x1, y1 = one.x + _WIDTH / 2, one.y + _HEIGHT
    x2, y2 = other.x + _WIDTH / 2, other.y - 7
    middle = (y1 + y2) / 2
    return f"M{x1:g} {y1:g}C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}"
