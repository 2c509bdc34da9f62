"""Findings as text: one line a finding, and below it the line of the file it speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from threadbook.findings import Finding, Severity

ReadLines = Callable[[str], Sequence[str]]
_WIDTH = 100


def as_text(findings: Iterable[Finding], read_lines: ReadLines) -> Iterator[str]:
    """Yield printable lines; `read_lines` gives a file's lines by the name in findings."""
    lines: dict[str, Sequence[str]] = {}
    for finding in findings:
        place = finding.place
        yield f"{place}: {finding.severity}[{finding.rule.id}] {_visible(finding.message)}"
        if place.file not in lines:
            lines = {place.file: read_lines(place.file)}
        yield from _excerpt(lines[place.file], place.line, place.column)
        if finding.hint:
            yield f"      = {_visible(finding.hint)}"
        for words, where in finding.related:
            yield f"      = {words}: {where}"


def _excerpt(lines: Sequence[str], line: int, column: int) -> Iterator[str]:
    """Show one line with a caret below the column; long lines are cut around it."""
    if not 0 < line <= len(lines):
        return
    text = _visible(lines[line - 1].rstrip("\r"))
    if not text.strip():
        return
    start = max(0, column - 1 - _WIDTH * 3 // 4)
    cut = text[start : start + _WIDTH]
    yield f"{line:5} | {'…' if start else ''}{cut}"
    yield f"      | {' ' * (column - 1 - start + bool(start))}^"


def _visible(text: str) -> str:
    """Replace what a terminal would obey, not show: control and formatting characters."""
    return "".join(sign if sign.isprintable() else "�" for sign in text.replace("\t", " "))


def summary(findings: Iterable[Finding], files: int) -> str:
    """Return one line: `2 errors, 1 warning in 41 files`, with a full stop."""
    counts = Counter(finding.severity for finding in findings)
    said = [
        f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}"
        for severity in Severity
        if counts[severity]
    ]
    return f"{', '.join(said) or 'Nothing to complain about'} in {files:,} files."
