"""Reading what was asked, line by line, from files that come from anywhere.

A line that cannot be read is a `Fault`, which says where and what would mend it, and the others are
read. What is private is masked at once.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from threadbook.gaps.objects import read_issues, read_objects
from threadbook.gaps.tables import read_table
from threadbook.gaps.values import Asked, Fault

_BOM: Final = b"\xef\xbb\xbf"
_BEGINNING: Final = 1_000


def read_asked(file: BinaryIO) -> Iterator[Asked | Fault]:
    """Yield the questions of a file; how it begins tells of which kind it is."""
    buffered = io.BufferedReader(cast("io.RawIOBase", file))  # to look ahead
    try:
        first = buffered.peek(_BEGINNING).removeprefix(_BOM).lstrip()[:1]
        read = {b"[": read_issues, b"{": read_objects}.get(first, read_table)
        yield from read(buffered)
    finally:
        buffered.detach()
