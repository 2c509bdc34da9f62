"""What a build asks of a search index: workers write its documents, then it is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from threadbook.pages import Document, Page
from threadbook.parallel import Workers
from threadbook.progress import Progress
from threadbook.search.documents import Prose


class Written(NamedTuple):
    """What a batch reports: the file that it wrote, if any, and how many documents are in it."""

    file: str = ""
    documents: int = 0


Write = Callable[[Iterable[Document]], Written]
"""Writes documents; it travels to a worker, so it can be pickled."""


class IndexMaker(Protocol):
    """An index that is being made, as a context: temporary files are removed at its end."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def writer(self, pages: Iterable[Page]) -> Write:
        """Return what a worker writes the documents of these pages with."""
        ...

    def add(self, written: Written) -> None:
        """Take the report of a worker."""
        ...

    def start(self, prose: Sequence[Prose]) -> None:
        """Add the engine's own pages; every page of ours is written."""
        ...

    def understand(self, progress: Progress, workers: Workers) -> int:
        """Read what documents mean, if the site has search by meaning."""
        ...

    def finish(self, out: Path) -> None:
        """Put the index into the site."""
        ...
