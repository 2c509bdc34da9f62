"""Running a preview, in the order in which it happens.

The port is taken before anything is loaded. Loading, and whatever an engine does, happens in the
main thread, where deadlines and signals work. Requests are answered in threads of their own.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from threadbook.addresses import of_thread
from threadbook.configuration import Configuration
from threadbook.configuration.document import SIZE_LIMIT
from threadbook.engines.choice import make_engine
from threadbook.findings import Finding
from threadbook.lifetime import StoppedError
from threadbook.load.sources import read_lines
from threadbook.parallel import stop_collector
from threadbook.preview.index import Indexer
from threadbook.preview.live import Adjust, Live, State
from threadbook.preview.server import Server, listen, name_address, say
from threadbook.preview.watch import Watcher
from threadbook.progress import Progress, is_coloured
from threadbook.report import as_text, summarise_findings
from threadbook.showing.answers import PAGE, find_mount
from threadbook.showing.events import Channel, Source, say_changed, say_findings
from threadbook.staging import temporary


def serve(configuration: Configuration, address: str, adjust: Adjust, progress: Progress) -> None:
    """Preview a site at `HOST:PORT` until interrupted; raise `UserError` if nothing can listen."""
    with listen(address) as server, temporary("preview") as work:
        live = Live(configuration.file, work, make_engine, adjust, progress)
        try:
            indexer = Indexer(work, say)
            live.find_index = lambda: indexer.made
            _Preview(live, server, indexer, configuration.root).run(address)
        except StoppedError as stopped:
            if stopped.number != signal.SIGINT:  # Ctrl-C is how a preview is meant to end
                raise


class _Preview:
    """A base in memory, the server that shows it, and the channel on which browsers listen."""

    def __init__(self, live: Live, server: Server, indexer: Indexer, root: Path) -> None:
        self.live = live
        self.server = server
        self.indexer = indexer
        self.root = root
        self.channel = Channel()
        self.told: tuple[tuple[Finding, ...], str] = ((), "")

    def run(self, address: str) -> None:
        stop_collector()  # it would look through all that stays again and again
        self._refresh(None)  # before there is a thread, so that workers can be forked
        gc.collect()
        gc.freeze()
        source = Source(lambda: self.live.state, self.channel, self._edit_url)
        with _answering(self.server, source), Watcher(say) as watcher:
            self.indexer.start()
            watcher.follow(self.live.places)
            self._refresh(())  # files may have changed before anybody watched them
            where = name_address(address, self.server.server_port)
            say(f"The preview is at http://{where}{find_mount(self.live.state)} (Ctrl-C ends it).")
            self._warm_up()
            while True:
                watcher.follow(self.live.places)
                self._refresh(watcher.wait(gc.collect))

    def _refresh(self, changed: Collection[str] | None) -> None:
        """Take in changes, and tell browsers and the terminal: the browser comes first."""
        before, start = self.live.state, time.perf_counter()
        state = self.live.refresh(changed)
        if state.site and state.number != before.number:
            self.indexer.follow(state.number, state.site)
            whole = before.site is not None and before.site.dress is not state.site.dress
            self.channel.send(say_changed(state, whole=whole))
        self.channel.send(say_findings(state, self._edit_url()))
        self._print(state)
        if changed:
            names = sorted(Path(path).name for path in changed)
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            say(f"{names[0]}{more}: taken in after {time.perf_counter() - start:.2f} s")

    def _warm_up(self) -> None:
        """Make a thread's page that nobody asked for: the first takes twice as long as others."""
        site = self.live.state.site
        latest = site.planning.library.latest if site else ()
        if site and latest:
            with suppress(Exception):  # whoever asks for it is told
                site.read(f"{of_thread(latest[0])}{PAGE}")

    def _edit_url(self) -> str:
        site = self.live.state.site
        return site.settings.edit_url if site else ""

    def _print(self, state: State) -> None:
        """Print what is wrong and was not before, and how much is wrong in all."""
        if (state.findings, state.trouble) == self.told:
            return
        known, self.told = set(self.told[0]), (state.findings, state.trouble)
        news = [finding for finding in state.findings if finding not in known]
        said = as_text(news, self._read_lines, is_coloured=is_coloured(sys.stderr))
        for line in said:
            print(line, file=sys.stderr)  # noqa: T201 - what an editor reads
        if state.trouble:
            say(f"threadbook: {state.trouble}")
        say(summarise_findings(state.findings, state.files))
        if state.is_behind:
            # Not said directly: `make words` would take it for a text of the site.
            say(_BEFORE if state.site else _NOTHING)

    def _read_lines(self, name: str) -> tuple[str, ...]:
        return read_lines(self.root / name, SIZE_LIMIT)


_BEFORE: Final = "The preview shows what was good before."
_NOTHING: Final = "There is no site yet."


@contextmanager
def _answering(server: Server, source: Source) -> Iterator[None]:
    """Answer requests meanwhile."""
    thread = threading.Thread(target=server.answer, args=(source,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
