"""What the checker says: rules, places and findings.

The first room: it imports nothing of the project. How findings are printed is the business of
`report`; which rules there are, that of `load` and `check`.
"""

from __future__ import annotations

import difflib
import inspect
import textwrap
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

LONGEST_MESSAGE: Final = 600
"""Characters. Messages repeat what somebody wrote, which may be a megabyte without a space."""

MOST_LISTED: Final = 100
"""How many findings of a rule are listed in one file; one more says how many are left out."""

MOST_GUESSES: Final = 20
"""How many "did you mean" are looked for at a time: each takes a look at every known word."""

_LONGEST_GUESS: Final = 200
"""Characters. Comparing two words takes the square of their length."""


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
    and `fix` are edits of the file that fix it without changing what anybody reads. A message or
    hint that is too long loses its middle. `stands_for` is how many problems it is: more than one
    only in the finding that ends a long list (see `shorten_list`).
    """

    rule: Rule
    place: Place
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    fix: tuple[Edit, ...] = ()
    stands_for: int = 1

    def __post_init__(self) -> None:
        """Cut what is too long."""
        if len(self.message) > LONGEST_MESSAGE:
            object.__setattr__(self, "message", cut_middle(self.message, LONGEST_MESSAGE))
        if len(self.hint) > LONGEST_MESSAGE:
            object.__setattr__(self, "hint", cut_middle(self.hint, LONGEST_MESSAGE))

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


def shorten_list(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the first `MOST_LISTED` findings of each rule in each file.

    Where there are others, one finding of the same rule says how many, at the place of the first of
    them. The list may have been shortened before.
    """
    listed: dict[tuple[str, str], int] = {}
    left_out: dict[tuple[str, str], list[Finding]] = {}
    kept = []
    for finding in findings:
        key = (finding.rule.id, finding.place.file)
        listed[key] = listed.get(key, 0) + 1
        if listed[key] > MOST_LISTED or finding.stands_for > 1:
            left_out.setdefault(key, []).append(finding)
        else:
            kept.append(finding)
    return tuple(kept) if not left_out else sort_findings([*kept, *map(_join, left_out.values())])


def _join(findings: list[Finding]) -> Finding:
    """Return one finding that stands for several of one rule in one file."""
    number = sum(finding.stands_for for finding in findings)
    message = f"… and {number:,} more like this in this file."
    return Finding(findings[0].rule, findings[0].place, message, stands_for=number)


def cut_middle(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters: of a longer one, its beginning and its end."""
    if len(text) <= longest:
        return text
    end = longest // 3
    return f"{text[: longest - end - 3]} … {text[-end:]}"


def guess_word(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that somebody may have meant, if one is near enough."""
    if len(word) > _LONGEST_GUESS:
        return None
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "…"?` for the nearest known word, or an empty string."""
    near = guess_word(word, known)
    return "" if near is None else f'Did you mean "{near}"?'


class Guesses:
    """Says "did you mean" for the first words that are asked about, and nothing for the others.

    `known` are the words that somebody may have meant.
    """

    def __init__(self, known: Collection[str] = ()) -> None:
        self.known = known
        self.left = MOST_GUESSES

    def say(self, word: str, known: Collection[str] | None = None, *, but: str = "") -> str:
        """Return what `did_you_mean` does, of other `known` words if they are given.

        `but` is a known word that cannot be meant.
        """
        guess = self.guess(word, known, but=but)
        return "" if guess is None else f'Did you mean "{guess}"?'

    def say_file(self, name: str, known: Collection[str] | None = None) -> str:
        """Return what `say` does of a file of prose; without a guess, what is to be done."""
        return self.say(name, known) or (
            "Put the file in the folder of prose, or name one that is there."
        )

    def guess(
        self, word: str, known: Collection[str] | None = None, *, but: str = ""
    ) -> str | None:
        """Return what `guess_word` does."""
        if not self.left:
            return None
        self.left -= 1
        words = self.known if known is None else known
        return guess_word(word, (each for each in words if each != but))
