"""Words of a glossary in rendered bodies: the first use of each is marked, nothing else is touched.

It works on what the sanitiser wrote, and adds nothing but links of its own making.
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
"""A tag as the sanitiser writes it: values stand in double quotes, and may hold `>`."""

_OPEN: Final = re.compile(r"<(?:a|code|pre|h[1-6]|summary|kbd|samp|dfn)[ >]")
_CLOSE: Final = re.compile(r"</(?:a|code|pre|h[1-6]|summary|kbd|samp|dfn)>")
_LETTERS: Final = re.compile(f"[{UNSPACED}]")


class FirstUses:
    """Finds the first use of each word in several bodies, in the order they are given.

    `entries` are words and their other words, one entry each. What `used` holds afterwards are the
    entries' places, in the order of their first use; they are counted from 1 in `#{prefix}1`.
    """

    def __init__(self, entries: Sequence[tuple[str, ...]], prefix: str) -> None:
        self.entries = entries
        self.prefix = prefix
        self.used: list[int] = []

    def mark(self, body: Markup) -> Markup:
        """Make first uses in a rendered body links, but for those in links, code and headings."""
        parts = _MARKUP.split(body)
        inside = 0
        for place, part in enumerate(parts):
            if part.startswith("<"):
                inside += bool(_OPEN.match(part)) - bool(_CLOSE.match(part))
            elif part and not inside:
                parts[place] = self._text(part)
        return Markup("".join(parts))  # noqa: S704 - sanitised, and links around its words

    def _text(self, text: str) -> str:
        wanted = self._in(text)
        return _pattern(wanted).sub(self._mark, text) if wanted else text

    def _in(self, text: str) -> tuple[str, ...]:
        """Return the words that may be in a text: a cheap look before the dear one."""
        lower = text.casefold()
        return tuple(
            word
            for place, words in enumerate(self.entries)
            if place not in self.used
            for word in words
            if _beginning(word) in lower
        )

    def _mark(self, match: re.Match[str]) -> str:
        place = self._place(match)
        if place is None or place in self.used:
            return match[0]
        self.used.append(place)
        return f'<a class="tb-term" href="#{self.prefix}{len(self.used)}">{match[0]}</a>'

    def _place(self, match: re.Match[str]) -> int | None:
        said = _folded(match[0])
        for place, words in enumerate(self.entries):
            if any(_is(word, said, match[0]) for word in words):
                return place
        return None


def _is(word: str, said: str, written: str) -> bool:
    """Tell whether a text is a word: a word in capitals only in capitals, a plural in -s too."""
    folded = _folded(html.escape(word))
    if said not in {folded, f"{folded}s", f"{folded}es"}:
        return False
    return not word.isupper() or written.startswith(html.escape(word))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@lru_cache(maxsize=10_000)
def _beginning(word: str) -> str:
    """Return how a word begins, up to its first blank, as it stands in HTML."""
    return html.escape(word.split(maxsplit=1)[0]).casefold()


@lru_cache(maxsize=1_000)
def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of words, the longest first, each whole."""
    spelled = sorted(map(_spelled, words), key=len, reverse=True)
    return re.compile("|".join(spelled), re.IGNORECASE)


def _spelled(word: str) -> str:
    parts = r"\s+".join(re.escape(html.escape(part)) for part in word.split())
    before = "" if _LETTERS.match(word[0]) else r"(?<![\w&#])"
    after = "" if _LETTERS.match(word[-1]) else r"(?:e?s)?(?!\w)"
    return f"{before}{parts}{after}"
