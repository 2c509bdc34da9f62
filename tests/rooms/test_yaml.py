"""Parsing YAML: values, places, and what is refused instead of silently taken."""

from __future__ import annotations

import datetime

import pytest

from threadbook.load.yaml import Ambiguous, parse


def said(text: str) -> list[tuple[str, int, int]]:
    """Return the findings of a text: rule, line, column."""
    return [(f.rule.id, f.place.line, f.place.column) for f in parse(text, "f.yml").findings]


def test_values_are_plain_and_places_are_exact() -> None:
    text = "title: Äh?\nvotes: -4\nsolved: true\nat: 2024-03-02\nnone:\nlist: [a, 'b: c']\n"
    document = parse(text, "f.yml")
    assert document.findings == ()
    assert document.value == {
        "title": "Äh?",
        "votes": -4,
        "solved": True,
        "at": datetime.date(2024, 3, 2),
        "none": None,
        "list": ["a", "b: c"],
    }
    assert document.position(("list", 1)) == (6, 11)
    spot = document.spot(("at",))
    assert (spot.line, spot.column, spot.raw, spot.literal) == (4, 5, "2024-03-02", False)
    key = document.spot(("solved",), key=True)
    assert (key.line, key.column) == (3, 1)


def test_a_location_that_leads_nowhere_gives_the_deepest_place_on_the_way() -> None:
    document = parse("a:\n  b: [x]\n", "f.yml")
    assert document.position(("a", "b", 7, "c")) == document.position(("a", "b")) == (2, 6)


@pytest.mark.parametrize(
    "plain",
    [
        "no",
        "Yes",
        "on",
        "OFF",
        "12:30",
        "1:2:3",
        "010",
        "0o17",
        "0x1f",
        "1e3",
        "1_000",
        ".5",
        ".inf",
    ]
    + ["2024-13-01", "2024-01-01 10:00:00", "=", "1.5"],
)
def test_a_word_that_yaml_reads_as_something_else_is_ambiguous(plain: str) -> None:
    value = parse(f"title: {plain}\n", "f.yml").value["title"]
    assert isinstance(value, Ambiguous)
    assert parse(f'title: "{plain}"\n', "f.yml").value["title"] == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ("TB011", 3, 1)),
        ("a: !!python/object/apply:os.system [x]\n", ("TB014", 1, 4)),
        ("a: !mine x\n", ("TB014", 1, 4)),
        ("<<: {a: 1}\n", ("TB014", 1, 1)),
        ("? [a]\n: b\n", ("TB103", 1, 3)),
        ("a: 1\n---\nb: 2\n", ("TB015", 2, 1)),
        ("a: 'x\nb: 1\n", ("TB010", 3, 1)),
        ("a: b: c\n", ("TB010", 1, 5)),
        ("a: \x01\n", ("TB010", 1, 4)),
        ("a:\n\t- b\n", ("TB010", 2, 1)),
        ("a: *nobody\n", ("TB010", 1, 4)),
    ],
)
def test_what_content_does_not_need_is_refused_where_it_stands(
    text: str, expected: tuple[str, int, int]
) -> None:
    assert said(text) == [expected]


def test_a_repeated_key_names_the_place_of_the_first() -> None:
    finding = parse("a: 1\nb: 2\na: 3\n", "f.yml").findings[0]
    assert [(words, str(place)) for words, place in finding.related] == [
        ("first written here", "f.yml:1:1")
    ]


def test_few_aliases_are_read_and_many_are_refused() -> None:
    assert parse("a: &x [1, 2]\nb: *x\n", "f.yml").value == {"a": [1, 2], "b": [1, 2]}
    lines = ["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    assert "TB012" in {rule for rule, _, _ in said("\n".join(lines))}


def test_a_list_that_holds_itself_is_refused() -> None:
    assert {rule for rule, _, _ in said("&a [*a, *a]")} <= {"TB012", "TB013"}
    assert said("&a [*a, *a]")


@pytest.mark.parametrize("sign", ["\r", "\x85", "\u2028", "\u2029"])
def test_a_line_break_that_editors_do_not_count_is_refused(sign: str) -> None:
    assert said(f"a: 1\nb: x{sign}y\n") == [("TB010", 2, 5)]
    assert said("a: 1\r\nb: 2\r\n") == []


@pytest.mark.parametrize("opener", ["[", "- ", "? ", "{a: ", "[{"])
def test_a_file_of_nothing_but_openers_ends_in_a_finding_not_in_a_crash(opener: str) -> None:
    text = (opener * 900_000)[:900_000]
    assert {rule for rule, _, _ in said(text)} <= {"TB010", "TB013"}
    assert said(text)
