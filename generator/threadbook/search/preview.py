"""Search in a preview: the index of a big base is made while the editor already reads."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from threadbook import parallel
from threadbook.pages import Plan
from threadbook.search.codec import FOLDER
from threadbook.search.documents import Prose
from threadbook.search.pagefind import Indexing, indexing_of
from threadbook.settings import Settings

AT_ONCE: Final = 1_000
"""A preview of more pages than this does not wait for the index."""


class Preview:
    """The index of a preview: a big base is indexed aside, and the index is shown a build later."""

    def __init__(self) -> None:
        """Start without an index."""
        self.folder = Path(tempfile.mkdtemp(prefix="threadbook-preview-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.made = self.folder / "0"
        self.count = 0
        self.next: Future[None] | None = None
        self.failure: BaseException | None = None
        """Why the last index could not be made aside; search stays as it was."""

    @contextmanager
    def indexing_of(self, plan: Plan, settings: Settings) -> Iterator[Indexing | Behind | None]:
        """Give an index to make, as `indexing_of` does; the first one is made at once."""
        self._take()
        if settings.search and self.made.is_dir() and len(plan.pages) > AT_ONCE:
            yield Behind(self, plan, settings)
            return
        with indexing_of(plan, settings) as indexing:
            yield indexing

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

    def follow(self, plan: Plan, settings: Settings, prose: Sequence[Prose]) -> None:
        """Start indexing aside, unless an index is still being made."""
        if self.next is None:
            self.count += 1
            self.next = parallel.background(make_index, plan, settings, prose, str(self._place()))

    def _place(self) -> Path:
        return self.folder / f"{self.count}"


class Behind:
    """An index that the next build will show; this one shows the index of the build before."""

    def __init__(self, preview: Preview, plan: Plan, settings: Settings) -> None:
        self.preview = preview
        self.plan = plan
        self.settings = settings

    def start(self, pool: Executor, prose: Sequence[Prose]) -> None:  # noqa: ARG002 - as of Indexing
        """Start indexing aside; `pool` is left to the pages."""
        self.preview.follow(self.plan, self.settings, tuple(prose))

    def finish(self, out: Path) -> None:
        """Put the index of the build before into the site."""
        shutil.copytree(self.preview.made, out / FOLDER, dirs_exist_ok=True)


def make_index(plan: Plan, settings: Settings, prose: Sequence[Prose], out: str) -> None:
    """Make an index below a folder, with no process but this one and Pagefind's."""
    with indexing_of(plan, settings) as indexing:
        if indexing is not None:
            indexing.start(parallel.Here(), prose)
            indexing.finish(Path(out))
