"""The service worker with which what was read opens without network, or the one that removes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from posixpath import relpath
from typing import Final

from markupsafe import escape

from threadbook.addresses import SEARCH
from threadbook.translations import interface

WORKER: Final = "offline.js"
"""Its folder is the part of the site that it serves, so it is not among the assets."""

INDEX: Final = "offline.json"
"""The list of the search index's files."""

_KINDS: Final = frozenset({".css", ".ico", ".js", ".png", ".svg", ".woff", ".woff2"})
_OUTSIDE: Final = frozenset({".css", ".js", ".woff", ".woff2"})
"""What is kept of files that are in no folder `assets`, such as a publisher's own style sheet."""

_LARGEST_INDEX: Final = 4_000_000
"""In bytes: a reader's device should not hold a larger index for a search now and then."""

_HASH: Final = 16


def write_worker(site: Path, prefix: str, language: str, code: str) -> Iterator[tuple[str, bytes]]:
    """Yield the worker for a site that is written but for its index; addresses are below `prefix`.

    `code` is the theme's, which the constants of this build come before.
    """
    assets = dict(_hash_assets(site, prefix))
    known = json.dumps(assets, sort_keys=True)
    words = _say(language)
    build = hashlib.sha256(f"{known}{words}{code}".encode()).hexdigest()[:_HASH]
    constants = f'const BUILD = "{build}";\nconst INDEX = "{INDEX}";\nconst WORDS = {words};\n'
    yield WORKER, f"{constants}const ASSETS = {known};\n\n{code}".encode()


def _hash_assets(site: Path, prefix: str) -> Iterator[tuple[str, str]]:
    for file in sorted(site.rglob("*")):
        kinds = _KINDS if "assets" in file.relative_to(site).parts else _OUTSIDE
        if file.suffix in kinds and file.is_file():
            address = relpath(file.relative_to(site).as_posix(), prefix or ".")
            if address != WORKER:
                yield address, hashlib.sha256(file.read_bytes()).hexdigest()[:_HASH]


def list_index(home: Path) -> tuple[str, bytes]:
    """Return the list of the index's files; it is empty if they are too large to be kept."""
    files = sorted(file for file in (home / SEARCH).rglob("*") if file.is_file())
    files = [file for file in files if file.suffix != ".html"]
    if sum(file.stat().st_size for file in files) > _LARGEST_INDEX:
        files = []
    return INDEX, json.dumps([file.relative_to(home).as_posix() for file in files]).encode()


def _say(language: str) -> str:
    say = interface(language)
    words = {
        "language": language,
        "direction": say.direction,
        "offline": say("You are offline"),
        "here": say("This page is not on this device. These pages are, and open without network:"),
        "nothing": say("This page is not on this device, and no other page of this site is."),
    }
    safe = {name: str(escape(text)) for name, text in words.items()}
    return json.dumps(safe, sort_keys=True)
