"""Joining words and meaning: the formula, where results end, and what nothing answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bases import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from threadbook.pages import Document
from threadbook.search.fusion import (
    Found,
    answer_alone,
    answer_by_meaning,
    complete,
    correct,
)
from threadbook.search.index import DocumentIndex, rarity_of
from threadbook.search.question import find_shares, fits, rank, read_question, relax
from threadbook.search.ranking import Alone, Joined, ranking

JOINED = Joined(words=0.1, match=0.4, share=0.1, threshold=0.4, gap=1.0, margin=0.1, width=0.25)
ALONE = Alone(threshold=0.3, cut=0.3)
IDS = [f"threads/{letter}/" for letter in "abcdefghijklmnop"]


def test_a_score_is_the_cosine_and_words_and_the_offset_of_a_kind() -> None:
    found = Found(
        words={"a": 20.0, "b": 10.0},
        shares={"a": 1.0, "b": 0.5},
        cosines={"a": 0.3, "b": 0.5, "c": 0.45, "d": 0.1},
        kinds={"c": -0.05},
    )
    for possible, part in ((20.0, 0.5), (40.0, 0.3), (80.0, 0.2), (8e9, 0.1)):
        fused = answer_by_meaning("abcd", found, possible, JOINED)
        assert fused.scores["a"] == pytest.approx(0.3 + part)
        assert fused.scores["b"] == pytest.approx(0.5 + part / 2)
        assert fused.confidence == pytest.approx(0.5 + 0.1 * 0.5)
    fused = answer_by_meaning("abcd", found, 8e9, JOINED)
    assert list(fused.scores) == ["b", "a", "c", "d"]
    assert fused.scores["c"] == pytest.approx(0.4)
    assert fused.is_answered


def test_without_any_words_cosines_alone_count() -> None:
    fused = answer_by_meaning("abc", Found({}, {}, {"a": 0.2, "b": 0.39}, {}), 3, JOINED)
    assert list(fused.scores) == ["b", "a", "c"]
    assert (fused.confidence, fused.is_answered) == (0.39, False)


def test_nothing_that_may_be_a_result_is_no_answer() -> None:
    fused = answer_by_meaning([], Found({"a": 1.0}, {"a": 1.0}, {"a": 1.0}, {}), 1, JOINED)
    assert (fused.scores, fused.is_answered) == ({}, False)
    fused = answer_alone({}, {}, ALONE)
    assert (fused.scores, fused.is_answered) == ({}, False)


def test_results_end_where_they_are_much_worse_but_five_are_shown() -> None:
    cosines = {id_: 0.9 - 0.05 * at for at, id_ in enumerate(IDS)}
    assert len(answer_by_meaning(IDS, Found({}, {}, cosines, {}), 1, JOINED).scores) == 6
    far = {id_: 0.9 - 0.5 * at for at, id_ in enumerate(IDS)}
    assert list(answer_by_meaning(IDS, Found({}, {}, far, {}), 1, JOINED).scores) == IDS[:5]
    many = [f"{number:03}" for number in range(90)]
    assert len(answer_by_meaning(many, Found({}, {}, {}, {}), 1, JOINED).scores) == 50


def test_those_that_score_alike_come_in_the_order_of_their_ids() -> None:
    alike = Found({}, {}, dict.fromkeys(IDS, 0.5), {})
    assert list(answer_by_meaning(reversed(IDS), alike, 2, JOINED).scores) == IDS


def test_only_the_ten_best_show_that_a_question_is_answered() -> None:
    """The offset of its kind can put a document behind others that are not as near."""
    cosines = dict.fromkeys(IDS, 0.35)
    known = Found({}, {}, cosines | {IDS[15]: 0.41}, {IDS[15]: -0.2})
    assert not answer_by_meaning(IDS, known, 1, JOINED).is_answered
    assert answer_by_meaning(IDS[7:], known, 1, JOINED).is_answered


SCORES = st.dictionaries(st.sampled_from(IDS), st.floats(0, 1, allow_subnormal=False), max_size=16)


@given(words=SCORES, shares=SCORES, cosines=SCORES, kinds=SCORES, possible=st.floats(0.1, 9))
def test_the_formula_holds_for_any_numbers(
    words: dict[str, float],
    shares: dict[str, float],
    cosines: dict[str, float],
    kinds: dict[str, float],
    possible: float,
) -> None:
    fused = answer_by_meaning(IDS, Found(words, shares, cosines, kinds), possible, JOINED)
    most = max(words.values(), default=0)

    def s(d: str) -> float:
        w = words.get(d, 0)
        by_words = 0.1 * w / most + 0.4 * w / possible if most else 0
        return cosines.get(d, 0) + by_words + kinds.get(d, 0)

    best = sorted(IDS, key=lambda d: (-round(s(d), 9), d))
    assert {d: round(score, 6) for d, score in fused.scores.items()} == {
        d: round(s(d), 6) for d in fused.scores
    }
    assert list(fused.scores.values()) == sorted(fused.scores.values(), reverse=True)
    surely = {d for d in IDS if s(d) > s(best[0]) - 0.25 + 1e-9}
    perhaps = {d for d in IDS if s(d) > s(best[0]) - 0.25 - 1e-9}
    if len(perhaps) >= 5:
        assert surely <= fused.scores.keys() <= perhaps
    else:
        assert len(fused.scores) == 5


CASES: dict[str, Any] = json.loads(
    (REPOSITORY / "tests" / "search" / "fusion_cases.json").read_text("utf-8")
)
"""What the browser's code is tested with, too (`test_fusion_in_browsers.py`)."""


@pytest.mark.parametrize("case", CASES["joined"], ids=lambda case: case["name"])
def test_words_and_meaning_are_joined_as_in_browsers(case: dict[str, Any]) -> None:
    kinds = {id_: case["kinds"].get(kind, 0.0) for id_, kind in case["kind"].items()}
    gap = case.get("gap", -1.0)
    known = Found(case["scores"], case["shares"], case["cosines"], kinds, gap)
    by = Joined(**case["by"])
    fused = answer_by_meaning(case["candidates"], known, case["possible"], by)
    expected = case["expected"]
    assert [*fused.scores] == [id_ for id_, _ in expected["results"]]
    assert [*fused.scores.values()] == pytest.approx([score for _, score in expected["results"]])
    assert fused.is_answered == expected["answered"]
    assert not case["candidates"] or fused.confidence == pytest.approx(expected["confidence"])


@pytest.mark.parametrize("case", CASES["alone"], ids=lambda case: case["name"])
def test_words_alone_end_as_in_browsers(case: dict[str, Any]) -> None:
    fused = answer_alone(dict(case["hits"]), case["shares"], Alone(**case["by"]))
    assert [*fused.scores] == case["expected"]["results"]
    assert fused.is_answered == case["expected"]["answered"]


@pytest.mark.parametrize("case", CASES["shares"], ids=lambda case: case["name"])
def test_shares_are_those_of_browsers(case: dict[str, Any]) -> None:
    by = ranking()._replace(**case["by"])
    found = find_shares(case["lists"], case["missing"], case["total"], by)
    assert found == pytest.approx(case["expected"])


# By words alone


def test_results_by_words_end_where_they_have_much_less_of_the_question() -> None:
    shares = {"a": 0.8, "b": 0.3, "c": 0.2}
    fused = answer_alone({"a": 9.0, "c": 5.0, "b": 4.0}, shares, ALONE)
    assert fused == ({"a": 9.0, "b": 4.0}, 0.8, True)
    fused = answer_alone({"c": 5.0}, shares, ALONE)
    assert fused == ({"c": 5.0}, 0.2, False)


def indexed(*titles: str) -> DocumentIndex:
    return DocumentIndex(
        [Document(f"{at}/", "en", {"title": title}) for at, title in enumerate(titles)]
    )


def test_a_share_counts_what_no_document_has_as_the_rarest_word() -> None:
    by = ranking()
    index = indexed("refund of a contract", "contract", "contract", "interview")
    found = rank(read_question("contract refund zebra", ["en"]), index)
    weights = [max(scores.values(), default=0.0) for scores in found.lists]
    rarest = by.levels * rarity_of(1, 4) ** by.rarity
    assert weights[2] == 0.0
    assert found.shares["0/"] == pytest.approx(sum(weights) / (sum(weights) + rarest))
    assert found.shares["1/"] == pytest.approx(weights[0] / (sum(weights) + rarest))
    whole = rank(read_question("contract refund", ["en"]), index)
    assert whole.shares["0/"] == pytest.approx(1.0)
    assert find_shares([], 0, 4, by) == {}


def test_meaning_counts_no_word_that_was_taken_for_another() -> None:
    by = ranking()
    found = rank(read_question("contract read", ["en"]), indexed("read a contract", "contract"))
    assert found.known == found.shares
    found = rank(read_question("contract bread", ["en"]), indexed("read a contract", "contract"))
    assert found.corrected == (("bread", "read"),)
    contract = max(found.lists[0].values())
    rarest = by.levels * rarity_of(1, 2) ** by.rarity
    assert found.shares["0/"] == pytest.approx(1.0)
    assert found.known["0/"] == pytest.approx(contract / (contract + rarest))
    assert found.known["0/"] == found.known["1/"]


def test_conditions_hold_for_documents_without_any_word_too() -> None:
    index = indexed("refund of a contract", "contract refund", "interview")
    question = read_question('money "refund of" -interview', ["en"])
    assert [fits(question, f"{at}/", index) for at in range(3)] == [True, False, False]
    assert (question.said, question.is_free) == ("money refund of", True)
    assert not read_question('"refund of"', ["en"]).is_free
    assert read_question("-x", ["en"]).said == ""


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('"refund of" money', ["0/"]),
        ('"of refund"', ["0/", "1/"]),
        ('the client says "interview refund", what now', ["0/", "1/", "2/"]),
        ('"refund of" "contract refund"', ["0/", "1/"]),
        ('"refund of" -contract', []),
        ('"of refund" -interview', ["0/", "1/"]),
    ],
)
def test_phrases_that_no_document_has_are_only_words(asked: str, found: list[str]) -> None:
    """But a phrase that some have, and a minus, are conditions."""
    index = indexed("refund of a contract", "contract refund", "interview")
    question = relax(read_question(asked, ["en"]), index)
    assert sorted(rank(question, index).scores) == found
    assert question.is_free or question.phrases


# Typing errors


def test_a_word_that_no_document_has_is_replaced_by_what_it_was_taken_for() -> None:
    tokens = ["[CLS]", "##fund", "refunds", "refund", "contract"]
    corrected = [("refnud", "refund"), ("refnud", "refuse"), ("milestnoe", "mileston")]
    said = "The Refnud, of a milestnoe?"
    assert correct(said, corrected, tokens) == "The refunds, of a mileston?"
    assert correct("ｗidth", [], tokens) == "width"
    both = [("bread", "read"), ("reda", "read")]
    assert correct("bread to reda", both, ["bread", "read"]) == "bread to read"
    assert complete("contr", tokens) == "contract"
    assert complete("zz", tokens) == "zz"
