"""Findings as text: one line for each, and below it the line of the file that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import click
from rich.cells import cell_len

from threadbook.findings import Finding, Severity
from threadbook.text import count

ReadLines = Callable[[str], Sequence[str]]
"""Gives a file's lines by the name in findings."""

_WIDTH: Final = 100
_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


def as_text(
    findings: Iterable[Finding], read_lines: ReadLines, *, is_coloured: bool = False
) -> Iterator[str]:
    """Yield printable lines, with ANSI colours if they are wanted."""

    def paint(text: str, **style: str | bool) -> str:
        return click.style(text, **style) if is_coloured else text  # type: ignore[arg-type]

    lines: dict[str, Sequence[str]] = {}
    for finding in findings:
        place, colour = finding.place, _COLOURS[finding.severity]
        kind = paint(f"{finding.severity}[{finding.rule.id}]", fg=colour, bold=True)
        yield f"{paint(visible(str(place)), bold=True)}: {kind} {visible(finding.message)}"
        if place.file not in lines:
            lines = {place.file: read_lines(place.file)}
        for number, text in _excerpt(lines[place.file], place.line, place.column):
            shown = text if number else paint(text, fg=colour)
            yield f"{paint(f'{number:>5} |', dim=True)} {shown}"
        if finding.hint:
            yield f"      {paint('=', dim=True)} {visible(finding.hint)}"
        for words, where in finding.related:
            yield f"      {paint('=', dim=True)} {visible(words)}: {visible(str(where))}"


def _excerpt(lines: Sequence[str], line: int, column: int) -> Iterator[tuple[str, str]]:
    """Show one line with a caret below the column; long lines are cut around it."""
    if not 0 < line <= len(lines):
        return
    text = lines[line - 1].rstrip("\r")
    if not text.strip():
        return
    start = max(0, column - 1 - _WIDTH * 3 // 4)
    end = "…" if start + _WIDTH < len(text) else ""
    yield str(line), f"{'…' if start else ''}{visible(text[start : start + _WIDTH])}{end}"
    yield "", f"{' ' * (cell_len(visible(text[start : column - 1])) + bool(start))}^"


def visible(text: str) -> str:
    """Replace what a terminal or a build log would obey instead of showing it.

    These are control and formatting characters, and `##[`, which begins commands in the logs of
    GitHub Actions.
    """
    plain = text.replace("\t", " ").replace("##[", "##\u2060[")
    return "".join(each if each.isprintable() or each == "\u2060" else "�" for each in plain)


def summarise_findings(findings: Iterable[Finding], files: int) -> str:
    """Return one line: `2 errors, 1 warning in 41 files`, with a full stop."""
    counts: Counter[Severity] = Counter()
    for finding in findings:
        counts[finding.severity] += finding.stands_for
    said = [count(counts[severity], severity) for severity in Severity if counts[severity]]
    return f"{', '.join(said) or 'No problems'} in {count(files, 'file')}."
