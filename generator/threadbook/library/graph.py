"""The library: threads, boards, topics and paths, and how they refer to each other."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from threadbook.library.media import MediumFile
from threadbook.library.outline import Mention, Outline, Reference
from threadbook.library.prose import Prose
from threadbook.model import Board, GoldenQuery, Label, LearningPath, Person, Site, Term, Topic

_NEVER = datetime.date.min
T = TypeVar("T", Board, Topic, Person, Label)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Membership:
    """A thread's place in a path: `position` counts from 1 among all `length` steps.

    `previous` and `next` are the numbers of the steps to go to, which may be checks.
    """

    path: str
    position: int
    length: int
    previous: int | None
    next: int | None


class Backlink(NamedTuple):
    """A thread whose text links here, and the sentence it does so in."""

    thread: str
    mention: Mention


@dataclass(frozen=True)
class Library:
    """All of a knowledge base, without the bodies of its threads.

    Mappings go from an id to its value, in the order pages show them. Lists of threads hold ids
    of listed threads only (published, no duplicates), the latest first. `unreadable` are the
    threads and paths whose files could not be loaded: they exist, but nothing is known of them.
    `repeats` and `replaces` lead from a thread to its duplicates and to the obsolete threads it
    replaces. The `glossary` is in the order of its file; `synonyms` are groups of words.
    `archived_by_board` and `archived_by_topic` count the archived threads, which are in no list.
    `prose` are the prose pages. `published` leads from the path of a file below the
    folder of prose to its name in findings, for files that are published as they are: pictures, or
    all of the folder if the publisher trusts it. `media` are the pictures and files that texts can
    name, by name.
    """

    boards: Mapping[str, Board]
    topics: Mapping[str, Topic]
    people: Mapping[str, Person]
    threads: Mapping[str, Outline]
    paths: Mapping[str, LearningPath]
    unreadable: frozenset[str]
    latest: tuple[str, ...]
    unanswered: tuple[str, ...]
    by_board: Mapping[str, tuple[str, ...]]
    by_topic: Mapping[str, tuple[str, ...]]
    related: Mapping[str, tuple[str, ...]]
    backlinks: Mapping[str, tuple[Backlink, ...]]
    repeats: Mapping[str, tuple[str, ...]]
    replaces: Mapping[str, tuple[str, ...]]
    memberships: Mapping[str, tuple[Membership, ...]]
    featured_topics: tuple[str, ...]
    featured_threads: tuple[str, ...]
    featured_paths: tuple[str, ...]
    references: tuple[Reference, ...]
    glossary: tuple[Term, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    golden: tuple[GoldenQuery, ...] = ()
    prose: tuple[Prose, ...] = ()
    published: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, MediumFile] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)
    has_boards: bool = True
    archived_by_board: Mapping[str, int] = field(default_factory=dict)
    archived_by_topic: Mapping[str, int] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[Topic, ...]:
        """The topics of the life-cycle, in its order."""
        staged = [topic for topic in self.topics.values() if topic.stage is not None]
        return tuple(sorted(staged, key=lambda topic: topic.stage or 0))

    @property
    def gaps(self) -> tuple[str, ...]:
        """Questions that the site is known not to answer, but for those kept back from tuning."""
        return tuple(each.query for each in self.golden if each.expect is None and not each.holdout)

    def title_of(self, target: str) -> str | None:
        """Return the title of what a link names; `None` if it has no page."""
        kind, found, name = target.partition(":")
        if not found:
            return self.threads[target].title if self.has_page(target) else None
        if kind == "page":
            return self._titles_of_prose.get(name)
        if kind == "board" and not self.has_boards:
            return None
        groups: Mapping[str, Mapping[str, Board | Topic | LearningPath]] = {
            "path": self.paths,
            "topic": self.topics,
            "board": self.boards,
        }
        there = groups.get(kind, {}).get(name)
        return there.title if there else None

    def titles_of(self, targets: Iterable[str]) -> dict[str, str]:
        """Return the titles of those that have a page."""
        found = ((target, self.title_of(target)) for target in targets)
        return {target: title for target, title in found if title is not None}

    @cached_property
    def _titles_of_prose(self) -> Mapping[str, str]:
        """The titles of prose pages, by their files; the engine alone knows those it makes."""
        others = {name: name for name in self.published if name.endswith(".md")}
        return MappingProxyType(others | {page.name: page.title for page in self.prose})

    def has_page(self, thread: str) -> bool:
        """Whether a thread exists and is not a draft."""
        return thread in self.threads and self.threads[thread].has_page

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[Reference]]:
        """The references to each kind of thing, in their order."""
        found: defaultdict[str, list[Reference]] = defaultdict(list)
        for reference in self.references:
            found[reference[0]].append(reference)
        return MappingProxyType(dict(found))

    @property
    def used_media(self) -> dict[str, MediumFile]:
        """The pictures and files that a page names, by name."""
        if not self.media:
            return {}
        drafts = {each.file for each in self.threads.values() if not each.has_page}
        named = self.by_kind.get("medium", ())
        used = {reference.target for reference in named if reference.file not in drafts}
        return {name: self.media[name] for name in sorted(used) if name in self.media}

    def find_references(self, kind: str, targets: Container[str]) -> Iterator[Reference]:
        """Yield the references to any of these things."""
        return (each for each in self.by_kind.get(kind, ()) if each[1] in targets)

    @cached_property
    def answering(self) -> Mapping[str, str]:
        """The thread with a page that answers each thread, past any number of duplicates."""
        return self._ends(lambda outline: outline.duplicate_of)

    @cached_property
    def holding(self) -> Mapping[str, str]:
        """As `answering`, but also past obsolete threads that others replace."""
        return self._ends(lambda outline: outline.duplicate_of or outline.replaced_by)

    def _ends(self, after: Callable[[Outline], str | None]) -> Mapping[str, str]:
        following = ((id_, after(outline)) for id_, outline in self.threads.items())
        return find_ends({id_: to if to and self.has_page(to) else None for id_, to in following})

    def paths_through(self, threads: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the paths that hold any of these threads, in the paths' order."""
        wanted = {
            membership.path for id_ in threads for membership in self.memberships.get(id_, ())
        }
        return tuple(path for path in self.paths if path in wanted)


def leave_out(library: Library, sections: Container[str]) -> Library:
    """Return what is left without these of the sections `paths`, `glossary` and `boards`.

    Threads stay on their boards, but nothing can link to one.
    """
    if "boards" in sections:
        library = replace(library, has_boards=False)
    if "paths" in sections:
        library = replace(library, paths={}, memberships={}, featured_paths=())
    return replace(library, glossary=()) if "glossary" in sections else library


def find_ends(following: Mapping[str, str | None]) -> Mapping[str, str]:
    """Follow each id from one to the next, as far as they are keys, and return where it ends.

    Ids in a circle, and those that lead to it, end at the last before the circle begins again.
    """
    # Most lead nowhere, and end at themselves.
    leading = {id_: to for id_, to in following.items() if to is not None and to in following}
    ends = {id_: id_ for id_ in following if id_ not in leading}
    for start in leading:
        passed: dict[str, None] = {}
        at = start
        while at not in ends and at not in passed:
            passed[at] = None
            at = leading[at]
        trail = list(passed)
        if at in passed:  # the last one of a chain leads to itself here, too
            ring = trail[trail.index(at) :]
            ends.update((id_, before) for before, id_ in pairwise([ring[-1], *ring]))
            ends.update(dict.fromkeys(trail[: -len(ring)], ends[at]))
        else:
            ends.update(dict.fromkeys(trail, ends[at]))
    return ends


def link(  # noqa: PLR0913, PLR0917 - everything that was loaded
    site: Site | None,
    outlines: Iterable[Outline],
    paths: Mapping[str, LearningPath],
    references: Iterable[Reference] = (),
    unreadable: Iterable[str] = (),
    glossary: tuple[Term, ...] = (),
    synonyms: tuple[tuple[str, ...], ...] = (),
    golden: tuple[GoldenQuery, ...] = (),
    prose: tuple[Prose, ...] = (),
    published: Mapping[str, str] = MappingProxyType({}),
    media: Mapping[str, MediumFile] = MappingProxyType({}),
) -> Library:
    """Join what was loaded; `references` are those of the site, the paths and the queries."""
    threads = {outline.id: outline for outline in outlines}
    latest = sorted(
        (outline for outline in threads.values() if outline.is_listed), key=_latest_first
    )
    has_page = {id_ for id_, outline in threads.items() if outline.has_page}
    archived = [each for each in threads.values() if each.is_archived and not each.duplicate_of]
    featured = site.featured if site else None
    return Library(
        boards=_by_id(site.boards if site else ()),
        topics=_by_id(site.topics if site else ()),
        people=_by_id(site.people if site else ()),
        threads=MappingProxyType(threads),
        paths=MappingProxyType(dict(paths)),
        unreadable=frozenset(unreadable),
        latest=tuple(outline.id for outline in latest),
        unanswered=tuple(outline.id for outline in latest if not outline.is_answered),
        by_board=_grouped((outline.board, outline.id) for outline in latest),
        by_topic=_grouped(
            (topic, outline.id) for outline in latest for topic in dict.fromkeys(outline.topics)
        ),
        related=_related(threads, has_page),
        backlinks=_backlinks(latest, has_page),
        repeats=_leading(threads.values(), has_page, lambda outline: outline.duplicate_of),
        replaces=_leading(threads.values(), has_page, lambda outline: outline.replaced_by),
        memberships=_memberships(paths, has_page),
        featured_topics=tuple(featured.topics) if featured else (),
        featured_threads=tuple(id_ for id_ in featured.threads if id_ in has_page)
        if featured
        else (),
        featured_paths=tuple(featured.paths) if featured else (),
        references=(
            *references,
            *chain.from_iterable(outline.references for outline in threads.values()),
        ),
        glossary=glossary,
        synonyms=synonyms,
        golden=golden,
        prose=prose,
        published=published,
        media=media,
        labels=_by_id(site.labels if site else ()),
        archived_by_board=Counter(each.board for each in archived),
        archived_by_topic=Counter(chain.from_iterable(set(each.topics) for each in archived)),
    )


def _by_id(members: Iterable[T]) -> Mapping[str, T]:
    return MappingProxyType({member.id: member for member in members})


def _latest_first(outline: Outline) -> tuple[int, str]:
    return (-(outline.updated or _NEVER).toordinal(), outline.id)


def _grouped(pairs: Iterable[tuple[str, V]]) -> Mapping[str, tuple[V, ...]]:
    """Group values by their keys; none may come twice in a group."""
    groups: defaultdict[str, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return MappingProxyType({key: tuple(values) for key, values in groups.items()})


def _related(threads: Mapping[str, Outline], has_page: set[str]) -> Mapping[str, tuple[str, ...]]:
    """Relation goes both ways: first those a thread names, then those that name it."""
    named = [
        (outline.id, other)
        for outline in threads.values()
        for other in outline.related
        if other in has_page and other != outline.id
    ]
    naming = [(other, id_) for id_, other in named if id_ in has_page]
    found = _grouped([*named, *naming])
    return MappingProxyType({id_: tuple(dict.fromkeys(others)) for id_, others in found.items()})


def _backlinks(latest: Iterable[Outline], has_page: set[str]) -> Mapping[str, tuple[Backlink, ...]]:
    return _grouped(
        (mention.thread, Backlink(outline.id, mention))
        for outline in latest
        for mention in outline.mentions
        if mention.thread in has_page and mention.thread != outline.id
    )


def _leading(
    outlines: Iterable[Outline], has_page: set[str], to: Callable[[Outline], str | None]
) -> Mapping[str, tuple[str, ...]]:
    """Group threads that have a page by the one that a field of theirs leads to."""
    pairs = ((to(outline), outline.id) for outline in outlines if outline.has_page)
    return _grouped(
        (target, id_)
        for target, id_ in pairs
        if target is not None and target in has_page and target != id_
    )


def walk_steps(path: LearningPath, has_page: Container[str]) -> list[int]:
    """Return the numbers of the steps that readers walk through: threads with a page, and checks.

    Of two steps with the same thread the first counts, or else its page would lead in a circle.
    """
    walk: dict[str, int] = {}
    for place, step in enumerate(path.steps, 1):
        if step.thread is None or step.thread in has_page:
            walk.setdefault(step.thread or f"step {place}", place)
    return [*walk.values()]


def _memberships(
    paths: Mapping[str, LearningPath], has_page: set[str]
) -> Mapping[str, tuple[Membership, ...]]:
    found: defaultdict[str, list[Membership]] = defaultdict(list)
    for id_, path in paths.items():
        walk = walk_steps(path, has_page)
        for before, place, after in zip([None, *walk], walk, [*walk[1:], None], strict=False):
            if thread := path.steps[place - 1].thread:
                found[thread].append(Membership(id_, place, len(path.steps), before, after))
    return MappingProxyType({thread: tuple(members) for thread, members in found.items()})
