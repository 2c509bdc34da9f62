"""Days of dates as people and programs write them, without guessing which number is the month.

`03/04/2024` is in March or in April. Other dates of the source can tell: `13/04/2024` has the day
first. So a day that is not certain stays as it was written until all of the source is read.
"""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime
from typing import Final, Literal

Order = Literal["day-first", "month-first", ""]

ORDERS: Final[tuple[Order, ...]] = ("day-first", "month-first")
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_TIME: Final = re.compile(r"[ ,]+(?:at +)?\d{1,2}:\d{2}.*\Z", re.DOTALL)
_NAMED: Final = (
    "%d %b %Y",
    "%d %B %Y",
    "%d. %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
)
_SHOWN: Final = 40


def day_of(text: str, order: Order = "") -> str:
    """Return the day of a date or time as `2026-11-23`.

    One of which the order is not known comes back as `03/04/2026`, and what is no date as it is:
    what reads the whole source decides, and reports. Numbers are seconds since 1970, or
    milliseconds where they are too large for that.
    """
    text = " ".join(text.split())
    if found := _YEAR_FIRST.match(text):
        return _join(int(found[1]), int(found[3]), int(found[4])) or text[:_SHOWN]
    if found := _YEAR_LAST.match(text):
        written = f"{found[1]}/{found[3]}/{found[4]}"
        return settle(written, order or ("day-first" if found[2] == "." else "")) or written
    if text.isdecimal() and 8 < len(text) < 14:  # noqa: PLR2004
        seconds = int(text) / (1000 if len(text) > 10 else 1)  # noqa: PLR2004
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()
    return _read_named(text) or text[:_SHOWN]


def _read_named(text: str) -> str:
    bare = _TIME.sub("", text)
    for pattern in _NAMED:
        try:
            return datetime.datetime.strptime(bare, pattern).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text).date().isoformat()  # as mail writes it
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def is_unsure(text: str) -> bool:
    """Return whether a day of `day_of` is one whose order is not known."""
    return _YEAR_LAST.fullmatch(text) is not None


def order_of(text: str) -> Order:
    """Return the order that a day shows, because one of its numbers can be no month."""
    found = _YEAR_LAST.fullmatch(text)
    first, second = (int(found[1]), int(found[3])) if found else (0, 0)
    if first > 12 >= second:  # noqa: PLR2004
        return "day-first"
    return "month-first" if second > 12 >= first else ""  # noqa: PLR2004


def settle(text: str, order: Order) -> str:
    """Return a day such as `03/04/2026` in an order; empty if it is none, or needs an order."""
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return ""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first == second or order == "day-first":
        return _join(year, second, first)
    return _join(year, first, second) if order == "month-first" else ""


def _join(year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
