"""Archived threads that become curated ones, and which of them deserve it first."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from threadbook.errors import FindingsError, UsageError, UserError
from threadbook.library import Library, Outline
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Thread

_STATUS: Final = re.compile(
    r"^status:[ \t]*[\"']?archived[\"']?[ \t]*(#[^\r\n]*)?\r?$", re.MULTILINE
)
_VERIFIED: Final = re.compile(r"^verified(?:_by)?:[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)

_ACCEPTED: Final = 3.0
_LINK: Final = 1.5
_ASKED: Final = 2.0
"""What an accepted answer, a first link and a first question count beside a first vote.

Somebody who asked said that the answer helped; a link is from somebody who sent others there; a
question is from a reader today. All but the first count by their logarithm, so that one number that
is large does not outweigh the rest.
"""


class Proposal(NamedTuple):
    """An archived thread, and why it deserves to be looked at."""

    outline: Outline
    links: int
    repeats: int
    asked: int

    @property
    def score(self) -> float:
        """How much it deserves it; threads without an answer have nothing to promote."""
        outline = self.outline
        said = math.log2(1 + max(outline.votes, 0)) + _LINK * math.log2(1 + self.links)
        asked = _ASKED * math.log2(1 + self.asked + self.repeats)
        return said + asked + _ACCEPTED * outline.is_solved


def propose(library: Library, asked: Mapping[str, int]) -> list[Proposal]:
    """Return archived threads with an answer, the most deserving first.

    `asked` says how often readers asked for each thread, where that is known.
    """
    links: dict[str, int] = {}
    for outline in library.threads.values():
        for other in {*outline.links, *outline.related} - {outline.id}:
            links[other] = links.get(other, 0) + 1
    found = [
        Proposal(each, links.get(id_, 0), len(library.repeats.get(id_, ())), asked.get(id_, 0))
        for id_, each in library.threads.items()
        if each.is_archived and each.is_answered and each.duplicate_of is None
    ]
    return sorted(found, key=lambda each: (-each.score, each.outline.id))


def promote(text: str, name: str, verified: datetime.date | None = None) -> str:
    """Return the text of an archived thread as that of a published one; comments stay.

    With `verified` it also says on which day somebody checked it, and no more that somebody else
    did on an earlier one. Raises `UserError` if the file is
    not written in a way that can be changed safely.
    """
    before = _read(text, name)
    if before.status != "archived":
        raise UsageError(f"{name} is not archived: its status is {before.status}.")
    ending = "\r\n" if "\r\n" in text else "\n"
    line = f"verified: {verified}{ending}" if verified else ""
    new = _VERIFIED.sub("", text) if verified else text
    found = _STATUS.search(new)
    if found is None:
        raise UserError(f"`status` of {name} is not on a line of its own; change it by hand.")
    comment = f"{found[1]}{ending}" if found[1] else ""
    end = found.end() + len(ending) if not found[0].endswith("\r") else found.end() + 1
    new = f"{new[: found.start()]}{comment}{line}{new[end:]}"
    changes = {
        "status": "published",
        **({"verified": verified, "verified_by": None} if verified else {}),
    }
    if _read(new, name) != before.model_copy(update=changes):
        raise UserError(f"{name} is written in a way that cannot be changed safely; do it by hand.")
    return new


def _read(text: str, name: str) -> Thread:
    thread, findings = validate(Thread, parse(text, name), name)
    if thread is None:
        first = f" {findings[0].message}" if findings else ""
        raise FindingsError(f"{name} has errors; `threadbook check` names them.{first}")
    return thread
