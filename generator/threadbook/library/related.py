"""Related threads: those an editor named, then those whose words are about the same thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
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
    ids, words, groups = _describe(library, terms)
    suggested = start(_nearest, words, groups)
    return lambda: _joined(library, ids, suggested())


class RelatedWhenAsked(Mapping[str, tuple[str, ...]]):
    """What `find_related` returns, but a thread's related threads are found when asked for.

    After the first `MANY` it is faster to find them all.
    """

    MANY: Final = 200

    def __init__(self, library: Library, terms: Mapping[str, bytes]) -> None:
        self.library = library
        self.terms = terms
        self.found: dict[str, tuple[str, ...]] = {}

    def __iter__(self) -> Iterator[str]:
        return (id_ for id_, outline in self.library.threads.items() if outline.has_page)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, id_: str) -> tuple[str, ...]:
        if id_ not in self.found:
            if not self.library.has_page(id_):
                raise KeyError(id_)
            if len(self.found) < self.MANY:
                self.found[id_] = _join(self.library, id_, self._find_near(id_))
            else:
                self.found = dict(find_related(self.library, self.terms))
        return self.found[id_]

    def _find_near(self, id_: str) -> Iterable[str]:
        ids, places, near = self._compared
        place = places.get(id_)
        return () if place is None else [ids[other] for other in near(place, MOST_RELATED * 2)]

    @cached_property
    def _compared(self) -> tuple[Sequence[str], Mapping[str, int], _FindNear]:
        from threadbook.similarity.nearest import OneByOne  # noqa: PLC0415

        ids, words, groups = _describe(self.library, self.terms)
        places = {id_: place for place, id_ in enumerate(ids)}
        return ids, places, OneByOne(words, groups).find


_FindNear = Callable[[int, int], Sequence[int]]
"""Finds so many threads near one, by its place among those that are compared."""


def _describe(
    library: Library, terms: Mapping[str, bytes]
) -> tuple[list[str], list[bytes], list[list[int]]]:
    """Return the ids of the threads to compare, their words, and the numbers of their groups."""
    ids = [id_ for id_ in library.latest if id_ in terms]
    numbers: dict[tuple[str, str], int] = {}
    fresh = count()
    groups = [
        [numbers.setdefault(group, next(fresh)) for group in _groups(library, id_)] for id_ in ids
    ]
    return ids, [terms[id_] for id_ in ids], groups


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
    return {
        id_: _join(library, id_, near.get(id_, ()))
        for id_, outline in library.threads.items()
        if outline.has_page
    }


def _join(library: Library, id_: str, near: Iterable[str]) -> tuple[str, ...]:
    """Return the threads that an editor named, and then the near ones."""
    named = [other for other in library.related.get(id_, ()) if _is_shown(library, other)]
    return tuple([*named, *(other for other in near if other not in named)][:MOST_RELATED])


def _is_shown(library: Library, id_: str) -> bool:
    outline = library.threads[id_]
    return outline.has_page and outline.duplicate_of is None


def _groups(library: Library, id_: str) -> list[tuple[str, str]]:
    """Return the topics and paths a thread is in."""
    topics = [("topic", topic) for topic in library.threads[id_].topics]
    paths = [("path", membership.path) for membership in library.memberships.get(id_, ())]
    return topics + paths
