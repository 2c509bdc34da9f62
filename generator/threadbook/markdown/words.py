"""A glossary's words in rendered bodies: the first use of each becomes a link.

The bodies are sanitised already. Nothing is added but these links, so the result is as safe.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from threadbook.text import UNSPACED

_MARKUP: Final = re.compile(r'(<(?:[^>"]|"[^"]*")*>)')
"""A tag as the sanitiser writes it, with values in double quotes."""

_OPEN: Final = re.compile(r"<(?:a|code|pre|h[1-6]|summary|kbd|samp|dfn)[ >]")
_CLOSE: Final = re.compile(r"</(?:a|code|pre|h[1-6]|summary|kbd|samp|dfn)>")
_LETTERS: Final = re.compile(f"[{UNSPACED}]")


class FirstUses:
    """Finds the first use of each word in several bodies, in the order the bodies are given.

    An entry is a word with its synonyms. Afterwards `used` holds the indexes of the entries that
    were found, in the order of their first use. The first one is linked to `#{prefix}1`.
    """

    def __init__(self, entries: Sequence[tuple[str, ...]], prefix: str) -> None:
        self.entries = entries
        self.prefix = prefix
        self.used: list[int] = []

    def mark(self, body: Markup) -> Markup:
        """Link the first uses in a rendered body, except inside links, code and headings."""
        parts = _MARKUP.split(body)
        inside = 0
        for place, part in enumerate(parts):
            if part.startswith("<"):
                inside += bool(_OPEN.match(part)) - bool(_CLOSE.match(part))
            elif part and not inside:
                parts[place] = self._mark_text(part)
        return Markup("".join(parts))  # noqa: S704 - sanitised, and links around its words

    def _mark_text(self, text: str) -> str:
        # Searching for substrings first: most texts have no word of the glossary, and a pattern
        # of all words takes many times as long.
        lower = text.casefold()
        wanted = tuple(
            word
            for place, words in enumerate(self.entries)
            if place not in self.used
            for word in words
            if _first_part(word) in lower
        )
        return _pattern(wanted).sub(self._mark_use, text) if wanted else text

    def _mark_use(self, match: re.Match[str]) -> str:
        said = _fold(match[0])
        for place, words in enumerate(self.entries):
            if any(_is_use(word, said, match[0]) for word in words):
                if place in self.used:
                    break
                self.used.append(place)
                return f'<a class="tb-term" href="#{self.prefix}{len(self.used)}">{match[0]}</a>'
        return match[0]


def _is_use(word: str, said: str, written: str) -> bool:
    """Return whether a text is a word or its plural in -s or -es.

    A word in capitals, such as an abbreviation, must be written in capitals.
    """
    folded = _fold(html.escape(word))
    if said not in {folded, f"{folded}s", f"{folded}es"}:
        return False
    return not word.isupper() or written.startswith(html.escape(word))


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


@lru_cache(maxsize=10_000)
def _first_part(word: str) -> str:
    """Return a word up to its first space, as it is written in HTML, in lower case."""
    return html.escape(word.split(maxsplit=1)[0]).casefold()


@lru_cache(maxsize=1_000)
def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole words; the longest come first, so that they win."""
    spelled = sorted(map(_spell, words), key=len, reverse=True)
    return re.compile("|".join(spelled), re.IGNORECASE)


def _spell(word: str) -> str:
    parts = r"\s+".join(re.escape(html.escape(part)) for part in word.split())
    before = "" if _LETTERS.match(word[0]) else r"(?<![\w&#])"
    after = "" if _LETTERS.match(word[-1]) else r"(?:e?s)?(?!\w)"
    return f"{before}{parts}{after}"
