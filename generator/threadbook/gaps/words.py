"""The gap ledger in words: for the terminal, as Markdown, and as values for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from threadbook.gaps.matching import ORDER, Answer, Gap, Gaps
from threadbook.library import Library
from threadbook.report.text import visible
from threadbook.text import count

MOST_SHOWN: Final = 10
"""How many lines of each list are shown, unless all are wanted."""

_FORMS: Final = 5
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>#|@]")
"""The characters that mean something in Markdown, on forges included."""

_TITLES: Final[dict[Answer, tuple[str, str]]] = {
    "missing": (
        "Asked and not answered",
        "No thread answers these. Write one, or add the question to `also_asked` of one that does.",
    ),
    "draft": (
        "A draft would answer",
        "Finish these drafts, and publish them.",
    ),
    "waiting": (
        "Asked, and waiting for an answer",
        "The question is on the site, but nobody has answered it.",
    ),
}


def as_text(gaps: Gaps, library: Library, *, most: int | None = MOST_SHOWN) -> Iterator[str]:
    """Yield lines for the terminal; at most `most` of each list, or all of it."""
    yield _summary(gaps)
    for answer, (title, about) in _TITLES.items():
        found = gaps.of(answer)
        if not found:
            continue
        yield ""
        yield f"{title} ({len(found):,})"
        yield about
        width = len(count(found[0].times, "time"))
        for gap in found[:most]:
            yield f"  {count(gap.times, 'time'):>{width}}: {visible(gap.questions[0].text)}"
            if words := _thread(gap, library):
                yield f"  {'':{width}}  {visible(words)}"
        if most is not None and len(found) > most:
            yield f"  … and {len(found) - most:,} more"


def as_markdown(gaps: Gaps, library: Library, *, most: int | None = MOST_SHOWN) -> Iterator[str]:
    """Yield the lines of a Markdown text, such as for an issue."""
    yield "# What is asked"
    yield ""
    yield _summary(gaps)
    for answer, (title, about) in _TITLES.items():
        found = gaps.of(answer)
        if not found:
            continue
        yield ""
        yield f"## {title} ({len(found):,})"
        yield ""
        yield about
        yield ""
        for gap in found[:most]:
            words = _thread(gap, library)
            said = f" ({_escape(words)})" if words else ""
            yield f"- {count(gap.times, 'time')}: {_escape(gap.questions[0].text)}{said}"
        if most is not None and len(found) > most:
            yield f"- … and {len(found) - most:,} more"


def as_values(gaps: Gaps, library: Library) -> dict[str, Any]:
    """Return plain values: figures, and each list by its name, with what is answered as well."""
    lists: dict[str, Any] = {
        answer: [_value(gap, library) for gap in gaps.of(answer)] for answer in ORDER
    }
    totals = {"times": gaps.times(*ORDER), "answered_times": gaps.times("answered")}
    return {**totals, **lists}


def _value(gap: Gap, library: Library) -> dict[str, Any]:
    outline = library.threads.get(gap.thread)
    first, last = gap.days
    return {
        "question": gap.questions[0].text,
        "times": gap.times,
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "also": [each.text for each in gap.questions[1 : _FORMS + 1]],
        "wordings": len(gap.questions),
        "thread": gap.thread or None,
        "title": outline.title if outline else None,
        "file": outline.file if outline else None,
        "match": round(gap.match, 3),
    }


def _summary(gaps: Gaps) -> str:
    times = gaps.times(*ORDER)
    if not times:
        return "Nothing was asked."
    share = gaps.times("answered") / times
    questions = count(len(gaps.gaps), "question")
    return f"{questions}, asked {count(times, 'time')}; the site answers {share:.0%} of the times."


def _thread(gap: Gap, library: Library) -> str:
    """Say which thread it is, and which other wordings there are."""
    outline = library.threads.get(gap.thread)
    others = len(gap.questions) - 1
    said = [f"and {count(others, 'other wording')}"] if others else []
    if outline and gap.answer == "missing":
        said.append(f"nearest: {outline.title} ({gap.match:.0%} match)")
    elif outline:
        said.append(f"{outline.title}, {outline.file}")
    return "; ".join(said)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", visible(text))
