"""What a document means is what these texts of it say, and where their vectors are kept.

A document has one vector, of unit length: the sum of its texts' vectors. All other ways to ask
together count no more than `MOST_ASKED` of them, so that many don't drown what the title says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from threadbook.errors import UserError
from threadbook.meaning import Model, find_model, pack
from threadbook.pages import Document
from threadbook.text import language_of

Texts = tuple[str, ...]

LONGEST: Final = 2_000
"""How much of a text is read, in characters; a model reads less."""

OWN: Final = 2
"""How many texts come before other ways to ask: the question, and the question with its answer."""

MOST_ASKED: Final = 4
"""As how many texts all other ways to ask together count, at most."""

RECIPE: Final = "1"
"""Part of every key; it changes with how the vectors of texts are joined."""

KEY: Final = 16
"""The size of a key, in bytes."""

_BETWEEN: Final = "\0"
"""What stands between texts; no text has one."""

_ENDS: Final = (".", "?", "!", "…", ":")

_THREADS: Final = frozenset({"thread", "archived"})
"""Kinds of documents that are questions with answers."""


class Reading(NamedTuple):
    """What workers must know to say which texts are read: a model's language and name."""

    language: str
    name: str

    @classmethod
    def by(cls, model: Model | None) -> Reading | None:
        """Return what workers need of a model."""
        return cls(model.language, model.name) if model else None

    def key(self, texts: Texts) -> str:
        """Return under what the vector of texts is kept, as hexadecimal digits."""
        return self.write(texts)[0]

    def write(self, texts: Texts) -> tuple[str, bytes]:
        """Return the key of texts, and what `read_written` makes them of again."""
        content = _BETWEEN.join(texts).encode("utf-8", "replace")
        start = _BETWEEN.join((RECIPE, self.name, "")).encode()
        return hashlib.sha256(start + content).hexdigest()[: 2 * KEY], content

    def texts(self, document: Document) -> Texts:
        """Return the texts of a document whose vectors make its own; none in another language.

        They are the question, the question with its accepted answer, and all other ways to ask.
        """
        if language_of(document.language) != self.language:
            return ()
        fields = document.fields
        title, question = fields.get("title", ""), fields.get("question", "")
        summary = fields.get("summary", "") if document.kind not in _THREADS else ""
        short = title, question if document.kind in _THREADS else ""
        whole = title, summary, question, fields.get("accepted", "")
        asked = fields.get("also_asked", "").split("\n")
        found = (_join(each)[:LONGEST] for each in (short, whole, *zip(asked, strict=True)))
        return tuple(filter(None, found))


def read_written(content: bytes) -> Texts:
    """Return the texts that `Reading.write` wrote."""
    return tuple(content.decode().split(_BETWEEN))


def _join(texts: Sequence[str]) -> str:
    """Join texts as sentences."""
    kept = [text.strip() for text in texts if text.strip()]
    ended = [text if text.endswith(_ENDS) else f"{text}." for text in kept[:-1]]
    return " ".join([*ended, *kept[-1:]])


def read_batch(reading: Reading, batch: Sequence[Texts]) -> list[bytes]:
    """Return the packed vector of each document's texts, in a worker.

    The texts of a document are encoded by themselves: so its vector never depends on others.
    """
    model = find_model(reading.language)
    if model is None or model.name != reading.name:
        raise UserError(
            "A worker has no model of meaning, or another one; install the same version of "
            "threadbook-meaning on all machines."
        )
    return [read_texts(model, texts) for texts in batch]


def read_texts(model: Model, texts: Texts) -> bytes:
    """Return the packed vector of a document's texts."""
    vectors = model.encode(texts)
    asked = vectors[OWN:]
    asked *= np.float32(min(1.0, MOST_ASKED / max(len(asked), 1)))
    found = vectors.sum(axis=0, keepdims=True)
    length = float(np.sqrt((found * found).sum()))
    return pack(found / np.float32(length or 1))
