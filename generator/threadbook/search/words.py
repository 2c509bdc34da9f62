"""Words of a text: found, folded and stemmed, step for step as `words.js` does.

Unspaced scripts have no words that a sign parts, so every pair of neighbouring characters is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from snowballstemmer import stemmer  # type: ignore[import-untyped]

_RUN: Final = re.compile(r"[^\W_]+")
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_PIECE: Final = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_APOSTROPHE: Final = re.compile("['\u2019\u02bc](?:s\\b)?")
_MARKS: Final = re.compile("[\u0300-\u036f\u064b-\u0652\u0670\u0640]")
"""Accents that follow their letter after NFKD, and Arabic's vowel signs."""

LONGEST: Final = 40
"""Longer words, in characters, are cut: nobody types them."""

STEMMERS: Final = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Languages with a stemmer, by Snowball (https://snowballstem.org); others keep their words."""


def language_of(tag: str) -> str:
    """Return the language of a tag: `pt` of `pt-BR`."""
    return tag.partition("-")[0].lower()


def spoken(text: str) -> list[str]:
    """Return the words of a text in small letters, in order, without stemming them."""
    plain = unicodedata.normalize("NFKC", text).lower()
    words: list[str] = []
    for run in _RUN.findall(_APOSTROPHE.sub(" ", plain)):
        for piece in _PIECE.findall(run):
            if not _IS_UNSPACED.match(piece):
                words.append(piece[:LONGEST])
            elif len(piece) == 1:
                words.append(piece)
            else:
                words += (piece[at : at + 2] for at in range(len(piece) - 1))
    return words


def stems(text: str, language: str) -> list[str]:
    """Return the stems of a text's words, in order."""
    return [stem(word, language) for word in spoken(text)]


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """Return the stem of a word in small letters, without accents."""
    stemmed = _stemmer(language)(word)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", stemmed)))


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Callable[[str], str]:
    name = STEMMERS.get(language_of(language))
    if name is None:
        return str
    return stemmer(name).stemWord  # type: ignore[no-any-return]
