"""Making the index of a site: workers write runs beside their pages; in the end they are merged."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Final, Self

from threadbook.pages import Page, Plan
from threadbook.parallel import Workers
from threadbook.progress import Progress
from threadbook.search.codec import (
    FOLDER,
    ONE_FILE,
    Shards,
    encode_column,
    encode_documents,
    encode_filter,
    encode_part,
    encode_vectors,
    encode_vocabulary,
)
from threadbook.search.documents import Prose, describe_prose, label_filters, rank_languages
from threadbook.search.entry import SETTINGS, encode_settings
from threadbook.search.maker import Write, Written
from threadbook.search.meant import Reading, Texts
from threadbook.search.merging import Merged
from threadbook.search.models import serve, write_models
from threadbook.search.runs import Spool, write_run
from threadbook.search.vectors import Reader, Vectors, choose_model, size_of, vectors_file
from threadbook.settings import Settings
from threadbook.text import language_of
from threadbook.weave import write_file, write_folder

_NEW: Final = ".new"
"""The folder of the index until its content, and so its name, is known."""

_NAME: Final = re.compile(r"[0-9a-f]{16}")
_FILES_AT_ONCE: Final = 500


class Indexing:
    """An index that is being made, as a context: temporary files are removed at its end.

    It is an `IndexMaker`.
    """

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        work: Path,
        kept: Spool | None = None,
        vectors: Vectors | None = None,
    ) -> None:
        """Take a folder `work` for temporary files; raise `UserError` if a model is missing.

        A preview has `kept` what it wrote before, and all `vectors` that it knows.
        """
        self.plan = plan
        self.settings = settings
        self.model = choose_model(settings)
        self.vectors = vectors
        self.is_kept = kept is not None
        self.folder = Path(tempfile.mkdtemp(prefix="search-", dir=work))
        self.spool = kept or Spool(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was written for the time being."""
        if not self.is_kept:
            self.spool.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def writer(self, pages: Iterable[Page]) -> Write:  # noqa: ARG002 - any documents will do
        """Return what writes the documents of pages."""
        reading = Reading.by(self.model)
        return partial(write_run, folder=str(self.folder), reading=reading)

    def add(self, written: Written) -> None:
        """Take what was written."""
        self.spool.take(written)

    def start(self, prose: Sequence[Prose]) -> None:
        """Add the engine's own pages."""
        documents = [describe_prose(page, self.settings) for page in prose]
        if documents:
            self.add(self.writer(())(documents))

    @cached_property
    def merged(self) -> Merged:
        """All that was written."""
        return Merged(self.spool)

    def understand(
        self,
        progress: Progress,
        workers: Workers | None = None,
        most: int | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> int:
        """Read what documents mean, which takes a while for those that are new.

        If there are more than `most` of these, none is read; and no more if `goes_on` is false.
        Return how many are not read.
        """
        if self.model is None:
            return 0
        if self.vectors is None or self.vectors.size != size_of(self.model):
            self.vectors = Vectors.load(self.model, vectors_file(self.settings))
        reader = Reader(self.model, self.vectors, self.settings, progress, workers)
        total, gaps = self.merged.total, self.gaps
        keys = (*self.merged.keys, *gaps)
        wanted = {key: number for number, key in enumerate(keys) if key}

        def texts(number: int) -> Texts:
            return self.merged.read_meant(number) if number < total else gaps[keys[number]]

        return reader.read(wanted, texts, most, goes_on)

    @cached_property
    def gaps(self) -> dict[bytes, Texts]:
        """The questions that the site is known not to answer, as texts by their keys.

        In a big base there are none: its vectors are in many files.
        """
        reading = Reading.by(self.model)
        if reading is None or self.merged.total > ONE_FILE:
            return {}
        return {bytes.fromhex(reading.key((each,))): (each,) for each in self.plan.gaps}

    def finish(self, out: Path) -> None:
        """Merge all that was written, and put the index below `out`/search.

        Documents whose meaning was not read have no vector; if none was, search is by words.
        """
        merged, shards = self.merged, Shards()
        folder = out / FOLDER
        _remove_older(folder)
        files = encode_index(merged, shards)
        if self.model and self.vectors:
            rows = self.vectors.choose(merged.keys)
            missing = self.vectors.choose([*self.gaps])
            files = chain(files, encode_vectors(rows, missing))
        name = write_all(files, folder / _NEW)
        (folder / _NEW).rename(folder / name)
        served = None
        if self.model and self.vectors:
            own = self.model.choose_own(shards.counts)
            served = serve(self.model, self.settings.meaning, merged.total, len(self.gaps), own)
        content = encode_settings(
            rank_languages(language_of(self.settings.language), merged.languages),
            self.plan.synonyms,
            labels=label_filters(self.plan),
            total=merged.total,
            folder=f"{name}/",
            shards=shards.firsts,
            filters=merged.members,
            ask_url=self.settings.ask_url,
            counts=shards.counts,
            meaning=served.entry if served else None,
        )
        write_models(served.files if served else {}, out)
        write_file(str(out), f"{FOLDER}/{SETTINGS}", content)


def encode_index(merged: Merged, shards: Shards) -> Iterator[tuple[str, bytes]]:
    """Yield all files with a hash in their address."""
    for part in merged.parts:
        for entry in encode_part(part):
            yield from shards.add(entry)
    yield from shards.finish()
    yield "vocabulary.bin", encode_vocabulary(shards.counts)
    yield from encode_documents(merged.shown)
    for name, members in merged.members.items():
        yield f"c/{name}.bin", encode_filter(members)
    yield "c/day.bin", encode_column(merged.days)
    yield "c/votes.bin", encode_column(merged.votes)


def write_all(files: Iterator[tuple[str, bytes]], folder: Path) -> str:
    """Write files to a folder, and return the name that it should have: a hash of them all."""
    digest = hashlib.sha256()
    folder.mkdir(parents=True)
    while some := list(islice(files, _FILES_AT_ONCE)):
        by_folder: dict[str, list[tuple[str, bytes]]] = {}
        for address, content in some:
            digest.update(f"{address} {len(content)}\n".encode() + content)
            place, _, name = address.rpartition("/")
            by_folder.setdefault(f"{place}/" if place else "", []).append((name, content))
        for place, found in by_folder.items():
            write_folder(str(folder), place, found)
    return digest.hexdigest()[:16]


def _remove_older(folder: Path) -> None:
    """Remove indexes that an earlier build left: MkDocs can build into a site that is there."""
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.is_dir() and (each.name == _NEW or _NAME.fullmatch(each.name)):
            shutil.rmtree(each)
