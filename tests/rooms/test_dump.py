"""A thread written as YAML is the same thread when it is read again, and already canonical."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from threadbook.edit.dump import dump_thread
from threadbook.edit.fmt import Formatted, format_content
from threadbook.errors import UserError
from threadbook.load.sources import FileKind
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Thread

Fields = st.SearchStrategy[dict[str, Any]]
Values = dict[str, st.SearchStrategy[Any]]


def load(text: str) -> Thread:
    document = parse(text, "")
    thread, findings = validate(Thread, document, "")
    assert document.findings == findings == ()
    assert thread is not None
    return thread


def thread(**fields: Any) -> Thread:
    return Thread.model_validate({"title": "Why?", "topics": ["a"], **fields})


# Hostile values of every field

PIECES = st.sampled_from(
    ["\n", "\n\n", " ", "  ", "\t", ": ", ":", " #", "- ", "---", "...", "'", '"', "\\", "|", ">"]
    + ["&a", "*a", "!!str", "%", "@", "`", "[", "]", "{", "}", ",", "? ", "<<", "no", "null", "~"]
    + ["1e3", "0o7", "2024-02-30", "12:30", "=", "\r\n", "\r", "\x85", "\u2028", "\ufeff", "\u00a0"]
    + ["\u202e", "\u0301", "e", "Wort", "\u5951", "\U0001f600", "\ufffd", "x" * 300]
)
LETTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.lists(PIECES | LETTERS, min_size=1, max_size=8).map("".join).filter(str.strip)
IDS = TEXTS.map(lambda text: text[:200]).filter(str.strip)
LINES = TEXTS.map(lambda text: text.strip()[:500].strip()).filter(bool)
SLUGS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5})?", fullmatch=True).filter("question".__ne__)
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))
BODY: Values = {"body": TEXTS}
WRITTEN: Values = {"by": IDS, "at": DAYS, "edited": DAYS}
COMMENTS = st.lists(st.fixed_dictionaries(BODY, optional=WRITTEN), max_size=2)
JUDGED: Values = {
    **WRITTEN,
    "votes": st.integers(-9, 10**6),
    "accepted": st.booleans(),
    "note": LINES,
    "comments": COMMENTS,
}
QUESTIONS: Fields = st.fixed_dictionaries(BODY, optional={**WRITTEN, "comments": COMMENTS})
ANSWERS: Fields = st.fixed_dictionaries(BODY, optional=JUDGED)
NAMED: Fields = st.fixed_dictionaries({"id": SLUGS, **BODY}, optional=JUDGED)
SOURCES: Fields = st.fixed_dictionaries(
    {"system": LINES},
    optional={"license": LINES, "retrieved": DAYS, "url": st.just("https://e.org/#a")},
)
SILENCES: Fields = st.fixed_dictionaries({"rule": st.just("TB301"), "reason": LINES})
FIELDS: Fields = st.fixed_dictionaries(
    {"title": LINES, "topics": st.lists(IDS, min_size=1, max_size=3)},
    optional={
        "also_asked": st.lists(LINES, max_size=2),
        "summary": LINES,
        "question": TEXTS | QUESTIONS,
        "related": st.lists(IDS, max_size=3),
        "duplicate_of": IDS,
        "replaced_by": IDS,
        "redirect_from": st.lists(
            st.sampled_from(["t5/a", "no", "1e3", "2024-02-30/"]), max_size=2
        ),
        "status": st.sampled_from(["draft", "published", "obsolete"]),
        "verified": DAYS,
        "review_by": DAYS,
        "source": SOURCES,
        "lang": st.sampled_from(["en", "no", "pt-BR"]),
        "silence": st.lists(SILENCES, max_size=2),
    },
)
SEVERAL = st.lists(NAMED, max_size=3, unique_by=lambda answer: answer["id"])
THREADS = st.builds(
    lambda fields, answers: Thread.model_validate(fields | answers),
    FIELDS,
    st.just({})
    | st.builds(dict, answer=TEXTS | ANSWERS | NAMED)
    | st.builds(dict, answers=SEVERAL),
)


@given(THREADS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(thread(answer="\n  indented: first\n\n\n"))
@example(thread(answers=[{"id": "a1", "body": "\tcode\n"}, {"id": "a2", "body": " \n x"}]))
@example(thread(topics=["a, b", "c] #", "no"], related=["two\nlines"]))
@example(thread(answer="w" * 100_000, question="word " * 20_000))
def test_what_is_dumped_loads_as_an_equal_thread_and_is_canonical(written: Thread) -> None:
    text = dump_thread(written)
    assert load(text) == written
    assert format_content(text, FileKind.THREAD) == Formatted(text)


def test_answers_get_the_ids_that_they_have_anyway() -> None:
    written = thread(answers=[{"body": "One."}, {"body": "Two."}])
    assert load(dump_thread(written)).answers == written.every_answer


def test_a_thread_is_written_as_an_editor_would() -> None:
    answer = {"by": "staff", "at": datetime.date(2026, 11, 23), "body": "One.\n\nTwo.\n"}
    written = thread(
        title="Fixed price: which one?", topics=["a", "b"], question="Which?", answers=[answer]
    )
    assert dump_thread(written, "../thread.schema.json") == (
        "# yaml-language-server: $schema=../thread.schema.json\n"
        'title: "Fixed price: which one?"\n'
        "topics: [a, b]\n"
        "question: Which?\n"
        "answers:\n"
        "  - id: a1\n"
        "    by: staff\n"
        "    at: 2026-11-23\n"
        "    body: |\n"
        "      One.\n"
        "\n"
        "      Two.\n"
    )


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\ufffe", "\ud800"], ids=ascii)
def test_a_character_that_yaml_forbids_is_refused_by_its_code(character: str) -> None:
    written = thread(answer=f"a{character}b") if character < "\ud800" else thread()
    written = written.model_copy(update={"title": f"a{character}b"})
    with pytest.raises(UserError, match=rf"`title` holds the character U\+{ord(character):04X}"):
        dump_thread(written)
