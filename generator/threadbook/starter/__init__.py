"""Starting a new knowledge base: the files `threadbook init` writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from threadbook.errors import UserError

_KNOWLEDGE = Path(__file__).parent / "knowledge"


def plant(directory: Path) -> Iterator[Path]:
    """Write the starter into `directory`, which must be new or empty; yield what was written."""
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise UserError(f"{directory} is not empty; choose a new folder.")
        for source in sorted(_KNOWLEDGE.rglob("*")):
            if source.is_file() and source.suffix in {".yml", ".md"}:
                target = directory / source.relative_to(_KNOWLEDGE)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
                yield target
    except OSError as error:
        raise UserError(f"{directory} cannot be written: {error.strerror}.") from error
