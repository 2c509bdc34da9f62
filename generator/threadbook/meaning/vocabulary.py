"""What both ways to cut a text into the pieces of a vocabulary have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Final

_MOST_KEPT: Final = 1 << 16
"""The most words whose pieces are kept."""


class Vocabulary(ABC):
    """Pieces in the order of their numbers, and how a text is cut into them."""

    def __init__(self, tokens: Sequence[str], special: tuple[str, str, str]) -> None:
        """Take the pieces, and those for what is unknown, for the beginning and for the end.

        Raises `KeyError` without one of these three.
        """
        self.tokens = tokens
        self.numbers = {token: number for number, token in enumerate(tokens)}
        self.unknown, self.first, self.last = (self.numbers[name] for name in special)
        self._kept: dict[str, tuple[int, ...]] = {}

    def read(self, text: str, most: int) -> list[int]:
        """Return the numbers of a text's pieces, between those of its beginning and end.

        At most `most` in all; the rest of the text is left out.
        """
        found = [self.first]
        for word in self.split(text):
            found += self._pieces(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self.last]

    @abstractmethod
    def split(self, text: str) -> Iterator[str]:
        """Yield the words of a text, as the vocabulary has them."""

    @abstractmethod
    def cut(self, word: str) -> list[int]:
        """Return the numbers of a word's pieces."""

    def _pieces(self, word: str) -> tuple[int, ...]:
        pieces = self._kept.get(word)
        if pieces is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            pieces = self._kept[word] = tuple(self.cut(word))
        return pieces
