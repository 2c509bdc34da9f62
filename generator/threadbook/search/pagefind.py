"""Pagefind's own process, beside the weave, and the folders of documents that it is given.

The workers that make pages write their documents, too. A big base is cut into shards that are
indexed one after another. How a document is written is the codec's business (`search.codec`).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final, Self

from threadbook.errors import UserError
from threadbook.lifetime import Program
from threadbook.pages import Document, Page, Plan
from threadbook.search.codec import (
    FOLDER,
    SETTINGS,
    VOCABULARY,
    encode_document,
    encode_settings,
    encode_vocabulary,
    is_for_browsers,
    name_bundle,
)
from threadbook.search.documents import Prose, describe_prose, label_filters, rank_languages
from threadbook.search.index import levels, stop_stems
from threadbook.search.maker import Write, Written
from threadbook.settings import Settings
from threadbook.text import language_of
from threadbook.weave import write_file

SHARD: Final = 30_000_000
"""The most content of one index, in bytes: Pagefind takes 40 to 50 times as much memory."""


class Indexing:
    """An index that is being made, as a context: temporary files are removed at its end.

    It is an `IndexMaker`: workers write documents to folders, over which Pagefind runs in the end.
    """

    def __init__(
        self, plan: Plan, settings: Settings, work: Path, kept: Path | None = None
    ) -> None:
        """Take a folder `work` for temporary files.

        A preview has documents already, in a folder that is `kept`, and indexes them aside.
        """
        self.plan = plan
        self.settings = settings
        self.work = work
        self.kept = kept
        self.folder = kept or Path(tempfile.mkdtemp(prefix="search-", dir=work))
        self.stems: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.total = 0
        self.shards = 1
        self.size = 0
        self.process: Program | None = None
        self.output: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop Pagefind if it still runs, and remove the documents."""
        if self.process is not None:
            self.process.stop()
        if self.output is not None:
            self.output.close()
        for folder in self.folder.glob("*-index") if self.kept else (self.folder,):
            shutil.rmtree(folder, ignore_errors=True)

    def writer(self, pages: Iterable[Page]) -> Write:
        """Return what writes the documents of these pages, to a new folder where one is full."""
        if self.size >= SHARD:
            self.shards, self.size = self.shards + 1, 0
        self.size += sum(page.size for page in pages)
        return self._writer(self.shards - 1)

    def _writer(self, shard: int) -> Write:
        folder, language = str(self._shard(shard)), self.settings.language
        return partial(write_documents, folder=folder, language=language)

    def _shard(self, number: int) -> Path:
        return self.folder / f"{number}"

    def add(self, written: Written) -> None:
        """Count what was written."""
        self.stems.update(written.stems)
        self.languages.update(written.languages)
        self.total += sum(written.languages.values())

    def start(self, prose: Sequence[Prose]) -> None:
        """Add the engine's own pages, and start Pagefind over the first shard."""
        documents = [describe_prose(page, self.settings.language) for page in prose]
        self.add(self._writer(0)(documents))
        if self.total:  # without documents, Pagefind ends with an error
            self.process = self._run(self._shard(0))

    def _run(self, shard: Path) -> Program:
        out = shard.with_name(f"{shard.name}-index")
        command = [*map(str, (_executable(), "--site", shard, "--output-path", out)), "--quiet"]
        if self.kept and (nice := shutil.which("nice")):  # the reader of a preview comes first
            command = [nice, *command]
        if self.output is None:
            # Read when the process has ended.
            self.output = tempfile.TemporaryFile(dir=self.work)  # noqa: SIM115
        return Program(command, self.output)

    def finish(self, out: Path) -> None:
        """Wait for Pagefind, index the other shards, and put everything below `out`/search."""
        target, bundles = out / FOLDER, []
        for number in range(self.shards if self.total else 0):
            shard = self._shard(number)
            process = self.process if number == 0 and self.process else self._run(shard)
            if (status := process.wait()) != 0:
                words = self._last_words() or f"it ended with status {status}"
                raise UserError(f"Pagefind could not make the search index: {words}")
            name = name_bundle(number)
            _move(shard.with_name(f"{shard.name}-index"), target / name)
            bundles.append(f"{name}/")
        content = encode_settings(
            rank_languages(language_of(self.settings.language), self.languages),
            self.plan.synonyms,
            labels=label_filters(self.plan),
            total=self.total,
            bundles=bundles,
            ask_url=self.settings.ask_url,
            counts=self.stems,
        )
        write_file(str(out), f"{FOLDER}/{SETTINGS}", content)
        write_file(str(out), f"{FOLDER}/{VOCABULARY}", encode_vocabulary(self.stems))

    def _last_words(self) -> str:
        if self.output is None:
            return ""
        self.output.seek(0)
        return self.output.read()[-500:].decode("utf-8", "replace").strip()


def write_documents(documents: Iterable[Document], folder: str, language: str) -> Written:
    """Write documents to a folder; `language` is the site's, in which questions are read."""
    stems: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    stops = stop_stems(language)
    for document in documents:
        found = levels(document)
        stems.update(found.keys())
        languages[language_of(document.language)] += 1
        write_file(folder, name_document(document), encode_document(document, found, stops))
    return Written(stems, languages)


def name_document(document: Document) -> str:
    """Return the name of a document's file."""
    return f"{hashlib.sha256(document.id.encode()).hexdigest()[:24]}.html"


def _move(index: Path, target: Path) -> None:
    """Move those files of an index that browsers need."""
    shutil.rmtree(target, ignore_errors=True)
    for file in sorted(index.rglob("*")):
        if file.is_file() and is_for_browsers(file):
            place = target / file.relative_to(index)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, place)


def _executable() -> Path:
    try:
        from pagefind_bin import (  # type: ignore[import-untyped]  # noqa: PLC0415 - only builds need it
            get_executable,
        )

        return Path(get_executable())
    except (ImportError, OSError) as error:
        words = "The search index needs Pagefind, which is not installed for this machine"
        raise UserError(f"{words} ({error}); install it, or set `search: false`.") from error
