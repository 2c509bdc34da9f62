"""The shells that pages of one depth share. This kind has no pages of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Entry, PageKind, Planning


def entries(planning: Planning) -> Iterator[Entry]:  # noqa: ARG001
    """Yield a shell for each depth."""
    for shell in addresses.SHARED_SHELLS.values():
        yield Entry(shell, hide=WIDE)


KIND: Final = PageKind(lambda _planning: (), entries)
