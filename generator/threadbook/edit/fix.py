"""Applying the safe fixes that findings carry, behind `threadbook fix`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from threadbook.findings import Edit, Finding


def fixed(text: str, findings: Iterable[Finding]) -> tuple[str, int]:
    """Return a file's text with the fixes of its findings, and how many were applied.

    A fix is applied whole. One that touches what another has changed waits for the next round.
    """
    starts = _starts(text)
    applied: list[tuple[int, int, str]] = []
    count = 0
    for finding in findings:
        spans = [_span(edit, starts) for edit in finding.fix]
        if spans and not any(_overlap(span, other) for span in spans for other in applied):
            applied += spans
            count += 1
    for start, end, new in sorted(applied, reverse=True):
        text = text[:start] + new + text[end:]
    return text, count


def _starts(text: str) -> list[int]:
    """Return where each line begins."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def _span(edit: Edit, starts: Sequence[int]) -> tuple[int, int, str]:
    (line, column), (last, end) = edit.start, edit.end
    return starts[line - 1] + column - 1, starts[last - 1] + end - 1, edit.text


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
