"""The sentence that answers, and the address that highlights it, by the browser's code in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Mapping
from typing import Any

import pytest
from bases import REPOSITORY

from threadbook.markdown import keep_sentences, open_sentences, quote_blocks

BY = {"words": 0.3, "lead": 0.6}


def run(*tasks: Mapping[str, Any]) -> list[Any]:
    """Let the browser's code do something."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    done = subprocess.run(
        [node, REPOSITORY / "tests" / "search" / "run_sentences.mjs"],
        input=json.dumps({"assets": str(REPOSITORY / "theme" / "assets"), "tasks": tasks}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


LONG_ENOUGH = "This is a sentence that has enough words."

SPLIT = {
    "two sentences": (
        "en",
        f"{LONG_ENOUGH} And here is another one, which is as long.",
        [LONG_ENOUGH, "And here is another one, which is as long."],
    ),
    "a figure with a point": (
        "en",
        "A fee of 2.5 per cent is what they take. You pay it only when you are paid.",
        ["A fee of 2.5 per cent is what they take.", "You pay it only when you are paid."],
    ),
    "a short one stays with the next": (
        "en",
        "Yes. Until a contract begins you can withdraw it at any time.",
        ["Yes. Until a contract begins you can withdraw it at any time."],
    ),
    "the last, if it is short, with the one before": (
        "en",
        f"{LONG_ENOUGH} Ask rather than wait.",
        [f"{LONG_ENOUGH} Ask rather than wait."],
    ),
    "what somebody says stays together": (
        "en",
        'Remind them once, and write this line: "Part one is with you. Is anything missing?"',
        ['Remind them once, and write this line: "Part one is with you. Is anything missing?"'],
    ),
    "a sentence goes on after a quoted question": (
        "en",
        '"How will you decide that it is finished?" prevents most of the quarrels.',
        ['"How will you decide that it is finished?" prevents most of the quarrels.'],
    ),
    "an abbreviation": (
        "en",
        "The form goes to your own tax adviser, e.g. Mr. Smith, who signs it.",
        ["The form goes to your own tax adviser, e.g. Mr. Smith, who signs it."],
    ),
    "lines are never joined": ("en", "One line\nAnother", ["One line", "Another"]),
    "Japanese": (
        "ja",
        "契約が始まるまで応募を取り消せます。提案のページで探してください。",
        ["契約が始まるまで応募を取り消せます。", "提案のページで探してください。"],
    ),
    "Arabic": (
        "ar",
        "هل يمكنني سحب عرضي بعد أن أرسلته إلى العميل؟ نعم، يمكنك ذلك قبل أن يبدأ العقد.",
        ["هل يمكنني سحب عرضي بعد أن أرسلته إلى العميل؟", "نعم، يمكنك ذلك قبل أن يبدأ العقد."],
    ),
    "a language that is none": ("!", LONG_ENOUGH, [LONG_ENOUGH]),
    "nothing": ("en", "\n . \n", []),
}


@pytest.mark.parametrize("name", SPLIT)
def test_a_text_is_cut_into_whole_sentences(name: str) -> None:
    language, text, expected = SPLIT[name]
    assert run({"does": "split", "text": text, "language": language}) == [expected]


def test_browsers_without_a_segmenter_have_sentences_too() -> None:
    text = f"{LONG_ENOUGH} And here is another one, which is as long."
    split, old = run({"does": "split", "text": text}, {"does": "old", "text": text})
    assert old == split


def choices(text: str, words: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run({"does": "list", "text": text, "words": words or []})[0]
    return found


def test_what_is_too_long_is_left_out_and_never_cut() -> None:
    long = "word " * 80 + "end."
    found = choices(f"{long}\n{LONG_ENOUGH}")
    assert [each["text"] for each in found] == [LONG_ENOUGH]
    assert not found[0]["isFirst"]
    assert choices(long) == []


def test_a_list_is_neither_led_to_nor_labelled() -> None:
    text = f"From here on it goes like this, in five steps:\nThe date\na half of it;\n{LONG_ENOUGH}"
    assert [each["text"] for each in choices(text)] == [LONG_ENOUGH]
    assert [each["text"] for each in choices("The date")] == ["The date"]


def test_rare_words_count_more_and_each_word_once() -> None:
    words = [{"stems": ["refund", "repay"], "weight": 3}, {"stems": ["client"], "weight": 1}]
    text = (
        "The client asked for something else on the next day.\n"
        "Refunds and repayments are what you can refund to anybody."
    )
    assert [each["share"] for each in choices(text, words)] == [0.25, 0.75]


def test_fourteen_sentences_are_compared_at_most_those_with_most_of_the_question() -> None:
    words = [{"stems": ["refund"], "weight": 1}]
    text = "\n".join(f"{LONG_ENOUGH} {number}" for number in range(30))
    found = choices(f"{text}\nA refund is what they want to have in the end.", words)
    assert len(found) == 14
    assert found[-1]["share"] == 1
    assert found[0]["isFirst"]


@pytest.mark.parametrize(
    ("cosines", "shares", "first"),
    [
        (None, [0, 0, 0], 0),
        (None, [0, 0.9, 0], 0),  # words alone do not outweigh the beginning
        ([0.1, 0.2, 0.5], [0, 0, 0], 0),
        ([0.0, 0.2, 0.7], [0, 0, 0], 2),
        ([0.1, 0.5, 0.5], [0, 1, 0], 1),
    ],
)
def test_the_beginning_answers_unless_another_sentence_fits_much_better(
    cosines: list[float] | None, shares: list[float], first: int
) -> None:
    sentences = [{"share": share, "isFirst": at == 0} for at, share in enumerate(shares)]
    task = {"does": "rank", "sentences": sentences, "cosines": cosines, "by": BY}
    assert run(task)[0][0] == first


def test_two_sentences_say_the_same_if_they_have_the_same_words() -> None:
    summary = "Yes. Until you accept a contract you can decline; a short no is enough."
    alike = "Yes, you are. Until you accept the contract you can decline."
    other = "Removal is possible where a review breaks the rules."
    assert run(
        {"does": "same", "one": summary, "other": alike},
        {"does": "same", "one": summary, "other": other},
        {"does": "same", "one": "", "other": ""},
    ) == [True, False, False]


# Fragments


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("one, two & three-four", "one%2C%20two%20%26%20three%2Dfour"),
        ("100 % of #1?", "100%20%25%20of%20%231%3F"),
        ('"Yes": <b>', "%22Yes%22%3A%20%3Cb%3E"),
        ("für 料金", "f%C3%BCr%20%E6%96%99%E9%87%91"),
        ("half \ud83d of it", "half%20%EF%BF%BD%20of%20it"),
        ("bell \u0007", "bell%20%07"),
    ],
)
def test_a_text_is_encoded_so_that_nothing_in_it_means_anything(text: str, encoded: str) -> None:
    assert run({"does": "fragment", "text": text, "anchor": "a1"}) == [f"#a1:~:text={encoded}"]


def test_a_long_text_is_named_by_its_ends_in_whole_words() -> None:
    words = [f"word{number}" for number in range(40)]
    (found,) = run({"does": "fragment", "text": " ".join(words), "anchor": "a1"})
    start, end = found.removeprefix("#a1:~:text=").split(",")
    start, end = (urllib.parse.unquote(each).split() for each in (start, end))
    assert words[: len(start)] == start
    assert words[-len(end) :] == end
    assert min(len(" ".join(start)), len(" ".join(end))) >= 40


def test_a_long_text_without_spaces_is_named_whole() -> None:
    text = "契約" * 90
    (found,) = run({"does": "fragment", "text": text, "anchor": ""})
    assert found == f"#:~:text={urllib.parse.quote(text)}"


@pytest.mark.parametrize("anchor", ["", "a b", "a:~:text=x", "ä", "a,b"])
def test_an_anchor_that_is_none_is_left_out(anchor: str) -> None:
    assert run({"does": "fragment", "text": "x", "anchor": anchor}) == ["#:~:text=x"]


def test_hostile_texts_take_no_time() -> None:
    """A hundred times as much takes about as long, since only a beginning is read."""
    text = "word " * 20_000
    tasks: list[dict[str, Any]] = [
        {"does": does, "text": each, "words": []}
        for each in (text, "\n" * 100_000, '"' * 100_000, "a." * 50_000, "\u0000\u202e" * 50_000)
        for does in ("split", "old", "list")
    ]
    began = time.monotonic()
    run(*tasks[:1])
    once = time.monotonic() - began
    run(*tasks)
    assert time.monotonic() - began < 20 * once + 5


# What the index keeps of an answer


def test_a_passage_is_a_line_and_reads_as_on_the_page() -> None:
    rendered = (
        '<h2>Head</h2><p>Look at <code>a&amp;b</code>, the <a href="../x/" title="a > b">'
        "li<b>st</b></a>.\nIt helps.</p><pre><code>no</code></pre>"
        "<ul><li>One <em>item</em></li><li><p>Two</p><p>Three<br>lines</p></li></ul>"
        "<table><tr><td>cell</td></tr></table><blockquote><p>quoted</p></blockquote>"
        '<blockquote class="tb-alert"><p class="tb-alert__title">Warning</p><p>Beware.</p>'
        '</blockquote><p><span class="tb-task">☐</span> Sort.</p>'
    )
    assert quote_blocks(rendered, 1_000).split("\n") == [
        "Look at a&b, the list. It helps.",
        "One item",
        "Two",
        "Three lines",
        "Beware.",
        "Sort.",
    ]


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("One is here. Two is there.", 100, "One is here. Two is there."),
        ("One is here. Two is there.", 20, "One is here."),
        ("One is here. Two is there.", 12, "One is here."),
        ("One is 3.5 here and there", 12, ""),
        ("契約。支払い。", 5, "契約。"),
        ('He said "yes." Then he left.', 20, 'He said "yes."'),
        ("", 5, ""),
    ],
)
def test_what_is_kept_ends_with_a_whole_sentence(text: str, limit: int, kept: str) -> None:
    assert keep_sentences(text, limit) == kept


def test_a_hundred_thousand_characters_without_a_full_stop_leave_nothing() -> None:
    assert quote_blocks(f"<p>{'word ' * 20_000}</p>", 1_600) == ""
    assert quote_blocks("<p>" * 30_000 + "One.", 1_600) == "One."
    assert quote_blocks("&lt;" * 30_000, 1_600) == ""


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        (
            "You are hired when you accept a contract. Not before.",
            "You are hired when you accept a contract.",
        ),
        (
            "Yes. Until you accept a contract, you may decline. And so on.",
            "Yes. Until you accept a contract, you may decline.",
        ),
        ("Yes.", "Yes."),
        (
            "About 3.5 per cent of the price goes to the marketplace. More below.",
            "About 3.5 per cent of the price goes to the marketplace.",
        ),
        (
            "契約を受け入れるまでは採用されておらず、辞退することもできます。詳しくは下にあります。",
            "契約を受け入れるまでは採用されておらず、辞退することもできます。",
        ),
        (
            "no full stop at all, and quite a few words",
            "no full stop at all, and quite a few words",
        ),
        ("", ""),
    ],
)
def test_a_short_answer_is_the_first_sentence_and_more_if_that_is_only_a_yes(
    text: str, opening: str
) -> None:
    assert open_sentences(text, 30) == opening
