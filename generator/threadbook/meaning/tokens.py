"""Word pieces, as BERT's models without capitals have them; the browser does the same.

The steps are those of `BertNormalizer`, `BertPreTokenizer` and `WordPiece` in the library
`tokenizers`: a test has what that made of odd texts.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from threadbook.meaning.vocabulary import Vocabulary

LONGEST: Final = 100
"""A longer word, in characters, is unknown as a whole."""

_LETTERS_AT_ONCE: Final = 2_000
"""Accents are sorted, and a letter may have very many of them: a text is taken in pieces."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
"""The categories of what nobody sees; a character that Unicode does not know yet is kept."""

_IDEOGRAPHS: Final = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip
"""Each of these characters is a word."""


class Tokeniser(Vocabulary):
    """Cuts texts into the tokens of a vocabulary."""

    def __init__(self, tokens: Sequence[str]) -> None:
        """Take tokens in the order of their numbers; raise `KeyError` without the special ones."""
        super().__init__(tokens, ("[UNK]", "[CLS]", "[SEP]"))

    def split(self, text: str) -> Iterator[str]:
        """Yield the words of a text, without capitals and accents; each mark is one, too."""
        return split(text)

    def cut(self, word: str) -> list[int]:
        """Cut off the longest token that a word begins with, again and again."""
        found: list[int] = []
        start, end = 0, len(word)
        while start < len(word) <= LONGEST:
            number = self.numbers.get(f"##{word[start:end]}" if start else word[:end])
            if number is not None:
                found.append(number)
                start, end = end, len(word)
            elif end - start == 1:
                return [self.unknown]
            else:
                end -= 1
        return found or [self.unknown]


def split(text: str) -> Iterator[str]:
    """Yield the words of a text, without capitals and accents; each mark is one, too."""
    for start in range(0, len(text), _LETTERS_AT_ONCE):
        # A word at the end of a piece may be cut in two, which a model would hardly notice.
        yield from _split_piece(text[start : start + _LETTERS_AT_ONCE])


def _split_piece(text: str) -> list[str]:
    if text.isascii():
        return text.translate(_ASCII).split()
    known = unicodedata.normalize("NFD", "".join(map(_clean, text)))
    return "".join(map(_fold, known)).split()


@lru_cache(maxsize=1 << 12)
def _clean(character: str) -> str:
    """Return a character, a space for any kind of space, or nothing for what nobody sees."""
    if character in "\t\n\r":
        return " "
    if character == "\ufffd" or unicodedata.category(character) in _UNSEEN:
        return ""
    if character.isspace():
        return " "
    is_word = any(low <= ord(character) <= high for low, high in _IDEOGRAPHS)
    return f" {character} " if is_word else character


@lru_cache(maxsize=1 << 12)
def _fold(character: str) -> str:
    """Return a character in lower case, nothing for an accent, and a mark as a word."""
    category = unicodedata.category(character)
    if category == "Mn":
        return ""
    is_mark = category[0] == "P" or (character.isascii() and character in string.punctuation)
    return f" {character} " if is_mark else character.lower()


_ASCII: Final = {code: "".join(map(_fold, _clean(chr(code)))) for code in range(128)}
"""What becomes of each character of ASCII."""
