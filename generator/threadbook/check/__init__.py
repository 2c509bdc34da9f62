"""Checking: rules over the library, and how findings are printed."""

from threadbook.check.report import as_text, summary
from threadbook.check.rules import check

__all__ = ["as_text", "check", "summary"]
