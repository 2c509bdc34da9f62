"""The order in which paths are walked: legs of a road, each after what it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from threadbook.model import LearningPath


def order_paths(paths: Mapping[str, LearningPath]) -> tuple[tuple[str, ...], ...]:
    """Return the ids of all paths in legs: a leg has the paths that need only earlier legs.

    Within a leg they keep their order. Paths that nothing needs and that need nothing are the
    last leg, if there are others: they can be walked at any time. Where paths need each other in
    a circle, which the checker reports, what closes the circle is ignored.
    """
    needs = {
        id_: [need for need in dict.fromkeys(path.prerequisites) if need in paths and need != id_]
        for id_, path in paths.items()
    }
    needed = {need for each in needs.values() for need in each}
    free = tuple(id_ for id_ in paths if not needs[id_] and id_ not in needed)
    legs: defaultdict[int, list[str]] = defaultdict(list)
    for id_, depth in _measure(needs).items():
        legs[depth].append(id_)
    order = {id_: place for place, id_ in enumerate(paths) if id_ not in free}
    walked = (sorted(order.keys() & legs[depth], key=order.__getitem__) for depth in sorted(legs))
    return (*(tuple(leg) for leg in walked if leg), *((free,) if free else ()))


def _measure(needs: Mapping[str, list[str]]) -> dict[str, int]:
    """Return how many legs lie before each path.

    This is a depth-first search with a stack of its own, because chains can be longer than
    Python's stack. A path is on the stack until everything it needs is measured.
    """
    depths: dict[str, int] = {}
    seen: set[str] = set()
    stack = [*reversed([*needs])]
    while stack:
        path = stack[-1]
        if path not in seen:
            seen.add(path)
            stack += (need for need in reversed(needs[path]) if need not in seen)
        else:
            stack.pop()
            before = (depths[need] + 1 for need in needs[path] if need in depths)
            depths.setdefault(path, max(before, default=0))
    return depths
