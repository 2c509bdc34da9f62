"""English phrases for the terminal and for texts that are not translated."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 day`, `2,000 days`. The noun's plural must end in -s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
