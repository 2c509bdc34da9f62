"""What the checker says: rules, places and findings.

The leftmost room: it imports nothing of the project.
How findings are printed is `check.report`'s business; which rules exist, each room's own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is; an error stops the build."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing the checker looks for.

    `id` is stable for ever (TB0xx reading files, TB1xx one file's fields, TB2xx references);
    `summary` says in one sentence what the rule refuses and why.
    """

    id: str
    severity: Severity
    summary: str


class Place(NamedTuple):
    """A position in a content file; line and column count characters from 1.

    `file` is the path as a user would type it: relative to the folder of `mkdocs.yml`, with `/`.
    A tuple, because thousands of them travel between processes.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One message of the checker.

    `hint` is the repair where one is known; `related` are further places that explain it.
    """

    rule: Rule
    place: Place
    message: str
    hint: str = ""
    related: tuple[tuple[str, Place], ...] = ()

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return self.rule.severity

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """Findings are shown by file, line and column, then by rule."""
        return (self.place, self.rule.id, self.message)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by place and drop exact repetitions."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "…"?` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""
