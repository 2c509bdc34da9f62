"""The search index of a preview: made aside, while the one of an earlier state is shown.

A thread of its own follows the newest site. It writes the documents of pages that have changed to
a spool, and merges that.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Final

from threadbook import parallel
from threadbook.errors import UserError
from threadbook.pages import Page, Plan, Shared, plan_site
from threadbook.preview.site import Site
from threadbook.progress import Quiet
from threadbook.search.codec import FOLDER
from threadbook.search.documents import label_filters
from threadbook.search.maker import Written
from threadbook.search.making import Indexing
from threadbook.search.meant import Reading
from threadbook.search.runs import Spool, write_run
from threadbook.search.vectors import Vectors, choose_model

PAUSE: Final = 0.5
"""How long nothing may change before an index is made, in seconds."""

LONG: Final = 3.0
"""The user is told of an index that took longer, in seconds."""

PAGES_A_BATCH: Final = 200

READ_AT_ONCE: Final = 20
"""The meaning of so many new documents is read before search is shown; it takes about a second."""


class Documents:
    """The documents of a site in a spool, where only those that change are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shared: Shared | None = None
        self.reading: Reading | None = None
        self._start_again()

    def follow(self, site: Site, pages: Iterable[Page]) -> bool:
        """Write what has changed; return whether anything has."""
        reading = Reading.by(choose_model(site.settings))
        if (self.shared, self.reading) != (site.shared, reading):
            self._start_again()  # every document may depend on what all pages know
            self.shared, self.reading = site.shared, reading
        if len(self.spool.gone) > self.spool.total // 2:
            self._start_again()
        wanted = {page.url: page for page in pages if page.is_searched and not page.quotes}
        gone = [url for url in self.pages if url not in wanted]
        changed = [page for url, page in wanted.items() if self.pages.get(url) != page]
        for url in (*gone, *(page.url for page in changed)):
            self.pages.pop(url, None)
            self.spool.gone.update(self.numbers.pop(url, ()))
        self._write(site, changed)
        return bool(gone or changed)

    def _start_again(self) -> None:
        """Forget everything; the file of the old spool goes with it."""
        self.spool = Spool(self.folder)
        self.pages: dict[str, Page] = {}
        self.numbers: dict[str, range] = {}

    def _write(self, site: Site, pages: Sequence[Page]) -> None:
        with parallel.open_workers(site.settings.jobs, len(pages)) as workers:
            parts = parallel.split(pages, workers.count, PAGES_A_BATCH)
            work = ((part, site.shared, str(self.folder), self.reading) for part in parts)
            for part, (written, counts) in zip(parts, workers.run(write_batch, work), strict=True):
                first = self.spool.take(written).start
                for page, count in zip(part, counts, strict=True):
                    self.pages[page.url] = page
                    self.numbers[page.url] = range(first, first + count)
                    first += count


def write_batch(
    pages: Sequence[Page], shared: Shared, folder: str, reading: Reading | None
) -> tuple[Written, tuple[int, ...]]:
    """Write the documents of pages to a folder; return how many each page has, too."""
    found = [tuple(page.documents(page.view(shared, {}), shared)) for page in pages]
    written = write_run(chain.from_iterable(found), folder, reading)
    return written, tuple(map(len, found))


class Indexer:
    """Makes indexes aside.

    `made` is the folder of the newest one, and `number` that of its site. `unread` is how many
    documents it knows only by their words, because reading what they mean takes long.
    """

    def __init__(self, work: Path, say: Callable[[str], None]) -> None:
        self.work = work
        self.say = say
        self.documents = Documents(work)
        self.made: Path | None = None
        self.number = 0
        self.unread = 0
        self._vectors: Vectors | None = None
        self._count = count()
        self._besides: object = None
        self._wish: tuple[int, Site] | None = None
        self._news = threading.Condition()

    def start(self) -> None:
        """Begin to follow, in a thread that ends with the process."""
        threading.Thread(target=self._follow, daemon=True).start()

    def follow(self, number: int, site: Site) -> None:
        """Make an index of this site next, whatever was wished for before."""
        with self._news:
            self._wish = (number, site)
            self._news.notify_all()

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until all is known of a site, or of a later one; return whether it is."""
        with self._news:
            return self._news.wait_for(lambda: self.number >= number and not self.unread, seconds)

    def _follow(self) -> None:
        while True:
            number, site = self._next()
            start = time.monotonic()
            is_made = site.settings.search and self._try(self._make, site)
            if is_made and (taken := time.monotonic() - start) > LONG:
                self.say(f"Search is up to date; making its index took {taken:.0f} s.")
            with self._news:
                self.number = number
                self._news.notify_all()
            if self.unread and self._try(self._read_rest, site):
                with self._news:
                    self._news.notify_all()

    def _try(self, work: Callable[[Site], None], site: Site) -> bool:
        """Do something with a site; say what goes wrong, or return that nothing does."""
        try:
            work(site)
        except UserError as error:
            self.say(f"Search is as it was: {error}")
        except Exception as error:  # noqa: BLE001 - the preview goes on without it
            self.say(f"Search is as it was: {type(error).__name__}: {error}")
        else:
            return True
        return False

    def _next(self) -> tuple[int, Site]:
        """Wait for a wish, and for a while without another one."""
        with self._news:
            while self._wish is None or (self.made and self._news.wait(PAUSE)):
                if self._wish is None:
                    self._news.wait()
            wish, self._wish = self._wish, None
            return wish

    def _make(self, site: Site) -> None:
        # Documents do not depend on related threads, which would take longest to find.
        plan = plan_site(replace(site.planning, find_related=dict))
        prose, settings = tuple(site.dress.rendered.prose), site.settings
        wishes = (settings.ask_url, settings.meaning)
        besides = (plan.synonyms, label_filters(plan), wishes, prose)
        has_changed = self.documents.follow(site, plan.pages)
        if has_changed or besides != self._besides:
            self._index(site, plan, READ_AT_ONCE)
            self._besides = besides

    def _read_rest(self, site: Site) -> None:
        """Read the meaning of many documents, as long as nothing else is wished for."""
        self.say(f"Reading what {self.unread:,} texts mean; until then, search goes by words.")
        plan = plan_site(replace(site.planning, find_related=dict))
        self._index(site, plan, None)
        if not self.unread:
            self.say("Search by meaning is up to date.")

    def _index(self, site: Site, plan: Plan, most: int | None) -> None:
        """Make an index. The meaning of `most` new documents is read, if there are no more."""
        out, spool = self.work / f"index-{next(self._count)}", self.documents.spool
        with Indexing(plan, site.settings, self.work, spool, self._vectors) as indexing:
            first = spool.total
            try:
                indexing.start(site.dress.rendered.prose)
                self.unread = indexing.understand(Quiet(), None, most, lambda: self._wish is None)
                indexing.finish(out)
            finally:  # the engine's own pages are written anew each time
                spool.gone.update(range(first, spool.total))
            self._vectors = indexing.vectors
        before, self.made = self.made, out / FOLDER
        if before:
            shutil.rmtree(before.parent, ignore_errors=True)
