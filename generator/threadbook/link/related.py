"""Related threads: those an editor named, then those whose words are about the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Final

from threadbook.link.library import Library

MOST: Final = 6
"""How many related threads a thread has."""


def related(library: Library, terms: Mapping[str, bytes]) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of each thread's related threads; `terms` are their words, by id.

    Named ones come first. None is a draft or a duplicate, and words lead to no obsolete one.
    Sharing a topic or a path adds a little to what the words say.
    """
    near = _near(library, terms)
    found = {}
    for id_, outline in library.threads.items():
        named = [other for other in library.related.get(id_, ()) if _is_shown(library, other)]
        others = (other for other in near.get(id_, ()) if other not in named)
        if outline.has_page:
            found[id_] = tuple([*named, *others][:MOST])
    return found


def _is_shown(library: Library, id_: str) -> bool:
    outline = library.threads[id_]
    return outline.has_page and outline.duplicate_of is None


def _near(library: Library, terms: Mapping[str, bytes]) -> Mapping[str, list[str]]:
    from threadbook.similarity.nearest import nearest  # noqa: PLC0415 - only builds need numpy

    ids = [id_ for id_ in library.latest if id_ in terms]
    numbers: dict[tuple[str, str], int] = {}
    fresh = count()
    groups = [
        [numbers.setdefault(group, next(fresh)) for group in _groups(library, id_)] for id_ in ids
    ]
    suggested = nearest([terms[id_] for id_ in ids], groups, MOST * 2)
    return {
        id_: [ids[other] for other in others] for id_, others in zip(ids, suggested, strict=True)
    }


def _groups(library: Library, id_: str) -> list[tuple[str, str]]:
    """Return the topics and paths a thread is in."""
    topics = [("topic", topic) for topic in library.threads[id_].topics]
    paths = [("path", membership.path) for membership in library.memberships.get(id_, ())]
    return topics + paths
