"""Gathering: content files to a checked library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

from threadbook import parallel
from threadbook.cache import Cache, fingerprint
from threadbook.check import (
    Base,
    Circumstances,
    adjust_severities,
    check_base,
    check_file,
    check_path,
    check_prose,
    check_thread,
)
from threadbook.day import build_day
from threadbook.deadline import Late, deadline
from threadbook.findings import (
    MOST_LISTED,
    Finding,
    Place,
    Related,
    Severity,
    shorten_list,
    sort_findings,
)
from threadbook.library import Library, Outline, link
from threadbook.library.prose import MARKDOWN
from threadbook.load import rules
from threadbook.load.file import File, PathFile, ProseFile, ThreadFile
from threadbook.load.files import Loaded, LoadedThread, Sealed, load_file, load_thread, seal
from threadbook.load.media import MediaListing, list_media
from threadbook.load.prose import (
    ProseListing,
    condense_prose,
    list_prose,
    list_trusted,
)
from threadbook.load.sources import FileKind, Listing, SourceFile, list_sources
from threadbook.model import Glossary, GoldenQueries, LearningPath, Site, Synonyms, Thread
from threadbook.parallel import Workers
from threadbook.progress import Progress, Quiet
from threadbook.settings import NavItem, Settings

L = TypeVar("L", Loaded, LoadedThread)

THREADS_A_BATCH: Final = 250
"""The most threads in a batch."""

SECONDS_A_FILE: Final = 20.0
"""How long the processor may work at a file; a file of a megabyte takes about a second."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A checked library.

    `sealed` holds its threads, and `terms` their words for finding related ones, both by id.
    `files` is the number of files.
    """

    library: Library
    sealed: Mapping[str, Sealed]
    terms: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    files: int

    @property
    def is_good(self) -> bool:
        """Whether a site may be built from it: there are no errors."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


def gather(
    settings: Settings,
    cache: Cache | None = None,
    progress: Progress | None = None,
    *,
    keep: bool = True,
    is_short: bool = True,
) -> Gathered:
    """List, load, link and check all content; files that `cache` knows are not loaded again.

    Without `keep` there are no sealed threads, which is enough for checking but not for building.
    With `is_short`, long lists of findings are shortened: see `findings.shorten_list`.
    """
    listed = list_content(settings)
    with open_loaders(settings, listed, cache) as workers:
        put = seal if keep else None
        gathering = Gathering(settings, listed, workers, cache, put=put, is_short=is_short)
        gathering.load(progress or Quiet())
        return gathering.judge()


class Listed(NamedTuple):
    """The content folder at one moment; `threads` and `others` are all files to read."""

    listing: Listing
    pages: ProseListing
    media: MediaListing = MediaListing()

    @property
    def threads(self) -> list[SourceFile]:
        """The files of threads."""
        return [each for each in self.listing.sources if each.kind is FileKind.THREAD]

    @property
    def others(self) -> list[SourceFile]:
        """All other files."""
        others = (each for each in self.listing.sources if each.kind is not FileKind.THREAD)
        return [*others, *self.pages.sources]


def list_content(settings: Settings) -> Listed:
    """List all content files."""
    content, root = settings.content, settings.root
    return Listed(list_sources(content, root), list_pages(settings), list_media(content, root))


def open_loaders(
    settings: Settings, listed: Listed, cache: Cache | None = None
) -> AbstractContextManager[Workers]:
    """Open workers for the threads that `cache` does not know."""
    known = cache.threads if cache else {}
    count = sum(source not in known for source in listed.threads)
    return parallel.open_workers(settings.jobs, count, settings.cluster, [settings.content])


class Gathering:
    """Content on its way from files to a checked library.

    Workers begin with the threads at once. `foresee` returns what is known without them, `load`
    waits for them and links the library, and `judge` checks it.
    """

    library: Library
    terms: Mapping[str, bytes]
    sealed: Mapping[str, Sealed]

    def __init__(  # noqa: PLR0913 - what there is, who does it, and how
        self,
        settings: Settings,
        listed: Listed,
        workers: Workers,
        cache: Cache | None = None,
        *,
        put: Callable[[Thread], Sealed] | None = seal,
        is_short: bool = True,
    ) -> None:
        """Begin; `put` packs a thread for later, or keeps it where it was loaded."""
        self.settings, self.listed, self.workers = settings, listed, workers
        self.cache = Cache() if cache is None else cache
        self.is_short = is_short
        self.circumstances = circumstances_of(settings)
        self.cache.prepare(name_circumstances(settings, keep=put is not None, is_short=is_short))
        self.work = _Work(settings.max_file_size, self.circumstances, put, is_short)
        self.changed = [each for each in listed.threads if each not in self.cache.threads]
        self.parts = parallel.split(self.changed, workers.count, THREADS_A_BATCH)
        self.loading = workers.run(self.work.threads, ((tuple(part),) for part in self.parts))
        self.files = self._load_files()

    def _load_files(self) -> list[Loaded]:
        """Load all files but threads, unless they are known; forget those that are gone."""
        known = self.cache.files
        self.cache.files = {
            source: known[source] if source in known else self.work.file(source)
            for source in self.listed.others
        }
        return [self.cache.files[source] for source in self.listed.others]

    def foresee(self) -> Library:
        """Link a library without threads."""
        return _base((), self.files, set(), self.listed).library

    def load(self, progress: Progress) -> None:
        """Load changed threads, forget threads that are gone, and link the library."""
        loaded: dict[SourceFile, LoadedThread] = {}
        if self.changed:
            is_all = len(self.changed) == len(self.listed.threads)
            name = "Loading threads" if is_all else "Loading changed threads"
            with progress.stage(name, len(self.changed)) as advance:
                for part, threads in zip(self.parts, self.loading, strict=True):
                    loaded.update(zip(part, threads, strict=True))
                    advance(len(part))
        known = self.cache.threads
        self.cache.threads = {
            source: loaded[source] if source in loaded else known[source]
            for source in self.listed.threads
        }
        self._link(self.cache.threads)

    def _link(self, threads: Mapping[SourceFile, LoadedThread]) -> None:
        outlines, clashes = _by_id(threads)
        everything: list[Loaded | LoadedThread] = [*self.files, *threads.values()]
        self.found = (
            *self.listed.listing.findings,
            *self.listed.pages.findings,
            *self.listed.media.findings,
            *chain.from_iterable(each.findings for each in everything),
            *clashes,
        )
        self.count = len(self.listed.threads) + len(self.listed.others)
        self.base = _base(
            outlines.values(),
            self.files,
            _unreadable(threads, self.files),
            self.listed,
        )
        self.library = self.base.library
        if self.settings.drafts:  # what is checked stays what would be published
            shown = [outline.show_draft() for outline in outlines.values()]
            unreadable = _unreadable(threads, self.files)
            self.library = _base(shown, self.files, unreadable, self.listed).library
        self.sealed = {each.id: thread.sealed for each, thread in threads.items()}
        self.terms = {each.id: thread.terms for each, thread in threads.items() if thread.terms}

    def forget_files(self) -> None:
        """Forget files and their words, once related threads are being found: they fill memory."""
        self.listed = self.listed._replace(listing=Listing((), ()))
        self.parts, self.changed, self.terms, self.cache.threads = [], [], {}, {}

    @property
    def has_errors(self) -> bool:
        """Whether a file has an error by itself."""
        return any(finding.severity is Severity.ERROR for finding in self.found)

    def judge(self) -> Gathered:
        """Check the library, and return it with all findings."""
        findings = (
            *self.found,
            *check_base(self.base._replace(likeness=self.cache.likeness), self.circumstances),
        )
        severities = {
            id_: Severity(severity) if severity else None
            for id_, severity in self.settings.severities
        }
        judged = sort_findings(adjust_severities(findings, self.library, severities))
        judged = shorten_list(judged) if self.is_short else judged
        return Gathered(self.library, self.sealed, self.terms, judged, self.count)


def name_circumstances(settings: Settings, *, keep: bool, is_short: bool = True) -> str:
    """Return what a cache is good for; with `keep` it holds threads to build from."""
    return fingerprint(circumstances_of(settings), settings.max_file_size, keep, is_short)


def list_pages(settings: Settings) -> ProseListing:
    """List the prose pages and what is published beside them."""
    if settings.trusted_pages:
        return list_trusted(settings.pages, settings.root)
    return list_prose(settings.pages, settings.root)


def circumstances_of(settings: Settings) -> Circumstances:
    """Return what the checker needs to know besides the content."""
    named = tuple(name_pages(settings.navigation or ())) if not settings.trusted_pages else ()
    return Circumstances(
        build_day(),
        settings.site_url,
        settings.language,
        named,
        settings.trusted_pages,
        settings.images,
        settings.prefix,
    )


def name_pages(items: Iterable[NavItem]) -> Iterator[tuple[str, Place]]:
    """Yield the files of prose that a navigation names, and where."""
    for item in items:
        if item.target.endswith(MARKDOWN) and "://" not in item.target:
            yield item.target, Place(*item.place)
        yield from name_pages(item.children)


def _base(
    outlines: Iterable[Outline],
    files: list[Loaded],
    unreadable: set[str],
    listed: Listed,
) -> Base:
    found: list[tuple[SourceFile, Any]] = [(each.source, each.file) for each in files if each.file]
    by_kind = {source.kind: file for source, file in found}
    site: File[Site] | None = by_kind.get(FileKind.SITE)
    queries: File[GoldenQueries] | None = by_kind.get(FileKind.QUERIES)
    glossary: File[Glossary] | None = by_kind.get(FileKind.GLOSSARY)
    synonyms: File[Synonyms] | None = by_kind.get(FileKind.SYNONYMS)
    paths: dict[str, File[LearningPath]] = {
        source.id: file for source, file in found if source.kind is FileKind.PATH
    }
    prose = [file for _, file in found if isinstance(file, ProseFile)]
    library = link(
        site=site.model if site else None,
        outlines=outlines,
        paths={id_: file.model for id_, file in paths.items()},
        references=[reference for each in files for reference in each.references],
        unreadable=unreadable,
        glossary=glossary.model.root if glossary else (),
        golden=queries.model.root if queries else (),
        synonyms=tuple(group.words for group in synonyms.model.root) if synonyms else (),
        prose=tuple(map(condense_prose, prose)),
        published=listed.pages.published,
        media=listed.media.media,
    )
    return Base(library, site, paths, queries, glossary, tuple(prose))


class _Work(NamedTuple):
    """How files are loaded and checked.

    Each may have at most `limit` bytes, and take the processor at most `seconds`. Threads are
    packed or kept by `put`.
    """

    limit: int
    circumstances: Circumstances
    put: Callable[[Thread], Sealed] | None
    is_short: bool
    seconds: float = SECONDS_A_FILE

    def thread(self, source: SourceFile) -> LoadedThread:
        def judge(file: ThreadFile) -> Iterator[Finding]:
            return check_thread(file, self.circumstances)

        try:
            with deadline(self.seconds):
                loaded = load_thread(source, self.limit, judge, self.put)
                return self._short(loaded)
        except Late:
            return LoadedThread(None, b"", (self._late(source),))

    def threads(self, sources: tuple[SourceFile, ...]) -> tuple[LoadedThread, ...]:
        return tuple(self.thread(source) for source in sources)

    def file(self, source: SourceFile) -> Loaded:
        try:
            with deadline(self.seconds):
                loaded = load_file(source, self.limit)
                if isinstance(loaded.file, ProseFile):
                    more = check_prose(loaded.file, self.circumstances)
                    loaded = replace(loaded, findings=(*loaded.findings, *more))
                elif isinstance(loaded.file, PathFile):
                    more = check_path(loaded.file, self.circumstances)
                    loaded = replace(loaded, findings=(*loaded.findings, *more))
                elif loaded.file is not None:
                    more = check_file(loaded.file, self.circumstances)
                    loaded = replace(loaded, findings=(*loaded.findings, *more))
                return self._short(loaded)
        except Late:
            return Loaded(source, None, (), (self._late(source),))

    def _short(self, loaded: L) -> L:
        """Shorten the findings here, in the worker, so that few of them travel."""
        if not self.is_short or len(loaded.findings) <= MOST_LISTED:
            return loaded
        return replace(loaded, findings=shorten_list(sort_findings(loaded.findings)))

    def _late(self, source: SourceFile) -> Finding:
        message = f"Reading and checking this file takes longer than {self.seconds:g} seconds."
        return Finding(rules.UNREADABLE, Place(source.file), message, "Split it into smaller ones.")


def _by_id(
    threads: Mapping[SourceFile, LoadedThread],
) -> tuple[dict[str, Outline], list[Finding]]:
    """Return the outlines by id, and a finding for each id that two boards use."""
    first: dict[str, SourceFile] = {}
    outlines: dict[str, Outline] = {}
    clashes = []
    for source, thread in threads.items():
        if source.id in first:
            other = Place(first[source.id].file)
            clashes.append(
                Finding(
                    rules.SAME_ID,
                    Place(source.file),
                    f'Another thread has the id "{source.id}"; ids are unique in all boards.',
                    "Rename this file.",
                    (Related("the other", other),),
                )
            )
            continue
        first[source.id] = source
        if thread.outline is not None:
            outlines[source.id] = thread.outline
    return outlines, clashes


def _unreadable(threads: Mapping[SourceFile, LoadedThread], files: list[Loaded]) -> set[str]:
    """Return the ids of threads and paths that exist but cannot be loaded."""
    broken = {source.id for source, thread in threads.items() if thread.outline is None}
    return broken | {
        each.source.id for each in files if each.source.kind is FileKind.PATH and each.file is None
    }
