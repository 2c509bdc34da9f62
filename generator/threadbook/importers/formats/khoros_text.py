"""Pages of a Khoros forum of which only the text was saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from threadbook.importers.dates import day_of
from threadbook.importers.posts import Note, Post, Rank, Record

_STAFF: Final = re.compile(r"\b(admin|employee|staff|community manager|team)\b", re.IGNORECASE)
_MODERATOR: Final = re.compile(r"\bmoderator\b", re.IGNORECASE)
_HEAD: Final = re.compile(r"^\s*Forums?\s*\u00bb\s*(.+)\s*\u00bb\s*(.+?)\s*$", re.MULTILINE)
_MEMBER: Final = re.compile(
    r"^[ \t]*(Community (?:Member|Manager|Guru|Leader|Moderator)|Moderator|Employee"
    r"|Active Member|Ace Contributor)[ \t]*$",
    re.MULTILINE,
)
DATE_LINE: Final = re.compile(
    r"\b([A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{1,2}[-/]\d{1,2}[-/]\d{4}|\d{4}-\d{2}-\d{2})\b"
)
_SOLUTION: Final = re.compile(r"^[ \t]*ACCEPTED SOLUTION[ \t]*$", re.MULTILINE | re.IGNORECASE)
_NO_HEAD: Final = (
    "Text files without the line `Forums \u00bb board \u00bb title`, which were left out"
)
_SINCE: Final = re.compile(r"^[ \t]*Member Since\b[^\n]*$", re.MULTILINE | re.IGNORECASE)
_POSTED: Final = re.compile(r"^[ \t]*Posted On:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_KUDOS: Final = re.compile(r"^[ \t]*(\d{1,6}) Kudos?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_TIME: Final = re.compile(r"[\s\u200e\u200f\d,:.-]*(?:[AP]\.?M\.?)?\s*", re.IGNORECASE)
"""What a line of a date has besides the date."""


def rank_of(words: str) -> Rank:
    """Return the rank that the words below somebody's name mean."""
    if _MODERATOR.search(words):
        return "moderator"
    return "staff" if _STAFF.search(words) else "member"


def read_text(name: str, text: str) -> Iterator[Record]:
    """Yield the posts of a page; notes where it has none."""
    head = _HEAD.search(text)
    if head is None:
        words = (
            "Text files without the line `Forums \u00bb board \u00bb title`, which were left out"
        )
        yield Note(words, name)
        return
    marks = list(_MEMBER.finditer(text, head.end()))
    if not marks:
        yield Note("Text files without posts, which were left out", name)
        return
    title, board = head[2], head[1].split("\u00bb")[-1].strip()
    topic, start = f"k-{board}-{title}", head.end()
    has_names = _name_above(text, start, marks[0].start()) not in {"", title}
    solution = _SOLUTION.search(text, head.end())
    for number, mark in enumerate(marks):
        following = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        above = _name_above(text, mark.end(), following) if has_names else ""
        end = (
            following if number + 1 == len(marks) or not above else text.rindex(above, 0, following)
        )
        body, day, kudos = _read_post(text[mark.end() : end])
        is_solution = solution is not None and number > 0
        yield Post(
            key=f"{topic}/{number}" if number else topic,
            kind="answer" if number else "question",
            place=f"{name}:{text.count(chr(10), 0, mark.start()) + 1}",
            parent=topic if number else "",
            title="" if number else title,
            body=body,
            markup="text",
            author=_name_above(text, start, mark.start()) if has_names else "",
            rank=rank_of(mark[1]),
            at=day,
            votes=kudos,
            accepted=is_solution and start <= solution.start() < mark.end(),  # type: ignore[union-attr]
            board=board,
        )
        start = mark.end()


def _name_above(text: str, start: int, end: int) -> str:
    """Return the line right above a rank, which is a name in most skins; empty if it is blank."""
    lines = text[start:end].split("\n")
    return lines[-2].strip() if len(lines) > 1 else ""


def _read_post(raw: str) -> tuple[str, str, int]:
    """Return a post's text, its day, and its kudos."""
    posted, kudos = _POSTED.search(raw), _KUDOS.search(raw)
    for pattern in (_SOLUTION, _SINCE, _POSTED, _KUDOS):
        raw = pattern.sub("", raw)
    body = raw.strip()
    first, _, rest = body.partition("\n")
    date = DATE_LINE.search(posted[1]) if posted else None
    if (own := DATE_LINE.search(first)) and _TIME.fullmatch(first.replace(own[0], "")):
        body, date = rest.strip(), date or own
    return body, day_of(date[1]) if date else "", int(kudos[1]) if kudos else 0
