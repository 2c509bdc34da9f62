"""What was asked, and what is wrong with a file of it: what all kinds of files share."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final, NamedTuple

from threadbook.gaps.masking import mask

LONGEST_LINE: Final = 1_000_000
"""The longest line, or issue, that is read, in bytes."""

LONGEST_QUESTION: Final = 300
"""How much of a question is kept, in characters."""

MOST_TIMES: Final = 1_000_000_000

NAMES: Final = ("question", "query")
"""What a question may be called; how often and when it was asked, see below."""

_TIMES: Final = ("count", "times")
_DAYS: Final = ("day", "date", "createdat", "created_at")
_WORD: Final = re.compile(r"\w")
_BOM: Final = b"\xef\xbb\xbf"

Place = Callable[[str], tuple[int, int]]
"""Returns the line and column of a value, by its name."""


class Asked(NamedTuple):
    """A question, how many times it was asked, and on which day, if that is known."""

    text: str
    times: int = 1
    day: datetime.date | None = None


class Fault(NamedTuple):
    """What is wrong in a file, where (lines and columns count from 1), and what would mend it."""

    line: int
    column: int
    message: str
    fix: str = ""

    def say(self, file: str) -> str:
        """Return the fault in a line."""
        return f"{file}:{self.line}:{self.column}: {self.message} {self.fix}".rstrip()


def read_lines(file: BinaryIO) -> Iterator[tuple[int, str | Fault]]:
    """Yield the lines of a file with their numbers; one that is too long is a fault."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, Fault(number, 1, "The line is too long.", "Leave it out.")
            continue
        try:
            yield number, line.decode()
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode(errors="replace")) + 1
            message = "This is not UTF-8."
            yield number, Fault(number, column, message, "Save the file as UTF-8.")


def read_values(text: str, values: Mapping[str, object], place: Place) -> Iterator[Asked | Fault]:
    """Yield a question with how often and when it was asked; the names in `values` are small."""
    times, day = 1, None
    for name in _TIMES:
        if (given := str(values.get(name) or "").strip()) or values.get(name) == 0:
            found = _read_times(given or "0")
            if found is None:
                yield Fault(*place(name), f"`{name}` is not a whole number.", "Write it as in 12.")
                return
            times = found
    for name in _DAYS:
        if given := str(values.get(name) or "").strip():
            day = _read_day(given)
            if day is None:
                fix = "Write it as in 2026-11-23; the question counts without it."
                yield Fault(*place(name), f"`{name}` is not a day.", fix)
    text = mask(text[: 4 * LONGEST_QUESTION])[:LONGEST_QUESTION]
    if times and _WORD.search(text):
        yield Asked(text, times, day)


def _read_times(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_TIMES))
    return min(int(text), MOST_TIMES) if is_number else None


def _read_day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None
