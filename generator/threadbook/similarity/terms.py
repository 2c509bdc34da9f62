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
from functools import lru_cache
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

_ASCII_WORD: Final = re.compile(rf"[a-z0-9]{{1,{_LONGEST_WORD}}}")
_WORD: Final = re.compile(rf"[\w{_MARKS}\u0e00-\u0eff]{{1,{_LONGEST_WORD}}}")
_RUN: Final = re.compile(f"([{UNSPACED}]+)|[^{UNSPACED}]+")

_SHORTEST_PLURAL: Final = 4
_NO_PLURALS: Final = ("ss", "us", "is")

_DAMPED: Final = (0.0, *(1 + math.log(count) for count in range(1, TEXT_LIMIT + 1)))
"""How much a word counts that occurs so often in a text: less each time."""

_HEAVIEST: Final = 0xFFFF


def pack_terms(texts: Iterable[tuple[str, float]]) -> bytes:
    """Pack the terms of a document's texts, each text with its weight, a number from 0.

    Each text is scaled to length 1 before it is weighted: a long answer does not drown the title.
    The bytes are the terms' hashes, 4 bytes each, then their weights, 2 bytes each, little-endian;
    a document without a word is no bytes. Weights have no unit: only their proportions count.
    """
    bag: dict[int, float] = {}
    total = 0.0
    for text, weight in texts:
        counts = Counter(map(_hash, _words(text)))
        if not counts:
            continue
        damped = [_DAMPED[count] for count in counts.values()]
        scale = weight / math.hypot(*damped)
        total += weight
        for term, value in zip(counts, damped, strict=True):
            bag[term] = bag.get(term, 0.0) + value * scale
    return _packed(bag, total)


def _words(text: str) -> list[str]:
    """Split the beginning of a text into words, and unspaced scripts into pairs of characters."""
    text = text[:TEXT_LIMIT]
    if text.isascii():
        return _ASCII_WORD.findall(text.casefold())
    text = normalize(text).casefold().replace("_", " ")[:TEXT_LIMIT]
    return [piece for word in _WORD.findall(text) for piece in _pieces(word)]


def _pieces(word: str) -> Iterator[str]:
    if word.isascii():
        yield word
        return
    for run in _RUN.finditer(word):
        if run[1] and len(run[1]) > 1:
            yield from map("".join, zip(run[1], run[1][1:], strict=False))
        else:
            yield run[0]


@lru_cache(maxsize=1 << 16)
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
    weights = array("H", [int(weight * scale) for weight in bag.values()])
    if sys.byteorder == "big":
        hashes.byteswap()
        weights.byteswap()
    return hashes.tobytes() + weights.tobytes()
