"""A headless Chromium, and a folder served to it: for measuring search and for printing."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from threadbook.errors import UserError
from threadbook.lifetime import StoppedError
from threadbook.staging import temporary


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the overridden name
        """Do not log requests."""


class Server(http.server.ThreadingHTTPServer):
    """A server that a browser can ask for many files at once."""

    # 5 by default; a browser opens more connections at once, and those beyond it are dropped.
    request_queue_size = 128


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on a free port, to this machine only; yield the address, with a final slash.

    The server has stopped when the block ends.
    """
    handler = functools.partial(_QuietHandler, directory=str(site))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


@contextmanager
def chromium(purpose: str, alternative: str) -> Iterator[Any]:
    """Start a browser, and close it when the block ends.

    The browser is the one that `THREADBOOK_CHROMIUM` names, else `chromium` in the path, else
    Playwright's own. Without any, raises `UserError`: `purpose` begins its sentence (what needs a
    browser), and `alternative` ends it (what to do instead).
    """
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - optional
    except ImportError as error:
        words = f"{purpose} needs Playwright: pip install 'threadbook[browser]'"
        raise UserError(f"{words}, {alternative}.") from error
    named = _named_browser()
    with _own_temporary_files(), sync_playwright() as playwright:
        try:
            # Chromium's sandbox does not start for root, as in most containers. Only pages of the
            # site are opened, and their content has been sanitised.
            browser = playwright.chromium.launch(
                executable_path=named or None, args=["--no-sandbox", "--disable-gpu"]
            )
        except Error as error:
            words = str(error).strip().partition("\n")[0]
            raise UserError(f"Chromium cannot be started: {words}") from error
        try:
            yield browser
        except StoppedError:
            # Ctrl-C has ended the browser, too, of which nobody wants to hear any more.
            logging.getLogger("asyncio").disabled = True
            raise
        finally:
            with suppress(Error):
                browser.close()


@contextmanager
def _own_temporary_files() -> Iterator[None]:
    """Let Playwright and the browser put temporary files where they are swept, on Linux.

    Elsewhere the path could be too long for the browser's socket.
    """
    if sys.platform != "linux":
        yield
        return
    before = os.environ.get("TMPDIR")
    with temporary("browser") as folder:
        os.environ["TMPDIR"] = str(folder)
        try:
            yield
        finally:
            del os.environ["TMPDIR"]
            if before is not None:
                os.environ["TMPDIR"] = before


def missing_browser() -> str:
    """Return what `chromium` needs and does not find, and how to install it; else an empty string.

    No browser is started. Playwright's own is looked for only if no other is named or in the path.
    """
    if importlib.util.find_spec("playwright") is None:
        return "Playwright: pip install 'threadbook[browser]'"
    named = _named_browser()
    if named and shutil.which(named) is None:
        return f"Chromium, and there is none at {named} (THREADBOOK_CHROMIUM)"
    return "" if named or _has_own_browser() else "Chromium: playwright install chromium"


def _has_own_browser() -> bool:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - optional

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).is_file()


def _named_browser() -> str:
    return os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium") or ""
