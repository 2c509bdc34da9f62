"""What `mkdocs serve` needs to go on while something is wrong.

MkDocs lets every request wait until a build has succeeded. Here pages are answered from a copy of
the last good site, which a build that succeeds replaces and any other leaves as it was.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from watchdog.events import FileSystemEvent, FileSystemEventHandler

from threadbook.configuration import read_configuration
from threadbook.errors import FindingsError, UserError
from threadbook.findings import Finding
from threadbook.lifetime import StoppedError
from threadbook.load.sources import read_bytes
from threadbook.showing.events import Channel, Source, say_changed, say_findings
from threadbook.showing.state import State

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.threadbook")

LOOK: Final = 1.0
"""How often it is looked whether everything is still watched, in seconds."""

_LARGEST: Final = 100_000_000
"""The largest file that is served, in bytes."""


class Copy(NamedTuple):
    """A copy of a site that was built."""

    folder: Path
    mount: str
    headers: dict[str, str]

    def read(self, address: str) -> bytes | None:
        """Return the file at an address, or `None`."""
        return read_bytes(self.folder / address, _LARGEST)


class Outcome(NamedTuple):
    """What the plugin says of a build: its findings, and why it ended, if it did."""

    findings: tuple[Finding, ...] = ()
    error: UserError | None = None

    def tell(self, before: State[Copy]) -> State[Copy]:
        """Return the state before, with what is wrong now."""
        error = self.error
        if isinstance(error, FindingsError) and error.findings:
            return before._replace(findings=error.findings, trouble="")
        return before._replace(findings=self.findings, trouble=str(error or ""))


class Showing:
    """Builds a site again and again, and shows the last one that was good.

    `work` is a folder for copies. Files are linked, which takes no room, because MkDocs removes
    what it writes anew; where it does not (`--dirty`), they are copied.
    """

    def __init__(
        self,
        server: LiveReloadServer,
        file: Path,
        work: Path,
        edit_url: Callable[[], str],
        *,
        is_dirty: bool,
    ) -> None:
        self.builder = server.builder
        self.site = Path(server.root)
        self.mount = server.mount_path
        self.file = file
        self.work = work
        self.is_dirty = is_dirty
        self.channel = Channel()
        self.source = Source(lambda: self.state, self.channel, edit_url)
        self.state: State[Copy] = State()
        self.outcome = Outcome()
        """What the plugin has said of the build that goes on."""

    def __call__(self) -> None:
        """Build. MkDocs calls this after each change, in the main thread."""
        self.outcome = Outcome()
        said = _Said()
        logging.getLogger("mkdocs").addHandler(said)
        try:
            self.builder()
        except StoppedError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - hooks and plugins raise anything
            words = str(error) or type(error).__name__
            self.state = self._explain(said.last or words).tell(self.state)
            # MkDocs or Threadbook has said what is wrong, and nobody wants a traceback.
            log.error(_BEFORE if self.state.site else _NOTHING)  # noqa: TRY400
        else:
            self.show()
        finally:
            logging.getLogger("mkdocs").removeHandler(said)
        self.channel.send(say_findings(self.state, self.source.edit_url()))

    def begin(self, outcome: Outcome, *, has_site: bool) -> None:
        """Take in what came of the first build, which MkDocs has made before it serves."""
        self.outcome = outcome
        if has_site:
            self.show()
        else:
            self.state = outcome.tell(self.state)

    def show(self) -> None:
        """Show what was built."""
        number = self.state.number + 1
        folder = self.work / str(number)
        shutil.copytree(self.site, folder, copy_function=self._take)
        site = Copy(folder, self.mount, {})
        self.state = self.outcome.tell(self.state)._replace(number=number, site=site)
        self.channel.send(say_changed(self.state))
        shutil.rmtree(self.work / str(number - 2), ignore_errors=True)  # the last is still read

    def _take(self, source: str, target: str) -> None:
        # What is hidden, MkDocs leaves where it is, and it is written into.
        is_hidden = Path(source).relative_to(self.site).parts[0].startswith(".")
        if not is_hidden and not self.is_dirty:
            try:
                os.link(source, target)
            except OSError:  # this file system has no links
                pass
            else:
                return
        shutil.copyfile(source, target)

    def _explain(self, words: str) -> Outcome:
        """Say why there is no new site: the plugin knows, or the configuration, or these words."""
        if self.outcome.error:
            return self.outcome
        configuration = read_configuration(self.file)
        if not configuration.is_good:
            return Outcome(configuration.findings)
        return Outcome((), UserError(words))


class _Said(logging.Handler):
    """Keeps the last error that MkDocs says; what it raises then is only that it gives up."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


_BEFORE: Final = "The preview shows what was good before."
_NOTHING: Final = "There is no site yet. Every page says what has to be mended."


class Keeper(threading.Thread):
    """Watches folders again that were gone for a while, as when another branch is checked out.

    MkDocs' observer gives up on a folder that is gone, and cannot begin with one that is not there;
    files it finds by the folder they are in. A build is asked for as MkDocs knows it: by a change
    of a file that it watches.
    """

    def __init__(self, server: LiveReloadServer, folders: Iterable[Path], bell: Path) -> None:
        super().__init__(daemon=True)
        self.observer: Any = server.observer
        self.folders = frozenset(str(path.absolute()) for path in folders)
        self.bell = bell
        self.ended = threading.Event()
        self.ring()
        self.there = self._find()
        for path in (str(bell), *self.there):
            server.watch(path)

    def run(self) -> None:
        """Look now and then, until the preview ends."""
        while not self.ended.wait(LOOK):
            if self.observer.is_alive():
                alive = [each for each in self.observer.emitters if each.is_alive()]
                self.look({each.watch.path for each in alive})

    def look(self, watched: Collection[str]) -> None:
        """Watch what is there and is not watched; ask for a build where a folder has gone."""
        before, self.there = self.there, self._find()
        for path in self.there - {*watched}:
            self._watch(path)
        if before - self.there:
            self.ring()

    def _find(self) -> frozenset[str]:
        return frozenset(path for path in self.folders if os.path.isdir(path))  # noqa: PTH112

    def _watch(self, path: str) -> None:
        try:
            for emitter in [each for each in self.observer.emitters if each.watch.path == path]:
                self.observer.unschedule(emitter.watch)
            self.observer.schedule(_Handler(self.ring), path, recursive=True)
        except (OSError, LookupError, RuntimeError):
            return  # it is gone again, which the next look will tell, or the preview ends
        self.ring()

    def ring(self) -> None:
        """Ask for a build."""
        self.bell.write_text(str(time.monotonic_ns()), "utf-8")


class _Handler(FileSystemEventHandler):
    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring = ring

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not event.is_directory:
            self.ring()
