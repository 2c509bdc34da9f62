"""What the checker says: rules, places and findings.

The first room: it imports nothing of the project. How findings are printed is the business of
`report`; which rules there are, that of `load` and `check`.
"""

from __future__ import annotations

import difflib
import inspect
import textwrap
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
    """One thing that the checker looks for.

    `id` never changes; `summary` says in one sentence what the rule finds, `explanation` why it
    matters, and `bad` and `good` are examples as an editor would write them. An essential rule can
    be neither lowered nor silenced: no site could be built of what it finds.
    """

    id: str
    severity: Severity
    summary: str
    explanation: str = ""
    bad: str = ""
    good: str = ""
    is_essential: bool = False

    @classmethod
    def from_docstring(
        cls, id_: str, severity: Severity, documentation: str, *, is_essential: bool = False
    ) -> Rule:
        """Make a rule from its documentation, laid out as a docstring.

        The first line is the summary; then comes the explanation, then `Bad:` and `Good:`, each
        with an indented example below it.
        """
        text, _, examples = inspect.cleandoc(documentation).partition("\nBad:\n")
        bad, _, good = examples.partition("\nGood:\n")
        summary, _, explanation = text.partition("\n")
        return cls(
            id=id_,
            severity=severity,
            summary=summary,
            explanation=" ".join(explanation.split()),
            bad=textwrap.dedent(bad).strip("\n"),
            good=textwrap.dedent(good).strip("\n"),
            is_essential=is_essential,
        )


class Place(NamedTuple):
    """A position in a content file; line and column count characters from 1.

    Both are 0 where the file as a whole is meant: its name, its size, its existence.
    `file` is the path as a user would type it: relative to the folder of `mkdocs.yml`, with `/`.
    A tuple, because thousands of them travel between processes.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Edit(NamedTuple):
    """A piece of a file to replace by `text`: from `start` up to, not including, `end`.

    Both are a line and a column, counted in characters from 1.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Related(NamedTuple):
    """A further place that explains a finding, and what is there."""

    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One message of the checker.

    `hint` says how to fix it, where that is known, `related` are further places that explain it,
    and `fix` are edits of the file that fix it without changing what anybody reads.
    """

    rule: Rule
    place: Place
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    fix: tuple[Edit, ...] = ()

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return self.rule.severity

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """Findings are shown by file, line and column, then by rule."""
        return (self.place, self.rule.id, self.message)


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by place and drop exact repetitions."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))


def guess_word(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that somebody may have meant, if one is near enough."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "…"?` for the nearest known word, or an empty string."""
    near = guess_word(word, known)
    return "" if near is None else f'Did you mean "{near}"?'
