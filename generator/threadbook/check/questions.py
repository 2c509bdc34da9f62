"""Rules about questions that are asked more than once."""

from __future__ import annotations

from collections.abc import Iterator

from threadbook.check.alike import Pair
from threadbook.check.likeness import Likeness
from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Place, Related, Severity
from threadbook.library import Ask, Outline


def _asks(base: Base) -> Iterator[tuple[Outline, Ask]]:
    for outline in base.library.threads.values():
        for ask in outline.asks:
            yield outline, ask


def _likeness(pair: Pair) -> str:
    return f"is {pair.score:.0%} similar to" if pair.score < 1 else "asks the same as"


@rule("TB305", Severity.WARNING)
def question_is_asked_once(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """Two threads ask nearly the same question.

    Readers find one thread and miss the other, and one of them goes out of date. The rule compares
    the words of all titles and `also_asked`. Join the threads, make one of them a duplicate of the
    other, or let the titles say what is different.

    Bad:
        title: When do I get paid?

    Good:
        title: When do I get paid?
        duplicate_of: when-am-i-paid
    """
    asked = list(_asks(base))
    holding = base.library.holding
    best: dict[tuple[str, str], Pair] = {}
    likeness = Likeness() if base.likeness is None else base.likeness
    stems = likeness.stem([ask.text for _, ask in asked], circumstances.language)
    for pair in sorted(likeness.find_pairs(stems), key=lambda pair: (pair.second, pair.first)):
        one, other = asked[pair.first][0], asked[pair.second][0]
        names = (one.id, other.id)
        if holding[one.id] == holding[other.id]:
            continue
        if names not in best or best[names].score < pair.score:
            best[names] = pair
    for pair in best.values():
        (first, twin), (second, ask) = sorted(
            (asked[pair.first], asked[pair.second]), key=lambda each: each[0].file
        )
        yield Problem(
            Place(second.file, ask.line, ask.column),
            f'"{ask.text}" {_likeness(pair)} a question of the thread "{first.id}".',
            f"Join the two, write `duplicate_of: {first.id}`, or say what is different.",
            (Related(f'"{twin.text}" is asked here', Place(first.file, twin.line, twin.column)),),
        )
