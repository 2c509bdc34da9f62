"""Gathering: content files to a checked library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, TypeVar

from threadbook import parallel
from threadbook.cache import Cache, fingerprint
from threadbook.check import (
    Base,
    Circumstances,
    adjust_severities,
    check_base,
    check_file,
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
from threadbook.load.file import File, ProseFile, ThreadFile
from threadbook.load.files import Loaded, LoadedThread, load_file, load_thread
from threadbook.load.prose import (
    ProseListing,
    condense_prose,
    list_prose,
    list_trusted,
)
from threadbook.load.sources import FileKind, SourceFile, list_sources
from threadbook.model import Glossary, GoldenQueries, LearningPath, Site, Synonyms
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
    sealed: Mapping[str, bytes]
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
    cache = Cache() if cache is None else cache
    circumstances = circumstances_of(settings)
    cache.prepare(fingerprint(circumstances, settings.max_file_size, keep, is_short))
    listing = list_sources(settings.content, settings.root)
    pages = list_pages(settings)
    of_threads = [source for source in listing.sources if source.kind is FileKind.THREAD]
    others = [source for source in listing.sources if source.kind is not FileKind.THREAD]
    others += pages.sources
    work = _Work(settings.max_file_size, circumstances, keep, is_short)
    _load_files(others, cache, work)
    _load_threads(of_threads, cache, work, settings, progress or Quiet())
    threads = {source: cache.threads[source] for source in of_threads}
    files = [cache.files[source] for source in others]
    outlines, clashes = _by_id(threads)
    base = _base(outlines.values(), files, _unreadable(threads, files), pages.published)
    findings = (
        *listing.findings,
        *pages.findings,
        *(finding for each in files for finding in each.findings),
        *(finding for thread in threads.values() for finding in thread.findings),
        *clashes,
        *check_base(base, circumstances),
    )
    severities = {
        id_: Severity(severity) if severity else None for id_, severity in settings.severities
    }
    sealed = {source.id: thread.sealed for source, thread in threads.items()}
    judged = sort_findings(adjust_severities(findings, base.library, severities))
    judged = shorten_list(judged) if is_short else judged
    terms = {source.id: thread.terms for source, thread in threads.items() if thread.terms}
    return Gathered(base.library, sealed, terms, judged, len(listing.sources) + len(pages.sources))


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
    )


def name_pages(items: Iterable[NavItem]) -> Iterator[str]:
    """Yield the files of prose that a navigation names."""
    for item in items:
        if item.target.endswith(MARKDOWN) and "://" not in item.target:
            yield item.target
        yield from name_pages(item.children)


def _base(
    outlines: Iterable[Outline],
    files: list[Loaded],
    unreadable: set[str],
    published: Mapping[str, str],
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
        published=published,
    )
    return Base(library, site, paths, queries, glossary, tuple(prose))


class _Work(NamedTuple):
    """How files are loaded and checked.

    Each may have at most `limit` bytes, and take the processor at most `seconds`.
    """

    limit: int
    circumstances: Circumstances
    keep: bool
    is_short: bool
    seconds: float = SECONDS_A_FILE

    def thread(self, source: SourceFile) -> LoadedThread:
        def judge(file: ThreadFile) -> Iterator[Finding]:
            return check_thread(file, self.circumstances)

        try:
            with deadline(self.seconds):
                loaded = load_thread(source, self.limit, judge, keep=self.keep)
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


def _load_files(sources: list[SourceFile], cache: Cache, work: _Work) -> None:
    cache.files = {
        source: cache.files[source] if source in cache.files else work.file(source)
        for source in sources
    }


def _load_threads(
    sources: list[SourceFile], cache: Cache, work: _Work, settings: Settings, progress: Progress
) -> None:
    """Load changed threads, in parallel if there are many; forget threads that are gone."""
    changed = [source for source in sources if source not in cache.threads]
    loaded: dict[SourceFile, LoadedThread] = {}
    if changed:
        with (
            progress.stage("Loading threads", len(changed)) as advance,
            parallel.open_executor(
                settings.jobs, len(changed), settings.cluster, [settings.content]
            ) as (pool, processes),
        ):
            parts = parallel.split(changed, processes, THREADS_A_BATCH)
            results = parallel.run(pool, work.threads, ((tuple(part),) for part in parts))
            for part, threads in zip(parts, results, strict=True):
                loaded.update(zip(part, threads, strict=True))
                advance(len(part))
    cache.threads = {
        source: loaded[source] if source in loaded else cache.threads[source] for source in sources
    }


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
