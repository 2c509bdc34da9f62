"""What the end-to-end tests share; the example site, servers and the browser come from above.

`example_site`, `address`, `browser` and `run` are in `tests/conftest.py`: two sessions of
Playwright cannot live in one process, so there is one.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bases import SITE_URL, write_example
from crawler import Site

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Page,
        Request,
        Response,
    )

Run = Callable[..., subprocess.CompletedProcess[str]]
PATIENCE = 30  # seconds


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages in fresh contexts; at the end nothing may have gone wrong in any of them.

    A request that the browser itself gives up, because the reader is already on the way to the
    next page, is no fault of the site; one that is answered with an error is. No service worker
    is registered, so that every request reaches the server; its own tests open pages themselves.
    """
    with _opening(browser) as open_one:
        yield open_one


@pytest.fixture
def open_in_whole_browser(whole_browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages as `open_page` does, in a browser that also scrolls to a text in an address."""
    with _opening(whole_browser) as open_one:
        yield open_one


@contextmanager
def _opening(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_one(**options: Any) -> Page:
        usual = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block"}
        context = browser.new_context(**(usual | options))
        context.set_default_navigation_timeout(90_000)  # a busy machine may stand still for a while
        contexts.append(context)
        page = context.new_page()
        _watch(page, trouble, has_scripts=options.get("java_script_enabled", True))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


def _watch(page: Page, trouble: list[str], *, has_scripts: bool) -> None:
    """Write down what goes wrong in a page, and every request that leaves this machine."""

    def on_console(said: ConsoleMessage) -> None:
        is_blocked = "Service Worker registration blocked" in said.text
        if said.type in {"error", "warning"} and not is_blocked:
            trouble.append(f"console: {said.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            trouble.append(f"left this machine: {request.url}")

    def on_failed(request: Request) -> None:
        # Without scripts, Chromium refuses to load those that the head announces.
        is_refused = request.failure == "csp" and request.resource_type == "script"
        if request.failure != "net::ERR_ABORTED" and (has_scripts or not is_refused):
            trouble.append(f"failed: {request.url}: {request.failure}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            trouble.append(f"{response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: trouble.append(f"page: {error}"))
    page.on("request", on_request)
    page.on("requestfailed", on_failed)
    page.on("response", on_response)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open a page in a fresh browser context; at the end nothing may have gone wrong in it."""
    return open_page()


@pytest.fixture
def small_base(run: Run, tmp_path: Path) -> Path:
    """Write the knowledge base that `threadbook init` gives."""
    base = tmp_path / "base"
    done = run("threadbook", "init", base)
    assert done.returncode == 0, done.stderr
    return base


@pytest.fixture(scope="session")
def site_url() -> str:
    """Where mkdocs.yml says the example site is published."""
    return SITE_URL


@pytest.fixture(scope="session")
def crawled(example_site: Path) -> Site:
    """Read every page of the example site."""
    return Site.read(example_site, SITE_URL)


@pytest.fixture(scope="session")
def pages_of() -> Callable[[Path], dict[str, str]]:
    """Read the pages of a site: HTML by address, which is empty for home and ends with `/`.

    Redirects are no pages.
    """

    def read(site: Path) -> dict[str, str]:
        pages = {
            file.relative_to(site).as_posix().removesuffix("index.html"): file.read_text("utf-8")
            for file in sorted(site.rglob("*.html"))
        }
        return {url: html for url, html in pages.items() if 'http-equiv="refresh"' not in html}

    return read


@pytest.fixture(scope="session")
def files_of() -> Callable[[Path], dict[str, bytes]]:
    """Read every file of a folder, by its name below it."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }

    return read


class Preview:
    """A running `threadbook serve`: ask it for pages, and see whether it still lives."""

    def __init__(self, process: subprocess.Popen[str], address: str, log: Path) -> None:
        self.process = process
        self.address = address
        self.log = log

    def get(self, url: str) -> str:
        """Return a page, or nothing while there is none."""
        return self.get_bytes(url).decode()

    def get_bytes(self, url: str) -> bytes:
        """Return a file as it is, or nothing while there is none."""
        try:
            with urllib.request.urlopen(self.address + url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            return b""

    def shows(self, url: str, text: str) -> bool:
        """Wait until a page holds a text."""
        return self._eventually(lambda: text in self.get(url))

    def says(self, text: str) -> bool:
        """Wait until the command prints a text."""
        return self._eventually(lambda: text in self.log.read_text("utf-8"))

    def lives(self) -> bool:
        """Tell whether the command still runs."""
        return self.process.poll() is None

    def _eventually(self, is_so: Callable[[], bool]) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.lives():
            if is_so():
                return True
            time.sleep(0.1)
        return is_so()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def preview(tmp_path: Path, warm_programs: Path) -> Iterator[Callable[..., Preview]]:
    """Start `threadbook serve`, or that of MkDocs, in a folder; it is interrupted at the end."""
    started: list[Preview] = []

    def start(base: Path, program: str = "threadbook", *more: str) -> Preview:
        option = {"threadbook": "--address", "mkdocs": "--dev-addr"}[program]
        where = f"127.0.0.1:{free_port()}"
        log = tmp_path / "serve.log"
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [warm_programs / program, "serve", option, where, *more],
                cwd=base,
                env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
                stdout=output,
                stderr=output,
                text=True,
            )
        started.append(Preview(process, f"http://{where}/", log))
        return started[-1]

    yield start
    for each in started:
        _interrupt(each.process)


def _interrupt(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def occupied() -> Callable[[], Any]:
    """Hold a port, so that nobody else can listen there; the context gives its number."""

    @contextmanager
    def hold() -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield int(server.getsockname()[1])

    return hold


@pytest.fixture(scope="session")
def site_of(build_once: Callable[..., Path], example_site: Path) -> Callable[[str], Path]:
    """Build the example base with an engine, once for all tests."""

    def build(engine: str) -> Path:
        if engine == "mkdocs":
            return example_site
        command = ("threadbook", "build", "--engine", engine)
        return build_once(f"example-{engine}", write_example, *command)

    return build
