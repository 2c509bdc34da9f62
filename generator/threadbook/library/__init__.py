"""The library: everything that was loaded, joined together.

Joining never raises: a reference that leads nowhere stays a value, so that rules can report it.
"""

from threadbook.library.graph import (
    Backlink,
    Library,
    Membership,
    find_ends,
    leave_out,
    link,
    walk_steps,
)
from threadbook.library.media import FILE_ENDINGS, PICTURE_ENDINGS, MediumFile
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
    "FILE_ENDINGS",
    "PICTURE_ENDINGS",
    "Ask",
    "Backlink",
    "Library",
    "MediumFile",
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
    "leave_out",
    "link",
    "start_finding_related",
    "walk_steps",
]
