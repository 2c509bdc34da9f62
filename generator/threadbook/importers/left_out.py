"""Who was left out by an earlier import, so that a later one does not bring the words back.

The content folder keeps no names, only hashes with a salt: enough to know a name again that the
source has. Who has both the file and a name can still test whether it is in it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from threadbook.errors import UserError
from threadbook.importers.target import Target

FILE: Final = ".import/left-out.json"


class LeftOut(NamedTuple):
    """Hashes of casefolded names, and what was added to each before it was hashed."""

    salt: str
    hashes: frozenset[str]

    @classmethod
    def read(cls, target: Target) -> Self:
        """Return what a content folder keeps. Raises `UserError` if the file is damaged."""
        text = target.read(FILE)
        if text is None:
            return cls(secrets.token_hex(16), frozenset())
        try:
            said = json.loads(text)
            return cls(bytes.fromhex(said["salt"]).hex(), frozenset(map(str, said["names"])))
        except (ValueError, KeyError, TypeError) as error:
            words = f"{FILE} in the content folder is damaged, and says who wants to be left out"
            raise UserError(f"{words}; restore it from version control.") from error

    def find(self, names: Iterable[str]) -> frozenset[str]:
        """Return those of some casefolded names that are kept here."""
        if not self.hashes:
            return frozenset()
        return frozenset(name for name in names if self._hash(name) in self.hashes)

    def add(self, target: Target, names: Iterable[str]) -> None:
        """Keep further casefolded names in a content folder."""
        hashes = sorted(self.hashes | {self._hash(name) for name in names})
        if set(hashes) != self.hashes:
            text = json.dumps({"salt": self.salt, "names": hashes}, indent=1)
            target.write(FILE, f"{text}\n")

    def _hash(self, name: str) -> str:
        content, salt = name.encode("utf-8", "replace"), bytes.fromhex(self.salt)
        return hashlib.blake2b(content, digest_size=16, key=salt[:64]).hexdigest()
