"""Shared fixtures: small knowledge bases, the example site, a loopback server and a browser."""

from __future__ import annotations

import fcntl
import functools
import gc
import http.server
import io
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import hypothesis
import pytest
import warm
from bases import REPOSITORY, SITE_URL, write, write_example
from synthetic import Synthetic

from threadbook.browser import Server
from threadbook.cli import main
from threadbook.search.vectors import SWITCH

EPOCH = "1795392000"  # 2026-11-23
ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": EPOCH}
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]
Write = Callable[[Path], object]
Served = Callable[..., AbstractContextManager[str]]


hypothesis.settings.register_profile(
    "no clock", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("no clock")  # no test fails because a machine is busy


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what this suite's own snapshots need."""
    words = (
        "write the texts of tests/rules/*/expected.txt and tests/pages instead of comparing them"
    )
    parser.addoption("--update-snapshots", action="store_true", help=words)
    words = "take the pictures of tests/site/look anew instead of comparing with them"
    parser.addoption("--update-pictures", action="store_true", help=words)


def pytest_configure() -> None:
    """Build without meaning, which takes long; the tests of it ask for `with_meaning`.

    Signals do what they do at a terminal. What a shell starts in the background ignores Ctrl+C, and
    so would every command that a test stops.
    """
    os.environ[SWITCH] = "off"
    for each, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(each) is signal.SIG_IGN:
            signal.signal(each, handler)


@pytest.fixture(scope="module")
def with_meaning() -> Iterator[None]:
    """Let builds read what texts mean, if a model is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of whole sites first: many short tests at the end keep every worker busy."""
    items.sort(key=lambda item: "site" not in item.path.parts)


@pytest.fixture
def build_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let today be 2026-11-23."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY


SITE = """\
boards:
  - {id: new, title: New here}
  - {id: work, title: At work}
topics:
  - {id: proposals, title: Proposals, stage: 1, start_here: first}
  - {id: interviews, title: Interviews, stage: 2}
  - {id: payments, title: Payments}
people:
  - {id: member, name: Community Member}
  - {id: moderator, name: Moderator, role: moderator}
"""

FIRST = "title: What first?\ntopics: [proposals]\nanswer: This.\n"

CONFIG = """\
site_name: Small
site_url: https://example.org/help/
docs_dir: content/pages
theme: {name: material, font: false}
plugins: [threadbook]
"""
SMALL: dict[str, str | bytes] = {
    "mkdocs.yml": CONFIG,
    "content/pages/about.md": "# About\n\nWhat this is.\n",
    "content/site.yml": SITE,
    "content/threads/new/first.yml": FIRST,
}
"""The files of a small base."""


@pytest.fixture
def knowledge(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Write a small knowledge base with the given content files; return its folder."""

    def make(files: dict[str, str | bytes]) -> Path:
        named = {f"content/{name}": content for name, content in files.items()}
        return write(tmp_path, SMALL | named)

    return make


# Commands


@pytest.fixture(scope="session")
def environment(shared: Path) -> Callable[[], dict[str, str]]:
    """Give what commands find in their environment; where no cache is named, it is one of ours.

    All workers share it, so that what texts mean is read once.
    """
    cache = str(shared / "cache")
    return lambda: {"XDG_CACHE_HOME": cache} | dict(os.environ) | ENVIRONMENT


@pytest.fixture(scope="session")
def run_process(environment: Callable[[], dict[str, str]]) -> Run:
    """Run a command of this environment as a user would, in a process of its own."""

    def call(*arguments: str | Path, cwd: Path | None = None, **more: str) -> Done:
        return run_from(Path(sys.executable).parent, arguments, cwd, environment() | more)

    return call


@pytest.fixture(scope="session")
def warm_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `threadbook` and `mkdocs`, each a process that has imported everything."""
    if sys.platform != "linux":
        yield Path(sys.executable).parent
        return
    with warm.start(tmp_path_factory.mktemp("programs")) as folder:
        yield folder


@pytest.fixture(scope="session")
def run_warm(environment: Callable[[], dict[str, str]], warm_programs: Path) -> Run:
    """Run a command in a process of its own that has imported everything: see `warm`."""

    def call(*arguments: str | Path, cwd: Path | None = None, **more: str) -> Done:
        return run_from(warm_programs, arguments, cwd, environment() | more)

    return call


def run_from(
    folder: Path, command: tuple[str | Path, ...], cwd: Path | None, environment: dict[str, str]
) -> Done:
    """Run a program of a folder with a timeout in seconds."""
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [folder / command[0], *command[1:]],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="session")
def run(
    environment: Callable[[], dict[str, str]], run_process: Run, request: pytest.FixtureRequest
) -> Run:
    """Run a command; `threadbook` runs in this process, which takes a fraction of the time.

    What needs a process of its own says `run_warm`, or `run_process` if Python's own start matters.
    """

    def call(*arguments: str | Path, cwd: Path | None = None, **more: str) -> Done:
        if arguments[0] == "threadbook":
            return run_here([str(each) for each in arguments[1:]], cwd, environment() | more)
        is_python = any(name.startswith("PYTHON") for name in more)
        if is_python or arguments[0] not in warm.PROGRAMS:
            return run_process(*arguments, cwd=cwd, **more)
        run_warm: Run = request.getfixturevalue("run_warm")
        return run_warm(*arguments, cwd=cwd, **more)

    return call


def run_here(arguments: list[str], cwd: Path | None, environment: dict[str, str]) -> Done:
    """Run `threadbook` in this process; afterwards it is as it was before.

    A traceback, which a process would print, is an exception here.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    levels = {log: log.level for log in (logging.root, logging.getLogger("mkdocs"))}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd or Path.cwd())
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(logging.root, "handlers", [])
        patch.setattr(logging, "shutdown", lambda: None)
        try:
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        finally:
            gc.unfreeze()  # commands that end soon stop the collector
            gc.enable()
            for log, level in levels.items():
                log.setLevel(level)
    status = ended.value.code or 0
    assert isinstance(status, int), status
    said = (stream.buffer.getvalue().decode() for stream in (out, err))
    return subprocess.CompletedProcess(arguments, status, *said)


# Sites


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def build_once(shared: Path, run_process: Run) -> Callable[..., Path]:
    """Give the site of a base that is built once for all workers.

    The first that asks writes the base and builds it, the others wait. Nobody may change it.
    """

    def build(name: str, write: Write, *command: str) -> Path:
        base = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (base / "site").exists():
                shutil.rmtree(base, ignore_errors=True)
                write(base)
                done = run_process(*(command or ("threadbook", "build")), cwd=base)
                assert done.returncode == 0, done.stderr
                _forbid_writing(base)
        return base / "site"

    return build


def _forbid_writing(folder: Path) -> None:
    """Take the permission to write from every file; only root can write nevertheless."""
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)


@pytest.fixture(scope="session")
def example_site(build_once: Callable[..., Path]) -> Path:
    """The example base, built once by the command; tests must not change it."""
    return build_once("example", write_example)


@pytest.fixture
def synthetic(tmp_path: Path) -> Callable[[int, str], Path]:
    """Write a made-up base of so many threads, published at an address; return its folder."""

    def make(threads: int, site_url: str) -> Path:
        base = tmp_path / "synthetic"
        base.mkdir()
        Synthetic(threads).write(base)
        config = base / "mkdocs.yml"
        text = config.read_text("utf-8").replace("https://example.org/help/", site_url)
        config.write_text(text, "utf-8")
        return base

    return make


# Servers


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; connections stay open, and assets are asked for once."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write an answer, so that nothing waits for an acknowledgement
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""

    def end_headers(self) -> None:
        if "/assets/" in self.path:
            self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


class _BelowHelp(_Handler):
    """Serves a folder below /help/, as a host with a sub-path would."""

    def translate_path(self, path: str) -> str:
        if not path.startswith("/help/"):
            return super().translate_path("/not-below-help")
        return super().translate_path(path.removeprefix("/help"))


class _Moved(_BelowHelp):
    """Serves the example site as if it were built for the address where it is served."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.suffix not in {".html", ".xml"} or not file.is_file():
            return super().send_head()
        here = f"http://{self.headers['Host']}/help/"
        content = file.read_bytes().replace(SITE_URL.encode(), here.encode())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """Serve a folder on loopback; the context gives the address, which ends with a slash.

    Servers go on to the end of the session: a page may ask for more while its test ends.
    """
    with ExitStack() as servers:

        @contextmanager
        def serve(folder: Path, handler: type[_Handler] = _Handler) -> Iterator[str]:
            here = functools.partial(handler, directory=str(folder))
            server = servers.enter_context(Server(("127.0.0.1", 0), here))
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            servers.callback(thread.join)
            servers.callback(server.shutdown)
            yield f"http://127.0.0.1:{server.server_address[1]}/"

        yield serve


@pytest.fixture(scope="session")
def served_below_help(served: Served) -> Served:
    """Serve a folder where the example site is published: at an address that ends with `/help/`."""

    @contextmanager
    def serve(folder: Path) -> Iterator[str]:
        with served(folder, _BelowHelp) as where:
            yield f"{where}help/"

    return serve


@pytest.fixture(scope="session")
def address(example_site: Path, served_below_help: Served) -> Iterator[str]:
    """Where the example site is served: a loopback address that ends with `/help/`."""
    with served_below_help(example_site) as where:
        yield where


@pytest.fixture(scope="session")
def instant_address(example_site: Path, served: Served) -> Iterator[str]:
    """Where the example site is served as if it were built for this very address.

    Instant navigation only replaces pages of the site it knows; elsewhere a click loads a page.
    """
    with served(example_site, _Moved) as where:
        yield f"{where}help/"


# A browser


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Give Playwright: two sessions of it cannot live in one process."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def shell() -> dict[str, str]:
    """Give what in the environment of a command lets it start the headless shell, if one is there."""
    named = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium-headless-shell")
    return {"THREADBOOK_CHROMIUM": named} if named else {}


@pytest.fixture(scope="session")
def browser(playwright: Any, shell: dict[str, str]) -> Iterator[Any]:
    """A real headless Chromium, the cheapest there is: one that is named, or a headless shell.

    A headless shell is Chromium without a browser's windows around its pages, and opens one in less
    than half of the processor time. There is Debian's and Playwright's own; without any, it is
    `chromium`.
    """
    from playwright.sync_api import Error  # noqa: PLC0415

    named = shell.get("THREADBOOK_CHROMIUM")
    try:
        chromium = _start(playwright, executable_path=named)
    except Error:
        if named or not shutil.which("chromium"):
            raise
        chromium = _start(playwright, executable_path=shutil.which("chromium"))
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def whole_browser(playwright: Any) -> Iterator[Any]:
    """A real headless Chromium with all that the headless shell leaves out."""
    found = shutil.which("chromium") or os.environ.get("THREADBOOK_CHROMIUM")
    which = {"executable_path": found} if found else {"channel": "chromium"}
    chromium = _start(playwright, **which)
    yield chromium
    chromium.close()


def _start(playwright: Any, **which: Any) -> Any:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    hinting = "--font-render-hinting=none"  # as with a window: else a headless shell fits letters to pixels
    arguments = ["--no-sandbox", "--disable-gpu", hinting, *quiet]
    return playwright.chromium.launch(args=arguments, **which)
