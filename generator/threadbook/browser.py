"""A headless Chromium, and a folder served to it: for measuring search and for printing."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from threadbook.errors import UserError


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - a hook
        """Say nothing of requests."""


class Server(http.server.ThreadingHTTPServer):
    """A server that a browser may ask for many files at once."""

    request_queue_size = 128


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; give its address."""
    handler = functools.partial(_Quiet, directory=str(site))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


@contextmanager
def chromium(purpose: str, other: str) -> Iterator[Any]:
    """Start a browser; raises `UserError` without one, naming what it is for and the way out."""
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - optional
    except ImportError as error:
        words = f"{purpose} needs Playwright: pip install 'threadbook[browser]'"
        raise UserError(f"{words}, {other}.") from error
    named = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium") or ""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=named or None, args=["--no-sandbox", "--disable-gpu"]
            )
        except Error as error:
            words = str(error).strip().partition("\n")[0]
            raise UserError(f"Chromium cannot be started: {words}") from error
        try:
            yield browser
        finally:
            browser.close()
