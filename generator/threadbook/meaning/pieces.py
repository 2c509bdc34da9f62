"""Pieces of words, as SentencePiece's unigram model cuts texts; the browser does the same.

Each piece is worth the logarithm of how likely it is, and a text is cut so that its pieces are
worth most together (Kudo, Subword Regularization, 2018). No piece goes on after a space, so it is
done word by word. A space is written as `▁`, with which a word begins.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from threadbook.meaning.vocabulary import Vocabulary

SPACE: Final = "\u2581"
"""What a space is written as."""

FIRST, LAST, UNKNOWN = "<s>", "</s>", "<unk>"

LONGEST: Final = 200
"""A longer word, in characters, is cut into parts that are taken by themselves."""

_PENALTY: Final = 10.0
"""How much less than the least likely piece a character is worth that is in none."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
"""The categories of what nobody sees."""

_AT_ONCE: Final = 2_000
"""Accents are sorted, and a letter may have very many of them: a text is taken in parts."""


class Pieces(Vocabulary):
    """Cuts texts into the pieces of a vocabulary."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take lines of a piece, a tab and what it is worth, in the order of their numbers.

        Raises `KeyError` without the special pieces, `ValueError` if a line is none.
        """
        lines = [name.rpartition("\t") for name in names]
        super().__init__([piece for piece, _, _ in lines], (UNKNOWN, FIRST, LAST))
        self.worth = [float(worth) for _, _, worth in lines]
        self._longest = max(map(len, self.tokens))
        self._least = min(self.worth) - _PENALTY
        self._special = {self.unknown, self.first, self.last}

    def split(self, text: str) -> Iterator[str]:
        """Yield the words of a text, each with `▁` before it."""
        return split(text)

    def cut(self, word: str) -> list[int]:
        """Return the pieces that are worth most together; of equals, those found first."""
        best = [0.0, *[float("-inf")] * len(word)]
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                number = self.numbers.get(word[start:end])
                if number is None or number in self._special:
                    if end > start + 1:
                        continue
                    number = self.unknown
                worth = self._least if number == self.unknown else self.worth[number]
                if best[start] + worth > best[end]:
                    best[end], came[end] = best[start] + worth, (start, number)
        found: list[int] = []
        end = len(word)
        while end:
            end, number = came[end]
            found.append(number)
        return found[::-1]


def split(text: str) -> Iterator[str]:
    """Yield the words of a text, each with `▁` before it."""
    for start in range(0, len(text), _AT_ONCE):
        for word in _clean(text[start : start + _AT_ONCE]).split(" "):
            if word:
                whole = SPACE + word
                yield from (whole[at : at + LONGEST] for at in range(0, len(whole), LONGEST))


def _clean(text: str) -> str:
    """Return a text in NFKC, with a space for any kind of space, without what nobody sees."""
    if text.isascii() and text.isprintable():
        return text
    spaced = "".join(" " if each.isspace() else each for each in text)
    plain = unicodedata.normalize("NFKC", spaced)
    return "".join(each for each in plain if unicodedata.category(each) not in _UNSEEN)
