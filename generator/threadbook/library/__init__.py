"""Linking: everything that was loaded, joined into one library.

It never raises: a reference that leads nowhere stays a value, so that rules can speak of it.
"""

from threadbook.library.graph import Backlink, Library, Membership, link
from threadbook.library.outline import (
    Ask,
    Mention,
    Outline,
    Redirect,
    Reference,
    ReferenceKind,
    Silenced,
    State,
)
from threadbook.library.related import related, related_soon

__all__ = [
    "Ask",
    "Backlink",
    "Library",
    "Membership",
    "Mention",
    "Outline",
    "Redirect",
    "Reference",
    "ReferenceKind",
    "Silenced",
    "State",
    "link",
    "related",
    "related_soon",
]
