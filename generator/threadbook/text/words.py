"""Words of a text: split, folded and stemmed, step for step as `words.js` does.

In unspaced scripts every pair of neighbouring characters counts as a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from threadbook.text.scripts import UNSPACED

LONGEST_WORD: Final = 40
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

_RUN: Final = re.compile(r"[^\W_]+")
_ASCII: Final = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ")  # noqa: PLR2004
    for code in range(256)
)
"""What becomes of each byte of ASCII: words consist of letters and digits."""

_SHAPE: Final = bytes(byte if byte == ord(" ") else ord("x") for byte in _ASCII)
_LONG: Final = b"x" * (LONGEST_WORD + 1)

_PIECE: Final = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_IS_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
_PIECE_LENGTH: Final = 2_000
_PIECES: Final = re.compile(rf"(?s:.{{1,{_PIECE_LENGTH}}}(?:\s|\Z)|.{{1,{_PIECE_LENGTH}}})")
_APOSTROPHE: Final = re.compile("['\u2019\u02bc](?:s\\b)?")
_MARKS: Final = re.compile("[\u0300-\u036f\u064b-\u0652\u0670\u0640]")
"""Accents that follow their letter after NFD, and Arabic's vowel signs."""


def language_of(tag: str) -> str:
    """Return the language of a tag: `pt` of `pt-BR`."""
    return tag.partition("-")[0].lower()


def normalize(text: str) -> str:
    """Return a text in NFKC.

    It is done in pieces, because accents are sorted, and a letter may have very many of them.
    """
    if len(text) <= _PIECE_LENGTH:
        return unicodedata.normalize("NFKC", text)
    return "".join(unicodedata.normalize("NFKC", piece) for piece in _PIECES.findall(text))


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case, in order, without stemming them."""
    if text.isascii():  # the same in an eighth of the time: nothing to fold, no unspaced script
        plain = _APOSTROPHE.sub(" ", text.lower()) if "'" in text else text
        content = plain.encode()
        found = content.translate(_ASCII).decode().split()
        if _LONG in content.translate(_SHAPE):  # a sixth of the time that sizes of words take
            return [word[:LONGEST_WORD] for word in found]
        return found
    plain = normalize(text).lower()
    words: list[str] = []
    for run in _RUN.findall(_APOSTROPHE.sub(" ", plain)):
        for piece in _PIECE.findall(run):
            if not _IS_UNSPACED.match(piece):
                words.append(piece[:LONGEST_WORD])
            elif len(piece) == 1:
                words.append(piece)
            else:
                words += (piece[at : at + 2] for at in range(len(piece) - 1))
    return words


def stem_words(text: str, language: str) -> list[str]:
    """Return the stems of a text's words, in order."""
    return [stem(word, language) for word in split_words(text)]


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """Return the stem of a word in lower case, without accents."""
    if word.isdecimal():  # there may be thousands, and Snowball takes 30 µs for each
        return word
    stemmed = _stemmer(language)(word)
    if stemmed.isascii():
        return stemmed
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", stemmed)))


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Callable[[str], str]:
    name = STEMMERS.get(language_of(language))
    if name is None:
        return str
    # Imported here because it loads the tables of all languages, which most commands never need.
    from snowballstemmer import stemmer  # type: ignore[import-untyped] # noqa: PLC0415

    return stemmer(name).stemWord  # type: ignore[no-any-return]
