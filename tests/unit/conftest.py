"""Builders for tests of single rooms: a small knowledge base, and files loaded from text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from threadbook.load.files import Loaded, LoadedThread, load_file, load_thread
from threadbook.load.sources import Kind, Source
from threadbook.settings import DEFAULT_MAX_FILE_SIZE

Files = Mapping[str, str | bytes]

BASE: Files = {
    "site.yml": (
        "boards:\n"
        "  - {id: new, title: New here}\n"
        "  - {id: work, title: At work}\n"
        "topics:\n"
        "  - {id: proposals, title: Proposals, stage: 1}\n"
        "  - {id: interviews, title: Interviews, stage: 2}\n"
        "people:\n"
        "  - {id: member, name: Community Member}\n"
        "  - {id: moderator, name: Moderator, role: moderator}\n"
    ),
    "threads/new/first.yml": "title: What first?\ntopics: [proposals]\nanswer: This.\n",
}
"""The smallest content folder without findings."""


@pytest.fixture
def knowledge(tmp_path: Path) -> Callable[[Files], Path]:
    """Write `BASE` and the given files into a content folder; return the folder above it."""

    def make(files: Files) -> Path:
        for name, content in {**BASE, **files}.items():
            path = tmp_path / "content" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return make


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | bytes, Kind], Source]:
    """Write one file that findings call `x.yml`; return its source, of any kind."""
    path = tmp_path_factory.mktemp("one") / "x.yml"

    def make(content: str | bytes, kind: Kind) -> Source:
        written = content.encode() if isinstance(content, str) else content
        path.write_bytes(written)
        return Source(kind, str(path), "x.yml", "x", "new", len(written), 0)

    return make


@pytest.fixture(scope="session")
def thread(
    source: Callable[[str | bytes, Kind], Source],
) -> Callable[[str | bytes], LoadedThread]:
    """Load a text as a thread."""
    return lambda text: load_thread(source(text, Kind.THREAD), DEFAULT_MAX_FILE_SIZE)


@pytest.fixture(scope="session")
def other(source: Callable[[str | bytes, Kind], Source]) -> Callable[[Kind, str | bytes], Loaded]:
    """Load a text as the site, a path or golden queries."""
    return lambda kind, text: load_file(source(text, kind), DEFAULT_MAX_FILE_SIZE)
