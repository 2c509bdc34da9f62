"""A document's terms with their weights, packed into bytes that travel between processes.

A term is a word without a plural's s, or two neighbouring characters where a script puts no
spaces between words. The CRC-32 of its UTF-8 stands for it, so a bag is the same in every process
and on every machine. There is no list of stop words: words of most documents count little anyway
(see `nearest`), and lists made no difference on the three collections they were tried on.
"""

from __future__ import annotations

import math
import re
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import repeat
from operator import mul
from typing import Final

from threadbook.text import UNSPACED, normalize

TITLE: Final = 2.0
"""The weight of a thread's title; of all its other texts, see `OTHER`.

With 1, 2 and 4, so many of the first three suggestions in MedQuAD are about the same thing: 90, 94
and 96 of 100. But titles in forums say less than MedQuAD's: of the threads that the example base's
editors named, the first six hold 58, 57 and 48 of 100.
"""

OTHER: Final = 1.0
"""The weight of the other ways to ask, of the question's body and of the accepted answer."""

TEXT_LIMIT: Final = 4_000
"""How much of a text is read, in characters: its beginning says what it is about."""

_LONGEST_WORD: Final = 40
"""A longer word, such as a key in Base64, is cut into pieces."""

_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
)
"""Vowel signs and accents that `\\w` leaves out; without them Hindi falls to pieces."""

_ASCII: Final = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
"""What becomes of a character of ASCII: words consist of letters and digits."""

_WORD: Final = re.compile(rf"[\w{_MARKS}\u0e00-\u0eff]{{1,{_LONGEST_WORD}}}")
_IS_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
_RUN: Final = re.compile(f"([{UNSPACED}]+)|[^{UNSPACED}]+")

_SHORTEST_PLURAL: Final = 4
_NO_PLURALS: Final = ("ss", "us", "is")

_DAMPED: Final = (0.0, *(1 + math.log(count) for count in range(1, TEXT_LIMIT + 1)))
"""How much a word counts that occurs so often in a text: less each time."""

_HEAVIEST: Final = 0xFFFF
_MOST_HASHES: Final = 1 << 16


def pack_terms(texts: Iterable[tuple[str, float]]) -> bytes:
    """Pack the terms of a document's texts, each text with its weight, a number from 0.

    Each text is scaled to length 1 before it is weighted: a long answer does not drown the title.
    The bytes are the terms' hashes, 4 bytes each, then their weights, 2 bytes each, little-endian;
    a document without a word is no bytes. Weights have no unit: only their proportions count.
    """
    bag: dict[int, float] = {}
    total = 0.0
    for text, weight in texts:
        counts = _count(text)
        if not counts:
            continue
        damped = list(map(_DAMPED.__getitem__, counts.values()))
        scale = weight / math.hypot(*damped)
        total += weight
        added = dict(zip(counts, map(mul, damped, repeat(scale)), strict=True))
        for term in bag.keys() & added.keys():
            added[term] += bag[term]
        bag.update(added)
    return _packed(bag, total)


def _count(text: str) -> Counter[int]:
    """Count the hashes of the words in the beginning of a text."""
    words = _words(text)
    try:
        return Counter(map(_HASHES.__getitem__, words))
    except _LongWordError:  # which costs less than to look for one in every text
        return Counter(map(_HASHES.__getitem__, _cut(words)))


def _words(text: str) -> list[str]:
    """Split the beginning of a text into words, and unspaced scripts into pairs of characters.

    Words of ASCII may be too long.
    """
    text = text[:TEXT_LIMIT]
    if text.isascii():
        return text.translate(_ASCII).split()
    text = normalize(text).casefold().replace("_", " ")[:TEXT_LIMIT]
    words = _WORD.findall(text)
    if not _IS_UNSPACED.search(text):
        return words
    return [piece for word in words for piece in _pieces(word)]


def _cut(words: list[str]) -> list[str]:
    """Cut long words into pieces."""
    starts = ((word, range(0, len(word), _LONGEST_WORD)) for word in words)
    return [word[at : at + _LONGEST_WORD] for word, places in starts for at in places]


def _pieces(word: str) -> Iterator[str]:
    for run in _RUN.finditer(word):
        if run[1] and len(run[1]) > 1:
            yield from map("".join, zip(run[1], run[1][1:], strict=False))
        else:
            yield run[0]


class _LongWordError(Exception):
    """A word has to be cut."""


class _Hashes(dict[str, int]):
    """Hashes of words, kept for further texts; raises `_LongWordError`."""

    def __missing__(self, word: str) -> int:
        if len(word) > _LONGEST_WORD:
            raise _LongWordError
        if len(self) >= _MOST_HASHES:
            self.clear()
        found = self[word] = _hash(word)
        return found


_HASHES: Final = _Hashes()


def _hash(word: str) -> int:
    """Return the CRC-32 of a word without a plural's s (the stemmer of Harman, 1991).

    Stronger stemmers were tried: they know one language, and here found no more.
    """
    if len(word) >= _SHORTEST_PLURAL and word[-1] == "s" and not word.endswith(_NO_PLURALS):
        word = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _packed(bag: dict[int, float], total: float) -> bytes:
    """Pack hashes and weights; the heaviest weight possible, `total`, becomes the largest."""
    scale = _HEAVIEST / total if total else 0.0
    hashes = array("I", bag)
    weights = array("H", map(int, map(mul, bag.values(), repeat(scale))))
    if sys.byteorder == "big":
        hashes.byteswap()
        weights.byteswap()
    return hashes.tobytes() + weights.tobytes()
