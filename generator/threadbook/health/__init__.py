"""Content health: what editors should look at next, and how the base has grown.

Facts are a pure function of the library and a day; words say them to people. Nothing here is a
finding: a question without an answer is not a mistake in a file, so it never fails a check.
"""

from threadbook.health.facts import (
    MOST_LINKED,
    YEAR,
    Due,
    Health,
    Linked,
    Month,
    Overdue,
    StaleStep,
    Totals,
    Unaccepted,
    Unverified,
    Waiting,
    assess_health,
)
from threadbook.health.words import Age, Figure, Line, Section, ages, figures, sections

__all__ = [
    "MOST_LINKED",
    "YEAR",
    "Age",
    "Due",
    "Figure",
    "Health",
    "Line",
    "Linked",
    "Month",
    "Overdue",
    "Section",
    "StaleStep",
    "Totals",
    "Unaccepted",
    "Unverified",
    "Waiting",
    "ages",
    "assess_health",
    "figures",
    "sections",
]
