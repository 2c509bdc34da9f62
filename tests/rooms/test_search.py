"""Searching without a browser: words, levels, questions, typing errors, documents."""

from __future__ import annotations

import functools
import json
import random
import shutil
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.pages import Document
from threadbook.search.analysis import MOST_POSITIONS, analyse
from threadbook.search.corrections import MOST_CORRECTIONS, corrections
from threadbook.search.documents import rank_languages
from threadbook.search.index import DocumentIndex
from threadbook.search.question import Groups, rank, read_question
from threadbook.search.ranking import ranking
from threadbook.text import split_words, stem, stem_words

# Words


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The clients' proposals", "en", ["the", "client", "propos"]),
        ("client's don\u2019t", "en", ["client", "don", "t"]),
        ("VERTR\u00c4GE", "de", ["vertrag"]),
        ("\u5951\u7d04\u66f8", "ja", ["\u5951\u7d04", "\u7d04\u66f8"]),
        ("\u91d1", "zh", ["\u91d1"]),
        ("snake_case 3\u00bd", "en", ["snake", "case", "31", "2"]),
        ("\U0001f600 \u202e", "en", []),
    ],
)
def test_words_are_found_folded_and_stemmed(text: str, language: str, expected: list[str]) -> None:
    assert stem_words(text, language) == expected


@given(st.text(max_size=80))
def test_every_word_is_letters_and_digits_in_small_letters(text: str) -> None:
    for word in split_words(text):
        assert word.isalnum()
        assert len(word) <= 40


@given(st.permutations(["de", "es", "de", "fr", "fr", "ar", "en", "ja"]))
def test_languages_are_ranked_by_their_number_whatever_came_first(found: list[str]) -> None:
    assert rank_languages("en", Counter(found)) == ["en", "de", "fr", "ar"]


# Levels


def document(id_: str, title: str, accepted: str = "", kind: str = "thread") -> Document:
    return Document(id_, "en", {"title": title, "accepted": accepted}, kind)


def levels(document: Document) -> dict[str, int]:
    """Return how much each stem of a document says."""
    found = analyse([document])
    stems = [found.stems[number] for number in found.term.tolist()]
    return dict(zip(stems, found.level.tolist(), strict=True))


def test_a_word_of_the_title_says_more_than_one_of_the_answer() -> None:
    found = levels(document("a", "Refund", "Payment " + "is made " * 40))
    assert found["refund"] > found["payment"] >= 1
    assert max(found.values()) <= ranking().levels


def test_stop_words_are_kept_of_short_fields_only() -> None:
    found = levels(document("a", "How is it done", "when and where it was"))
    assert "how" in found
    assert "when" not in found


def test_other_kinds_of_page_count_less() -> None:
    thread, page = (levels(document("a", "Refund", kind=kind)) for kind in ("thread", "page"))
    assert thread["refund"] > page["refund"]


def test_an_enormous_document_is_cut_and_says_nothing_of_what_is_lost() -> None:
    enormous = document("a", "Refund", "word " * MOST_POSITIONS + "late")
    found = analyse([enormous, document("b", "Late")])
    assert found.sizes.tolist() == [MOST_POSITIONS, 1]
    assert len(found.text) == MOST_POSITIONS + 1
    assert set(levels(enormous)) == {"refund", "word"}


def test_no_documents_have_no_stems() -> None:
    assert analyse([]).stems == []
    assert levels(Document("a", "en", {})) == {}


def level_by_level(document: Document) -> dict[str, int]:
    """Return levels by the formula, word by word."""
    by, sums = ranking(), defaultdict[str, float](float)
    for name, text in document.fields.items():
        field, words = by.fields[name], split_words(text)
        kept = [word for word in words if field.is_short or word not in by.stop_words["en"]]
        share = 1 - field.normalisation + field.normalisation * len(kept) / field.length
        for each, count in Counter(stem(word, "en") for word in kept).items():
            sums[each] += field.weight * count / share
    most = by.levels * by.kinds.get(document.kind, 1.0)
    return {
        each: max(1, round(most * value / (value + by.saturation))) for each, value in sums.items()
    }


TEXT = st.lists(st.sampled_from("pay pays how is client contract x 2".split())).map(" ".join)


@given(
    st.lists(
        st.builds(
            document, st.uuids().map(str), TEXT, TEXT, st.sampled_from(["thread", "page", "term"])
        ),
        max_size=4,
    )
)
def test_documents_say_the_same_one_by_one_and_together(documents: list[Document]) -> None:
    index = DocumentIndex(documents)
    for each in documents:
        of = {term: found[each.id] for term, found in index.postings.items() if each.id in found}
        assert of == levels(each) == level_by_level(each)
        assert index.texts[each.id] == [
            stem(word, "en") for text in each.fields.values() for word in split_words(text)
        ]


# Questions


def index(*documents: Document) -> DocumentIndex:
    return DocumentIndex(documents)


BASE = index(
    document("refund", "The client wants a refund", "Do not give the money back at once."),
    document("late", "I am late with the delivery", "Tell the client today."),
    document("nda", "What is an NDA", "You promise to keep a secret. Sign the contract first."),
)
GROUPS = Groups.of([["NDA", "confidentiality agreement"], ["late", "overdue"]], "en")


def first(question: str) -> str:
    return next(iter(rank(read_question(question, ["en"], GROUPS), BASE).scores), "")


@pytest.mark.parametrize(
    ("question", "thread"),
    [
        ("they want their money back, a refund!", "refund"),
        ("my delivery is overdue", "late"),
        ("do i sign a confidentiality agreement", "nda"),
        ("refnud", "refund"),
        ("delivrey", "late"),
        ("xyzzy", ""),
        ("", ""),
        ("client -refund", "late"),
        ('"sign the contract"', "nda"),
        ('client -"the delivery"', "refund"),
    ],
)
def test_the_thread_that_is_meant_comes_first(question: str, thread: str) -> None:
    assert first(question) == thread


def test_of_nothing_but_stop_words_each_is_looked_up() -> None:
    base = index(document("a", "How do I pay"), document("b", "Payment"))
    assert list(rank(read_question("how do i", ["en"]), base).scores) == ["a"]


def test_nothing_is_empty_while_a_word_matches() -> None:
    assert first("qwertz asdfgh zxcvbn refund " + "blah " * 30) == "refund"


def test_a_rare_synonym_of_a_common_word_says_little() -> None:
    base = index(
        document("a", "The client pays", "employer"),
        *(document(str(n), f"The client waits {n}") for n in range(20)),
        document("b", "Who pays taxes for the client"),
    )
    groups = Groups.of([["client", "employer"]], "en")
    assert next(iter(rank(read_question("taxes of a client", ["en"], groups), base).scores)) == "b"


@given(st.text(max_size=60))
def test_no_question_raises(question: str) -> None:
    rank(read_question(question, ["en", "de"], GROUPS), BASE)


# Typing errors


def errors_in(one: str, other: str) -> int:
    """Count errors as the definition of optimal string alignment says, slowly."""

    @functools.cache
    def least(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [
            least(i - 1, j) + 1,
            least(i, j - 1) + 1,
            least(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            ways.append(least(i - 2, j - 2) + 1)
        return min(ways)

    return least(len(one), len(other))


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("refund", "refund", 0),
        ("refnud", "refund", 1),
        ("rfund", "refund", 1),
        ("refunds", "refund", 1),
        ("rifund", "refund", 1),
        ("ca", "abc", 3),  # 2 if a pair that was swapped could be edited again
    ],
)
def test_swapped_letters_are_one_error(one: str, other: str, errors: int) -> None:
    assert errors_in(one, other) == errors
    expected = [(other, errors)] if errors <= 1 else []
    assert corrections(one, {other: 1}) == expected


WORDS = st.text(st.sampled_from("abc\u00e9\u5951"), max_size=10)


@given(WORDS, st.dictionaries(WORDS, st.integers(1, 5), max_size=12))
def test_corrections_are_what_counting_all_errors_gives(stem: str, known: dict[str, int]) -> None:
    limit = 0 if len(stem) < 4 else 1 if len(stem) < 8 else 2
    near = sorted((errors_in(stem, word), -count, word) for word, count in known.items())
    expected = [
        (word, errors) for errors, _, word in near if limit and errors == near[0][0] <= limit
    ]
    assert corrections(stem, known) == expected[:MOST_CORRECTIONS]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_browser_corrects_as_the_generator_does(repository: Path, tmp_path: Path) -> None:
    letters = random.Random(1)  # noqa: S311 - made-up words, not a secret
    words = {"".join(letters.choices("abcde", k=letters.randint(3, 9))) for _ in range(600)}
    known = {word: letters.randint(1, 9) for word in sorted(words)[:300]}
    stems = sorted(words)[300:]
    script = repository / "theme" / "assets" / "search" / "corrections.js"
    (tmp_path / "corrections.mjs").write_text(script.read_text("utf-8"), "utf-8")
    (tmp_path / "ask.mjs").write_text(
        'import { corrections } from "./corrections.mjs";\n'
        f"const known = Object.entries({json.dumps(known)});\n"
        f"const found = {json.dumps(stems)}.map((stem) => corrections(stem, known));\n"
        "console.log(JSON.stringify(found));\n"
    )
    done = subprocess.run(
        ["node", tmp_path / "ask.mjs"], capture_output=True, text=True, check=True, timeout=60
    )
    found = [[tuple(pair) for pair in pairs] for pairs in json.loads(done.stdout)]
    assert found == [corrections(stem, known) for stem in stems]
    assert any(found)


def test_corrections_are_the_nearest_and_the_most_frequent_first() -> None:
    vocabulary = {"mileston": 3, "milston": 1, "million": 9, "mile": 2}
    assert corrections("milesotn", vocabulary) == [("mileston", 1)]
    assert corrections("xyz", vocabulary) == []
