"""The first half of a build: content files to a checked library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

from threadbook import parallel
from threadbook.check import check
from threadbook.findings import Finding, Place, Severity, in_order
from threadbook.link import Library, link
from threadbook.load import rules
from threadbook.load.files import Loaded, LoadedThread, load_file, load_threads
from threadbook.load.sources import Kind, Source, list_sources
from threadbook.model import LearningPath, Outline, Site
from threadbook.progress import Progress, Quiet
from threadbook.settings import Settings

BATCH: Final = 250
"""The most threads a batch loads."""


@dataclass(slots=True)
class Cache:
    """What was loaded, by source; a source knows its file's size and time of change."""

    threads: dict[Source, LoadedThread] = field(default_factory=dict)
    files: dict[Source, Loaded] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A library, the sealed threads it speaks of, and everything that was found wrong."""

    library: Library
    sealed: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    files: int

    @property
    def is_good(self) -> bool:
        """Whether a site may be built of it."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


def gather(
    settings: Settings,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Gathered:
    """List, load, link and check all content; what `cache` has of unchanged files is kept."""
    cache = Cache() if cache is None else cache
    listing = list_sources(settings.content, settings.root)
    of_threads = [source for source in listing.sources if source.kind is Kind.THREAD]
    others = [source for source in listing.sources if source.kind is not Kind.THREAD]
    _load_files(others, cache, settings)
    _load_threads(of_threads, cache, settings, progress or Quiet())
    threads = {source: cache.threads[source] for source in of_threads}
    files = [cache.files[source] for source in others]
    outlines, clashes = _by_id(threads)
    library = link(
        site=next((each.model for each in files if isinstance(each.model, Site)), None),
        outlines=outlines.values(),
        paths={
            each.source.id: each.model for each in files if isinstance(each.model, LearningPath)
        },
        references=[reference for each in files for reference in each.references],
        unreadable=_unreadable(threads, files),
    )
    findings = in_order(
        (
            *listing.findings,
            *(finding for each in files for finding in each.findings),
            *(finding for thread in threads.values() for finding in thread.findings),
            *clashes,
            *check(library),
        )
    )
    sealed = {source.id: thread.sealed for source, thread in threads.items()}
    return Gathered(library, sealed, findings, len(listing.sources))


def _load_files(sources: list[Source], cache: Cache, settings: Settings) -> None:
    kept = {source: cache.files[source] for source in sources if source in cache.files}
    cache.files = {
        source: kept[source] if source in kept else load_file(source, settings.max_file_size)
        for source in sources
    }


def _load_threads(
    sources: list[Source], cache: Cache, settings: Settings, progress: Progress
) -> None:
    """Load what changed, in parallel when it is much, and forget what is gone."""
    changed = [source for source in sources if source not in cache.threads]
    loaded: dict[Source, LoadedThread] = {}
    if changed:
        with (
            progress.stage("Loading threads", len(changed)) as advance,
            parallel.executor(settings.jobs, len(changed)) as (pool, processes),
        ):
            parts = parallel.batches(changed, processes, BATCH)
            for part, results in zip(parts, _loaded(pool, parts, settings), strict=True):
                loaded.update(zip(part, results, strict=True))
                advance(len(part))
    cache.threads = {
        source: loaded[source] if source in loaded else cache.threads[source] for source in sources
    }


def _loaded(
    pool: Executor, parts: list[Sequence[Source]], settings: Settings
) -> Iterator[tuple[LoadedThread, ...]]:
    return parallel.run(
        pool, load_threads, ((tuple(part), settings.max_file_size) for part in parts)
    )


def _by_id(
    threads: Mapping[Source, LoadedThread],
) -> tuple[dict[str, Outline], list[Finding]]:
    """Key the outlines by id; two files of one name in two boards would share an address."""
    first: dict[str, Source] = {}
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
                    (("the other", other),),
                )
            )
            continue
        first[source.id] = source
        if thread.outline is not None:
            outlines[source.id] = thread.outline
    return outlines, clashes


def _unreadable(threads: Mapping[Source, LoadedThread], files: list[Loaded]) -> set[str]:
    """Return the ids of threads and paths that exist but could not be loaded."""
    broken = {source.id for source, thread in threads.items() if thread.outline is None}
    return broken | {
        each.source.id for each in files if each.source.kind is Kind.PATH and each.model is None
    }
