"""An earlier state of the site, wherever it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from threadbook.cache import Cache
from threadbook.gather import Gathering, list_content, name_circumstances, open_loaders
from threadbook.library import Library
from threadbook.load.files import LoadedThread
from threadbook.load.sources import FileKind, SourceFile, read_bytes
from threadbook.permanence.git import NoRevisionError, UnreachableError, find_commit, write_revision
from threadbook.permanence.here import bare, is_lasting, list_addresses
from threadbook.permanence.published import list_folder, list_sitemap, list_web
from threadbook.progress import Quiet
from threadbook.settings import Settings

__all__ = ["Earlier", "UnreachableError", "read_earlier"]


class Earlier(NamedTuple):
    """The addresses of an earlier state, and what each led to, if that is known.

    `library` is what it was made from; nobody knows it of a published site. `name` is what messages
    call it.
    """

    addresses: Mapping[str, str]
    library: Library | None
    name: str


def read_earlier(against: str, settings: Settings, library: Library) -> Earlier:
    """Return the state at a git revision, in the folder of a site, or in a sitemap.

    `library` is the state now, from which unchanged threads are taken.

    A revision comes before a folder with an `index.html` and a file that ends in `.xml` of the same
    name: whoever proposes a change could add these. Raises `UnreachableError`.
    """
    if against.startswith(("http://", "https://")):
        found = list_web(against, settings.host_url, settings.prefix)
        return _published(found, against)
    try:
        find_commit(against, settings.root)
    except NoRevisionError as error:
        return _lying_there(against, settings, error)
    return _revision(against, settings, library)


def _lying_there(against: str, settings: Settings, error: NoRevisionError) -> Earlier:
    place = Path(against)
    if against.endswith(".xml") and place.is_file():
        found = list_sitemap(place, settings.host_url, settings.prefix)
        return _published(found, against)
    if (place / "index.html").is_file():
        own = place / settings.prefix
        return _published(list_folder(own if (own / "index.html").is_file() else place), against)
    if not against or not place.exists():
        raise error
    words = "a revision, a folder with an index.html, nor a sitemap that ends in .xml"
    raise UnreachableError(f"{against} is neither {words}.") from error


def _published(found: Iterable[str], name: str) -> Earlier:
    addresses = {bare(each): "" for each in found}
    return Earlier({each: "" for each in addresses if is_lasting(each)}, None, name)


def _revision(revision: str, settings: Settings, now: Library) -> Earlier:
    with tempfile.TemporaryDirectory(prefix="threadbook-against-") as folder:
        place = Path(folder)
        before = _settings_in(settings, place)
        folders = [settings.content]
        if not settings.pages.is_relative_to(settings.content):
            folders.append(settings.pages)
        write_revision(revision, settings.root, folders, place, settings.max_file_size)
        library, broken = _load(before, settings.root, now)
    addresses = {**list_addresses(library, before), **broken}
    return Earlier(addresses, library, revision)


def _settings_in(settings: Settings, place: Path) -> Settings:
    """Return the settings for content that lies in another folder."""
    for folder in (settings.content, settings.pages):
        if not folder.is_relative_to(settings.root):
            raise UnreachableError(f"{folder} is not below {settings.root}.")
    return replace(
        settings,
        root=place,
        content=place / settings.content.relative_to(settings.root),
        pages=place / settings.pages.relative_to(settings.root),
        cluster="",
    )


def _find_unchanged(
    sources: Iterable[SourceFile], root: Path, now: Library
) -> Iterator[tuple[SourceFile, LoadedThread]]:
    """Yield the threads whose files are the same now; they need not be read again."""
    outlines = {outline.file: outline for outline in now.threads.values()}
    for source in sources:
        outline = outlines.get(source.file)
        if outline is None or outline.size != source.size:
            continue
        was = read_bytes(Path(source.path), source.size + 1)
        if was is not None and was == read_bytes(root / source.file, source.size + 1):
            yield source, LoadedThread(outline, b"", ())


def _load(settings: Settings, root: Path, now: Library) -> tuple[Library, dict[str, str]]:
    """Return the library, and the addresses of threads and paths that cannot be read."""
    listed = list_content(settings)
    cache = Cache(made_for=name_circumstances(settings, keep=False))
    cache.threads |= _find_unchanged(listed.threads, root, now)
    with open_loaders(settings, listed, cache) as workers:
        gathering = Gathering(settings, listed, workers, cache, put=None)
        gathering.load(Quiet())
    library = gathering.library
    broken = {}
    for source in listed.listing.sources:
        if source.id in library.unreadable and source.kind in {FileKind.THREAD, FileKind.PATH}:
            name = source.id if source.kind is FileKind.THREAD else f"path:{source.id}"
            broken[f"{source.kind}s/{source.id}"] = name
    return library, broken
