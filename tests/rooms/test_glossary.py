"""The glossary: what is marked in a body, and what never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from threadbook.markdown import FirstUses, to_html
from threadbook.model import make_anchor

ENTRIES = [
    ("contract", "engagement"),
    ("hourly contract",),
    ("NDA", "confidentiality agreement"),
    ("R&D",),
    ("エスクロー",),
    ("box",),
]


def marked(*bodies: str) -> list[str]:
    """Render and mark several bodies of one thread."""
    uses = FirstUses(ENTRIES, "w")
    return [
        str(uses.mark(to_html(body, lambda _: None, prefix="p")))
        .replace('<a class="tb-term" href="#w', "{")
        .replace('">', ":")
        .replace("</a>", "}")
        .removeprefix("<p>")
        .removesuffix("</p>\n")
        for body in bodies
    ]


def test_only_the_first_use_of_a_word_in_a_thread_is_marked() -> None:
    assert marked("A contract is a contract.", "No contract.") == [
        "A {1:contract} is a contract.",
        "No contract.",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Contracts and boxes", "{1:Contracts} and {2:boxes}"),
        ("subcontract contractor", "subcontract contractor"),
        ("an engagement, then a contract", "an {1:engagement}, then a contract"),
        ("an hourly contract and a contract", "an {1:hourly contract} and a {2:contract}"),
        ("an hourly\ncontract", "an {1:hourly\ncontract}"),
        ("an nda, an NDA", "an nda, an {1:NDA}"),
        ("several NDAs", "several {1:NDAs}"),
        ("a Confidentiality Agreement", "a {1:Confidentiality Agreement}"),
        ("R&D", "{1:R&amp;D}"),
        ("私のエスクローは", "私の{1:エスクロー}は"),
        ("a **contract**", "a <strong>{1:contract}</strong>"),
    ],
)
def test_a_word_is_found_as_people_write_it(body: str, expected: str) -> None:
    assert marked(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "`contract`",
        "    contract",
        "# contract",
        "[contract](https://example.org/contract)",
        '![contract](contract.png "contract")',
        '<img alt="> contract <a">',
        "https://example.org/contract",
        "<details><summary>contract</summary></details>",
    ],
)
def test_links_code_headings_and_values_of_attributes_are_left_alone(body: str) -> None:
    assert "tb-term" not in str(
        FirstUses(ENTRIES, "w").mark(to_html(body, lambda _: None, prefix=""))
    )


@given(st.text(st.sampled_from("<>&\"'= contract\nNDA/a"), max_size=60))
def test_marking_adds_links_and_changes_nothing_else(body: str) -> None:
    rendered = to_html(body, lambda _: None, prefix="p")
    uses = FirstUses(ENTRIES, "w")
    result = str(uses.mark(rendered))
    for number in range(1, len(uses.used) + 1):
        opening = f'<a class="tb-term" href="#w{number}">'
        before, mark, after = result.partition(opening)
        assert mark
        result = before + after.replace("</a>", "", 1)
    assert result == rendered


def test_a_body_without_words_stays_as_it_is() -> None:
    assert FirstUses([], "w").mark(Markup("<p>contract</p>")) == "<p>contract</p>"


@pytest.mark.parametrize(
    ("word", "anchor"),
    [
        ("Stage payment", "stage-payment"),
        ("R&D", "r-d"),
        ("エスクロー", "エスクロー"),
        ("?", "word"),
    ],
)
def test_an_anchor_is_the_word_in_small_letters(word: str, anchor: str) -> None:
    assert make_anchor(word) == anchor
