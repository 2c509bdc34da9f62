"""Linking: everything that was loaded, joined into one library.

It never raises: a reference that leads nowhere stays a value, so that rules can speak of it.
"""

from threadbook.link.library import Backlink, Library, Membership, link
from threadbook.link.related import related, related_soon

__all__ = ["Backlink", "Library", "Membership", "link", "related", "related_soon"]
