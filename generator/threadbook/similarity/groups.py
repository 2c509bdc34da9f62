"""What documents belong to, and how much nearer two come by belonging to the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

BONUS: Final = 0.25
"""What a score grows by at most for shared groups, as a part of it."""

_REMEMBERED: Final = 1 << 18
"""How many factors are remembered; bounds memory."""

Whole = NDArray[np.signedinteger[Any]]


class Groups(NamedTuple):
    """The groups of all documents.

    Thousands of documents have the same few combinations of groups: `combinations` are all that
    occur, `which` says which of them a document has. `rarity` is what sharing a group is worth: one
    that all documents share nothing, one that only two share nearly 1.
    """

    which: Whole
    combinations: tuple[frozenset[int], ...]
    rarity: Mapping[int, float]

    def factor(self, one: int, other: int) -> float:
        """Return by what the scores of documents with these two combinations are raised."""
        shared = self.combinations[one] & self.combinations[other]
        return 1 + BONUS * min(1.0, math.fsum(self.rarity[group] for group in shared))

    def start_comparing(self) -> Callable[[Whole, Whole], NDArray[np.float64]]:
        """Return a function that gives the factors for pairs of documents, and remembers them."""
        many = len(self.combinations)
        remembered = lru_cache(_REMEMBERED)(self.factor)

        def factors(one: Whole, other: Whole) -> NDArray[np.float64]:
            pairs = self.which[one] * many + self.which[other]
            different, places = np.unique(pairs, return_inverse=True)
            values = [remembered(*divmod(pair, many)) for pair in different.tolist()]
            return np.array(values, np.float64)[places]

        return factors


def know_groups(groups: Sequence[Collection[int]]) -> Groups:
    """Learn what each document belongs to: one collection of numbers a document."""
    sets = [frozenset(each) for each in groups]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(sets))}
    sizes = Counter(chain.from_iterable(sets))
    everything = math.log(max(len(sets), 2))
    rarity = {group: 1 - math.log(size) / everything for group, size in sizes.items()}
    return Groups(np.array([numbers[each] for each in sets], np.int64), tuple(numbers), rarity)
