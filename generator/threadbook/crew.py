"""The crew: workers that make pages and feeds in batches, and write them.

A batch and its report are plain values, so any `concurrent.futures.Executor` can run the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from threadbook import outputs, parallel
from threadbook.deadline import Late, deadline
from threadbook.errors import UserError
from threadbook.outputs.pictures import Pictures
from threadbook.pages import Document, Page, Shared
from threadbook.pages.feeds import Feed
from threadbook.pages.page import Located, Made
from threadbook.pages.views import ThreadView
from threadbook.parallel import Workers
from threadbook.progress import Advance
from threadbook.search.maker import IndexMaker, Write, Written
from threadbook.weave import Shell, Texts, write_file, write_folder

PAGES_A_BATCH: Final = 50
"""The most pages in a batch. What all its pages share is sent with each batch."""

AHEAD: Final = 100
"""How many batches are planned at most before their turn comes, because they fill the memory."""

SECONDS_A_PAGE: Final = 60.0
"""How long the processor may work at a page. A thread of a megabyte takes a few seconds."""

Views = Mapping[str, ThreadView]


class Loom(NamedTuple):
    """What every worker needs: what pages share, folders, and how to draw pictures.

    `site` is the site's folder, and `work` one for temporary files.
    """

    shared: Shared
    site: str
    work: str
    pictures: Pictures | None = None

    def weave_batch(
        self,
        pages: Sequence[Page],
        shells: Mapping[str, Shell],
        quoted: Views,
        write: Write | None = None,
    ) -> Report:
        """Make pages and write everything made from them; `write` takes documents for search."""
        found: list[Document] = []
        volumes: list[bytes] = []
        views: dict[str, ThreadView] = {}
        for page in pages:
            made = self.make_page(page, quoted)
            html = shells[page.shell].fill(made.texts)
            write_folder(self.site, page.url, (("index.html", html), *made.files))
            found += made.documents if page.is_searched else ()
            volumes += [made.volume.encode()] if made.volume else []
            if made.view is not None:
                views[made.view.id] = made.view
        written = write(found) if write and found else Written()
        return Report(Texts.write(volumes, self.work), views, written)

    def make_page(self, page: Page, quoted: Views) -> Made:
        """Make a page, or raise `UserError` if that takes too long."""
        try:
            with deadline(SECONDS_A_PAGE):
                return page.make(self.shared, quoted, self.pictures.draw if self.pictures else None)
        except Late:
            words = (
                f"Making the page {page.url or '/'} takes longer than {SECONDS_A_PAGE:g} seconds"
            )
            raise UserError(f"{words}; split the content that it shows.") from None

    def write_feeds(self, feeds: Sequence[Feed], threads: Views) -> None:
        """Write feeds."""
        writer = outputs.FeedWriter(threads, self.shared)
        for feed in feeds:
            for address, content in writer.write(feed):
                write_file(self.site, address, content)


class Report(NamedTuple):
    """The result of a batch: texts for `llms-full.txt`, quoted threads, and search documents."""

    volumes: Texts
    views: Views
    written: Written


@dataclass
class Woven:
    """The results of all batches, in the order of the pages."""

    texts: list[Texts] = field(default_factory=list)
    views: dict[str, ThreadView] = field(default_factory=dict)

    @property
    def volumes(self) -> Iterator[bytes]:
        """The texts for `llms-full.txt`, which can be read once."""
        return (text for texts in self.texts for text in texts.read())


@dataclass
class Crew:
    """The workers, what they need, and the pages on their way to them.

    `advance` is called with the number of pages done, or of `more` pages to come.
    """

    workers: Workers
    loom: Loom
    shells: Mapping[str, Shell]
    search: IndexMaker | None
    advance: Advance
    located: list[Located] = field(default_factory=list)
    """What the sitemap lists of the pages, in the order in which they came."""

    quoting: list[Page] = field(default_factory=list)
    batch: list[Page] = field(default_factory=list)
    reports: list[Future[Report]] = field(default_factory=list)

    def weave(self, pages: Iterable[Page]) -> None:
        """Begin to weave pages while they are still being planned.

        Those that quote threads have to wait for the views of these: see `finish`.
        """
        for page in pages:
            if page.located is not None:
                self.located.append(page.located)
            if page.quotes:
                self.quoting.append(page)
                continue
            if self.batch and (self.batch[0].home != page.home or len(self.batch) >= PAGES_A_BATCH):
                self._send()
            self.batch.append(page)
        self._send()

    def finish(self) -> Woven:
        """Wait for the pages, begin those that quote some, and return what else was made."""
        woven = self._collect()
        for page in self.quoting:
            self.batch.append(page)
            self._send(woven.views)
        return woven

    def close(self) -> None:
        """Wait for everything that was begun."""
        self._collect()

    def _send(self, views: Views = MappingProxyType({})) -> None:
        """Send the batch to the worker that keeps what it needs, or to any."""
        pages, self.batch = self.batch, []
        if not pages:
            return
        # Everything in a batch is pickled, so what is left out saves time.
        shells = {page.shell: self.shells[page.shell] for page in pages}
        quoted = _choose(views, (id_ for page in pages for id_ in page.quotes))
        write = self.search.writer(pages) if self.search else None
        self.advance(0, len(pages))
        report = self.workers.submit(
            pages[0].home, self.loom.weave_batch, pages, shells, quoted, write
        )
        report.add_done_callback(lambda _: self.advance(len(pages)))
        self.reports.append(report)
        if len(self.reports) > AHEAD:
            wait(self.reports[-AHEAD - 1 : -AHEAD])

    def _collect(self) -> Woven:
        woven, reports = Woven(), self.reports
        self.reports = []
        for report in parallel.collect(reports):
            woven.texts.append(report.volumes)
            woven.views.update(report.views)
            if self.search:
                self.search.add(report.written)
        return woven

    def write_feeds(self, feeds: Sequence[Feed], views: Views) -> None:
        """Write all feeds."""
        parts = parallel.split(feeds, self.workers.count, PAGES_A_BATCH)
        work = (
            (tuple(part), _choose(views, (id_ for feed in part for id_ in feed.threads)))
            for part in parts
        )
        for _ in self.workers.run(self.loom.write_feeds, work):
            pass  # waiting for each raises what went wrong in a worker


def _choose(views: Views, ids: Iterable[str]) -> Views:
    return {id_: views[id_] for id_ in ids}
