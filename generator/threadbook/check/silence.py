"""What sites and threads change about rules: a site their severity, a thread that they apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from threadbook.findings import Finding, Rule, Severity
from threadbook.library import Library, Silenced

Severities = Mapping[str, Severity | None]
"""The severities that a site wants, by the id of the rule; `None` silences it."""


CANNOT: Final = Rule.from_docstring(
    "TB701",
    Severity.ERROR,
    """A thread silences a rule that does not exist or cannot be silenced.

    Rules about files that cannot be read and about references that lead nowhere cannot be silenced,
    because no site could be built. `threadbook rules` lists all rules and marks these with a star.

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

    What was wrong has been fixed; the silence would hide the next mistake.

    Bad:
        title: When am I paid?
        silence: [{rule: TB301, reason: The title is not a question.}]

    Good:
        title: When am I paid?
    """,
)
"""It needs all other findings, so it is looked for last."""

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
    imported = {each.file for each in library.threads.values() if each.is_imported}
    return change_severities((_lowered(each, imported, severities) for each in kept), severities)


def change_severities(findings: Iterable[Finding], severities: Severities) -> Iterator[Finding]:
    """Give findings the severity the site wants, whatever threads silence."""
    return (changed for each in findings if (changed := _changed(each, severities)) is not None)


OF_STYLE: Final = frozenset(
    "TB114 TB301 TB302 TB303 TB304 TB305 TB306 TB402 TB404 TB501 TB502 TB503 TB505 "
    "TB241 TB242 TB243 TB244 TB245 TB246 TB247 TB248".split()
)
"""Rules that say how something should have been written. Whoever wrote an imported thread did not
know them, so there they are notices: to be mended when somebody takes the thread up."""


def _lowered(finding: Finding, imported: set[str], severities: Severities) -> Finding:
    """Make a notice of what is only style in a thread that names its `source`."""
    is_style = finding.rule.id in OF_STYLE and finding.rule.severity is Severity.WARNING
    if not is_style or finding.rule.id in severities or finding.place.file not in imported:
        return finding
    return replace(finding, rule=replace(finding.rule, severity=Severity.NOTICE))


def _judged(silenced: Silenced, rules: Mapping[str, Rule]) -> Finding:
    """Say what is wrong with a silence that silenced nothing."""
    known = rules.get(silenced.rule)
    if known is None:
        message, hint = f"There is no rule {silenced.rule}.", "`threadbook rules` lists all rules."
        return Finding(CANNOT, silenced.place, message, hint)
    if known.is_essential:
        message = f"{silenced.rule} cannot be silenced: {known.summary}"
        return Finding(CANNOT, silenced.place, message, "Fix what it found.")
    message = f"{silenced.rule} finds nothing here, so there is nothing to silence."
    return Finding(USELESS, silenced.place, message, "Remove it from `silence`.")


def _changed(finding: Finding, severities: Severities) -> Finding | None:
    if finding.rule.is_essential or finding.rule.id not in severities:
        return finding
    severity = severities[finding.rule.id]
    if severity is None:
        return None
    return replace(finding, rule=replace(finding.rule, severity=severity))
