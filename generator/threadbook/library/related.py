"""Related threads: those an editor named, then those whose words are about the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, Final

from threadbook.library.graph import Library

MOST_RELATED: Final = 6
"""How many related threads a thread has."""


def find_related(library: Library, terms: Mapping[str, bytes]) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of each thread's related threads; `terms` are their words, by id.

    Named ones come first. None is a draft or a duplicate, and words lead to no obsolete one.
    Sharing a topic or a path adds a little to what the words say.
    """
    return start_finding_related(library, terms, partial)()


Start = Callable[..., Callable[[], Any]]
"""Starts work with its arguments, and returns a function that waits for its result."""


def start_finding_related(
    library: Library, terms: Mapping[str, bytes], start: Start
) -> Callable[[], Mapping[str, tuple[str, ...]]]:
    """Start finding related threads, and return how to wait for what `find_related` returns."""
    ids = [id_ for id_ in library.latest if id_ in terms]
    numbers: dict[tuple[str, str], int] = {}
    fresh = count()
    groups = [
        [numbers.setdefault(group, next(fresh)) for group in _groups(library, id_)] for id_ in ids
    ]
    words = [terms[id_] for id_ in ids]
    suggested = start(_nearest, words, groups)
    return lambda: _joined(library, ids, suggested())


def _nearest(words: Sequence[bytes], groups: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    from threadbook.similarity.nearest import find_nearest  # noqa: PLC0415 - only builds need numpy

    # Twice as many as are shown, because an editor may have named some of them already.
    return find_nearest(words, groups, MOST_RELATED * 2)


def _joined(
    library: Library, ids: Sequence[str], suggested: Sequence[Sequence[int]]
) -> Mapping[str, tuple[str, ...]]:
    near = {
        id_: [ids[other] for other in others] for id_, others in zip(ids, suggested, strict=True)
    }
    found = {}
    for id_, outline in library.threads.items():
        named = [other for other in library.related.get(id_, ()) if _is_shown(library, other)]
        others = (other for other in near.get(id_, ()) if other not in named)
        if outline.has_page:
            found[id_] = tuple([*named, *others][:MOST_RELATED])
    return found


def _is_shown(library: Library, id_: str) -> bool:
    outline = library.threads[id_]
    return outline.has_page and outline.duplicate_of is None


def _groups(library: Library, id_: str) -> list[tuple[str, str]]:
    """Return the topics and paths a thread is in."""
    topics = [("topic", topic) for topic in library.threads[id_].topics]
    paths = [("path", membership.path) for membership in library.memberships.get(id_, ())]
    return topics + paths
