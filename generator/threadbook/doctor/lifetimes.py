"""How long what Threadbook stands on is kept up by its makers.

Sources, read in November 2026:

- Python: the release cycle in the Python developer's guide (devguide.python.org/versions). It names
  months; here is the last day of each.
- Material for MkDocs: its maintainers end critical fixes and security updates on 5 May 2027. Their
  next generator is Zensical.
- MkDocs 1.x: the last release is 1.6.1, of 30 August 2024. The announced version 2 has no plugins
  and cannot load Threadbook. ProperDocs continues 1.x and loads plugins of MkDocs.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

PYTHON: Final = {
    "3.11": date(2027, 10, 31),
    "3.12": date(2028, 10, 31),
    "3.13": date(2029, 10, 31),
    "3.14": date(2030, 10, 31),
    "3.15": date(2031, 10, 31),
}
"""The last day of each version of Python."""

MATERIAL: Final = date(2027, 5, 5)
"""The last day of Material for MkDocs."""

MKDOCS_LAST_RELEASE: Final = date(2024, 8, 30)
"""The day of the last release of MkDocs 1.x."""

SOON: Final = timedelta(days=365)
"""How long before an end the doctor begins to tell of it: time to plan a move."""


def in_words(day: date) -> str:
    """Return a day as `5 May 2027`."""
    return f"{day.day} {day:%B %Y}"
