"""Reports: findings as people and programs read them, and the rules explained.

Everything here is a function from findings to text; nothing is judged, read or written.
"""

from threadbook.report.github import as_github, step_summary
from threadbook.report.health import MOST, health_as_json, health_as_text
from threadbook.report.machines import as_json, as_junit, as_sarif
from threadbook.report.rules import rule_explained, rules_listed, rules_manual
from threadbook.report.text import as_text, summary

__all__ = [
    "MOST",
    "as_github",
    "as_json",
    "as_junit",
    "as_sarif",
    "as_text",
    "health_as_json",
    "health_as_text",
    "rule_explained",
    "rules_listed",
    "rules_manual",
    "step_summary",
    "summary",
]
