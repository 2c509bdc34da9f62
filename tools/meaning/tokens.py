"""Texts to tokens, as BERT's uncased models have it.

Words are in lower case without accents, and cut to the longest parts that the vocabulary has.
"""

import unicodedata
from collections.abc import Iterable, Sequence

PAD, UNKNOWN, FIRST, LAST = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100
"""Characters; a longer word is unknown (BERT's own limit)."""
CJK = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


class Tokeniser:
    """A vocabulary's ids of texts. Words are looked up once."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.at = {token: row for row, token in enumerate(vocabulary)}
        self.known: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str, most: int) -> list[int]:
        """Return a text's tokens between the first and the last one, cut to so many in all."""
        found: list[int] = []
        for word in split(text):
            found += self.parts(word)
            if len(found) >= most - 2:
                break
        return [self.at[FIRST], *found[: most - 2], self.at[LAST]]

    def parts(self, word: str) -> tuple[int, ...]:
        """Return the longest tokens from left to right; the unknown one if any part is missing."""
        if word not in self.known:
            self.known[word] = self.cut(word)
        return self.known[word]

    def cut(self, word: str) -> tuple[int, ...]:
        """As `parts`, without memory."""
        parts: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            lead = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if lead + word[start:end] in self.at), None)
            if end is None:
                break
            parts.append(self.at[lead + word[start:end]])
            start = end
        return tuple(parts) if start == len(word) else (self.at[UNKNOWN],)


def split(text: str) -> Iterable[str]:
    """Return a text's words, plain; punctuation and CJK characters are words of their own."""
    word: list[str] = []
    for character in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(character)
        if character.isspace() or stands_alone(character, category):
            if word:
                yield "".join(word)
                word = []
            if not character.isspace():
                yield character
        elif category not in {"Mn", "Cc", "Cf", "Co", "Cn"} and character != "\ufffd":
            word.append(character)
    if word:
        yield "".join(word)


def stands_alone(character: str, category: str) -> bool:
    """Whether a character is a word by itself."""
    if character.isascii():
        return "!" <= character <= "~" and not character.isalnum()
    code = ord(character)
    return category.startswith("P") or any(low <= code <= high for low, high in CJK)
