"""Questions that are alike: what is kept of an earlier state never shows in what is found."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from threadbook.check.alike import ALIKE, score
from threadbook.check.likeness import Likeness

WORDS = "paid when offer contract how client what refund late week".split()
QUESTIONS = st.lists(st.frozensets(st.sampled_from(WORDS), max_size=6), max_size=25)
STATES = st.lists(QUESTIONS, min_size=1, max_size=5)


def by_definition(questions: list[frozenset[str]], least: float) -> set[tuple[int, int, float]]:
    """Compare every question with every other."""
    first = {question: questions.index(question) for question in questions}
    pairs = {
        (first[each], at, 1.0) for at, each in enumerate(questions) if each and first[each] < at
    }
    for one, other in combinations([each for each in first if each], 2):
        if (found := score(one, other)) >= least:
            pairs.add((*sorted((first[one], first[other])), found))  # type: ignore[arg-type]
    return pairs


@given(STATES, st.sampled_from([0.3, 0.5, 0.75, ALIKE]))
def test_every_state_has_the_pairs_of_the_definition(
    states: list[list[frozenset[str]]], least: float
) -> None:
    likeness = Likeness(least)
    for questions in states:
        found = [tuple(pair) for pair in likeness.find_pairs(questions)]
        assert len(found) == len(set(found))
        assert set(found) == by_definition(questions, least)


def test_stems_of_questions_that_are_gone_are_forgotten() -> None:
    likeness = Likeness()
    assert likeness.stem(["When am I paid?", "How?"], "en") == [{"when", "paid"}, {"how"}]
    assert likeness.stem(["How?"], "en") == [{"how"}]
    assert [text for text, _ in likeness.stems] == ["How?"]
    assert likeness.stem(["How?"], "de") == [{"how"}]
