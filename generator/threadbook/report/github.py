"""Findings as GitHub shows them: annotations on a pull request's files, and a step's summary.

GitHub shows ten annotations of each kind for a step, so the order matters: findings in files that
the pull request changes come first. The summary has all of them.
Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from threadbook.findings import Finding, Severity
from threadbook.report.text import summarise_findings, visible

_ORDER: Final = {severity: rank for rank, severity in enumerate(Severity)}
SUMMARY_SIZE: Final = 900_000
"""Bytes; GitHub refuses a step's summary above 1 MiB."""


def as_github(findings: Iterable[Finding], changed: Collection[str] = ()) -> Iterator[str]:
    """Yield a workflow command for each finding; `changed` are files as findings name them."""
    for finding in _first_things_first(findings, changed):
        place = finding.place
        lines = [finding.message, finding.hint]
        lines += [f"{words}: {where}" for words, where in finding.related]
        text = "\n".join(visible(line) for line in lines if line)
        where = f",line={place.line},col={place.column}" if place.line else ""
        yield (
            f"::{finding.severity} file={_property(place.file)}{where},"
            f"title={_property(finding.rule.id)}::{_value(text)}"
        )


def _first_things_first(findings: Iterable[Finding], changed: Collection[str]) -> list[Finding]:
    return sorted(
        findings,
        key=lambda each: (each.place.file not in changed, _ORDER[each.severity], each.sort_key),
    )


def _value(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _value(visible(text)).replace(":", "%3A").replace(",", "%2C")


def summarise_step(findings: Iterable[Finding], files: int, changed: Collection[str] = ()) -> str:
    """Return Markdown that lists all findings, as many as fit."""
    found = _first_things_first(findings, changed)
    parts = [f"## Threadbook\n\n{summarise_findings(found, files)}\n"]
    if found:
        parts.append("\n| where | what | how to fix it |\n| --- | --- | --- |\n")
    size = sum(len(part.encode()) for part in parts)
    for number, finding in enumerate(found):
        kind = f"{finding.severity} {finding.rule.id}"
        where, what, hint = map(plain_markdown, (str(finding.place), finding.message, finding.hint))
        row = f"| {where} | **{kind}** {what} | {hint} |\n"
        size += len(row.encode())
        if size > SUMMARY_SIZE:
            parts.append(f"\n{len(found) - number:,} more are in the log.\n")
            break
        parts.append(row)
    return "".join(parts)


def plain_markdown(text: str) -> str:
    """Show text as it is: what strangers wrote must not act as Markdown, HTML or a mention."""
    # The word joiner keeps GitHub from notifying whoever has the name after the `@`.
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~@&$-])", r"\\\1", visible(text)).replace("\\@", "@\u2060")
