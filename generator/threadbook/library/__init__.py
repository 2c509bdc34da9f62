"""The library: everything that was loaded, joined together.

Joining never raises: a reference that leads nowhere stays a value, so that rules can report it.
"""

from threadbook.library.graph import Backlink, Library, Membership, find_ends, link
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
from threadbook.library.prose import Prose
from threadbook.library.related import RelatedWhenAsked, find_related, start_finding_related

__all__ = [
    "Ask",
    "Backlink",
    "Library",
    "Membership",
    "Mention",
    "Outline",
    "Prose",
    "Redirect",
    "Reference",
    "ReferenceKind",
    "RelatedWhenAsked",
    "Silenced",
    "State",
    "find_ends",
    "find_related",
    "link",
    "start_finding_related",
]
