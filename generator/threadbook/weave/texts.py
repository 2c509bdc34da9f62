"""Texts on their way from workers to the file in which all of them are joined."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Texts(NamedTuple):
    """Texts that wait in a temporary file, because all together are too large for memory."""

    file: str
    sizes: tuple[int, ...]

    @classmethod
    def write(cls, texts: Sequence[bytes], folder: str) -> Texts:
        """Write texts to a new file in a folder."""
        if not texts:
            return cls("", ())
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.writelines(texts)
        return cls(name, tuple(map(len, texts)))

    def read(self) -> Iterator[bytes]:
        """Yield the texts, and remove the file."""
        if not self.sizes:
            return
        with open(self.file, "rb") as file:  # noqa: PTH123 - a string
            yield from map(file.read, self.sizes)
        os.unlink(self.file)  # noqa: PTH108
