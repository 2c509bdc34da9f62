"""Parsing YAML: values, places, and what is refused instead of silently taken."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from threadbook.load.yaml import ALIAS_LIMIT, NESTING_LIMIT, Ambiguous, ParsedYaml, parse


def read(text: str) -> ParsedYaml:
    return parse(text, "f.yml")


def value(text: str) -> Any:
    document = read(text)
    assert document.findings == ()
    return document.value


def said(text: str) -> list[str]:
    """Return a text's findings as `line:column rule`."""
    return [f"{f.place.line}:{f.place.column} {f.rule.id}" for f in read(text).findings]


def one(text: str) -> tuple[str, str, str]:
    """Return the only finding: `line:column rule`, its message and its hint."""
    (finding,) = read(text).findings
    place = finding.place
    return f"{place.line}:{place.column} {finding.rule.id}", finding.message, finding.hint


# Values


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("hello", "hello"),
        ("Ähm, ja 😀", "Ähm, ja 😀"),
        ("7", 7),
        ("0", 0),
        ("-4", -4),
        ("+4", 4),
        ("999999999999999999", 999999999999999999),
        ("true", True),
        ("False", False),
        ("2024-02-29", datetime.date(2024, 2, 29)),
        ("null", None),
        ("~", None),
        ("", None),
        ("'7'", "7"),
        ('"true"', "true"),
        ("'2024-02-29'", "2024-02-29"),
        ('"a\\tb\\u00e9"', "a\tbé"),
        ("3 apples", "3 apples"),
        ("-x", "-x"),
        (".x", ".x"),
        ("not", "not"),
        ("one.two", "one.two"),
        ("1.2.3", "1.2.3"),
        ("2024-1-1", "2024-1-1"),
        ("c3po", "c3po"),
        ("[a, 'b: c', 3]", ["a", "b: c", 3]),
        ("{b: {c: d}}", {"b": {"c": "d"}}),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_a_value_is_read_as_it_looks(plain: str, expected: object) -> None:
    read_value = value(f"a: {plain}\n")["a"]
    assert read_value == expected
    assert type(read_value) is type(expected)


def test_block_scalars_keep_their_lines_or_fold_them() -> None:
    assert value("a: |\n  one\n   two\n\n  three\n")["a"] == "one\n two\n\nthree\n"
    assert value("a: |-\n  one\n")["a"] == "one"
    assert value("a: >\n  one\n  two\n")["a"] == "one two\n"
    assert value("a: |\n  no\n")["a"] == "no\n"


def test_keys_are_text_whatever_they_look_like() -> None:
    assert value("1: a\nno: b\n2024-01-01: c\n'': d\n") == {
        "1": "a",
        "no": "b",
        "2024-01-01": "c",
        "": "d",
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null\n"])
def test_a_file_without_content_has_no_value_and_no_findings(text: str) -> None:
    document = read(text)
    assert (document.value, document.findings) == (None, ())


@pytest.mark.parametrize("text", ["---\na: 1\n", "--- \na: 1\n...\n", "%YAML 1.1\n---\na: 1\n"])
def test_the_marks_of_a_single_document_are_harmless(text: str) -> None:
    assert value(text) == {"a": 1}


# What YAML would silently take for something else


@pytest.mark.parametrize(
    ("plain", "reading"),
    [
        ("no", "true or false"),
        ("Yes", "true or false"),
        ("on", "true or false"),
        ("OFF", "true or false"),
        ("12:30", "the number 750, because it counts in sixties"),
        ("1:2:3", "the number 3723, because it counts in sixties"),
        ("010", "a number that is not decimal"),
        ("-010", "a number that is not decimal"),
        ("0x1f", "a number that is not decimal"),
        ("0b11", "a number that is not decimal"),
        ("0o17", "a number in newer YAML"),
        ("089", "a number in newer YAML"),
        ("1e3", "a number in newer YAML"),
        (".5e3", "a number in newer YAML"),
        ("1_000", "a number with too many digits or with `_`"),
        ("1" * 40, "a number with too many digits or with `_`"),
        ("1.5", "a number with a decimal point"),
        (".5", "a number with a decimal point"),
        ("1.5e+3", "a number with a decimal point"),
        (".inf", "a number with a decimal point"),
        (".NaN", "a number with a decimal point"),
        ("2024-13-01", "a date that does not exist"),
        ("2023-02-29", "a date that does not exist"),
        ("0000-01-01", "a date that does not exist"),
        ("2024-01-01 10:00:00", "a date with a time"),
        ("2024-01-01T10:00:00Z", "a date with a time"),
        ("=", "a default value"),
    ],
)
def test_an_unquoted_word_that_yaml_reads_as_something_else_is_ambiguous(
    plain: str, reading: str
) -> None:
    assert value(f"a: {plain}\n")["a"] == Ambiguous(reading)
    assert value(f'a: "{plain}"\n')["a"] == plain
    assert value(f"a: |-\n  {plain}\n")["a"] == plain


# Places


def test_places_count_lines_and_columns_from_one() -> None:
    document = read("title: T\nlist:\n  - a\n  - {b: c}\nlast: [x, 'y']\n")
    places = {
        (): (1, 1),
        ("title",): (1, 8),
        ("list",): (3, 3),
        ("list", 0): (3, 5),
        ("list", 1): (4, 5),
        ("list", 1, "b"): (4, 9),
        ("last", 0): (5, 8),
        ("last", 1): (5, 11),
    }
    for location, place in places.items():
        assert document.position(location) == place
        spot = document.spot(location)
        assert (spot.line, spot.column) == place


def test_columns_count_characters_not_bytes() -> None:
    document = read("{é: 1, 😀: 2, c: [ß, x]}\n")
    assert document.position(("é",)) == (1, 5)
    assert document.position(("😀",)) == (1, 11)
    assert document.position(("c", 1)) == (1, 21)


def test_lines_are_counted_alike_with_windows_line_breaks() -> None:
    text = "a: 1\nb:\n  - c\n\nd: |\n  x\n  y\ne: 2\n"
    unix, windows = read(text), read(text.replace("\n", "\r\n"))
    assert windows.value == unix.value
    for location in ((), ("a",), ("b", 0), ("d",), ("e",)):
        assert windows.spot(location) == unix.spot(location)


def test_a_spot_knows_the_raw_text_and_whether_it_is_a_literal_block() -> None:
    document = read("plain: no\nquoted: 'x'\nliteral: |\n  y\nfolded: >\n  z\nlist: [a]\n")
    spots = {name: document.spot((name,)) for name in document.value}
    assert {name: spot.raw for name, spot in spots.items()} == {
        "plain": "no",
        "quoted": "x",
        "literal": "y\n",
        "folded": "z\n",
        "list": None,
    }
    assert [name for name, spot in spots.items() if spot.style == "|"] == ["literal"]


def test_a_key_has_a_spot_of_its_own() -> None:
    document = read("a:\n  bc: 1\n")
    spot = document.spot(("a", "bc"), key=True)
    assert (spot.line, spot.column, spot.raw) == (2, 3, "bc")


@pytest.mark.parametrize(
    "location", [("a", "b", 7), ("a", "b", 0, "deeper"), ("a", "b", "word"), ("a", "b", 0, 0)]
)
def test_a_location_that_leads_nowhere_gives_the_deepest_place_on_the_way(
    location: tuple[str | int, ...],
) -> None:
    document = read("a:\n  b: [x]\n")
    expected = (2, 7) if location[2] == 0 else (2, 6)
    assert document.position(location) == expected
    spot = document.spot(location)
    assert (spot.line, spot.column) == expected


def test_without_a_document_every_place_is_the_first() -> None:
    assert read("").position(("a", 0)) == (1, 1)
    assert (read("a: [").spot(("a",)).line, read("a: [").spot(("a",)).column) == (1, 1)


# Keys twice


def test_a_repeated_key_names_the_place_of_the_first_and_keeps_its_value() -> None:
    document = read("a: 1\nb: 2\na: 3\n")
    (finding,) = document.findings
    assert (str(finding.place), finding.rule.id) == ("f.yml:3:1", "TB011")
    assert finding.message == "`a` is already given above."
    assert finding.hint == "Keep one of the two; the other is on line 1."
    assert [(words, str(place)) for words, place in finding.related] == [
        ("first written here", "f.yml:1:1")
    ]
    assert document.value == {"a": 1, "b": 2}


def test_keys_are_compared_in_their_own_mapping_and_as_text() -> None:
    assert said("a: {b: 1}\nc: {b: 1}\n") == []
    assert said("a: {b: 1, 'b': 2}\n") == ["1:11 TB011"]
    assert said("1: a\n'1': b\n1: c\n") == ["2:1 TB011", "3:1 TB011"]


# What content does not need


@pytest.mark.parametrize(
    ("text", "place", "tag"),
    [
        ("a: !!python/object/apply:os.system [x]\n", "1:4", "!!python/object/apply:os.system"),
        ("a: !!python/name:os.system\n", "1:4", "!!python/name:os.system"),
        ("a: !mine x\n", "1:4", "!mine"),
        ("a: !mine [x]\n", "1:4", "!mine"),
        ("a: !mine {x: y}\n", "1:4", "!mine"),
        ("a: !mine 'x'\n", "1:4", "!mine"),
        ("a: !!binary aGk=\n", "1:4", "!!binary"),
        ("a: !!set {x, y}\n", "1:4", "!!set"),
        ("a: !!omap [x: y]\n", "1:4", "!!omap"),
        ("a: !!int 'x'\n", "1:4", "!!int"),
        ("- a\n- !<tag:example.org,2000:x> b\n", "2:3", "tag:example.org,2000:x"),
    ],
)
def test_a_tag_is_refused_where_it_stands(text: str, place: str, tag: str) -> None:
    assert one(text) == (
        f"{place} TB014",
        f"The YAML tag `{tag}` is not supported here.",
        "Remove it; if the value is text, put it in quotes.",
    )


@pytest.mark.parametrize(
    "text", ["!mine a: 1\n", "{!mine a: 1}\n", "!!python/name:os.system a: 1\n"]
)
def test_a_tag_on_a_key_is_refused_too(text: str) -> None:
    assert [finding.split()[1] for finding in said(text)] == ["TB014"]


def test_a_merge_key_is_refused_and_adds_nothing() -> None:
    document = read("base: &b {x: 1}\nmore:\n  <<: *b\n  y: 2\n")
    assert [(f.rule.id, f.place.line, f.place.column) for f in document.findings] == [
        ("TB014", 3, 3)
    ]
    assert document.value["more"] == {"y": 2}
    assert value("'<<': a\n") == {"<<": "a"}


@pytest.mark.parametrize("text", ["? [a]\n: b\n", "? {a: b}\n: c\n"])
def test_a_key_is_a_word(text: str) -> None:
    assert one(text)[:2] == ("1:3 TB103", "A key must be a word, not a list or a mapping.")


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: 1\n---\nb: 2\n", "2:1"), ("a: 1\n---\n", "2:1"), ("---\na: 1\n...\n---\nb: 2\n", "4:1")],
)
def test_a_second_document_is_refused_where_it_begins(text: str, place: str) -> None:
    assert one(text) == (
        f"{place} TB015",
        "A second YAML document begins here.",
        "Put what follows in a file of its own.",
    )


# Syntax


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: b: c\n", "1:5", "There cannot be a colon here."),
        ("a: b\n c: d\n", "2:3", "There cannot be a colon here."),
        ("a:\n\t- b\n", "2:1", "YAML is indented with spaces; this is a tab."),
        ("a: |\n b\n\tc: d\n", "3:1", "YAML is indented with spaces; this is a tab."),
        ("a: @b\n", "1:4", "Text cannot begin with `@`."),
        ("a: *b c\n", "1:4", "Text cannot begin with `*`."),
        ("a: &\n", "1:4", "Text cannot begin with `&`."),
        ("%a: b\n", "1:1", "Text cannot begin with `%`."),
        ("a: !<b\n", "1:4", "Text cannot begin with `!`."),
        ("a: [b,, c]\n", "1:7", "Text cannot begin with `,`."),
        ("a: [b, c\nd: e\n", "1:4", "The `[` that opens here is never closed."),
        ("a: {b: c\nd: e\n", "1:4", "The `{` that opens here is never closed."),
        ('a: ["b" c]\n', "1:9", "A comma or `]` is missing."),
        ("a: [\n", "2:1", "The file ends in the middle of something."),
        ("a: 'b' c\n", "1:8", "The quoted text ends before this."),
        ("a: 'b\nc: 1\n", "1:4", "The quote that opens here is never closed."),
        ('a: "b\n', "1:4", "The quote that opens here is never closed."),
        (
            'a: "\\q"\n',
            "1:5",
            "In double quotes a backslash begins an escape, and YAML does not know this one.",
        ),
        ('a: b\n"c\nd": e\n', "2:1", "Quoted text begins here, where a field should be."),
        ("a:\n b: 1\n  c: 2\n", "3:4", "There cannot be a colon here."),
        ("a:\n  b: c\n d: e\n", "3:2", "This line does not belong to any of the fields above."),
        ("a:\n- b\nd: c\n- e\n", "4:1", "This line does not belong to any of the fields above."),
        ("- b\nd: e\n", "2:1", "This line does not belong to any of the list items above."),
        (
            "a:\n - b\n  - c\n - d\n- e\n",
            "5:1",
            "This line does not belong to any of the fields above.",
        ),
        ("a: 1\nb\nc: 2\n", "2:1", "This line is neither a field nor part of the text above."),
        ("a: |b\n", "1:5", "After `|` or `>` the text begins on the next line."),
        (" a: b\nc: d\n", "2:1", "This line begins further to the left than the first one."),
        ("a: - b\n", "1:4", "A list cannot begin on the line of its field."),
        (
            "a:\n    b: c\n    d: e\n  - b: f\n",
            "2:5",
            "This list item has no hyphen; the one on line 4 has.",
        ),
    ],
)
def test_a_syntax_error_stands_where_the_slip_is(text: str, place: str, message: str) -> None:
    assert one(text)[:2] == (f"{place} TB010", message)
    assert one(text)[2]


@pytest.mark.parametrize(
    "text", ["a: *nobody\n", "a: &x 1\nb: &x\n  *x\n", 'a: "\\ud800"\n', "%x\n"]
)
def test_other_syntax_errors_are_findings_too(text: str) -> None:
    assert one(text)[0].endswith("TB010")


@pytest.mark.parametrize(
    "sign", ["\x00", "\x01", "\x07", "\x0b", "\x1b", "\x7f", "\x80", "\x9f", "\ufffe"]
)
def test_a_control_character_is_refused_where_it_stands(sign: str) -> None:
    found, message, hint = one(f"a: 1\né: 'ß😀{sign}'\n")
    assert found == "2:7 TB010"
    assert message.startswith("This is not valid YAML:")
    assert hint == "Remove the invisible character here."


@pytest.mark.parametrize("sign", ["\r", "\x85", "\u2028", "\u2029"])
def test_a_line_break_that_editors_do_not_count_is_refused(sign: str) -> None:
    assert one(f"a: 1\nb: x{sign}y\n") == (
        "2:5 TB010",
        f"There is an invisible line break (U+{ord(sign):04X}) here.",
        "Remove it; break lines with the Enter key.",
    )


# Resources


def test_a_few_aliases_are_read() -> None:
    assert value("a: &x [1, {b: c}]\nd: *x\ne: [*x, *x]\n") == {
        "a": [1, {"b": "c"}],
        "d": [1, {"b": "c"}],
        "e": [[1, {"b": "c"}], [1, {"b": "c"}]],
    }
    assert value("a: &x hello\nb: *x\n") == {"a": "hello", "b": "hello"}


def billion_laughs(width: int, levels: int) -> str:
    lines = [f"n0: &n0 [{', '.join(['x'] * width)}]"]
    lines += [
        f"n{level}: &n{level} [{', '.join([f'*n{level - 1}'] * width)}]"
        for level in range(1, levels)
    ]
    return "\n".join(lines) + "\n"


def size(tree: object) -> int:
    match tree:
        case list():
            return 1 + sum(map(size, tree))
        case dict():
            return 1 + sum(map(size, tree.values()))
        case _:
            return 1


@pytest.mark.parametrize("text", [billion_laughs(9, 10), billion_laughs(100, 20)])
def test_aliases_that_explode_are_refused_once_and_cost_no_more_than_the_limit(text: str) -> None:
    document = read(text)
    assert [finding.rule.id for finding in document.findings] == ["TB012"]
    assert "Write the content out." in document.findings[0].hint
    assert size(document.value) < len(text) + ALIAS_LIMIT


def test_aliases_that_repeat_a_long_text_are_refused_too() -> None:
    body = "word " * 2_000
    text = f"- &x {body}\n" + "- *x\n" * 2_000
    assert "TB012" in {finding.rule.id for finding in read(text).findings}


@pytest.mark.parametrize("text", ["&a [*a]", "&a [*a, *a]", "&a {b: *a}", "a: &b [{c: *b}]"])
def test_a_collection_that_holds_itself_is_refused(text: str) -> None:
    found = {finding.rule.id for finding in read(text).findings}
    assert found
    assert found <= {"TB012", "TB013"}


def test_nesting_is_fine_up_to_the_limit_and_refused_beyond_it() -> None:
    assert said("[" * NESTING_LIMIT + "]" * NESTING_LIMIT) == []
    assert said("[" * (NESTING_LIMIT + 1) + "]" * (NESTING_LIMIT + 1)) == [
        f"1:{NESTING_LIMIT + 1} TB013"
    ]
    deep = "".join(f"{' ' * level}k:\n" for level in range(NESTING_LIMIT + 1))
    assert said(deep + " " * (NESTING_LIMIT + 1) + "k: x\n") == [
        f"{NESTING_LIMIT + 1}:{NESTING_LIMIT + 1} TB013".replace(
            f"{NESTING_LIMIT + 1}:", f"{NESTING_LIMIT + 1}:", 1
        )
    ]


OPENERS = ["[", "- ", "? ", "{a: ", "[{", "{", "- ? ", "? - ", "[? ", "{? ", ": ", "- &a ", "- !a "]


@pytest.mark.parametrize("opener", OPENERS)
def test_nine_hundred_kilobytes_of_openers_end_in_a_finding_not_in_a_crash(opener: str) -> None:
    text = (opener * 900_000)[:900_000]
    found = {finding.rule.id for finding in read(text).findings}
    assert found
    assert found <= {"TB010", "TB013"}


def test_nesting_by_indentation_alone_ends_in_a_finding_too() -> None:
    text = "".join(f"{' ' * level}k:\n" for level in range(1_300))
    assert {finding.rule.id for finding in read(text).findings} == {"TB013"}


@pytest.mark.parametrize(
    "text",
    ["- x\n" * 200_000, "[" + "x," * 400_000 + "]", "".join(f"k{n}: x\n" for n in range(80_000))],
)
def test_a_wide_file_is_read(text: str) -> None:
    assert len(value(text)) >= 80_000
