"""The search index: lean documents, and Pagefind's own process over them, beside the weave."""

from __future__ import annotations

import hashlib
import html
import shutil
import subprocess
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from threadbook import markdown, parallel
from threadbook.errors import UserError
from threadbook.load.sources import read_lines
from threadbook.pages import GLOSSARY, Page, Plan, Surroundings
from threadbook.pages.contexts import BoardItem, PathItem, TopicItem
from threadbook.search.documents import (
    SearchDocument,
    document_file,
    documents,
    prose_document,
    settings_file,
    stems_of,
    term_documents,
    vocabulary_file,
)
from threadbook.search.index import stop_stems
from threadbook.settings import Settings
from threadbook.text import language_of

FOLDER: Final = "search"
"""Where the index is on the site."""

SHARD: Final = 30_000_000
"""The most content of one index, in bytes: Pagefind takes 40 to 50 times as much memory."""

BATCH: Final = 250

AT_ONCE: Final = 1_000
"""A preview of more pages than this does not wait for the index."""

_LANGUAGES: Final = 4
_READ: Final = 20_000
_KEPT: Final = ("pagefind.js", "pagefind-entry.json", "pagefind-worker.js")
_KEPT_ENDINGS: Final = (".pagefind", ".pf_meta", ".pf_index", ".pf_filter", ".pf_fragment")


class Written(NamedTuple):
    """What a batch reports: how many documents have each stem, and how many are in a language."""

    stems: Mapping[str, int]
    languages: Mapping[str, int]


class Prose(NamedTuple):
    """A page of the engine's own: its address, its title, and its content as HTML."""

    url: str
    title: str
    content: str


class Indexing:
    """An index in the making; `finish` puts it into the site."""

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan = plan
        self.settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="threadbook-search-"))
        self.stems: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.total = 0
        self.shards: list[Path] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.said: IO[bytes] | None = None

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
        if self.shards:  # Pagefind takes a folder without documents for a mistake
            self.process = self._run(self.shards[0])

    def _count(self, written: Written) -> None:
        self.stems.update(written.stems)
        self.languages.update(written.languages)
        self.total += sum(written.languages.values())

    def _run(self, shard: Path) -> subprocess.Popen[bytes]:
        out = shard.with_name(f"{shard.name}-index")
        command = [*map(str, (_executable(), "--site", shard, "--output-path", out)), "--quiet"]
        if self.said is None:
            self.said = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
        return subprocess.Popen(command, stdout=self.said, stderr=subprocess.STDOUT)  # noqa: S603 - ours

    def finish(self, out: Path) -> None:
        """Wait for Pagefind, index the other shards, and put everything below `out`/search."""
        target = out / FOLDER
        bundles = []
        for number, shard in enumerate(self.shards):
            process = self.process if number == 0 and self.process else self._run(shard)
            if process.wait() != 0:
                raise UserError(f"Pagefind could not make the search index: {self._last_words()}")
            name = f"pagefind-{number}" if number else "pagefind"
            _move(shard.with_name(f"{shard.name}-index"), target / name)
            bundles.append(f"{name}/")
        languages = spoken_languages(language_of(self.settings.language), self.languages)
        content = settings_file(
            languages,
            self.plan.synonyms,
            labels=self._labels(),
            total=self.total,
            bundles=bundles,
            ask_url=self.settings.ask_url,
            counts=self.stems,
        )
        target.mkdir(parents=True, exist_ok=True)
        (target / "settings.json").write_bytes(content)
        (target / "vocabulary.txt").write_bytes(vocabulary_file(self.stems))

    def _labels(self) -> dict[str, dict[str, str]]:
        catalogue = self.plan.catalogue
        return {
            "board": _titles(catalogue.boards),
            "topic": _titles(catalogue.topics),
            "stage": _titles(topic for topic in catalogue.topics if topic.stage is not None),
            "path": _titles(catalogue.paths),
        }

    def _last_words(self) -> str:
        if self.said is None:
            return ""
        self.said.seek(0)
        return self.said.read()[-500:].decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Stop what runs, and remove what was only made for indexing."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.said is not None:
            self.said.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _shards(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Cut pages into parts that are indexed one after another; at least one."""
    part: list[Page] = []
    size = 0
    for page in pages:
        part.append(page)
        size += len(page.context.sealed) if isinstance(page.context, Surroundings) else 0
        if size >= SHARD:
            yield part
            part, size = [], 0
    yield part


def prose_of(settings: Settings) -> Iterator[Prose]:
    """Yield the prose pages as they are written, for where no engine renders them."""
    for file in sorted(settings.pages.rglob("*.md")):
        text = "\n".join(read_lines(file, settings.max_file_size))
        title, _, body = text.removeprefix("# ").partition("\n")
        name = file.relative_to(settings.pages).with_suffix("").as_posix()
        yield Prose(f"{name}/", title, html.escape(markdown.plain_text(body, _READ)))


def spoken_languages(own: str, counts: Counter[str]) -> list[str]:
    """Return the languages that questions are read in: the site's own, then the most frequent."""
    return [own, *(each for each, _ in counts.most_common(_LANGUAGES) if each != own)]


def stages_of(plan: Plan) -> frozenset[str]:
    """Return the addresses of the topics of the life-cycle."""
    return frozenset(topic.url for topic in plan.catalogue.topics if topic.stage is not None)


@contextmanager
def indexing_of(plan: Plan, settings: Settings) -> Iterator[Indexing | None]:
    """Give an index to make, if the site has one; what was made on the way is removed."""
    if not settings.search:
        yield None
        return
    indexing = Indexing(plan, settings)
    try:
        yield indexing
    finally:
        indexing.close()


class Preview:
    """Search in a preview: a big base is indexed aside, and the index is shown a build later."""

    def __init__(self) -> None:
        """Start without an index."""
        self.folder = Path(tempfile.mkdtemp(prefix="threadbook-preview-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.made = self.folder / "0"
        self.count = 0
        self.next: Future[None] | None = None
        self.failure: BaseException | None = None
        """Why the index that was made aside last could not be; search stays as it was."""

    @contextmanager
    def indexing_of(self, plan: Plan, settings: Settings) -> Iterator[Indexing | Behind | None]:
        """Give an index to make, as `indexing_of` does; the first time it is made at once."""
        self._take()
        if settings.search and self.made.is_dir() and len(plan.pages) > AT_ONCE:
            yield Behind(self, plan, settings)
            return
        with indexing_of(plan, settings) as indexing:
            yield indexing

    @property
    def is_behind(self) -> bool:
        """Whether the index of this build is still to come."""
        return self.next is not None

    def keep(self, site: Path) -> None:
        """Keep what was made, in case that it has to do for the next build, too."""
        if self.next is None and (site / FOLDER).is_dir():
            shutil.rmtree(self.made, ignore_errors=True)
            shutil.copytree(site / FOLDER, self.made)

    def _take(self) -> None:
        if self.next is not None and self.next.done():
            self.failure = self.next.exception()
            if self.failure is None:
                shutil.rmtree(self.made, ignore_errors=True)
                self.made = self._place() / FOLDER
            self.next = None

    def follow(self, plan: Plan, settings: Settings, prose: Sequence[Prose]) -> None:
        """Index aside, unless that is still under way."""
        if self.next is None:
            self.count += 1
            self.next = parallel.background(make_index, plan, settings, prose, str(self._place()))

    def _place(self) -> Path:
        return self.folder / f"{self.count}"


class Behind:
    """An index that is made for the next build; the one before is put into the site."""

    def __init__(self, preview: Preview, plan: Plan, settings: Settings) -> None:
        self.preview = preview
        self.plan = plan
        self.settings = settings

    def start(self, pool: Executor, prose: Sequence[Prose]) -> None:  # noqa: ARG002 - as of Indexing
        """Begin to index aside; `pool` is left to the pages."""
        self.preview.follow(self.plan, self.settings, tuple(prose))

    def finish(self, out: Path) -> None:
        """Put the index of the build before into the site."""
        shutil.copytree(self.preview.made, out / FOLDER, dirs_exist_ok=True)


def make_index(plan: Plan, settings: Settings, prose: Sequence[Prose], out: str) -> None:
    """Make an index below a folder, all in this process but Pagefind."""
    with indexing_of(plan, settings) as indexing:
        if indexing is not None:
            indexing.start(parallel.Here(), prose)
            indexing.finish(Path(out))


def write_documents(
    pages: Sequence[Page], language: str, stages: frozenset[str], folder: str
) -> Written:
    """Write what a batch of pages is to search."""
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
        (folder / f"{name}.html").write_bytes(document_file(each, stems, stops))
    return Written(counts, languages)


def _move(index: Path, target: Path) -> None:
    """Move what browsers need of an index; Pagefind brings its own interface too."""
    shutil.rmtree(target, ignore_errors=True)
    for file in sorted(index.rglob("*")):
        if file.is_file() and (file.name in _KEPT or file.suffix in _KEPT_ENDINGS):
            place = target / file.relative_to(index)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, place)


def _titles(items: Iterable[BoardItem | TopicItem | PathItem]) -> dict[str, str]:
    return {item.url.rstrip("/").rpartition("/")[2]: item.title for item in items}


def _executable() -> Path:
    try:
        from pagefind_bin import (  # type: ignore[import-untyped]  # noqa: PLC0415 - only builds need it
            get_executable,
        )

        return Path(get_executable())
    except (ImportError, OSError) as error:
        words = "The search index needs Pagefind, which is not installed for this machine"
        raise UserError(f"{words} ({error}); install it, or set `search: false`.") from error
