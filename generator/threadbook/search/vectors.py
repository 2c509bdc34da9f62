"""Vectors of documents: made once, and kept between builds in the user's cache folder.

A vector is kept under a hash of its texts and the model's name, so it can never be out of date. A
file belongs to a knowledge base. Whoever saves it replaces all of it, with what others have saved
in the meantime; a damaged file is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from threadbook.cache import cache_file, replace_file
from threadbook.errors import UserError
from threadbook.meaning import Model, find_model, row_size
from threadbook.parallel import SMALL, InProcess, Workers, open_workers
from threadbook.progress import Advance, Progress
from threadbook.search.codec import SCALE
from threadbook.search.meant import KEY, Reading, Texts, read_batch
from threadbook.settings import Settings
from threadbook.text import language_of

SWITCH: Final = "THREADBOOK_MEANING"
"""The variable of the environment that turns meaning off where the setting is `auto`."""

_MAGIC: Final = b"threadbook vectors 1\n"
_SUM: Final = 32
_SPARE: Final = 1_000
"""How many vectors that are not used are kept, at least; otherwise as many as are used."""

_BATCH: Final = 8
"""How many documents a worker reads at a time: about a second's work."""

_AT_ONCE: Final = 512
"""How many documents are on their way to workers at most."""

_UNSAVED: Final = 4_096
"""How many vectors are made before all are saved: it may be killed, and they take minutes."""

_FEW: Final = 16
"""So few documents are read in this process: to start others would take longer."""


@dataclass(slots=True)
class Vectors:
    """Packed vectors by key, each with its scale; `size` is that of one, in bytes.

    100,000 of them take about 30 MB.
    """

    size: int
    file: Path | None = None
    rows: dict[bytes, bytes] = field(default_factory=dict)
    is_saved: bool = True

    @classmethod
    def load(cls, model: Model, file: Path | None) -> Vectors:
        """Read a file; there are no vectors in it if it is damaged, or not there."""
        size = size_of(model)
        return cls(size, file, dict(_read(file, size)) if file else {})

    def choose(self, keys: Sequence[bytes]) -> list[bytes]:
        """Return the vector of each key; zeros where there is none."""
        nothing = bytes(self.size)
        return [self.rows.get(key, nothing) for key in keys]

    def save(self, used: Iterable[bytes]) -> None:
        """Write the file, if there is anything new in it: `used` vectors, and some others."""
        if self.is_saved or self.file is None:
            return
        kept = {key: self.rows[key] for key in used if key in self.rows}
        others = dict(_read(self.file, self.size)) | self.rows
        spare = (each for each in others.items() if each[0] not in kept)
        kept |= dict(islice(spare, max(len(kept), _SPARE)))
        content = b"".join([_head(self.size), *(key + row for key, row in kept.items())])
        with contextlib.suppress(OSError):  # the next build takes longer, that is all
            replace_file(self.file, content + hashlib.sha256(content).digest())
        self.is_saved = True

    def add(self, key: bytes, row: bytes) -> None:
        """Keep a vector."""
        self.rows[key] = row
        self.is_saved = False


def size_of(model: Model) -> int:
    """Return the size of a vector with its scale, in bytes."""
    return SCALE + row_size(model.dimensions)


def vectors_file(settings: Settings) -> Path:
    """Return the file in which the vectors of a knowledge base are kept."""
    return cache_file(settings).with_suffix(".vectors")


def _head(size: int) -> bytes:
    return _MAGIC + f"{size}\n".encode()


def _read(file: Path, size: int) -> Iterator[tuple[bytes, bytes]]:
    try:
        content = file.read_bytes()
    except OSError:
        return
    head, step = _head(size), KEY + size
    body = content[len(head) : -_SUM]
    is_whole = hashlib.sha256(content[:-_SUM]).digest() == content[-_SUM:]
    if content.startswith(head) and is_whole and len(body) % step == 0:
        for at in range(0, len(body), step):
            yield body[at : at + KEY], body[at + KEY : at + step]


def choose_model(settings: Settings) -> Model | None:
    """Return the model that a site uses; raise `UserError` if there is none and it insists.

    If it does not, the environment can say that this build does without.
    """
    is_unwanted = settings.meaning == "auto" and os.environ.get(SWITCH) == "off"
    if settings.meaning == "off" or is_unwanted:
        return None
    language = language_of(settings.language)
    model = find_model(language)
    if model is None and settings.meaning != "auto":
        words = f"meaning: {settings.meaning} needs a model for the language {language}"
        raise UserError(f"{words}; pip install 'threadbook[meaning]', or set meaning: auto.")
    return model


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what documents mean, as far as that is not known.

    `workers` are those of a build; without them, or if they are none but this process, others are
    started for much work.
    """

    model: Model
    vectors: Vectors
    settings: Settings
    progress: Progress
    workers: Workers | None = None

    @classmethod
    def open(cls, settings: Settings, progress: Progress) -> Reader | None:
        """Return a reader of what a base means, if its site has search by meaning."""
        model = choose_model(settings)
        if model is None:
            return None
        vectors = Vectors.load(model, vectors_file(settings))
        return cls(model, vectors, settings, progress)

    def read(
        self,
        wanted: Mapping[bytes, int],
        texts: Callable[[int], Texts],
        most: int | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> int:
        """Make the vectors that are not known, of documents by key; return how many are not made.

        `texts` returns those of a document. If more than `most` are missing, none is made. What is
        made is kept, even if `goes_on` is false after a while, or anything goes wrong.
        """
        missing = [(key, number) for key, number in wanted.items() if key not in self.vectors.rows]
        if not missing or (most is not None and len(missing) > most):
            return len(missing)
        with (
            self.progress.stage("Reading meaning", len(missing)) as advance,
            self._hire(len(missing)) as workers,
        ):
            try:
                for many in _cut(missing, _UNSAVED):
                    for some in _cut(many, _AT_ONCE):
                        if goes_on():
                            self._make(some, texts, workers, advance)
                    self.vectors.save(wanted)
            finally:
                self.vectors.save(wanted)
        return sum(key not in self.vectors.rows for key, _ in missing)

    def _make(
        self,
        missing: Sequence[tuple[bytes, int]],
        texts: Callable[[int], Texts],
        workers: Workers,
        advance: Advance,
    ) -> None:
        reading = Reading(self.model.language, self.model.name)
        batches = list(_cut(missing, _BATCH if workers.count > 1 else 1))
        work = ((reading, [texts(number) for _, number in batch]) for batch in batches)
        for batch, rows in zip(batches, workers.run(read_batch, work), strict=True):
            for (key, _), row in zip(batch, rows, strict=True):
                self.vectors.add(key, row)
            advance(len(batch))

    @contextmanager
    def _hire(self, things: int) -> Iterator[Workers]:
        """Give workers for so many documents."""
        if self.workers and not isinstance(self.workers.pool, InProcess):
            yield self.workers
            return
        with open_workers(self.settings.jobs, SMALL if things >= _FEW else 0) as workers:
            yield workers


def _cut(things: Sequence[tuple[bytes, int]], size: int) -> Iterator[Sequence[tuple[bytes, int]]]:
    return (things[start : start + size] for start in range(0, len(things), size))
