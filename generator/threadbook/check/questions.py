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
    the words of all titles and `also_asked`. It speaks in both files, because nobody knows which is
    the new one. Join the threads, make one of them a duplicate of the other, or let the titles say
    what is different. `silence` in one of them is enough.

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
        first, second = asked[pair.first], asked[pair.second]
        for here, there in ((first, second), (second, first)):
            # In a file that silences the rule it is told all the same: that is what is silenced.
            if _is_silenced(here[0]) or not _is_silenced(there[0]):
                yield _tell(pair, here, there)


def _is_silenced(outline: Outline) -> bool:
    """Tell whether a thread may ask what another asks; the other is then not asked to change."""
    return any(silence.rule == "TB305" for silence in outline.silences)


def _tell(pair: Pair, here: tuple[Outline, Ask], there: tuple[Outline, Ask]) -> Problem:
    """Say in one of the two files that the other asks the same: nobody knows which is new."""
    (second, ask), (first, twin) = here, there
    return Problem(
        Place(second.file, ask.line, ask.column),
        f'"{ask.text}" {_likeness(pair)} a question of the thread "{first.id}".',
        f"Join the two, write `duplicate_of: {first.id}`, or say what is different.",
        (Related(f'"{twin.text}" is asked here', Place(first.file, twin.line, twin.column)),),
    )
