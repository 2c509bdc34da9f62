"""The rules that need the whole library: references, mostly.

Each rule is a small function of the library. To add one, write the function, name it in
`CHECKS`, and test it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from threadbook.findings import Finding, Place, Rule, Severity, did_you_mean
from threadbook.link import Library
from threadbook.model import Reference, ReferenceKind

UNKNOWN_THREAD = Rule("TB201", Severity.ERROR, "A reference names a thread that does not exist.")
UNKNOWN_TOPIC = Rule("TB202", Severity.ERROR, "A reference names a topic that is not in site.yml.")
UNKNOWN_BOARD = Rule("TB203", Severity.ERROR, "A thread's folder is no board of site.yml.")
UNKNOWN_PERSON = Rule("TB204", Severity.ERROR, "A post is by somebody who is not in site.yml.")
UNKNOWN_PATH = Rule("TB205", Severity.ERROR, "A reference names a path that does not exist.")
TO_A_DRAFT = Rule("TB206", Severity.WARNING, "A reference names a draft, which has no page yet.")

Check = Callable[[Library], Iterator[Finding]]


def references_lead_somewhere(library: Library) -> Iterator[Finding]:
    """Find ids that are the id of nothing."""
    known: Mapping[str, tuple[Rule, frozenset[str], str]] = {
        ReferenceKind.THREAD: (UNKNOWN_THREAD, frozenset(library.threads), "thread"),
        ReferenceKind.TOPIC: (UNKNOWN_TOPIC, frozenset(library.topics), "topic in site.yml"),
        ReferenceKind.PERSON: (UNKNOWN_PERSON, frozenset(library.people), "person in site.yml"),
        ReferenceKind.PATH: (UNKNOWN_PATH, frozenset(library.paths), "path"),
    }
    for reference in library.references:
        rule, ids, noun = known[reference.kind]
        if reference.target not in ids and not _is_unreadable(reference, library):
            message = f'There is no {noun} with the id "{reference.target}".'
            hint = did_you_mean(reference.target, ids)
            yield Finding(rule, reference.place, message, hint or _known(ids))


def _is_unreadable(reference: Reference, library: Library) -> bool:
    """Whether the target exists, or may exist, in a file that has findings of its own."""
    if reference.kind in {ReferenceKind.THREAD, ReferenceKind.PATH}:
        return reference.target in library.unreadable
    return not library.boards


def _known(ids: frozenset[str]) -> str:
    few = 12
    return f"Known are: {', '.join(sorted(ids))}." if 0 < len(ids) <= few else ""


def boards_exist(library: Library) -> Iterator[Finding]:
    """Find threads whose folder is no board."""
    for outline in library.threads.values() if library.boards else ():
        if outline.board not in library.boards:
            message = f'The folder "{outline.board}" is no board of site.yml.'
            hint = did_you_mean(outline.board, library.boards)
            yield Finding(
                UNKNOWN_BOARD,
                Place(outline.file),
                message,
                hint or "Add the board to site.yml, or move the file.",
            )


def references_lead_to_pages(library: Library) -> Iterator[Finding]:
    """Find references to drafts: readers could not follow them."""
    drafts = {id_ for id_, outline in library.threads.items() if not outline.has_page}
    files = {outline.file for outline in library.threads.values() if not outline.has_page}
    for reference in library.references:
        if reference.target in drafts and reference.kind == ReferenceKind.THREAD:
            if reference.place.file in files:
                continue
            message = f'The thread "{reference.target}" is a draft and has no page.'
            yield Finding(
                TO_A_DRAFT,
                reference.place,
                message,
                "Publish it (`status: published`), or remove the reference.",
            )


CHECKS: Final[tuple[Check, ...]] = (
    references_lead_somewhere,
    boards_exist,
    references_lead_to_pages,
)


def check(library: Library) -> Iterator[Finding]:
    """Run every rule."""
    for rule in CHECKS:
        yield from rule(library)
