"""A glossary's words in rendered bodies: the first use of each becomes a link.

The bodies are sanitised already. Nothing is added but these links, so the result is as safe.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from threadbook.text import UNSPACED

_MARKUP: Final = re.compile(r'(<(?:[^>"]|"[^"]*")*>)')
"""A tag as the sanitiser writes it, with values in double quotes."""

_OPEN: Final = re.compile(r"<(?:a|code|pre|h[1-6]|summary|kbd|samp|dfn)[ >]")
_CLOSE: Final = re.compile(r"</(?:a|code|pre|h[1-6]|summary|kbd|samp|dfn)>")
_LETTERS: Final = re.compile(f"[{UNSPACED}]")
_RUN: Final = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+")
"""Letters and digits in a row; of scripts whose words no space sets apart, each on its own."""

_ENDINGS: Final = ("", "s", "es")


class FirstUses:
    """Finds the first use of each word in several bodies, in the order the bodies are given.

    An entry is a word with its synonyms. Afterwards `used` holds the indexes of the entries that
    were found, in the order of their first use. The first one is linked to `#{prefix}1`.
    """

    def __init__(self, entries: Sequence[tuple[str, ...]], prefix: str) -> None:
        self.words = _index(tuple(entries))
        self.prefix = prefix
        self._numbers: dict[int, int] = {}

    @property
    def used(self) -> list[int]:
        """The indexes of the entries that were found."""
        return list(self._numbers)

    def mark(self, body: Markup) -> Markup:
        """Link the first uses in a rendered body, except inside links, code and headings."""
        parts = _MARKUP.split(body)
        inside = 0
        for place, part in enumerate(parts):
            if part.startswith("<"):
                inside += bool(_OPEN.match(part)) - bool(_CLOSE.match(part))
            elif part and not inside:
                parts[place] = "".join(self._mark_text(part))
        return Markup("".join(parts))  # noqa: S704 - sanitised, and links around its words

    def _mark_text(self, text: str) -> Iterator[str]:
        done = 0
        for use in self.words.find(text):
            entry = self.words.entry_of(use[0])
            if entry is None or entry in self._numbers:
                continue
            number = self._numbers[entry] = len(self._numbers) + 1
            link = f'<a class="tb-term" href="#{self.prefix}{number}">{use[0]}</a>'
            yield text[done : use.start()] + link
            done = use.end()
        yield text[done:]


class _Words:
    """A glossary's words, by the first letters or digits in each.

    Only where a text has these, the pattern of the few words that begin so is tried.
    """

    def __init__(self, entries: tuple[tuple[str, ...], ...]) -> None:
        self.entries: dict[str, list[tuple[int, str]]] = defaultdict(list)
        beginnings: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for place, words in enumerate(entries):
            for word in words:
                self.entries[_fold(html.escape(word))].append((place, word))
                before, run, is_whole = _beginning(word)
                for ending in _ENDINGS if is_whole else ("",):
                    beginnings[f"{run}{ending}"][before].append(word)
        self.beginnings = {
            run: [(len(before), _pattern(tuple(words))) for before, words in by_before.items()]
            for run, by_before in beginnings.items()
        }

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the uses of words in a text; they do not overlap."""
        done = 0
        for run in _RUN.finditer(text):
            for before, pattern in self.beginnings.get(run[0].casefold(), ()):
                start = run.start() - before
                found = pattern.match(text, start) if start >= done else None
                if found is not None:
                    yield found
                    done = found.end()
                    break

    def entry_of(self, written: str) -> int | None:
        """Return the first entry with a word, or its plural in -s or -es, as it is written.

        A word in capitals, such as an abbreviation, must be written in capitals.
        """
        said = _fold(written)
        singulars = [said, said.removesuffix("s"), said.removesuffix("es")]
        entries = [each for word in dict.fromkeys(singulars) for each in self.entries.get(word, ())]
        fitting = (
            place
            for place, word in entries
            if not word.isupper() or written.startswith(html.escape(word))
        )
        return min(fitting, default=None)


@lru_cache(maxsize=4)
def _index(entries: tuple[tuple[str, ...], ...]) -> _Words:
    """Make the words ready once, and not for every page."""
    return _Words(entries)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _beginning(word: str) -> tuple[str, str, bool]:
    """Return what is before a word's first run of letters, that run, and if the run ends it."""
    written = " ".join(html.escape(word).split())
    run = _RUN.search(written)
    if run is None:
        return written, "", False
    return written[: run.start()], run[0].casefold(), run.end() == len(written)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole words; the longest come first, so that they win."""
    spelled = sorted(map(_spell, words), key=len, reverse=True)
    return re.compile("|".join(spelled), re.IGNORECASE)


def _spell(word: str) -> str:
    parts = r"\s+".join(re.escape(html.escape(part)) for part in word.split())
    before = "" if _LETTERS.match(word[0]) else r"(?<![\w&#])"
    after = "" if _LETTERS.match(word[-1]) else r"(?:e?s)?(?!\w)"
    return f"{before}{parts}{after}"
