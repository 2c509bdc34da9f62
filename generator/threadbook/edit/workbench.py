"""The content files of a site while several of them change together."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from pydantic import BaseModel

from threadbook.cache import Cache
from threadbook.edit.change_set import FileChange
from threadbook.edit.fmt import format_content
from threadbook.edit.renaming import Renaming
from threadbook.edit.rewriting import Draft, rewrite
from threadbook.edit.surgery import CannotEditError
from threadbook.errors import FindingsError
from threadbook.gather import Gathered, Gathering, Listed, open_loaders
from threadbook.library import Library
from threadbook.load.files import MODELS
from threadbook.load.prose import ProseListing
from threadbook.load.sources import FileKind, Listing, SourceFile, read_text, show_path
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.progress import Quiet
from threadbook.settings import Settings


class Workbench:
    """Holds the files that change until all of them are written together."""

    def __init__(self, settings: Settings, listed: Listed, library: Library) -> None:
        self.settings, self.listed, self.library = settings, listed, library
        self.sources = {each.file: each for each in (*listed.threads, *listed.others)}
        self.drafts: dict[str, Draft] = {}

    def open(self, file: str) -> Draft:
        """Return the draft of a file, by its name in findings."""
        if file not in self.drafts:
            source = self.sources[file]
            text, found = read_text(source, self.settings.max_file_size)
            if text is None:
                raise FindingsError(f"{file} cannot be read. {found[0].message}")
            path = Path(source.path)
            self.drafts[file] = Draft(source, path.read_bytes(), text, path)
        return self.drafts[file]

    def model(self, file: str) -> BaseModel:
        """Return what a file says as it is now."""
        draft = self.open(file)
        document = parse(draft.text, file)
        model, found = validate(MODELS[draft.source.kind], document, file)
        if model is None:  # good content that has grown past a limit
            wrong = [*document.findings, *found][0]
            where = f"{file} would be wrong afterwards, in line {wrong.place.line}"
            raise FindingsError(f"{where}: {wrong.message}")
        return model

    def change(self, file: str, change: Callable[[str], str]) -> None:
        """Change a file's structure; one in canonical form keeps it."""
        draft = self.open(file)
        text = self._attempt(file, lambda: change(draft.text))
        is_new = text != draft.text and not draft.is_formatted
        formatted = draft.is_formatted or (is_new and _is_formatted(draft))
        self.drafts[file] = draft._replace(text=text, is_formatted=formatted)

    def put(self, file: str, path: Path | None) -> None:
        """Move a file, or remove it."""
        self.drafts[file] = self.open(file)._replace(path=path)

    def rename(self, renaming: Renaming, but: str = "") -> None:
        """Rewrite every reference to something, except in the file `but`."""
        for file in self._concerned(renaming):
            if file != but:
                draft = self.open(file)
                text = self._attempt(file, partial(rewrite, draft, renaming))
                if text != draft.text:
                    self.drafts[file] = draft._replace(text=text)

    def _concerned(self, renaming: Renaming) -> list[str]:
        kind, id_ = renaming.old
        address = renaming.old.address.rstrip("/")
        by_kind = self.library.by_kind
        files = [each.file for each in by_kind.get(kind, ()) if each.target == id_]
        files += [each.file for each in by_kind.get("address", ()) if address in each.target]
        return [each for each in dict.fromkeys(files) if each in self.sources]

    @staticmethod
    def _attempt(file: str, change: Callable[[], str]) -> str:
        try:
            return change()
        except CannotEditError as error:
            where = f"{file}:{error.line}" if error.line else file
            raise FindingsError(f"{where}: {error} Change it by hand first.") from None

    def changes(self) -> list[FileChange]:
        """Return what changes, in the order of the files' names."""
        found = []
        for file, draft in sorted(self.drafts.items()):
            new = draft.new if draft.path else b""
            if draft.path != Path(draft.source.path) or new != draft.old:
                to = show_path(draft.path, self.settings.root) if draft.path else file
                found.append(
                    FileChange(Path(draft.source.path), draft.path, draft.old, new, file, to)
                )
        return found

    def judge(self, changes: Sequence[FileChange], cache: Cache) -> Gathered:
        """Check the content as it would be after the changes."""
        with tempfile.TemporaryDirectory(prefix="threadbook-move-") as folder:
            listed = self._list_after(changes, Path(folder))
            with open_loaders(self.settings, listed, cache) as workers:
                gathering = Gathering(self.settings, listed, workers, cache, put=None)
                gathering.load(Quiet())
                return gathering.judge()

    def _list_after(self, changes: Sequence[FileChange], folder: Path) -> Listed:
        """List the files as they would be; changed ones lie in a folder of their own meanwhile."""
        after: dict[str, SourceFile | None] = {}
        for number, change in enumerate(changes):
            source = self.sources[change.name]
            if change.target is None:
                after[change.name] = None
                continue
            place = folder / f"{number}"
            place.write_bytes(change.new)
            after[change.name] = _source_after(source, change.target, change.new_name, place)
        listing, pages, media = self.listed
        sources = tuple(_after(listing.sources, after))
        prose = tuple(_after(pages.sources, after))
        return Listed(
            Listing(sources, listing.findings),
            ProseListing(prose, pages.published, pages.findings),
            media,
        )


def _source_after(source: SourceFile, target: Path, name: str, place: Path) -> SourceFile:
    """Return the source that a file would be, read from where its text lies meanwhile."""
    status = place.stat()
    new = source._replace(
        path=str(place), file=name, size=status.st_size, changed=status.st_mtime_ns
    )
    if source.kind in {FileKind.THREAD, FileKind.PATH}:
        new = new._replace(id=target.stem)
    if source.kind is FileKind.THREAD:
        new = new._replace(board=target.parent.name)
    return new


def _after(
    sources: Iterable[SourceFile], after: Mapping[str, SourceFile | None]
) -> Iterator[SourceFile]:
    for source in sources:
        new = after.get(source.file, source)
        if new is not None:
            yield new


def _is_formatted(draft: Draft) -> bool:
    if draft.source.kind is FileKind.PROSE:
        return False
    text = draft.old.decode().removeprefix("\ufeff")
    return format_content(text, draft.source.kind).text == text
