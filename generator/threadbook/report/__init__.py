"""Reports: findings for people and programs, and the rules explained.

Everything here turns findings into text. Nothing is checked, read or written.
"""

from threadbook.report.github import as_github, summarise_step
from threadbook.report.health import (
    MOST_SHOWN,
    health_as_json,
    health_as_markdown,
    health_as_text,
)
from threadbook.report.machines import as_json, as_junit, as_sarif
from threadbook.report.rules import explain_rule, list_rules, write_manual
from threadbook.report.text import as_text, summarise_findings

__all__ = [
    "MOST_SHOWN",
    "as_github",
    "as_json",
    "as_junit",
    "as_sarif",
    "as_text",
    "explain_rule",
    "health_as_json",
    "health_as_markdown",
    "health_as_text",
    "list_rules",
    "summarise_findings",
    "summarise_step",
    "write_manual",
]
