"""The page of a learning path: its steps, and what readers can do afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from threadbook import addresses
from threadbook.library import walk_steps
from threadbook.markdown import (
    PATH_WAY,
    Media,
    Medium,
    contain,
    escape_markdown,
    examine,
    keep_sentences,
    name_medium,
    plain_text,
)
from threadbook.model import Choice, LearningPath, Step
from threadbook.pages.cards import order_for_readers
from threadbook.pages.kinds.thread import SHOWN
from threadbook.pages.page import WIDE, Document, Entry, Page, PageKind, Planning, Shared, Twin
from threadbook.pages.posts import READ, render_note, write_portable
from threadbook.pages.structured import drop_empty
from threadbook.pages.twin import (
    write_document,
    write_link,
    write_links,
    write_list,
    write_path_facts,
)
from threadbook.pages.views import (
    Hidden,
    Html,
    Link,
    PathCard,
    ThreadCard,
    ThreadView,
    View,
    to_json,
)
from threadbook.text import count


@dataclass(frozen=True)
class CheckView(View):
    """A question with choices, to test whether the reader has understood."""

    question: str
    """The question."""

    choices: tuple[Choice, ...]
    """The choices."""

    explained_in: Link | None
    """The thread that explains the right choice."""

    fingerprint: Hidden[str] = ""
    """That of this thread: once it changes, readers are not asked again what they learnt."""


@dataclass(frozen=True)
class StepView(View):
    """A step of a learning path: a thread or a check.

    If both are `null`, the step is a thread that is still being written.
    """

    position: int
    """The number of the step, from 1."""

    thread: ThreadCard | None
    """The thread to read."""

    check: CheckView | None
    """The question to answer."""

    note_markdown: str | None
    """What to pay attention to in this step, as Markdown."""

    note_html: Html | None
    """The note as safe HTML, as on the page. Links in it are relative to the path's page."""

    minutes: int | None
    """How many minutes the step takes, if known."""

    optional: bool
    """Whether the step can be skipped."""

    key: Hidden[str]
    """The key under which readers' progress is stored."""

    previous: Hidden[Link | None] = None
    """The step before a check."""

    next: Hidden[Link | None] = None
    """The step after a check."""


@dataclass(frozen=True)
class PathView(PathCard):
    """A learning path with its steps."""

    audience: str | None
    """Who it is for."""

    prerequisites: tuple[Link, ...]
    """The learning paths to complete before this one."""

    objectives: tuple[str, ...]
    """What readers can do at the end."""

    steps: tuple[StepView, ...]
    """The threads and checks, in the order to take them."""

    followed_by: tuple[Link, ...]
    """The learning paths to go on with."""


@dataclass(frozen=True, kw_only=True)
class PathPage(Page):
    """A path's page.

    `threads` are the cards of its threads that have a page, by id. `ways` are the steps before and
    after each check, by its number. `destinations` are the titles
    of the threads that its notes link to, and `media` the pictures and files that they name.
    """

    template: ClassVar[str] = "path"
    has_twins: ClassVar[bool] = True

    path: LearningPath
    card: PathCard
    threads: dict[str, ThreadCard]
    prerequisites: tuple[Link, ...]
    followed_by: tuple[Link, ...]
    ways: dict[int, tuple[Link | None, Link | None]]
    destinations: dict[str, str]
    media: dict[str, Medium]

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> PathView:  # noqa: ARG002
        """Return the path with its notes rendered."""
        steps = enumerate(self.path.steps, 1)
        return PathView(
            **vars(self.card),
            audience=self.path.audience,
            prerequisites=self.prerequisites,
            objectives=self.path.objectives,
            steps=tuple(self._step(step, position, shared) for position, step in steps),
            followed_by=self.followed_by,
        )

    def _step(self, step: Step, position: int, shared: Shared) -> StepView:
        root, base = shared.root(self.url), addresses.to_root(self.url)
        page = f"{root}{self.url}" if shared.site_url else ""
        titles, prefix = self.destinations, f"step_{position}_"
        media, manner = Media(self.media, PATH_WAY, root), shared.manner
        manner = manner._replace(media=media._replace(base=base))
        before, after = self.ways.get(position, (None, None))
        return StepView(
            position=position,
            thread=self.threads.get(step.thread or ""),
            check=self._check(step),
            note_markdown=write_portable(step.note, titles, root, page, media)
            if step.note
            else None,
            note_html=render_note(step.note, prefix, titles, base, manner) if step.note else None,
            minutes=step.minutes,
            optional=step.optional,
            key=step.key,
            previous=before,
            next=after,
        )

    def _check(self, step: Step) -> CheckView | None:
        if step.check is None:
            return None
        cited = self.threads.get(step.check.cites or "")
        link = Link(cited.id, cited.title, cited.url) if cited else None
        fingerprint = cited.fingerprint if cited else ""
        return CheckView(step.check.question, step.check.choices, link, fingerprint)

    def structure(self, view: PathView, shared: Shared) -> Iterator[dict[str, Any]]:
        """Yield the path as a learning resource."""
        threads = [step.thread for step in view.steps if step.thread]
        items = [
            {
                "@type": "ListItem",
                "position": place,
                "name": thread.title,
                "url": f"{shared.site_url}{thread.url}",
            }
            for place, thread in enumerate(threads, 1)
        ]
        yield drop_empty(
            {
                "@type": "LearningResource",
                "name": view.title,
                "description": view.summary,
                "url": f"{shared.site_url}{self.url}",
                "inLanguage": shared.language,
                "educationalLevel": (view.level or "").capitalize(),
                "teaches": list(view.objectives),
                "timeRequired": f"PT{view.minutes}M" if view.minutes else "",
                "mainEntity": {"@type": "ItemList", "itemListElement": items},
            }
        )

    def twin(self, view: PathView, shared: Shared) -> Twin:
        """Return the path as Markdown and JSON."""
        root = shared.root(self.url)
        return Twin(write_document(view.title, _blocks(view, root)), to_json(view, root))

    def documents(self, view: PathView, shared: Shared) -> Iterator[Document]:
        """Yield the path."""
        notes = " ".join(plain_text(step.note, READ) for step in self.path.steps if step.note)
        text = " ".join([view.summary, view.audience or "", *view.objectives])
        yield Document(
            id=self.url,
            language=shared.language,
            fields={"title": view.title, "summary": text, "question": notes},
            kind="path",
            shown={"kind": "path", "title": view.title, "answer": keep_sentences(text, SHOWN)},
        )


def _blocks(path: PathView, root: str) -> Iterator[str]:
    if path.summary:
        yield escape_markdown(path.summary)
    yield f"{write_path_facts(path)} · [Page]({root}{path.url})"
    if path.audience:
        yield f"**Who it's for:** {escape_markdown(path.audience)}"
    if path.prerequisites:
        yield f"**Before you start:** {write_links(path.prerequisites, root)}"
    yield from write_list("You'll learn to", map(escape_markdown, path.objectives))
    yield "## Steps"
    for step in path.steps:
        yield from _write_step(step, path.id, root)


def _write_step(step: StepView, path: str, root: str) -> Iterator[str]:
    if step.thread:
        yield f"### {step.position}. {write_link(step.thread, root)}"
        if step.thread.summary:
            yield escape_markdown(step.thread.summary)
    elif step.check:
        yield f"### {step.position}. Check your understanding"
        yield from _write_check(step.check, root)
    else:
        yield f"### {step.position}. This step is still being written"
    if step.note_markdown:
        yield contain(step.note_markdown.strip("\n"), 3, f"{path}-step-{step.position}-")
    facts = [count(step.minutes, "minute")] if step.minutes else []
    if step.optional:
        facts.append("optional")
    if facts:
        yield f"({', '.join(facts)})"


def _write_check(check: CheckView, root: str) -> Iterator[str]:
    yield escape_markdown(check.question)
    yield "\n".join(f"- {escape_markdown(choice.text)}" for choice in check.choices)
    yield "Answer:"
    yield "\n".join(
        f"- **{'Right' if choice.correct else 'Not quite'}:** {escape_markdown(choice.text)}"
        + (f" ({escape_markdown(choice.why)})" if choice.why else "")
        for choice in check.choices
    )
    if check.explained_in:
        yield f"See {write_link(check.explained_in, root)}."


def find_destinations(planning: Planning, path: LearningPath) -> dict[str, str]:
    """Return the titles of what a path's notes link to."""
    links = (link for step in path.steps for link in examine(step.note or "").links)
    return planning.library.titles_of(link.target for link in links if link.target)


def find_note_media(planning: Planning, path: LearningPath) -> dict[str, Medium]:
    """Return the pictures and files that a path's notes name."""
    parts = (examine(step.note) for step in path.steps if step.note)
    names = (name_medium(url, PATH_WAY) for part in parts for url, _ in part.targets)
    return planning.choose_media(name for name in names if name)


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page of every path."""
    for id_ in planning.library.paths:
        yield _plan(planning, id_)


def near(planning: Planning, rest: str) -> Iterator[Page]:
    """Yield the page of the path whose id an address begins with."""
    id_ = rest.partition("/")[0]
    if id_ in planning.library.paths:
        yield _plan(planning, id_)


def _plan(planning: Planning, id_: str) -> PathPage:
    library, cards = planning.library, planning.cards
    path, url = library.paths[id_], addresses.of_path(id_)
    cited = [step.check.cites for step in path.steps if step.check and step.check.cites]
    threads = [each for each in (*path.threads, *cited) if library.has_page(each)]
    return PathPage(
        url=url,
        shell=url,
        title=path.title,
        description=path.summary,
        canonical=url,
        changed=planning.find_newest(threads),
        trail=(planning.link_level(addresses.PATHS, planning.say("Learning paths")),),
        crumb=path.title,
        feed=addresses.of_feed(url),
        path=path,
        card=cards.paths[id_],
        threads={thread: cards.thread(thread) for thread in threads},
        prerequisites=tuple(
            cards.link_path(other) for other in path.prerequisites if other in library.paths
        ),
        followed_by=_follow(planning, id_),
        ways=_find_ways(planning, id_),
        destinations=find_destinations(planning, path),
        media=find_note_media(planning, path),
    )


def _follow(planning: Planning, id_: str) -> tuple[Link, ...]:
    """Return the paths that need this one, or else the next one on the road."""
    cards, paths = planning.cards, planning.library.paths
    road = [*cards.paths]
    after = [other for other in road if id_ in paths[other].prerequisites and other != id_]
    place = road.index(id_) + 1
    return tuple(map(cards.link_path, after or road[place : place + 1]))


def _find_ways(planning: Planning, id_: str) -> dict[int, tuple[Link | None, Link | None]]:
    library, cards = planning.library, planning.cards
    path = library.paths[id_]
    walk = walk_steps(path, {each for each in path.threads if library.has_page(each)})
    ways = zip([None, *walk], walk, [*walk[1:], None], strict=False)
    return {
        place: (cards.link_step(id_, before), cards.link_step(id_, after))
        for before, place, after in ways
        if path.steps[place - 1].check
    }


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield a shell for each path."""
    for id_ in order_for_readers(planning.library):
        title = planning.library.paths[id_].title
        yield Entry(addresses.of_path(id_), title, (planning.say("Learning paths"),), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.PATHS, near, section="paths")
