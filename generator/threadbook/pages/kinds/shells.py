"""No page of its own: the shells that pages of one depth share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, PageKind, Planning


def entries(planning: Planning) -> Iterator[Entry]:  # noqa: ARG001
    """Yield a shell for each depth; threads, the least deep, do without the navigation."""
    for depth, shell in addresses.SHARED_SHELLS.items():
        yield Entry(shell, hide=WIDE if depth == min(addresses.SHARED_SHELLS) else ("toc",))


KIND: Final = PageKind(lambda _planning: (), entries)
