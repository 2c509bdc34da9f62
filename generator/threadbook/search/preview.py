"""Search in a preview: the index of a big base is made while the editor already reads."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from threadbook.pages import Plan
from threadbook.search.codec import FOLDER
from threadbook.search.documents import Prose
from threadbook.search.pagefind import Indexing
from threadbook.settings import Settings
from threadbook.staging import temporary

AT_ONCE: Final = 1_000
"""A preview of more threads than this does not wait for the index."""


class Preview:
    """The index of a preview: a big base is indexed aside, and the index is shown a build later."""

    def __init__(self) -> None:
        """Start without an index."""
        until_closed = ExitStack()
        self.folder = until_closed.enter_context(temporary("preview"))
        self.close = weakref.finalize(self, until_closed.close)
        """Removes the folder; done at the end of the process at the latest."""

        self.thread = ThreadPoolExecutor(1)
        self.made = self.folder / "0"
        self.count = 0
        self.next: Future[None] | None = None
        self.failure: BaseException | None = None
        """Why the last index could not be made aside; search stays as it was."""

    def index(self, plan: Plan, settings: Settings) -> Indexing:
        """Return the index to make for a build; the first one is made at once."""
        self._take()
        is_big = self.made.is_dir() and len(plan.catalogue.threads) > AT_ONCE
        kind = partial(_Behind, self) if is_big else Indexing
        return kind(plan, settings, self.folder)

    @property
    def is_behind(self) -> bool:
        """Whether the index of this build is still to come."""
        return self.next is not None

    def keep(self, site: Path) -> None:
        """Keep the index of a site, in case the next build has to show it too."""
        if self.next is None and (site / FOLDER).is_dir():
            shutil.rmtree(self.made, ignore_errors=True)
            shutil.copytree(site / FOLDER, self.made)

    def _take(self) -> None:
        if self.next is not None and self.next.done():
            self.failure = self.next.exception()
            if self.failure is None:
                shutil.rmtree(self.made, ignore_errors=True)
                self.made = self._place() / FOLDER
            self.next = None

    def follow(self, indexing: Indexing, prose: Sequence[Prose]) -> bool:
        """Make an index aside, unless another is still being made; return whether it is."""
        if self.next is not None:
            return False
        self.count += 1
        self.next = self.thread.submit(_make, indexing, prose, self._place())
        return True

    def _place(self) -> Path:
        return self.folder / f"{self.count}"


class _Behind(Indexing):
    """An index that the next build will show; this one shows the index of the build before."""

    def __init__(self, preview: Preview, plan: Plan, settings: Settings, work: Path) -> None:
        super().__init__(plan, settings, work)
        self.preview = preview
        self.is_followed = False

    def start(self, prose: Sequence[Prose]) -> None:
        """Begin to index aside, in a process that is Pagefind's own."""
        aside = Indexing(self.plan, self.settings, self.work)
        shutil.rmtree(aside.folder)
        aside.folder, aside.shards = self.folder, self.shards
        aside.stems, aside.languages, aside.total = self.stems, self.languages, self.total
        self.is_followed = self.preview.follow(aside, prose)

    def finish(self, out: Path) -> None:
        """Put the index of the build before into the site."""
        shutil.copytree(self.preview.made, out / FOLDER, dirs_exist_ok=True)

    def __exit__(self, *_: object) -> None:
        """Leave the documents to the index that is made aside."""
        if not self.is_followed:
            super().__exit__()


def _make(indexing: Indexing, prose: Sequence[Prose], out: Path) -> None:
    with indexing:
        indexing.start(prose)
        indexing.finish(out)
