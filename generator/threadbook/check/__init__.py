"""Checking: rules for a thread's file, for any file, and for the whole base.

Reading files and printing findings belong in other rooms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import BaseModel

from threadbook.check import (
    addresses,
    anchors,
    bodies,
    foreign,
    glossary,
    homes,
    ids,
    limits,
    links,
    media,
    paths,
    permanence,
    pictures,
    prose,
    questions,
    references,
    silence,
    text,
    threads,
    titles,
)
from threadbook.check.rule import Base, Circumstances, find_judges
from threadbook.check.silence import Severities, change_severities
from threadbook.findings import Finding, Rule
from threadbook.library import Library
from threadbook.load import rules as loading
from threadbook.load import settings_rules
from threadbook.load.file import File, PathFile, ProseFile, ThreadFile

__all__ = [
    "RULES",
    "Base",
    "Circumstances",
    "Severities",
    "adjust_severities",
    "change_severities",
    "check_base",
    "check_file",
    "check_path",
    "check_prose",
    "check_thread",
]

_OF_FILES: Final = find_judges(text)
_OF_NOTES: Final = find_judges(foreign, homes)
_OF_BODIES: Final = (*find_judges(bodies, anchors, pictures), *_OF_NOTES)
_OF_THREADS: Final = (*find_judges(titles, threads, ids), *_OF_BODIES)
_OF_THE_BASE: Final = find_judges(
    references, addresses, links, questions, paths, glossary, prose, media
)

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            *loading.RULES,
            *settings_rules.RULES,
            *(judge.rule for judge in (*_OF_FILES, *_OF_THREADS, *_OF_THE_BASE)),
            *permanence.RULES,
            *silence.RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""Every rule there is, in the order of their ids."""

_BY_ID: Final = {rule.id: rule for rule in RULES}


def check_file(file: File[BaseModel], circumstances: Circumstances) -> Iterator[Finding]:
    """Find what is wrong with a file, whatever it holds."""
    for judge in _OF_FILES:
        yield from judge(file, circumstances)


def check_prose(file: ProseFile, circumstances: Circumstances) -> Iterator[Finding]:
    """Find what is wrong with the text of a prose page."""
    for judge in _OF_BODIES:
        yield from judge(file, circumstances)


def check_path(file: PathFile, circumstances: Circumstances) -> Iterator[Finding]:
    """Find what is wrong with a path's file and the notes in it."""
    for judge in (*_OF_FILES, *_OF_NOTES):
        yield from judge(file, circumstances)


def check_thread(file: ThreadFile, circumstances: Circumstances) -> Iterator[Finding]:
    """Find what is wrong with one thread."""
    for judge in (*_OF_FILES, *_OF_THREADS):
        yield from judge(file, circumstances)


def check_base(base: Base, circumstances: Circumstances) -> Iterator[Finding]:
    """Find what is wrong with how everything fits together."""
    yield from limits.find_large_paths(base)
    for judge in _OF_THE_BASE:
        yield from judge(base, circumstances)


def adjust_severities(
    findings: Iterable[Finding], library: Library, severities: Severities
) -> Iterator[Finding]:
    """Give findings the severity the site wants, without those that a thread silences."""
    return silence.adjust_severities(findings, library, severities, _BY_ID)
