"""Applying the safe fixes of findings, behind `threadbook fix`."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from threadbook.findings import Edit, Finding

ATTEMPTS: Final = 100
"""How often a file is read again to find the fixes that it does not load with."""

Span = tuple[int, int, str]
"""Where a text is replaced, as characters from 0, and by what."""


def apply_fixes(
    text: str, findings: Iterable[Finding], is_sound: Callable[[str], bool] = lambda _text: True
) -> tuple[str, list[Finding]]:
    """Return a file's text with the fixes of its findings, and those whose fix was applied.

    A fix is applied as a whole. It waits for the next round if it touches what another fix has
    changed, and it is left out if the text would no longer load.
    """
    chosen = list(_apart(text, findings))
    new = _with(text, chosen)
    if chosen and not is_sound(new) and is_sound(text):
        chosen = _Sifting(text, is_sound).sift([], chosen)
        new = _with(text, chosen)
    return new, [fix.finding for fix in chosen]


class _Fix(NamedTuple):
    finding: Finding
    spans: tuple[Span, ...]


def _apart(text: str, findings: Iterable[Finding]) -> Iterator[_Fix]:
    """Yield the fixes that touch nothing of those before them."""
    starts = _starts(text)
    taken: list[tuple[int, int]] = []
    for finding in findings:
        spans = tuple(_span(edit, starts) for edit in finding.fix)
        if spans and not any(_touches(span, taken) for span in spans):
            for start, end, _ in spans:
                insort(taken, (start, end))
            yield _Fix(finding, spans)


def _touches(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a span overlaps one of others, which are sorted and apart, or only touches it.

    Edits that only touch count, too: the order of two insertions in one place would be open.
    """
    at = bisect_right(taken, span[1], key=lambda each: each[0])
    return at > 0 and taken[at - 1][1] >= span[0]


class _Sifting:
    """Leaves out the fixes with which a text would no longer load, with few attempts."""

    def __init__(self, text: str, is_sound: Callable[[str], bool]) -> None:
        self.text = text
        self.is_sound = is_sound
        self.left = ATTEMPTS

    def sift(self, sound: list[_Fix], more: list[_Fix]) -> list[_Fix]:
        """Return `sound`, and of `more` those that the text loads with."""
        if not self.left:
            return sound
        self.left -= 1
        if self.is_sound(_with(self.text, [*sound, *more])):
            return [*sound, *more]
        if len(more) == 1:
            return sound
        half = len(more) // 2
        return self.sift(self.sift(sound, more[:half]), more[half:])


def _with(text: str, fixes: Iterable[_Fix]) -> str:
    """Return a text with fixes that are apart from each other."""
    parts, done = [], 0
    for start, end, new in sorted(span for fix in fixes for span in fix.spans):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _starts(text: str) -> list[int]:
    """Return where each line begins."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def _span(edit: Edit, starts: Sequence[int]) -> Span:
    (line, column), (last, end) = edit.start, edit.end
    return starts[line - 1] + column - 1, starts[last - 1] + end - 1, edit.text
