"""Pagefind's own process, beside the weave, and the folders of documents that it is given.

A big base is cut into shards that are indexed one after another. What a document is lies in
`documents`, how it is written in `codec`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from threadbook import parallel
from threadbook.errors import UserError
from threadbook.pages import GLOSSARY, Page, Plan, Surroundings
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
from threadbook.search.documents import (
    Prose,
    SearchDocument,
    documents,
    label_filters,
    prose_document,
    spoken_languages,
    stages_of,
    stems_of,
    term_documents,
)
from threadbook.search.index import stop_stems
from threadbook.settings import Settings
from threadbook.text import language_of

SHARD: Final = 30_000_000
"""The most content of one index, in bytes: Pagefind takes 40 to 50 times as much memory."""

BATCH: Final = 250
"""How many pages a worker writes the documents of at once."""


class Written(NamedTuple):
    """What a batch reports: in how many of its documents each stem and each language is."""

    stems: Mapping[str, int]
    languages: Mapping[str, int]


class Indexing:
    """An index that is being made; `finish` puts it into the site."""

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan = plan
        self.settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="threadbook-search-"))
        self.stems: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.total = 0
        self.shards: list[Path] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.output: IO[bytes] | None = None

    def start(self, pool: Executor, prose: Sequence[Prose]) -> None:
        """Write the documents, and start Pagefind over the first shard of them."""
        language, stages = self.settings.language, stages_of(self.plan)
        terms = term_documents(self.plan.catalogue.glossary, GLOSSARY, language)
        pages = [prose_document(*each, language) for each in prose]
        others = [*pages, *terms]
        found = [page for page in self.plan.pages if page.is_indexed]
        shards = list(_shards(found))
        self.shards = [self.folder / f"{number}" for number in range(len(shards))]
        work = (
            (tuple(part), language, stages, str(shard))
            for shard, pages in zip(self.shards, shards, strict=True)
            for part in (pages[at : at + BATCH] for at in range(0, len(pages), BATCH))
        )
        for written in parallel.run(pool, write_documents, work):
            self._count(written)
        self._count(_write(others, self.shards[0], language))
        self.shards = [shard for shard in self.shards if any(shard.iterdir())]
        if self.shards:  # without documents, Pagefind ends with an error
            self.process = self._run(self.shards[0])

    def _count(self, written: Written) -> None:
        self.stems.update(written.stems)
        self.languages.update(written.languages)
        self.total += sum(written.languages.values())

    def _run(self, shard: Path) -> subprocess.Popen[bytes]:
        out = shard.with_name(f"{shard.name}-index")
        command = [*map(str, (_executable(), "--site", shard, "--output-path", out)), "--quiet"]
        if self.output is None:
            self.output = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
        return subprocess.Popen(command, stdout=self.output, stderr=subprocess.STDOUT)  # noqa: S603 - ours

    def finish(self, out: Path) -> None:
        """Wait for Pagefind, index the other shards, and put everything below `out`/search."""
        target = out / FOLDER
        bundles = []
        for number, shard in enumerate(self.shards):
            process = self.process if number == 0 and self.process else self._run(shard)
            if process.wait() != 0:
                raise UserError(f"Pagefind could not make the search index: {self._last_words()}")
            name = name_bundle(number)
            _move(shard.with_name(f"{shard.name}-index"), target / name)
            bundles.append(f"{name}/")
        languages = spoken_languages(language_of(self.settings.language), self.languages)
        content = encode_settings(
            languages,
            self.plan.synonyms,
            labels=label_filters(self.plan),
            total=self.total,
            bundles=bundles,
            ask_url=self.settings.ask_url,
            counts=self.stems,
        )
        target.mkdir(parents=True, exist_ok=True)
        (target / SETTINGS).write_bytes(content)
        (target / VOCABULARY).write_bytes(encode_vocabulary(self.stems))

    def _last_words(self) -> str:
        if self.output is None:
            return ""
        self.output.seek(0)
        return self.output.read()[-500:].decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Stop Pagefind if it still runs, and remove the documents."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.output is not None:
            self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _shards(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Yield pages in parts that are indexed one after another; at least one part."""
    part: list[Page] = []
    size = 0
    for page in pages:
        part.append(page)
        size += len(page.context.sealed) if isinstance(page.context, Surroundings) else 0
        if size >= SHARD:
            yield part
            part, size = [], 0
    yield part


@contextmanager
def indexing_of(plan: Plan, settings: Settings) -> Iterator[Indexing | None]:
    """Give an index to make, if the site has search; temporary files are removed at the end."""
    if not settings.search:
        yield None
        return
    indexing = Indexing(plan, settings)
    try:
        yield indexing
    finally:
        indexing.close()


def write_documents(
    pages: Sequence[Page], language: str, stages: frozenset[str], folder: str
) -> Written:
    """Write the documents of a batch of pages."""
    found = [each for page in pages for each in documents(page, language, stages)]
    return _write(found, Path(folder), language)


def _write(found: Iterable[SearchDocument], folder: Path, language: str) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    stops = stop_stems(language)
    for each in found:
        stems = stems_of(each)
        counts.update(stems.keys())
        languages[language_of(each.document.language)] += 1
        name = hashlib.sha256(each.document.id.encode()).hexdigest()[:24]
        (folder / f"{name}.html").write_bytes(encode_document(each, stems, stops))
    return Written(counts, languages)


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
