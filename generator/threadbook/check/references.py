"""Rules about references: whether they lead somewhere, and what nothing leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Final

from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Guesses, Place, Related, Severity
from threadbook.library import Library, Outline, Reference, ReferenceKind, find_ends


def _dangling(
    base: Base, kind: ReferenceKind, ids: Mapping[str, object], noun: str
) -> Iterator[Problem]:
    library = base.library
    known = frozenset(ids)
    dangling = [each for each in library.by_kind.get(kind, ()) if each[1] not in known]
    if not dangling:
        return
    guesses = Guesses(ids)
    by_file = {outline.file: id_ for id_, outline in library.threads.items()}
    for reference in dangling:
        if not _is_unreadable(reference, library):
            message = f'There is no {noun} with the id "{reference.target}".'
            itself = by_file.get(reference.place.file, "")
            hint = guesses.say(reference.target, but=itself) or _few_known(known, itself)
            yield Problem(reference.place, message, hint)


def _is_unreadable(reference: Reference, library: Library) -> bool:
    """Whether the target exists, or may exist, in a file that has findings of its own."""
    if reference.kind in {ReferenceKind.THREAD, ReferenceKind.PATH}:
        return reference.target in library.unreadable
    return not library.boards


def _few_known(ids: frozenset[str], itself: str) -> str:
    few = 12
    others = sorted(ids - {itself}) if len(ids) <= few + 1 else []
    return f"Known ids: {', '.join(others)}." if 0 < len(others) <= few else ""


@rule("TB201", Severity.ERROR, is_essential=True)
def thread_exists(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A reference names a thread that does not exist.

    Readers who follow the reference would find nothing. The id of a thread is its file's name
    without `.yml`. References are in `related`, `duplicate_of`, `replaced_by`, links in texts,
    steps of paths, golden queries, the glossary and `start_here`.

    Bad:
        related: [declin-an-offer]

    Good:
        related: [decline-an-offer]
    """
    yield from _dangling(base, ReferenceKind.THREAD, base.library.threads, "thread")


@rule("TB202", Severity.ERROR, is_essential=True)
def topic_exists(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A reference names a topic that is not in site.yml.

    Topics are listed in site.yml, so that a typing mistake cannot make a new topic with a single
    thread.

    Bad:
        topics: [propsals]

    Good:
        topics: [proposals]
    """
    yield from _dangling(base, ReferenceKind.TOPIC, base.library.topics, "topic in site.yml")


@rule("TB203", Severity.ERROR, is_essential=True)
def board_exists(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A thread's folder is not a board in site.yml.

    The folder of a thread is its board. Boards have a title and a place in the navigation, which
    only site.yml can give them.

    Bad:
        content/threads/wrok/first-question.yml

    Good:
        content/threads/work/first-question.yml
    """
    boards = base.library.boards
    guesses = Guesses(boards)
    for outline in base.library.threads.values() if boards else ():
        if outline.board not in boards:
            message = f'The folder "{outline.board}" is not a board in site.yml.'
            hint = guesses.say(outline.board)
            default = "Add the board to site.yml, or move the file."
            yield Problem(Place(outline.file), message, hint or default)


@rule("TB204", Severity.ERROR, is_essential=True)
def person_exists(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A post is by somebody who is not in site.yml.

    `by`, `owner` and `verified_by` are ids of somebody in `people` of site.yml, where name and role
    are given once for all posts.

    Bad:
        question: {by: moderater, body: When am I paid?}

    Good:
        question: {by: moderator, body: When am I paid?}
    """
    yield from _dangling(base, ReferenceKind.PERSON, base.library.people, "person in site.yml")


@rule("TB115", Severity.ERROR, is_essential=True)
def label_exists(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A thread or an answer applies to a label that is not in site.yml.

    Labels are listed in site.yml, so that a typing mistake cannot make a new one, which nobody
    would find in the filters of search.

    Bad:
        answer: {applies_to: [germny], body: On the fifth day of the month.}

    Good:
        answer: {applies_to: [germany], body: On the fifth day of the month.}
    """
    yield from _dangling(base, ReferenceKind.LABEL, base.library.labels, "label in site.yml")


@rule("TB205", Severity.ERROR, is_essential=True)
def path_exists(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A reference names a path that does not exist.

    The reference is in the `prerequisites` of a path or in `featured` of site.yml. The id of a path
    is its file's name without `.yml`.

    Bad:
        prerequisites: [frist-steps]

    Good:
        prerequisites: [first-steps]
    """
    yield from _dangling(base, ReferenceKind.PATH, base.library.paths, "path")


@rule("TB206", Severity.WARNING)
def reference_leads_to_a_page(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A reference names a draft, which has no page yet.

    Readers see neither the draft nor the reference: until the draft is published, a path lacks a
    step, or a sentence lacks its link.

    Bad:
        related: [a-draft]

    Good:
        related: [a-published-thread]
    """
    library = base.library
    drafts = {id_ for id_, outline in library.threads.items() if not outline.has_page}
    files = {library.threads[id_].file for id_ in drafts}
    for reference in library.find_references(ReferenceKind.THREAD, drafts):
        if reference.place.file not in files:
            message = f'The thread "{reference.target}" is a draft and has no page.'
            hint = "Publish it (`status: published`), or remove the reference."
            yield Problem(reference.place, message, hint)


@rule("TB207", Severity.WARNING)
def thread_names_another(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A thread refers to itself.

    Readers who follow the link stay where they are.

    Bad:
        # content/threads/new/first-question.yml
        related: [first-question]

    Good:
        # content/threads/new/first-question.yml
        related: [second-question]
    """
    for id_, outline in base.library.threads.items():
        for reference in outline.references:
            if reference[1] == id_ and reference.field in {"related", "body"}:
                message = "The thread refers to itself."
                yield Problem(
                    reference.place, message, "Remove the reference, or name another thread."
                )


def _place_of(outline: Outline, field: str) -> Place:
    places = (each.place for each in outline.references if each.field == field)
    return next(places, Place(outline.file))


MOST_RINGS: Final = 100
"""How many rings are found: thousands of ways around are mended by removing a few of them."""

SHOWN: Final = 20
"""How many ids of a ring are named."""


def find_rings(edges: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the first `MOST_RINGS` rings of a graph, each from its smallest id.

    The walk does not recurse.
    """
    return islice(_find_rings(edges), MOST_RINGS)


def _find_rings(edges: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    done: set[str] = set()
    for start in sorted(edges):
        trail: dict[str, None] = {}
        stack = [(start, False)]
        while stack:
            node, is_left = stack.pop()
            if is_left:
                del trail[node]
                done.add(node)
            elif node in trail:
                walked = list(trail)
                ring = walked[walked.index(node) :]
                first = ring.index(min(ring))
                yield (*ring[first:], *ring[:first])
            elif node not in done:
                trail[node] = None
                stack.append((node, True))
                stack += [(other, False) for other in sorted(edges.get(node, ()), reverse=True)]


def name_ring(ring: tuple[str, ...]) -> str:
    """Return the way around a ring; of a long one, only the beginning."""
    if len(ring) <= SHOWN:
        return " → ".join([*ring, ring[0]])
    return f"{' → '.join(ring[:SHOWN])} → … ({len(ring) - SHOWN:,} more) → {ring[0]}"


@rule("TB208", Severity.ERROR, is_essential=True)
def duplicates_end(base: Base, _: Circumstances) -> Iterator[Problem]:
    """Threads are duplicates of each other, in a circle.

    A duplicate sends readers to the thread that answers it. In a circle, or where a thread is a
    duplicate of itself, no thread has the answer.

    Bad:
        # content/threads/new/first-question.yml
        duplicate_of: first-question

    Good:
        # content/threads/new/first-question.yml
        duplicate_of: second-question
    """
    threads = base.library.threads
    edges = {id_: [each.duplicate_of] for id_, each in threads.items() if each.duplicate_of}
    for ring in find_rings(edges):
        others = [
            Related("continues here", _place_of(threads[id_], "duplicate_of"))
            for id_ in ring[1:SHOWN]
        ]
        yield Problem(
            _place_of(threads[ring[0]], "duplicate_of"),
            f"`duplicate_of` leads in a circle: {name_ring(ring)}.",
            "Remove `duplicate_of` from the thread that has the answer.",
            tuple(others),
        )


@rule("TB209", Severity.WARNING)
def duplicate_names_the_answer(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A duplicate names a thread that is itself a duplicate.

    Readers would be sent on twice. Name the thread that has the answer.

    Bad:
        duplicate_of: asked-again

    Good:
        duplicate_of: first-question
    """
    threads = base.library.threads
    ends = find_ends({id_: each.duplicate_of for id_, each in threads.items()})
    for outline in threads.values():
        named = threads.get(outline.duplicate_of or "")
        if named is None or named.duplicate_of is None:
            continue
        end = ends[outline.id]
        if threads[end].duplicate_of not in threads:  # otherwise they are in a circle
            yield Problem(
                _place_of(outline, "duplicate_of"),
                f'The thread "{named.id}" is itself a duplicate.',
                f"Write `duplicate_of: {end}`.",
                (Related("its `duplicate_of`", _place_of(named, "duplicate_of")),),
            )


@rule("TB210", Severity.NOTICE)
def something_leads_to_it(base: Base, _: Circumstances) -> Iterator[Problem]:
    """Nothing leads to this thread.

    The pages of topics do not list obsolete threads. Nobody can find an obsolete thread that has no
    replacement, is in no path, is named by no other thread and has no old address.

    Bad:
        status: obsolete

    Good:
        status: obsolete
        replaced_by: decline-an-offer
    """
    library = base.library
    hidden = {id_ for id_, outline in library.threads.items() if not outline.is_listed}
    found = library.find_references(ReferenceKind.THREAD, hidden)
    leads = {reference.target for reference in found if reference.field != "expect"}
    leads |= library.related.keys()  # a relation shows on both threads
    for id_ in hidden:
        outline = library.threads[id_]
        if not outline.has_page or outline.duplicate_of is not None or outline.is_archived:
            continue  # search finds archived threads
        if library.has_page(outline.replaced_by or ""):  # whose page names what it replaces
            continue
        if id_ not in leads and not outline.redirects:
            message = "No topic, thread, path or old address leads to this thread."
            hint = "Say what replaces it (`replaced_by`), link to it, or make it a draft."
            yield Problem(Place(outline.file, *outline.asks[0][1:]), message, hint)


@rule("TB211", Severity.WARNING)
def topic_has_threads(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A topic has no threads.

    Its page is empty. If it is a stage of the life-cycle, it leads newcomers nowhere.

    Bad:
        topics:
          - {id: invoices, title: Invoices}

    Good:
        topics:
          - {id: payments, title: Payments}
    """
    archived = (each.topics for each in base.library.threads.values() if each.is_archived)
    kept = set(chain.from_iterable(archived))
    for place, topic in enumerate(base.site.model.topics if base.site else ()):
        if topic.id not in base.library.by_topic and topic.id not in kept and base.site:
            message = f'No published thread has the topic "{topic.id}".'
            hint = "Add a thread with this topic, or remove the topic."
            yield Problem(base.site.at("topics", place, "id"), message, hint)


@rule("TB212", Severity.WARNING)
def board_has_threads(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A board has no threads.

    Its page is empty, but is in the navigation all the same.

    Bad:
        boards:
          - {id: announcements, title: Announcements}

    Good:
        boards:
          - {id: new, title: New here}
    """
    kept = {each.board for each in base.library.threads.values() if each.is_archived}
    for place, board in enumerate(base.site.model.boards if base.site else ()):
        if board.id not in base.library.by_board and board.id not in kept and base.site:
            message = f'The board "{board.id}" has no published thread.'
            hint = "Add a thread to it, or remove the board."
            yield Problem(base.site.at("boards", place, "id"), message, hint)


@rule("TB213", Severity.WARNING)
def start_here_is_in_its_topic(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A topic's `start_here` names a thread that is not in the topic's list.

    The page of a topic begins with this thread, and readers expect to find it in the list below,
    too. The list has published threads with this topic that are not duplicates.

    Bad:
        - {id: contracts, title: Contracts, start_here: what-is-a-proposal}

    Good:
        - {id: proposals, title: Proposals, start_here: what-is-a-proposal}
    """
    for place, topic in enumerate(base.site.model.topics if base.site else ()):
        outline = base.library.threads.get(topic.start_here or "")
        if outline is None or base.site is None or not outline.has_page:
            continue
        where = base.site.at("topics", place, "start_here")
        named = f'"{topic.id}" starts with the thread "{outline.id}", which'
        if topic.id not in outline.topics:
            yield Problem(
                where,
                f"{named} does not have this topic.",
                "Choose another thread, or add the topic to it.",
                (Related("the thread's topics", _place_of(outline, "topics")),),
            )
        elif not outline.is_listed:
            kind = "archived" if outline.is_archived else "obsolete"
            kind = "a duplicate" if outline.duplicate_of is not None else kind
            yield Problem(where, f"{named} is {kind}.", "Choose another thread.")


@rule("TB214", Severity.WARNING)
def golden_query_expects_an_answer(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A golden query expects an obsolete thread or a duplicate.

    Search should find published threads that answer the question themselves, so the query expects
    the wrong result.

    Bad:
        - {query: when do i get my money, expect: asked-again}

    Good:
        - {query: when do i get my money, expect: when-am-i-paid}
    """
    threads = base.library.threads
    hidden = {
        id_
        for id_, outline in threads.items()
        if outline.has_page
        and not outline.is_listed
        and (outline.duplicate_of is not None or not outline.is_archived)
    }
    for reference in base.library.find_references(ReferenceKind.THREAD, hidden):
        if reference.field == "expect":
            yield _name_better(reference, threads[reference.target])


def _name_better(reference: Reference, outline: Outline) -> Problem:
    is_duplicate = outline.duplicate_of is not None
    hint = f'"{outline.duplicate_of}" answers it.' if is_duplicate else ""
    hint = hint or (f'"{outline.replaced_by}" replaces it.' if outline.replaced_by else "")
    kind = "a duplicate" if is_duplicate else "obsolete"
    return Problem(reference.place, f'The thread "{outline.id}" is {kind}.', hint)
