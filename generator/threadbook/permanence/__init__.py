"""Addresses that must not be lost: those of an earlier state of the site, and which are gone.

An earlier state is a revision in git, the folder of a published site, or a sitemap.
"""

from threadbook.permanence.earlier import Earlier, UnreachableError, read_earlier
from threadbook.permanence.lost import find_lost

__all__ = ["Earlier", "UnreachableError", "find_lost", "read_earlier"]
