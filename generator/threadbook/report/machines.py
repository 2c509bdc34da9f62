"""Findings for other programs: JSON, SARIF 2.1.0 and JUnit XML."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote
from xml.etree import ElementTree

from threadbook.findings import Edit, Finding, Place, Rule, Severity
from threadbook.report.text import visible

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
SARIF_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_json(findings: Sequence[Finding], files: int) -> str:
    """Return one object: how many files were checked, how many findings of each kind, and all.

    The last of a long list stands for all that are left out of it; the numbers include them.
    """
    counts: Counter[Severity] = Counter()
    for finding in findings:
        counts[finding.severity] += finding.stands_for
    return _dump(
        {
            "files": files,
            "counts": {str(severity): counts[severity] for severity in Severity},
            "findings": [
                {
                    "rule": finding.rule.id,
                    "severity": str(finding.severity),
                    **_where(finding.place),
                    "message": finding.message,
                    "hint": finding.hint,
                    "related": [
                        {"words": words, **_where(place)} for words, place in finding.related
                    ],
                    "fix": [edit._asdict() for edit in finding.fix],
                    "stands_for": finding.stands_for,
                }
                for finding in findings
            ],
        }
    )


def _where(place: Place) -> dict[str, Any]:
    """Name a place; line and column are null where the whole file is meant."""
    file = place.file.encode("utf-8", "replace").decode()
    return {"file": file, "line": place.line or None, "column": place.column or None}


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def as_sarif(findings: Sequence[Finding], rules: Sequence[Rule], version: str) -> str:
    """Return a SARIF log with one run; addresses are relative to the folder of `mkdocs.yml`.

    Format: OASIS, Static Analysis Results Interchange Format 2.1.0, errata 01.
    """
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "threadbook",
                "version": version,
                "rules": [_sarif_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "ROOT": {"description": {"text": "The folder of mkdocs.yml."}},
        },
        "results": [_sarif_result(finding, numbers) for finding in findings],
    }
    return _dump({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {
            "text": f"Bad:\n{rule.bad}\n\nGood:\n{rule.good}",
            "markdown": f"Bad:\n\n```yaml\n{rule.bad}\n```\n\nGood:\n\n```yaml\n{rule.good}\n```",
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _sarif_result(finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    hint = f" {finding.hint}" if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": numbers[finding.rule.id],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + hint},
        "locations": [_sarif_location(finding.place)],
    }
    if finding.stands_for > 1:
        result["occurrenceCount"] = finding.stands_for
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": words}, **_sarif_location(place)}
            for number, (words, place) in enumerate(finding.related, 1)
        ]
    if finding.fix:
        change = {
            "artifactLocation": _sarif_file(finding.place.file),
            "replacements": [_sarif_replacement(edit) for edit in finding.fix],
        }
        description = {"text": finding.hint or finding.message}
        result["fixes"] = [{"description": description, "artifactChanges": [change]}]
    return result


def _sarif_file(file: str) -> dict[str, str]:
    # A file name that is not UTF-8 arrives with surrogates, which `quote` would refuse.
    return {"uri": quote(os.fsencode(file)), "uriBaseId": "ROOT"}


def _sarif_location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _sarif_file(place.file)}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": location}


def _sarif_replacement(edit: Edit) -> dict[str, Any]:
    (start_line, start_column), (end_line, end_column) = edit.start, edit.end
    return {
        "deletedRegion": {
            "startLine": start_line,
            "startColumn": start_column,
            "endLine": end_line,
            "endColumn": end_column,
        },
        "insertedContent": {"text": edit.text},
    }


def as_junit(findings: Sequence[Finding], files: int) -> str:
    """Return JUnit XML: a failed case for each error, a passed one for any other finding.

    Without findings there is one passed case, because programs report a file without cases as a
    failure.
    """
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    cases = max(1, len(findings))
    counts = {"tests": str(cases), "failures": str(errors), "errors": "0"}
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(
        root, "testsuite", {"name": "threadbook check", **counts, "skipped": "0"}
    )
    for finding in findings:
        place = finding.place
        position = f" {place.line}:{place.column}" if place.line else ""
        where = {"classname": visible(place.file), "name": f"{finding.rule.id}{position}"}
        where["file"] = visible(place.file)
        if place.line:
            where["line"] = str(place.line)
        case = ElementTree.SubElement(suite, "testcase", where)
        text = visible(f"{finding.message} {finding.hint}".strip())
        if finding.severity is Severity.ERROR:
            said = {"type": finding.rule.id, "message": text}
            ElementTree.SubElement(case, "failure", said).text = visible(f"{place}: {text}")
        else:
            ElementTree.SubElement(case, "system-out").text = visible(f"{finding.severity}: {text}")
    if not findings:
        ElementTree.SubElement(
            suite, "testcase", {"classname": "content", "name": f"{files:,} files"}
        )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
