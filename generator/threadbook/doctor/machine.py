"""What is installed on a machine: versions from the metadata of packages, none of them imported."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from threadbook.meaning import list_languages

_PATIENCE: Final = 20
"""How long a browser may take to say its version, in seconds."""

_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")


class Browser(NamedTuple):
    """A browser: where it is, and its version if it says one. `is_there` if it can be started."""

    where: str
    version: str
    is_there: bool


class Machine(Protocol):
    """What can be asked of a machine."""

    def python(self) -> str:
        """Return the version of Python."""
        ...

    def version(self, package: str) -> str | None:
        """Return the version of a package, or `None` if it is not installed."""
        ...

    def plugins(self) -> frozenset[str]:
        """Return the names of all plugins for MkDocs."""
        ...

    def themes(self) -> frozenset[str]:
        """Return the names of all themes for MkDocs."""
        ...

    def browser(self) -> Browser | None:
        """Return the Chromium that Threadbook would start."""
        ...

    def models(self) -> frozenset[str]:
        """Return the languages in which search knows what questions mean."""
        ...


class ThisMachine:
    """The machine and the environment in which this runs."""

    def python(self) -> str:
        """Return the version of Python."""
        return platform.python_version()

    def version(self, package: str) -> str | None:
        """Return the version of a package, or `None` if it is not installed."""
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return None

    def plugins(self) -> frozenset[str]:
        """Return the names of all plugins for MkDocs."""
        return _names("mkdocs.plugins")

    def themes(self) -> frozenset[str]:
        """Return the names of all themes for MkDocs."""
        return _names("mkdocs.themes")

    def browser(self) -> Browser | None:
        """Return the Chromium that Threadbook would start, as `browser.chromium` chooses it."""
        named = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium") or _playwrights()
        if not named:
            return None
        path = shutil.which(named)
        return Browser(named, _ask_version(path) if path else "", path is not None)

    def models(self) -> frozenset[str]:
        """Return the languages in which search knows what questions mean."""
        return list_languages()


def _names(group: str) -> frozenset[str]:
    return frozenset(each.name for each in metadata.entry_points(group=group))


def _playwrights() -> str:
    """Return where Playwright's own browser is, or an empty string."""
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - optional
    except ImportError:
        return ""
    try:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Error:
        return ""
    return path if Path(path).is_file() else ""


def _ask_version(program: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the browser that a build would start
            [program, "--version"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    found = _VERSION.search(done.stdout)
    return found[0] if found else ""
