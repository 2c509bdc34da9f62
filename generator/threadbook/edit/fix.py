"""Applying the safe fixes of findings, behind `threadbook fix`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from threadbook.findings import Edit, Finding

Span = tuple[int, int, str]
"""Where a text is replaced, as characters from 0, and by what."""


def apply_fixes(
    text: str, findings: Iterable[Finding], is_sound: Callable[[str], bool] = lambda _text: True
) -> tuple[str, list[Finding]]:
    """Return a file's text with the fixes of its findings, and those whose fix was applied.

    A fix is applied as a whole. It waits for the next round if it touches what another fix has
    changed, and it is left out if the text would no longer load.
    """
    fixable = [finding for finding in findings if finding.fix]
    new, fixed = _apply(text, fixable, lambda _text: True)
    if not fixed or is_sound(new) or not is_sound(text):
        return new, fixed
    return _apply(text, fixable, is_sound)


def _apply(
    text: str, findings: Iterable[Finding], is_sound: Callable[[str], bool]
) -> tuple[str, list[Finding]]:
    starts = _starts(text)
    applied: list[Span] = []
    fixed: list[Finding] = []
    for finding in findings:
        spans = [_span(edit, starts) for edit in finding.fix]
        if any(_overlap(span, other) for span in spans for other in applied):
            continue
        if is_sound(_with(text, [*applied, *spans])):
            applied += spans
            fixed.append(finding)
    return _with(text, applied), fixed


def _with(text: str, spans: Iterable[Span]) -> str:
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _starts(text: str) -> list[int]:
    """Return where each line begins."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def _span(edit: Edit, starts: Sequence[int]) -> Span:
    (line, column), (last, end) = edit.start, edit.end
    return starts[line - 1] + column - 1, starts[last - 1] + end - 1, edit.text


def _overlap(one: Span, other: Span) -> bool:
    # Edits that only touch count, too: the order of two insertions in one place would be open.
    return one[0] <= other[1] and other[0] <= one[1]
