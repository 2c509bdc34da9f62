"""Moving, joining and removing threads, boards, topics and paths, so that no address is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from pydantic import BaseModel

from threadbook.edit.merging import Merged, merge_threads
from threadbook.edit.renaming import KINDS, Named, Renaming
from threadbook.edit.surgery import TextEdit, change_texts, drop, extend_list
from threadbook.edit.workbench import Workbench
from threadbook.errors import UsageError
from threadbook.findings import did_you_mean
from threadbook.library import Library
from threadbook.load.file import Location
from threadbook.load.sources import SUFFIX
from threadbook.model import LearningPath, Site, Thread, is_slug

_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "thread": Thread,
    "path": LearningPath,
    "board": Site,
    "topic": Site,
}
"""What the file is that holds each kind of thing."""


class Home(NamedTuple):
    """The file that defines something, and where in it."""

    file: str
    location: Location = ()


def list_ids(library: Library) -> dict[str, Mapping[str, object]]:
    """Return the ids of each kind of thing."""
    groups = (library.threads, library.boards, library.topics, library.paths)
    return dict(zip(KINDS, groups, strict=True))


def find_named(library: Library, text: str, kind: str = "") -> Named:
    """Return what somebody names by `id`, or by `topic:id` where an id could mean several things.

    Raises `UserError` if there is nothing of this name, or several things.
    """
    ids = list_ids(library)
    before, found, id_ = text.partition(":")
    if found:
        kind = before
    if found and kind not in ids:
        raise UsageError(f'"{before}" is none of {", ".join(ids)}.')
    id_ = id_ if found else text
    kinds = [each for each in ([kind] if kind else ids) if id_ in ids[each]]
    if len(kinds) > 1:
        ways = " or ".join(f"{each}:{id_}" for each in kinds)
        raise UsageError(f'"{id_}" is the id of several things; write {ways}.')
    if not kinds:
        known = [each for name in ([kind] if kind else ids) for each in ids[name]]
        noun = kind or "thread, board, topic or path"
        hint = did_you_mean(id_, known)
        raise UsageError(f'There is no {noun} with the id "{id_}". {hint}'.rstrip())
    return Named(kinds[0], id_)


class Mover:
    """Moves things on a workbench."""

    def __init__(self, bench: Workbench) -> None:
        self.bench, self.library = bench, bench.library
        self.content = bench.settings.content
        sources = bench.sources.values()
        self.files = {Named(each.kind, each.id): each.file for each in sources}
        self.site_url = bench.settings.site_url

    def move(self, old: Named, id_: str, board: str = "") -> None:
        """Give something another id, or a thread another board."""
        new = Named(old.kind, id_)
        if new != old:
            self._refuse_bad_id(old, new)
        if board and board not in self.library.boards:
            hint = did_you_mean(board, self.library.boards)
            raise UsageError(f'There is no board with the id "{board}". {hint}'.rstrip())
        if new == old and board in {"", self._board_of(old)}:
            raise UsageError(f"The {old} has this {'place' if board else 'id'} already.")
        if new != old:
            self.bench.rename(Renaming(old, new, site_url=self.site_url))
            self._redirect(new, [old], self._home(old))
        self._give_place(old, new, board)

    def _board_of(self, named: Named) -> str:
        return self.library.threads[named.id].board if named.kind == "thread" else ""

    def _refuse_bad_id(self, old: Named, new: Named) -> None:
        if not is_slug(new.id):
            words = "use lower-case letters, digits and single hyphens."
            raise UsageError(f'"{new.id}" is not an id: {words}')
        if new.id in list_ids(self.library)[new.kind]:
            hint = f"`threadbook merge {old.name} {new.name}` joins the two."
            if old.kind == "path":
                hint = "Choose another id."
            raise UsageError(f"There is a {new} already. {hint}")

    def _give_place(self, old: Named, new: Named, board: str) -> None:
        if old.kind == "thread":
            folder = self.content / "threads" / (board or self._board_of(old))
            self.bench.put(self._home(old).file, folder / f"{new.id}{SUFFIX}")
        elif old.kind == "path":
            self.bench.put(self._home(old).file, self.content / "paths" / f"{new.id}{SUFFIX}")
        else:
            home = self._home(old)
            place = (*home.location, "id")
            edits = {place: (TextEdit(0, len(old.id), new.id),)}
            self.bench.change(home.file, lambda text: change_texts(text, edits))
            if old.kind == "board":
                self._move_threads(old.id, new.id)

    def _move_threads(self, old: str, new: str) -> None:
        for outline in self.library.threads.values():
            if outline.board == old:
                file = self.content / "threads" / new / f"{outline.id}{SUFFIX}"
                self.bench.put(outline.file, file)

    def merge(self, duplicate: Named, into: Named) -> list[str]:
        """Join a thread, board or topic with another of its kind; return what to look at."""
        if duplicate == into:
            raise UsageError(f"Both are the same {into}.")
        if duplicate.kind != into.kind:
            raise UsageError(f"The {duplicate} cannot become part of the {into}.")
        if duplicate.kind == "path":
            hint = f"Put its steps into paths/{into.id}{SUFFIX}, then"
            way = f"`threadbook remove {duplicate.name} --to {into.name}`"
            raise UsageError(f"The steps of two paths have no common order. {hint} {way}.")
        if duplicate.kind == "thread":
            return self._merge_threads(duplicate, into)
        self._replace(duplicate, into)
        return []

    def _merge_threads(self, duplicate: Named, into: Named) -> list[str]:
        source, target = self._home(duplicate).file, self._home(into).file
        first = Renaming(duplicate, into, site_url=self.site_url)
        # Its answers move with their links, which may lead to each other.
        anchors = merge_threads(self._thread(source), self._thread(target), target, first).anchors
        renaming = first._replace(anchors=anchors)
        for file in (source, target):
            self._forget_repeating(file, duplicate, into)
        self.bench.rename(renaming, but=source)
        merged: Merged = merge_threads(self._thread(source), self._thread(target), target, renaming)
        self.bench.change(target, merged.apply)
        self._check_merged(target, merged)
        self._redirect(into, [duplicate], self._home(into))
        self.bench.put(source, None)
        return merged.notes

    def _thread(self, file: str) -> Thread:
        model = self.bench.model(file)
        assert isinstance(model, Thread)  # noqa: S101 - the file of a thread
        return model

    def _forget_repeating(self, file: str, one: Named, other: Named) -> None:
        """Remove `duplicate_of` and `replaced_by` that lead from one to the other."""
        thread = self._thread(file)
        for field in ("duplicate_of", "replaced_by"):
            if getattr(thread, field) in {one.id, other.id}:
                self.bench.change(file, partial(drop, location=(field,)))

    def _check_merged(self, file: str, merged: Merged) -> None:
        if self._thread(file).model_dump() != merged.expected.model_dump():
            raise UsageError(f"{file} is written in a way that cannot be joined safely.")

    def remove(self, old: Named, to: Named | None) -> None:
        """Remove something; its addresses lead to something else from then on."""
        if to is None:
            if old.kind != "thread":
                raise UsageError(f"Say with --to what takes the address of the {old}.")
            to = Named("board", self._board_of(old))
        if old == to:
            raise UsageError(f"The {old} cannot take its own address.")
        if old.kind == "board" and self._has_threads(old.id) and to.kind != "board":
            words = "Move them first, or name a board with --to that takes them."
            raise UsageError(f"The {old} has threads. {words}")
        self._replace(old, to)

    def _has_threads(self, board: str) -> bool:
        return any(outline.board == board for outline in self.library.threads.values())

    def _replace(self, old: Named, to: Named) -> None:
        home = self._home(old)
        title = self._title(old)
        new = to if to.kind == old.kind else None
        anchors: Mapping[str, str] = {}
        own = "" if home.location else home.file
        self.bench.rename(Renaming(old, new, title, anchors, self.site_url), but=own)
        self._redirect(to, [old], self._home(to))
        if old.kind == "board":
            self._move_threads(old.id, to.id)
        if home.location:  # found again, because a file of things that moved has other places now
            place = self._find_place(old)
            self.bench.change(home.file, lambda text: drop(text, place))
        else:
            self.bench.put(home.file, None)

    def _title(self, named: Named) -> str:
        group = list_ids(self.library)[named.kind]
        return str(getattr(group[named.id], "title", named.id))

    def _home(self, named: Named) -> Home:
        if named.kind in {"board", "topic"}:
            return Home(self._site_file, self._find_place(named))
        return Home(self.files[named])

    @property
    def _site_file(self) -> str:
        return self.files[Named("site", "site")]

    def _find_place(self, named: Named) -> Location:
        site = self.bench.model(self._site_file)
        assert isinstance(site, Site)  # noqa: S101 - the file is site.yml
        members: Sequence[BaseModel] = site.boards if named.kind == "board" else site.topics
        field = f"{named.kind}s"
        return next(
            (field, place) for place, each in enumerate(members) if vars(each)["id"] == named.id
        )

    def _redirect(self, to: Named, gone: Iterable[Named], home: Home) -> None:
        """Let addresses lead to something: those of what is gone, and those that led there.

        `home` is where `to` is defined, which may still have its old name there.
        """
        old = [address for each in gone for address in self._addresses(each)]
        own = to.address.rstrip("/")
        there = self._listed(home)
        new = [each for each in dict.fromkeys(old) if each not in there and each != own]
        model = _MODELS[to.kind]

        def change(text: str) -> str:
            for place in reversed([at for at, each in enumerate(there) if each.rstrip("/") == own]):
                text = drop(text, (*home.location, "redirect_from", place))
            return extend_list(text, home.location, "redirect_from", new, model)

        self.bench.change(home.file, change)

    def _addresses(self, named: Named) -> Iterator[str]:
        if named.kind != "thread" or self.library.has_page(named.id):
            yield named.address.rstrip("/")
        yield from self._listed(self._home(named))

    def _listed(self, home: Home) -> tuple[str, ...]:
        """Return the old addresses that something has in its file."""
        value = self.bench.model(home.file)
        for step in home.location:
            value = vars(value)[step] if isinstance(step, str) else value[step]  # type: ignore[index]
        return tuple(vars(value)["redirect_from"])
