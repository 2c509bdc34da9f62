"""The files of a new knowledge base, which `threadbook init` writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from threadbook.errors import UserError
from threadbook.model.schema import write_schemas

_KNOWLEDGE = Path(__file__).parent / "knowledge"


def plant(directory: Path) -> Iterator[Path]:
    """Write a new knowledge base into a new or empty folder; yield each file as it is written."""
    with _user_errors(directory):
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise UserError(f"{directory} is not empty; choose a new folder.")
        for name, content in _files():
            yield _write(directory / name, content)


def plant_schemas(directory: Path) -> Iterator[Path]:
    """Write the JSON Schemas, replacing older ones; yield each file as it is written."""
    with _user_errors(directory):
        for name, text in write_schemas().items():
            yield _write(directory / name, text.encode())


@contextmanager
def _user_errors(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{directory} cannot be written: {error.strerror}.") from error


def _write(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def _files() -> Iterator[tuple[Path, bytes]]:
    """Yield the name and content of every file: the starter's files, then the schemas."""
    for source in sorted(_KNOWLEDGE.rglob("*")):
        if source.is_file():
            yield source.relative_to(_KNOWLEDGE), source.read_bytes()
    for name, text in write_schemas().items():
        yield Path("schema", name), text.encode()
