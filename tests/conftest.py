"""Shared fixtures: small knowledge bases, the example site, a loopback server and a browser."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from synthetic import Synthetic

from threadbook.browser import Server

REPOSITORY = Path(__file__).resolve().parents[1]
EPOCH = "1795392000"  # 2026-11-23
Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what this suite's own snapshots need."""
    words = "write what the checker says into tests/rules/*/expected.txt instead of comparing it"
    parser.addoption("--update-snapshots", action="store_true", help=words)
    words = "take the pictures of tests/site/look anew instead of comparing with them"
    parser.addoption("--update-pictures", action="store_true", help=words)


@pytest.fixture
def build_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let today be 2026-11-23."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by relative name; return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


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


@pytest.fixture
def knowledge(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Write a small knowledge base with the given content files; return its folder."""

    def make(files: dict[str, str | bytes]) -> Path:
        base: dict[str, str | bytes] = {
            "mkdocs.yml": CONFIG,
            "content/pages/about.md": "# About\n\nWhat this is.\n",
            "content/site.yml": SITE,
            "content/threads/new/first.yml": FIRST,
        }
        named = {f"content/{name}": content for name, content in files.items()}
        return write(tmp_path, base | named)

    return make


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command of this environment as a user would; output is text."""

    def call(
        *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).with_name(str(arguments[0]))
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(
            [program, *arguments[1:]],
            cwd=cwd,
            env=inherited | {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": EPOCH} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return call


@pytest.fixture(scope="session")
def example_site(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example base, built once by the command; tests must not change it."""
    out = tmp_path_factory.mktemp("example") / "site"
    done = run("threadbook", "build", "--out", out, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    return out


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


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below /help/, as a host with a sub-path would."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def translate_path(self, path: str) -> str:
        if not path.startswith("/help/"):
            return super().translate_path("/not-below-help")
        return super().translate_path(path.removeprefix("/help"))


@pytest.fixture(scope="session")
def address(example_site: Path) -> Iterator[str]:
    """Where the example site is served: a loopback address that ends with `/help/`."""
    handler = functools.partial(_Handler, directory=str(example_site))
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/help/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def instant_address(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the example site is served that was built for this very address.

    Instant navigation only replaces pages of the site it knows; elsewhere a click loads a page.
    """
    folder = tmp_path_factory.mktemp("instant")
    handler = functools.partial(_Handler, directory=str(folder / "site"))
    server = Server(("127.0.0.1", 0), handler)
    where = f"http://127.0.0.1:{server.server_address[1]}/help/"
    shutil.copytree(REPOSITORY / "content", folder / "content")
    config = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
    assert "site_url: https://example.org/help/" in config
    config = config.replace("site_url: https://example.org/help/", f"site_url: {where}")
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    done = run("threadbook", "build", cwd=folder)
    assert done.returncode == 0, done.stderr
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield where
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real headless Chromium: the one named, Debian's, or Playwright's own."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    found = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", *quiet]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open pages in fresh contexts; afterwards nothing may have gone wrong in any of them."""
    contexts: list[Any] = []
    trouble: list[str] = []

    def open_one(**options: Any) -> Any:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
                else trouble.append(f"left this machine: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                trouble.append(f"{response.status}: {response.url}")
                if response.status >= 400
                else None
            ),
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []
