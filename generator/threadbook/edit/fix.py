"""Applying the safe fixes that findings carry, behind `threadbook fix`."""

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

    A fix is applied whole. One that touches what another has changed waits for the next round;
    one that leaves a sound text unsound is left out.
    """
    fixable = [finding for finding in findings if finding.fix]
    new, mended = _applied(text, fixable, lambda _text: True)
    if not mended or is_sound(new) or not is_sound(text):
        return new, mended
    return _applied(text, fixable, is_sound)


def _applied(
    text: str, findings: Iterable[Finding], is_sound: Callable[[str], bool]
) -> tuple[str, list[Finding]]:
    starts = _starts(text)
    applied: list[Span] = []
    mended: list[Finding] = []
    for finding in findings:
        spans = [_span(edit, starts) for edit in finding.fix]
        if any(_overlap(span, other) for span in spans for other in applied):
            continue
        if is_sound(_with(text, [*applied, *spans])):
            applied += spans
            mended.append(finding)
    return _with(text, applied), mended


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
    return one[0] <= other[1] and other[0] <= one[1]
