"""The page with all threads of a path, to read in one go or to print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, NamedTuple, TypeVar
from urllib.parse import urljoin

from markupsafe import Markup

from threadbook import addresses
from threadbook.markdown import PATH_WAY, Media, Medium, make_readdressing, readdress
from threadbook.model import Check, LearningPath, Step
from threadbook.pages.kinds.path import find_destinations, find_note_media
from threadbook.pages.page import Page, PageKind, Planning, Shared
from threadbook.pages.posts import render_note
from threadbook.pages.views import AnswerView, Link, PathCard, PostView, ThreadView

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_THREAD: Final = re.compile(addresses.of_thread("([a-z0-9-]+)"))


class Chapter(NamedTuple):
    """A step with its thread or check; `title` and `url` are empty if it has no thread."""

    number: int
    title: str
    url: str
    note: Markup
    question: PostView | None
    answers: tuple[AnswerView, ...]
    check: Check | None
    optional: bool


class WholePathView(NamedTuple):
    """A path and its chapters."""

    path: LearningPath
    card: PathCard
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, kw_only=True)
class WholePathPage(Page):
    """A path on one page; `destinations` has the titles of the threads its notes link to, by id."""

    template: ClassVar[str] = "whole_path"

    path: LearningPath
    card: PathCard
    threads: tuple[str, ...]
    destinations: dict[str, str]
    media: dict[str, Medium]

    @property
    def quotes(self) -> tuple[str, ...]:
        """The path's threads."""
        return self.threads

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> WholePathView:
        """Put the threads on one page. They are rendered already, so only their links change."""
        # A thread can be the thread of several steps; reversed, so that links lead to the first.
        here = {
            step.thread: f"step-{number}"
            for number, step in reversed([*enumerate(self.path.steps, 1)])
            if step.thread in quoted
        }
        chapters = tuple(
            self._chapter(step, number, quoted.get(step.thread or ""), here, shared)
            for number, step in enumerate(self.path.steps, 1)
        )
        return WholePathView(self.path, self.card, chapters)

    def _chapter(
        self,
        step: Step,
        number: int,
        thread: ThreadView | None,
        here: Mapping[str | None, str],
        shared: Shared,
    ) -> Chapter:
        note = Markup("")
        if step.note:
            own = addresses.of_path(self.card.id)
            base, prefix = addresses.to_root(own), f"step_{number}_"
            manner = shared.manner._replace(media=Media(self.media, PATH_WAY, base))
            note = render_note(step.note, prefix, self.destinations, base, manner)
            note = readdress(note, _Move(own, self.url, "", here).address, "")
        question: PostView | None = None
        answers: tuple[AnswerView, ...] = ()
        if thread is not None:
            prefix = f"step-{number}-"
            move = make_readdressing(_Move(thread.url, self.url, prefix, here).address, prefix)
            question = _move(thread.question, move) if thread.question else None
            holds = thread.state != "obsolete"
            answers = tuple(
                replace(_move(answer, move), accepted=answer.accepted and holds)
                for answer in thread.answers
            )
        return Chapter(
            number=number,
            title=thread.title if thread else "",
            url=thread.url if thread else "",
            note=note,
            question=question,
            answers=answers,
            check=step.check,
            optional=step.optional,
        )


P = TypeVar("P", bound=PostView)


def _move(post: P, move: Callable[[Markup], Markup]) -> P:
    return replace(post, html=move(post.html))


class _Move(NamedTuple):
    """What changes in the links of a text that moves to another page.

    Anchors get the `prefix`. Links to the threads of `here`, which are on the page, lead to their
    anchors.
    """

    from_page: str
    to_page: str
    prefix: str
    here: Mapping[str | None, str]

    def address(self, address: str) -> str:
        """Return the new address of an old one."""
        if address.startswith("#"):
            return f"#{self.prefix}{address[1:]}"
        if _ABSOLUTE.match(address):
            return address
        try:
            path = urljoin(f"/{self.from_page}", address).removeprefix("/")
        except ValueError:  # a malformed address stays as it is
            return address
        thread = _THREAD.fullmatch(path)
        if thread and thread[1] in self.here:
            return f"#{self.here[thread[1]]}"
        return f"{addresses.to_root(self.to_page)}{path}"


def pages(planning: Planning) -> Iterator[Page]:
    """Yield a page for every path; it is not indexed, because its threads have their own pages."""
    for id_ in planning.library.paths:
        yield _plan(planning, id_)


def near(planning: Planning, rest: str) -> Iterator[Page]:
    """Yield the page of the path whose id an address begins with."""
    id_, _, below = rest.partition("/")
    if below and id_ in planning.library.paths:
        yield _plan(planning, id_)


def _plan(planning: Planning, id_: str) -> WholePathPage:
    library, say = planning.library, planning.say
    path, url = library.paths[id_], addresses.of_whole_path(id_)
    threads = tuple(each for each in path.threads if library.has_page(each))
    parent = planning.link_level(addresses.PATHS, say("Learning paths"))
    return WholePathPage(
        url=url,
        shell=addresses.SHARED_SHELLS[url.count("/")],
        title=say("{path}, on one page", path=path.title),
        description=path.summary,
        canonical=url,
        changed=planning.find_newest(threads),
        trail=(parent, Link(id_, path.title, addresses.of_path(id_))),
        crumb=say("Print version"),
        is_indexed=False,
        path=path,
        card=planning.cards.paths[id_],
        threads=threads,
        destinations=find_destinations(planning, path),
        media=find_note_media(planning, path),
    )


KIND: Final = PageKind(pages, place=addresses.PATHS, near=near, section="paths")
