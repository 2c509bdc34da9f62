"""A thread's answers, distributed to as many files as they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from threadbook.importers.pieces import weigh
from threadbook.model import Answer, Question

_PART_BYTES: Final = 600_000
_PART_ANSWERS: Final = 900
_PART_LINKS: Final = 3_000


class Piece(NamedTuple):
    """An answer, and the licences of what it says."""

    answer: Answer
    licences: frozenset[str] | set[str] = frozenset()


class Part(NamedTuple):
    """What fits into one file."""

    question: Question | None
    answers: list[Answer]
    licences: set[str]


def fill_parts(question: Question | None, pieces: list[Piece]) -> Iterator[Part]:
    """Distribute a thread's answers to files."""
    part = Part(question, [], set())
    size, links = _cost(question)
    for piece in pieces:
        more, linked = _cost(piece.answer)
        if part.answers and (
            size + more > _PART_BYTES
            or len(part.answers) >= _PART_ANSWERS
            or links + linked > _PART_LINKS
        ):
            yield part
            part = Part(None, [], set())
            size = links = 0
        part.answers.append(piece.answer)
        part.licences.update(piece.licences)
        size, links = size + more, links + linked
    yield part


def _cost(post: Question | Answer | None) -> tuple[int, int]:
    """Return about how many bytes a post takes in a file, and how many links it may have."""
    if post is None:
        return 0, 0
    texts = [post.body, *(each.body for each in post.comments)]
    return sum(weigh(each) + 100 for each in texts), sum(
        each.count("](") + each.count("://") + each.count("[[") for each in texts
    )
