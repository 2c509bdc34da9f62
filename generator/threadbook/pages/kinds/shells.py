"""The shells that pages of one depth share. This kind has no pages of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, PageKind, Planning


def entries(planning: Planning) -> Iterator[Entry]:  # noqa: ARG001
    """Yield a shell for each depth."""
    for depth, shell in addresses.SHARED_SHELLS.items():
        # Threads are the least deep, and their pages have no navigation.
        yield Entry(shell, hide=WIDE if depth == min(addresses.SHARED_SHELLS) else ("toc",))


KIND: Final = PageKind(lambda _planning: (), entries)
