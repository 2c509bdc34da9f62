"""Rules about the ids of a page, which scripts and links look for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Place, Severity
from threadbook.load.file import ThreadFile

_OWN: Final = "tb-"
"""How the ids begin that Threadbook's pages and scripts use."""

_TAKEN: Final = frozenset({"tb", "title"})
"""Ids that would make one of these with what a page puts before or after them."""


@rule("TB109", Severity.ERROR, is_essential=True)
def id_is_free(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """An answer has an id that the site itself uses.

    The id of an answer becomes an id on the thread's page. If it were one of the page's own, a
    script or a link would find the answer in its place. Ids that begin with `tb-` belong to the
    site, and so do `tb`, `title` and `question`.

    Bad:
        answer: {id: tb-yes, body: On the day on which the client approves.}

    Good:
        answer: {id: yes-if-approved, body: On the day on which the client approves.}
    """
    for place, answer in enumerate(file.model.answers):
        if answer.id and _is_taken(answer.id):
            yield _name_anew(file.at("answers", place, "id"), answer.id)
    short = file.model.answer
    if short and short.id and _is_taken(short.id):
        yield _name_anew(file.at("answer", "id"), short.id)


def _is_taken(id_: str) -> bool:
    return id_ in _TAKEN or id_.startswith(_OWN)


def _name_anew(place: Place, id_: str) -> Problem:
    message = f'The id "{id_}" belongs to the site itself.'
    return Problem(place, message, "Choose another; links to the answer change with it.")
