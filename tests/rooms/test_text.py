"""Text as such: scripts and counts. What `words.js` has to agree with is tested in `test_search`."""

from __future__ import annotations

import re
import unicodedata

import pytest

from threadbook.check.alike import find_similar, stem_question
from threadbook.check.likeness import Likeness
from threadbook.text import UNSPACED, count, split_words

# Scripts


@pytest.mark.parametrize(
    "letter",
    "\u0e01 \u0e81 \u1000 \uaa60 \u1780 \u1950 \u1a20 \u3005 \u3042 \u30a2 \u31f0 \u4e00 \u9fff \uac00 "
    "\U00020bb7 \U00030000".split(),
    ids=unicodedata.name,
)
def test_every_pair_of_neighbours_in_an_unspaced_script_is_a_word(letter: str) -> None:
    assert re.fullmatch(f"[{UNSPACED}]", letter)
    assert split_words(letter * 3) == [letter * 2, letter * 2]


@pytest.mark.parametrize(
    "letter", "a \u00e9 \u03b1 \u0436 \u05d0 \u0627 \u0905".split(), ids=unicodedata.name
)
def test_scripts_with_spaces_keep_their_words(letter: str) -> None:
    assert split_words(letter * 3) == [letter * 3]


# Counts


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 answers"), (1, "1 answer"), (2, "2 answers"), (12_345, "12,345 answers")],
)
def test_one_thing_is_singular_and_thousands_have_commas(number: int, expected: str) -> None:
    assert count(number, "answer") == expected


# Questions that mean the same


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("When am I paid?", "When was I paid?", "en"),
        ("Why can't I withdraw an offer?", "Why can I not withdraw offers", "en"),
        (
            "Why doesn\u2019t the client\u2019s answer come?",
            "Why do clients' answers not come?",
            "en-GB",
        ),
        ("Wie Vertr\u00e4ge k\u00fcndigen?", "Vertrag k\u00fcndigen: wie?", "de"),
        ("\u00bfC\u00f3mo rechazar ofertas?", "Como rechazo oferta", "es"),
        ("\u5951\u7d04\u3092\u65ad\u308b", "\u5951\u7d04\u3092\u65ad\u308b\u3002", "ja"),
    ],
)
def test_questions_differ_only_by_what_they_mean(one: str, other: str, language: str) -> None:
    assert stem_question(one, language) == stem_question(other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("When am I paid?", "Why am I paid?", "en"),
        ("Can I withdraw?", "Can I not withdraw?", "en"),
        ("Was kostet es?", "Wo ist es?", "de"),
    ],
)
def test_other_questions_stay_different(one: str, other: str, language: str) -> None:
    assert stem_question(one, language) != stem_question(other, language)


def test_question_words_count_half() -> None:
    asked = [stem_question(text, "en") for text in ("why payment", "how payment", "late payment")]
    pairs = {(pair.first, pair.second): pair.score for pair in Likeness(0.1).find_pairs(asked)}
    assert pairs == {(0, 1): 0.5, (0, 2): 0.4, (1, 2): 0.4}


def test_similar_questions_come_with_the_most_alike_first() -> None:
    found = find_similar(
        "How do I reject an offer?",
        ["A fee", "Rejecting a late offer", "How are offers rejected?"],
        "en",
    )
    assert [pair.second for pair in found] == [2, 1]
