"""What an import remembers in the target: which thread came from what, and as which text.

It is how a later import knows what somebody has edited since. The file is a line of JSON for each
thread, sorted, so that version control shows what changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from threadbook.errors import UserError
from threadbook.importers.spool import Spool
from threadbook.importers.target import Target

FOLDER: Final = ".import"
DIFFERENCES: Final = f"{FOLDER}/differences"
_FIELDS: Final = ("id", "key", "part", "board", "hash", "day")


def state_name(name: str) -> str:
    """Return the file of an import, by its name."""
    return f"{FOLDER}/{name}.jsonl"


def print_of(text: str) -> str:
    """Return the hash of a file's text."""
    return hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def load_state(target: Target, name: str, spool: Spool) -> None:
    """Read what an earlier import wrote. Raises `UserError` if the file is damaged."""
    text = target.read(state_name(name))
    try:
        for line in (text or "").splitlines():
            row = json.loads(line)
            values = [row[field] for field in _FIELDS]
            spool.base.execute("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?)", values)
    except (ValueError, KeyError, TypeError, spool.base.Error) as error:
        words = (
            f"{state_name(name)} in the content folder is damaged; restore it from version control"
        )
        raise UserError(f"{words}, or remove it to import everything as new.") from error


def save_state(target: Target, name: str, spool: Spool) -> None:
    """Write what the next import has to know."""
    target.write(state_name(name), "".join(_lines(spool)))


def _lines(spool: Spool) -> Iterator[str]:
    for row in spool.base.execute("SELECT id, key, part, board, hash, day FROM known ORDER BY id"):
        yield json.dumps(dict(zip(_FIELDS, row, strict=True)), ensure_ascii=False) + "\n"
