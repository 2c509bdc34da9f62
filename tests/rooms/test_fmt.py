"""`threadbook fmt` changes how a file is written, never what it says."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from attack import rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from threadbook.edit.comments import find_comments
from threadbook.edit.fmt import TOKEN_LIMIT, Formatted, format_content
from threadbook.load.files import MODELS
from threadbook.load.sources import FileKind
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Thread

CONTENT = Path(__file__).parents[2] / "content"
FILES = sorted(CONTENT.rglob("*.yml"))


def kind_of(file: Path) -> FileKind:
    if file.parent == CONTENT:
        return FileKind(file.stem)
    return FileKind.PATH if file.parent.name == "paths" else FileKind.THREAD


def fmt(text: str, kind: FileKind = FileKind.THREAD) -> str:
    """Format, and check that formatting again changes nothing."""
    result = format_content(dedent(text) if text.startswith(" ") else text, kind)
    assert result.text is not None, result.reason
    assert result.reason == ""
    assert format_content(result.text, kind) == Formatted(result.text)
    return result.text


def thread(fields: str) -> str:
    """Format a thread with these fields, and return them as they are then."""
    text = fmt("title: t\ntopics: [a]\n" + fields)
    assert text.startswith("title: t\ntopics: [a]\n")
    return text.removeprefix("title: t\ntopics: [a]\n")


def meaning(text: str, kind: FileKind) -> object:
    model, findings = validate(MODELS[kind], document := parse(text, ""), "")
    if document.findings or findings:
        return None
    if isinstance(model, Thread) and model.answers:
        return model.model_copy(update={"answers": model.every_answer})
    return model


def assert_it_says_the_same(text: str, kind: FileKind) -> Formatted:
    result = format_content(text, kind)
    if result.text is None:
        assert result.reason.endswith(".")
        return result
    assert result.reason == ""
    text = text.replace("\r\n", "\n")
    said = meaning(text, kind)
    assert said is not None
    if result.text != text:  # or all that follows would compare a text with itself
        assert meaning(result.text, kind) == said
        assert Counter(c.text for c in find_comments(result.text)) == Counter(
            c.text for c in find_comments(text)
        )
        assert format_content(result.text, kind) == result
    return result


# The order of fields


def test_a_threads_fields_follow_the_model() -> None:
    assert fmt("""\
        lang: en
        source: {url: https://x.y/, system: z}
        answer: yes, do
        silence:
        - reason: because
          rule: TB206
        topics: [b, a]
        title: t
        """) == dedent("""\
        title: t
        topics: [b, a]
        answer: yes, do
        source: {system: z, url: https://x.y/}
        lang: en
        silence:
          - rule: TB206
            reason: because
        """)


def test_posts_and_comments_follow_the_model_too() -> None:
    text = """\
        question:
          comments:
            - body: c
              by: me
          body: b
          at: 2024-01-01
        answers:
          - comments: [{body: d, at: 2024-01-02}]
            body: e
            accepted: true
            id: x
        """
    assert thread(dedent(text)) == dedent("""\
        question:
          at: 2024-01-01
          body: b
          comments:
            - by: me
              body: c
        answers:
          - id: x
            accepted: true
            body: e
            comments: [{at: 2024-01-02, body: d}]
        """)


def test_a_paths_steps_checks_and_choices_follow_the_model() -> None:
    text = """\
    steps:
    - minutes: 3
      thread: x
    - optional: true
      check:
        cites: a
        choices:
        - {correct: true, text: foo}
        - why: because
          text: bar
        question: Q?
    title: T
    """
    assert fmt(text, FileKind.PATH) == dedent("""\
    title: T
    steps:
      - thread: x
        minutes: 3
      - check:
          question: Q?
          choices:
            - {text: foo, correct: true}
            - text: bar
              why: because
          cites: a
        optional: true
    """)


def test_the_sites_lists_follow_the_model() -> None:
    text = """\
    featured: {paths: [p], topics: [b]}
    people:
    - {name: N, id: n}
    topics:
    - title: B
      id: b
    boards:
    - title: A
      id: a
    """
    assert fmt(text, FileKind.SITE) == dedent("""\
    boards:
      - id: a
        title: A
    topics:
      - id: b
        title: B
    people:
      - {id: n, name: N}
    featured: {topics: [b], paths: [p]}
    """)


def test_golden_queries_follow_the_model_and_stay_at_the_margin() -> None:
    text = '- {within: 2, expect: a, query: "q"}\n# two\n- expect: b\n  query: r\n'
    wanted = '- {query: "q", expect: a, within: 2}\n# two\n- query: r\n  expect: b\n'
    assert fmt(text, FileKind.QUERIES) == wanted


# Texts of several lines


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('"a\\nb\\n"', "|\n  a\n  b\n"),
        ('"a\\nb"', "|-\n  a\n  b\n"),
        ("'a\n\n  b'", "|-\n  a\n  b\n"),
        ("a\n\n  b # c", "|- # c\n  a\n  b\n"),
        (">\n  a\n  b", "a b\n"),
        (">\n  a\n  b\n", "|\n  a b\n"),
        (">- # c\n  a\n\n  b\n", "|- # c\n  a\n  b\n"),
        ('"a\\n\\n\\n" # c\n\n\n', "|+ # c\n  a\n\n\n"),
        ('"  a\\nb"', "|2-\n    a\n  b\n"),
        ('"\\n\\na\\n\\n  b  \\n"', "|2\n\n\n  a\n\n    b  \n"),
        ("|\n  cut off", "|-\n  cut off\n"),
    ],
)
def test_a_text_with_line_breaks_becomes_a_literal_block(written: str, wanted: str) -> None:
    assert thread(f"answer: {written}") == f"answer: {wanted}"


@pytest.mark.parametrize("written", ['"a\\nb\\a"', '"\\ta\\nb"', '"a\\Lb\\nc"', '"a\\n\\eb"'])
def test_a_text_that_no_block_can_hold_stays_in_quotes(written: str) -> None:
    assert thread(f"answer: {written}\n") == f"answer: {written}\n"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("a\n  b", "a b"),
        ('"a\n  b"', '"a b"'),
        ("'a\n  b' # c", "'a b' # c"),
        (">-\n  a\n  b", "a b"),
        (">- # c\n  no", "'no' # c"),
        (">-\n  a: it's\n  # b", "'a: it''s # b'"),
        (">-\n  1e3", "'1e3'"),
    ],
)
def test_a_text_without_line_breaks_is_joined_to_one_line(written: str, wanted: str) -> None:
    assert thread(f"answer: {written}\n") == f"answer: {wanted}\n"


@pytest.mark.parametrize(
    "block",
    [
        "|\n  # not a comment\n  x # nor this\n",
        "|\n  blanks at the end  \n  \ttab\tin it\n     \n  😀 é\n",
        "|2-\n    lead\n  x\n",
        "|+\n  several ends\n\n\n",
        "|-\n  one line\n",
        "|\n  " + "long " * 200 + "\n",
        '|\n  "quotes"\n  - a: b\n  --- \n  ...\n',
    ],
)
def test_a_literal_block_stays_as_it_is(block: str) -> None:
    assert thread(f"answer: {block}") == f"answer: {block}"


def test_empty_lines_below_a_block_are_no_content() -> None:
    text = 'answer: "a\\nb\\n"\n\nrelated: [b]\n\n\n'
    assert thread(text) == "answer: |\n  a\n  b\n\nrelated: [b]\n"


# Ids, quotes, brackets


def test_answers_get_the_ids_the_model_gives_them() -> None:
    text = "answers:\n- body: x\n- id: b\n  body: y\n- {by: me, body: z}\n- id:\n  body: u\n"
    assert thread(text) == (
        "answers:\n  - id: a1\n    body: x\n  - id: b\n    body: y\n"
        "  - {id: a3, by: me, body: z}\n  - id: a4\n    body: u\n"
    )


def test_the_short_forms_answer_gets_no_id() -> None:
    assert thread("answer: {body: x}\n") == "answer: {body: x}\n"
    assert thread("question: x\n") == "question: x\n"


def test_quotes_stay_as_written() -> None:
    text = 'summary: "no"\nanswer: \'it\'\'s "so"\'\nverified: "2024-01-01"\n'
    assert thread(text) == text


def test_brackets_stay_unless_they_hold_a_literal_block() -> None:
    text = 'answers: [{body: "x\\ny", by: me}, {body: z}] # c\nrelated: [b,   c,\n  d]\n'
    assert thread(text) == (
        "answers: # c\n  - id: a1\n    by: me\n    body: |-\n      x\n      y\n"
        "  - {id: a2, body: z}\nrelated: [b, c, d]\n"
    )


# Comments


def test_comments_stay_with_what_they_describe() -> None:
    text = """\
    # yaml-language-server: $schema=x
    # about status
    # in two lines
    status: draft   # why
    topics:
    # the first
    - a # one
    # between
    - b
    # after b
    # about title
    title: t

    answers:
    # about a1
    - body: >- # header
        x
        # no comment

        y
      # about by
      by: me # eol

    # about a2
    - comments:
        # nested
        - body: c
          # deeper
      # about body
      body: z
    # the end
    """
    assert fmt(text) == dedent("""\
    # yaml-language-server: $schema=x
    # after b
    # about title
    title: t

    topics:
      # the first
      - a # one
      # between
      - b
    answers:
      # about a1
      - id: a1
        # about by
        by: me # eol
        body: |- # header
          x # no comment
          y

      # about a2
      - id: a2
        # about body
        body: z
        comments:
          # nested
          - body: c
            # deeper
    # about status
    # in two lines
    status: draft   # why
    # the end
    """)


def test_a_header_stays_at_the_top() -> None:
    text = "# Licence: CC0\n\n# about topics\ntopics: [a]\ntitle: t\n"
    assert fmt(text) == "# Licence: CC0\n\ntitle: t\n# about topics\ntopics: [a]\n"


def test_comments_at_the_end_stay_there() -> None:
    text = "topics: [a]\ntitle: t\n\n# one\n\n# two\n"
    assert fmt(text) == "title: t\ntopics: [a]\n\n# one\n\n# two\n"


def test_a_comment_above_a_field_that_moves_beside_the_hyphen_stands_above_the_hyphen() -> None:
    text = "answers:\n  - body: x\n    # permalink\n    id: y\n"
    assert thread(text) == "answers:\n  # permalink\n  - id: y\n    body: x\n"


def test_a_comment_beside_a_bare_hyphen_is_put_above_it() -> None:
    text = "related:\n  - b\nanswers:\n  - # odd\n    body: x\n"
    assert "answers:\n  # odd\n  - id: a1\n    body: x\n" in fmt("title: t\ntopics: [a]\n" + text)


def test_a_deep_comment_is_not_swallowed_by_a_block() -> None:
    text = "answer: 'x\n\n  y'\n      # deep\nrelated: [b]\n"
    assert thread(text) == "answer: |-\n  x\n  y\n# deep\nrelated: [b]\n"


def test_comments_of_nested_mappings_move_with_their_fields() -> None:
    text = "source: # s\n  # about url\n  url: https://x.y/\n\n  # about system\n  system: z\n"
    assert (
        thread(text)
        == (
            "source: # s\n  # about system\n  system: z\n  # about url\n  url: https://x.y/\n\n"
        ).rstrip("\n")
        + "\n"
    )


@pytest.mark.parametrize("fields", ["related: [a, # one\n  b]\n", "answer:\n  # one\n  b\n"])
def test_a_file_whose_comment_would_get_lost_is_left_alone(fields: str) -> None:
    result = format_content(f"title: t\ntopics: [a]\n{fields}", FileKind.THREAD)
    assert result == Formatted(None, "Formatting would lose `# one`; put it above a field.")


def test_only_real_comments_are_comments() -> None:
    text = "# a\nb: 'x # y' # c\nd: | # e\n  # f\ng: h#i\n? \"# j\" # k\n: [l, # m\n  n]\n# o  \n"
    assert [comment.text for comment in find_comments(text)] == "# a,# c,# e,# k,# m,# o".split(",")


# Bytes around the text


def test_line_ends_marks_and_blanks_become_plain() -> None:
    text = (
        "\ufeff---\r\n# c  \r\ntitle: t  \r\ntopics: [a]\r\nanswer: |\r\n  b  \r\n\r\n...\r\n\r\n"
    )
    assert fmt(text) == "# c\ntitle: t\ntopics: [a]\nanswer: |\n  b  \n"


def test_a_canonical_text_comes_back_as_it_is() -> None:
    text = "title: t\ntopics: [a]\nanswer: b\n"
    assert format_content(text, FileKind.THREAD) == Formatted(text)


# What is left alone


MANY_ANSWERS = f"{{id: a, body: x, comments: [{'{body: y}, ' * 20}]}}, "
MANY_ANSWERS = "".join(MANY_ANSWERS.replace("a,", f"a{n},", 1) for n in range(TOKEN_LIMIT // 140))
"""More than the formatter reads, and within all limits: a comment is seven tokens."""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file has no fields."),
        ("title: t\n", "`topics` is missing here."),
        ("title: [\n", "The file ends"),
        ("title: t\ntopics: [a]\nanswre: x\n", "There is no field `answre` here."),
        ("title: t\rtopics: [a]\n", "invisible line break"),
        ("- " * 5_000, "nested"),
        ("title: \ud800\ntopics: [a]\n", "half of a surrogate pair"),
        ("title: &t t\ntopics: [a]\nsummary: *t\n", "anchors"),
        ("title: !!str t\ntopics: [a]\n", "tags"),
        ("%YAML 1.1\n---\ntitle: t\ntopics: [a]\n", "directive"),
        (f"title: t\ntopics: [a]\nanswers: [{MANY_ANSWERS}]\n", "too long"),
        ("title: t\ttab\ntopics: [a]\n", "ruamel.yaml cannot lay it out"),
    ],
)
def test_what_cannot_be_formatted_is_left_alone_and_says_why(text: str, reason: str) -> None:
    result = format_content(text, FileKind.THREAD)
    assert result.text is None
    assert reason in result.reason


# The whole example base, and slips of the hand in it


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_of_the_example_says_the_same(file: Path) -> None:
    text = file.read_text("utf-8")
    result = assert_it_says_the_same(text, kind_of(file))
    assert result.text is not None, result.reason


def slipped(text: str, chance: random.Random) -> str:
    """Make one small mistake in a text."""
    at = chance.randrange(len(text))
    lines = text.split("\n")
    line = chance.randrange(len(lines))
    match chance.choice("letter remove line indent repeat comment end swap".split()):
        case "letter":
            return text[:at] + chance.choice("a:-[]{}&*!|>'\"%@`#,?\n\t é") + text[at + 1 :]
        case "remove":
            return text[:at] + text[at + 1 :]
        case "line":
            del lines[line]
        case "indent":
            lines[line] = " " + lines[line]
        case "repeat":
            lines.insert(line, lines[line])
        case "comment":
            lines.insert(line, " " * chance.randrange(8) + "# slipped in")
        case "end":
            lines[line] += " # slipped in"
        case _:
            other = chance.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
    return "\n".join(lines)


def test_slips_of_the_hand_that_are_valid_say_the_same() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same slips every time
    valid = 0
    texts = [(file.read_text("utf-8"), kind_of(file)) for file in FILES if file.stem != "queries"]
    while valid < rounds(40):
        text, kind = chance.choice(texts)
        text = slipped(text, chance)
        assert_it_says_the_same(text, kind)
        valid += meaning(text, kind) is not None


def shuffled(value: object, chance: random.Random) -> object:
    """Put all keys in another order, and leave out the answers' ids."""
    if isinstance(value, dict):
        keys = [key for key in value if key != "id"]
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def test_files_written_by_another_program_come_back_in_order() -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same order every time
    files = sorted((CONTENT / "threads").rglob("*.yml"))
    for file in chance.sample(files, min(len(files), rounds(25))):
        tree = shuffled(yaml.safe_load(file.read_text("utf-8")), chance)
        text = yaml.dump(
            tree, sort_keys=False, allow_unicode=True, width=chance.choice([30, 80, 1000])
        )
        lines = text.split("\n")
        for _ in range(4):
            lines.insert(chance.randrange(len(lines)), chance.choice(["# x", "  # y"]))
        assert_it_says_the_same("\n".join(lines), FileKind.THREAD)
        ordered = assert_it_says_the_same(text, FileKind.THREAD)
        assert ordered.text is not None, ordered.reason
        assert ordered.text.startswith("title:")


@settings(deadline=None, max_examples=rounds(50))
@given(
    value=st.text(st.sampled_from("ab \n\t#:-'\"\\|>%{[&*!é😀\u00a0\x85\u2028\x07"), max_size=15),
    style=st.sampled_from(["", "'", '"', "|", ">"]),
    width=st.sampled_from([4, 1000]),
)
def test_any_value_in_any_style_says_the_same(value: str, style: str, width: int) -> None:
    written = yaml.dump(value, default_style=style or None, allow_unicode=True, width=width)
    body = written.removesuffix("...\n").replace("\n", "\n    ").rstrip(" ")
    text = f"answers:\n  - body: {body}    # about by\n    by: me\ntitle: t\ntopics: [a]\n"
    result = assert_it_says_the_same(text, FileKind.THREAD)
    assert result.text is not None or result.reason.startswith("It has errors")


@settings(deadline=None, max_examples=rounds(50))
@given(text=st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`#,?\n\t \x85\u2028é😀01."), max_size=80))
def test_no_text_raises(text: str) -> None:
    for kind in MODELS:
        assert_it_says_the_same(text, kind)
        assert_it_says_the_same(f"title: t\ntopics: [a]\nanswer: {text}", kind)
