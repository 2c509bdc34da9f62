"""Ids and file names made of titles and tags in any script."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

from threadbook.edit.new import make_slug

_KEY_LENGTH: Final = 16
"""Characters of a source's key that become part of an id; longer ones are hashed."""


def slugify(text: str) -> str:
    """Return an id for a text, transliterated; empty if it has no letter or digit."""
    return make_slug(text)


def choose_slug(title: str, key: str, is_taken: Callable[[str], bool]) -> str:
    """Return the id of a thread: its title's, or with the source's key where that is taken.

    The key never changes, so the same threads get the same ids in every import.
    """
    slug = slugify(title)
    if slug and not is_taken(slug):
        return slug
    tail = slugify(key)
    if not tail or len(tail) > _KEY_LENGTH or is_taken(f"{slug or 'thread'}-{tail}"):
        tail = hashlib.blake2s(key.encode("utf-8", "replace"), digest_size=5).hexdigest()
    return f"{slug or 'thread'}-{tail}"


def titled(name: str) -> str:
    """Return the title of a board or topic that the source only names by a tag."""
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]
