"""What a site and a thread may say about rules: raised, lowered, silenced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from threadbook.findings import Finding, Rule, Severity
from threadbook.library import Library, Silenced

Severities = Mapping[str, Severity | None]
"""What a site says about rules, by id; `None` silences one."""


CANNOT: Final = Rule.from_docstring(
    "TB701",
    Severity.ERROR,
    """A thread silences a rule that does not exist, or that no site can be built without.

    Rules about files that cannot be read and references that lead nowhere cannot be silenced.
    `threadbook rules` lists all rules and says which of them can.

    Bad:
        silence: [{rule: TB201, reason: I will write that thread tomorrow.}]

    Good:
        silence: [{rule: TB301, reason: The title is the message people search for.}]
    """,
    is_essential=True,
)
USELESS: Final = Rule.from_docstring(
    "TB702",
    Severity.NOTICE,
    """A thread silences a rule that finds nothing in it.

    What was wrong has been mended; the silence would hide the next slip.

    Bad:
        title: When am I paid?
        silence: [{rule: TB301, reason: The title is no question.}]

    Good:
        title: When am I paid?
    """,
)
"""Found last, when all other findings are known."""

RULES: Final = (CANNOT, USELESS)


def adjust_severities(
    findings: Iterable[Finding],
    library: Library,
    severities: Severities,
    rules: Mapping[str, Rule],
) -> Iterator[Finding]:
    """Give findings the severity the site wants, without those that a thread silences.

    `rules` are all there are, by id. What threads say about rules is checked on the way.
    """
    silences = {
        outline.file: {silenced.rule: silenced for silenced in outline.silences}
        for outline in library.threads.values()
        if outline.silences
    }
    used: set[Silenced] = set()
    kept = []
    for finding in findings:
        silenced = silences.get(finding.place.file, {}).get(finding.rule.id)
        if silenced is not None and not finding.rule.is_essential:
            used.add(silenced)
        else:
            kept.append(finding)
    for in_file in silences.values():
        kept += (_judged(silenced, rules) for silenced in in_file.values() if silenced not in used)
    return (changed for each in kept if (changed := _changed(each, severities)) is not None)


def _judged(silenced: Silenced, rules: Mapping[str, Rule]) -> Finding:
    """Say what is wrong with a silence that silenced nothing."""
    known = rules.get(silenced.rule)
    if known is None:
        message, hint = f"There is no rule {silenced.rule}.", "`threadbook rules` lists all rules."
        return Finding(CANNOT, silenced.place, message, hint)
    if known.is_essential:
        message = f"{silenced.rule} cannot be silenced: {known.summary}"
        return Finding(CANNOT, silenced.place, message, "Mend what it found.")
    message = f"{silenced.rule} finds nothing here that could be silenced."
    return Finding(USELESS, silenced.place, message, "Remove it from `silence`.")


def _changed(finding: Finding, severities: Severities) -> Finding | None:
    if finding.rule.is_essential or finding.rule.id not in severities:
        return finding
    severity = severities[finding.rule.id]
    if severity is None:
        return None
    return replace(finding, rule=replace(finding.rule, severity=severity))
