"""The search index of a preview: made aside, while the one of an earlier state is shown.

A thread of its own follows the newest site. It writes the documents of pages that have changed, and
lets Pagefind index all of them again, with low priority.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from threadbook import parallel
from threadbook.errors import UserError
from threadbook.pages import Page, Plan, Shared, plan_site
from threadbook.preview.site import Site
from threadbook.search.codec import FOLDER
from threadbook.search.documents import describe_prose, label_filters
from threadbook.search.maker import Write
from threadbook.search.pagefind import SHARD, Indexing, name_document, write_documents

PAUSE: Final = 0.5
"""How long nothing may change before an index is made, in seconds."""

LONG: Final = 3.0
"""The user is told of an index that took longer, in seconds."""

PAGES_A_BATCH: Final = 200


class Record(NamedTuple):
    """The documents of a page: where they are, and what is counted of them.

    A stem or a language stands as often as documents have it.
    """

    page: Page
    shard: int
    names: tuple[str, ...]
    stems: tuple[str, ...]
    languages: tuple[str, ...]


class Documents:
    """The documents of a site in a folder, where only those that change are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: dict[str, Record] = {}
        self.shared: Shared | None = None
        self.size = 0
        self.shards = 1
        self.stems: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()

    def follow(self, site: Site, pages: Iterable[Page]) -> bool:
        """Write what has changed; return whether anything has."""
        if self.shared != site.shared:  # every document may depend on what all pages know
            self._start_again()
            self.shared = site.shared
        wanted = {page.url: page for page in pages if page.is_indexed and not page.quotes}
        gone = [url for url in self.records if url not in wanted]
        changed = [
            page
            for url, page in wanted.items()
            if url not in self.records or self.records[url].page != page
        ]
        for url in (*gone, *(page.url for page in changed)):
            self._remove(url)
        self._write(site, changed)
        return bool(gone or changed)

    def _start_again(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.records, self.size, self.shards = {}, 0, 1
        self.stems, self.languages = Counter(), Counter()

    def _remove(self, url: str) -> None:
        record = self.records.pop(url, None)
        if record is not None:
            for name in record.names:
                (self.folder / str(record.shard) / name).unlink(missing_ok=True)
            self.stems.subtract(record.stems)
            self.languages.subtract(record.languages)
            self.size -= record.page.size

    def _write(self, site: Site, pages: Sequence[Page]) -> None:
        language = site.settings.language
        with parallel.open_workers(site.settings.jobs, len(pages)) as workers:
            parts = parallel.split(pages, workers.count, PAGES_A_BATCH)
            work = ((part, *self._choose_shard(part), site.shared, language) for part in parts)
            for records in workers.run(write_batch, work):
                for record in records:
                    self.records[record.page.url] = record
                    self.stems.update(record.stems)
                    self.languages.update(record.languages)

    def _choose_shard(self, pages: Iterable[Page]) -> tuple[int, str]:
        """Return the number and the folder of the shard that has room, as `Indexing` does."""
        if self.size >= SHARD * self.shards:
            self.shards += 1
        self.size += sum(page.size for page in pages)
        return self.shards - 1, str(self.folder / str(self.shards - 1))


def write_batch(
    pages: Sequence[Page], shard: int, folder: str, shared: Shared, language: str
) -> list[Record]:
    """Write the documents of pages to a folder."""
    write: Write = partial(write_documents, folder=folder, language=language)
    return [_write_page(page, shard, shared, write) for page in pages]


def _write_page(page: Page, shard: int, shared: Shared, write: Write) -> Record:
    found = tuple(page.documents(page.view(shared, {}), shared))
    written = write(found)
    names = tuple(name_document(document) for document in found)
    return Record(page, shard, names, _spread(written.stems), _spread(written.languages))


def _spread(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Write counts as a sequence, which takes a tenth of the memory of a mapping."""
    return tuple(sys.intern(word) for word, count in counts.items() for _ in range(count))


class Indexer:
    """Makes indexes aside.

    `made` is the folder of the newest one, and `number` that of its site.
    """

    def __init__(self, work: Path, say: Callable[[str], None]) -> None:
        self.work = work
        self.say = say
        self.documents = Documents(work / "documents")
        self.made: Path | None = None
        self.number = 0
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
        """Wait until the index of a site, or of a later one, is made; return whether it is."""
        with self._news:
            return self._news.wait_for(lambda: self.number >= number, seconds)

    def _follow(self) -> None:
        while True:
            number, site = self._next()
            start = time.monotonic()
            try:
                if site.settings.search:
                    self._make(number, site)
                    if (taken := time.monotonic() - start) > LONG:
                        self.say(f"Search is up to date; making its index took {taken:.0f} s.")
            except UserError as error:
                self.say(f"Search is as it was: {error}")
            except Exception as error:  # noqa: BLE001 - the preview goes on without it
                self.say(f"Search is as it was: {type(error).__name__}: {error}")
            with self._news:
                self.number = number
                self._news.notify_all()

    def _next(self) -> tuple[int, Site]:
        """Wait for a wish, and for a while without another one."""
        with self._news:
            while self._wish is None or (self.made and self._news.wait(PAUSE)):
                if self._wish is None:
                    self._news.wait()
            wish, self._wish = self._wish, None
            return wish

    def _make(self, number: int, site: Site) -> None:
        # Documents do not depend on related threads, which would take longest to find.
        plan = plan_site(replace(site.planning, find_related=dict))
        prose, settings = tuple(site.dress.rendered.prose), site.settings
        besides = (plan.synonyms, label_filters(plan), settings.ask_url, prose)
        has_changed = self.documents.follow(site, plan.pages)
        if has_changed or besides != self._besides:
            before, self.made = self.made, self._index(number, site, plan)
            self._besides = besides
            if before:
                shutil.rmtree(before.parent, ignore_errors=True)

    def _index(self, number: int, site: Site, plan: Plan) -> Path:
        out, kept, prose = self.work / f"index-{number}", self.documents, site.dress.rendered.prose
        with Indexing(plan, site.settings, self.work, kept.folder) as indexing:
            indexing.shards = kept.shards
            indexing.stems, indexing.languages = +kept.stems, +kept.languages
            indexing.total = indexing.languages.total()
            try:
                indexing.start(prose)
                indexing.finish(out)
            finally:
                for page in prose:  # the engine's own are counted anew each time
                    name = name_document(describe_prose(page, site.settings.language))
                    (kept.folder / "0" / name).unlink(missing_ok=True)
        return out / FOLDER
