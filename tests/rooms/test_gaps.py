"""The gap ledger: what is asked is read from any file, masked, put together and matched."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.gaps import Asked, Fault, Question, collect, grouping, read_asked, values
from threadbook.gaps.grouping import group
from threadbook.gaps.masking import mask

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]
DAY = datetime.date(2026, 11, 23)


def read(content: str | bytes) -> list[Asked | Fault]:
    return list(read_asked(io.BytesIO(content.encode() if isinstance(content, str) else content)))


def said(content: str | bytes) -> list[str]:
    """Return the faults of a file as they are printed."""
    return [each.say("asked") for each in read(content) if isinstance(each, Fault)]


def texts(content: str | bytes) -> list[str]:
    return [each.text for each in read(content) if isinstance(each, Asked)]


# Files


@pytest.mark.parametrize(
    "content",
    [
        "question,count,day\nHow?,3,2026-11-23\n",
        "\ufeffquestion,count,day\r\nHow?,3,2026-11-23\r\n",
        "Day;Question;Count\n2026-11-23;How?;3\n",
        "query\ttimes\tdate\nHow?\t3\t2026-11-23T10:00:00Z\n",
        'count,question,day\n3,"How?",2026-11-23\n',
        '{"question": "How?", "count": 3, "day": "2026-11-23"}\n',
        '\ufeff{"query": "How?", "times": "3", "date": "2026-11-23"}\n\n',
        '[{"title": "How?", "count": 3, "createdAt": "2026-11-23T10:00:00Z", "body": "x"}]',
        '[\n  {"title": "How?",\n   "count": 3, "created_at": "2026-11-23T10:00:00Z"}\n]\n',
        '[{"title": "A change", "pull_request": {"url": "x"}}, {"title": "How?", "count": 3, "createdAt": "2026-11-23"}]',
    ],
)
def test_a_file_of_each_kind_is_read(content: str) -> None:
    assert read(content) == [Asked("How?", 3, DAY)]


def test_only_the_question_is_needed() -> None:
    assert read("question\nHow?\n") == [Asked("How?")]
    assert read('{"question": "How?", "answered": "no"}') == [Asked("How?")]
    assert read('[{"title": "How?"}]') == [Asked("How?")]


def test_rows_without_a_question_are_nothing() -> None:
    assert read('question,count\n,5\n" ",5\n???,5\n\nHow?,0\n') == []


def test_a_question_may_have_commas_quotes_and_lines() -> None:
    assert texts('question,count\n"How, and ""why""\nnow?",2\n') == ['How, and "why" now?']


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["asked:1:1: There is nothing in the file."]),
        ("\n\n", ["asked:1:1: There is nothing in the file."]),
        ("text,count\nHow?,1\n", ["asked:1:1: No column is called question or query. Name the columns in the first line: question,count,day"]),
        ("question,count\nHow?,many\n", ["asked:2:6: `count` is not a whole number. Write it as in 12."]),
        ("question,count\nHow?,-1\n", ["asked:2:6: `count` is not a whole number. Write it as in 12."]),
        ("question,count\nHow?,1.5\n", ["asked:2:6: `count` is not a whole number. Write it as in 12."]),
        ("question,count\nHow?," + "9" * 50 + "\n", ["asked:2:6: `count` is not a whole number. Write it as in 12."]),
        ('question,count\n"a, b\nc",x\n', ["asked:3:4: `count` is not a whole number. Write it as in 12."]),
        ("question,day\nHow?,soon\n", ["asked:2:6: `day` is not a day. Write it as in 2026-11-23; the question counts without it."]),
        ("count,question\n3\n", ["asked:2:1: This row has no question. Write it, or leave out the row."]),
        (b"question\nHow?\nk\xff?\n", ["asked:3:2: This is not UTF-8. Save the file as UTF-8."]),
        ('{"question": "How?"}\n{"question": \n', ["asked:2:13: This line is not JSON: expecting value. Write one object a line. Export issues as a list: gh issue list --limit 1000 --json title,createdAt"]),
        ('{"text": "How?"}', ["asked:1:1: There is no `question` in this object. Name it so."]),
        ('{"question": 5}', ["asked:1:1: `question` should be text. Put it in quotes."]),
        ('{"question": "How?"}\n[1]\n', ['asked:2:1: This is not an object. Write it as in {"question": "How?"}']),
        ('{"question": "How?", "count": "x"}', ["asked:1:1: `count` is not a whole number. Write it as in 12."]),
        ('{"question": "How?", "count": true}', ["asked:1:1: `count` is not a whole number. Write it as in 12."]),
        ('[\n {"title": "How?"},\n {"title": }]', ["asked:3:12: This is not JSON: expecting value. Export issues as a list: gh issue list --limit 1000 --json title,createdAt"]),
        ('[{"title": "How?"}', ["asked:1:19: The list is never closed. Export the issues again."]),
        ('[{"name": "x"}]', ["asked:1:2: There is no `title` in this object. Name it so."]),
        ("[" * 100_000, ["asked:1:2: This is nested too deeply. Export issues as a list: gh issue list --limit 1000 --json title,createdAt"]),
        ('{"a":' * 100_000, ["asked:1:1: This line is nested too deeply. Leave it out."]),
    ],
)  # fmt: skip
def test_bad_input_says_where_and_what_would_mend_it(
    content: str | bytes, words: list[str]
) -> None:
    assert said(content) == words


def test_what_is_wrong_in_one_line_leaves_the_others_alone() -> None:
    content = b"question,count\nfirst one,1\n\xff,1\nsecond one,x\nthird one,2\n"
    assert texts(content) == ["first one", "third one"]
    assert len(said(content)) == 2
    lines = '{"question": "first one"}\nno json\n{"question": "second one"}\n'
    assert texts(lines) == ["first one", "second one"]


def test_a_question_without_its_day_counts() -> None:
    assert texts("question,day\nHow?,soon\n") == ["How?"]


def test_lines_and_issues_of_any_size_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "LONGEST_LINE", 100)
    long = "x" * 1_000
    assert texts(f"question\n{long}\nHow?\n") == ["How?"]
    assert said(f"question\n{long}\nHow?\n") == ["asked:2:1: The line is too long. Leave it out."]

    class Endless(io.RawIOBase):
        """A list of issues that never ends: nobody may read all of it."""

        def __init__(self) -> None:
            self.given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            piece = (b'[{"title": "First?"},' if not self.given else b'{"title": "More?"},')[
                : len(buffer)
            ]
            buffer[: len(piece)] = piece
            self.given += 1
            return len(piece)

    endless = Endless()
    found = read_asked(endless)  # type: ignore[arg-type]
    assert [next(found) for _ in range(3)] == [Asked("First?"), Asked("More?"), Asked("More?")]
    assert endless.given < 10_000


@given(st.binary(max_size=300))
def test_no_file_raises(content: bytes) -> None:
    for start in (b"", b"question,count\n", b"{", b"[", b'[{"title": "', b'{"question": "'):
        for each in read(start + content):
            assert isinstance(each, Asked | Fault)
            if isinstance(each, Fault):
                assert each.line >= 1
                assert each.column >= 1


# Masking


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to anna.b+c@mail.example.org, please", "Write to [e-mail], please"),
        ("ünï@exämple.org?", "[e-mail]"),
        ("<a@b.c> (d@e.f)", "<[e-mail]> ([e-mail])"),
        ("call +49 170 1234567", "call [number]"),
        ("call (030) 123-456", "call [number]"),
        ("call 555-123-4567 now", "call [number] now"),
        ("my order 1234567", "my order [number]"),
        ("card 4111 1111 1111 1111", "card [number]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN DE[number]"),
        ("born 1990-05-17", "born [number]"),
        ("my key is sk_live_51H8xYzAbCdEfGhIjKl", "my key is [code]"),
        ("٠١٢٣٤٥٦٧٨٩", "[number]"),
        ("in 2026 I earned 10,000", "in 2026 I earned 10,000"),
        ("100 000 yen in 3 days", "100 000 yen in 3 days"),
        ("20% of 5000", "20% of 5000"),
        ("many   spaces\n and lines", "many spaces and lines"),
        ("a-very-long-word-without-any-digit", "a-very-long-word-without-any-digit"),
    ],
)
def test_what_is_private_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_nothing_private_is_kept_from_any_kind_of_file() -> None:
    private = "mail me at anna@example.org or 0170 1234567"
    for content in (
        f"question\n{private}\n",
        json.dumps({"question": private}),
        json.dumps([{"title": private, "body": private}]),
    ):
        assert texts(content) == ["mail me at [e-mail] or [number]"]


def test_a_long_question_is_cut_after_it_is_masked() -> None:
    (found,) = texts("question\n" + "x " * 140 + "anna@example.org and more\n")
    assert "anna" not in found
    assert len(found) <= values.LONGEST_QUESTION


def test_masking_takes_no_longer_for_hostile_text() -> None:
    for text in (
        "1 " * 50_000,
        "a" * 100_000,
        "a@" * 50_000,
        "(" * 100_000,
        "a1-" * 30_000,
        "+(" * 50_000,
    ):
        mask(text)


# Counting and grouping


def test_the_same_question_is_counted_once_with_its_days() -> None:
    other = datetime.date(2026, 10, 1)
    collected = collect(
        [Asked("How?", 2, DAY), Asked("how", 1, other), Asked("Why?", 3), Asked("HOW?!")]
    )
    assert collected.questions == (Question("How?", 4, other, DAY), Question("Why?", 3))


def test_no_more_than_so_many_are_kept_and_the_rest_is_counted() -> None:
    faults = [Fault(n, 1, "x") for n in range(30)]
    collected = collect([*faults, Asked("a"), Asked("b"), Asked("c", 5), Asked("a")], most=2)
    assert [each.text for each in collected.questions] == ["a", "b"]
    assert (collected.more_questions, len(collected.faults), collected.more_faults) == (5, 20, 10)


def groups_of(*asked: str, encode: grouping.Encode | None = None) -> list[list[str]]:
    questions = [Question(text, 1) for text in asked]
    return [[each.text for each in found] for found in group(questions, "en", encode)]


def test_questions_with_the_same_words_are_put_together() -> None:
    assert groups_of(
        "How do I get paid in my currency?",
        "phone app",
        "get paid, my currency",
        "is there an app for my phone?",
        "something else",
        "apps for phones",
    ) == [
        ["How do I get paid in my currency?", "get paid, my currency"],
        ["phone app", "is there an app for my phone?", "apps for phones"],
        ["something else"],
    ]


def test_questions_of_common_words_only_are_not_the_same() -> None:
    assert len(groups_of("is it", "the a", "do I have")) == 3


def test_a_chain_of_small_steps_joins_nothing() -> None:
    found = groups_of("red green", "green blue yellow red", "blue yellow")
    assert found == [["red green", "green blue yellow red"], ["blue yellow"]]


def made_up_vectors(asked: Sequence[str]) -> grouping.Vectors:
    """Return a vector that only the first letter decides."""
    return np.eye(256, dtype=np.float32)[[ord(text[0]) % 256 for text in asked]]


def test_with_a_model_questions_are_put_together_by_meaning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = [["apple", "anything"], ["bread", "butter", "beer"]]
    asked = ("apple", "bread", "anything", "butter", "beer")
    assert groups_of(*asked, encode=made_up_vectors) == expected
    monkeypatch.setattr(grouping, "_CELLS", 1)  # one row at a time
    assert groups_of(*asked, encode=made_up_vectors) == expected
    monkeypatch.setattr(grouping, "MOST_BY_MEANING", 2)
    assert groups_of(*asked, encode=made_up_vectors) == [[each] for each in asked]


# The command

CONTENT: dict[str, str | bytes] = {
    "threads/new/pay.yml": "title: How do I get paid in euros?\ntopics: [payments]\nanswer: By bank.\n",
    "threads/new/open.yml": "title: May I bring my own laptop?\ntopics: [interviews]\n",
    "threads/new/later.yml": "title: Is there a discount for students?\ntopics: [payments]\nstatus: draft\nanswer: Yes, half.\n",
}
ASKED = """\
question,count,day
get paid in euros,5,2026-11-01
own laptop?,4,2026-11-02
discount for students,30,2026-11-03
student discount,2,2026-11-04
volcano insurance,7,2026-11-05
write to anna@example.org about submarines,1,2026-11-06
"""


@pytest.fixture
def base(knowledge: Knowledge) -> Path:
    folder = knowledge(CONTENT)
    (folder / "asked.csv").write_text(ASKED, "utf-8")
    return folder


def test_the_ledger_says_what_is_asked_and_not_answered(base: Path, run: Run) -> None:
    done = run("threadbook", "gaps", "asked.csv", cwd=base)
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == """\
5 questions, asked 49 times; the site answers 10% of the times.

Asked and not answered (2)
No thread answers these. Write one, or add the question to `also_asked` of one that does.
  7 times: volcano insurance
   1 time: write to [e-mail] about submarines

A draft would answer (1)
Finish these drafts, and publish them.
  32 times: discount for students
            and 1 other wording; Is there a discount for students?, content/threads/new/later.yml

Asked, and waiting for an answer (1)
The question is on the site, but nobody has answered it.
  4 times: own laptop?
           May I bring my own laptop?, content/threads/new/open.yml
"""
    )


def test_what_most_of_those_who_ask_find_decides(base: Path, run: Run) -> None:
    rows = "euros volcano submarine helium,9\neuros volcano submarine helium paid,1\nget paid in euros,1\n"
    (base / "asked.csv").write_text(f"question,count\n{rows}", "utf-8")
    found = json.loads(
        run("threadbook", "gaps", "asked.csv", "--format", "json", "--words", cwd=base).stdout
    )
    assert [(each["times"], each["wordings"]) for each in found["missing"]] == [(10, 2)]
    assert [each["thread"] for each in found["answered"]] == ["pay"]


def test_the_ledger_as_json_is_complete(base: Path, run: Run) -> None:
    done = run("threadbook", "gaps", "asked.csv", "--format", "json", cwd=base)
    found = json.loads(done.stdout)
    assert (found["times"], found["answered_times"]) == (49, 5)
    assert {name: len(found[name]) for name in ("missing", "draft", "waiting", "answered")} == {
        "missing": 2,
        "draft": 1,
        "waiting": 1,
        "answered": 1,
    }
    (draft,) = found["draft"]
    assert draft["also"] == ["student discount"]
    assert (draft["thread"], draft["file"]) == ("later", "content/threads/new/later.yml")
    assert (draft["first"], draft["last"]) == ("2026-11-03", "2026-11-04")


def test_the_ledger_as_markdown_escapes_what_was_asked(base: Path, run: Run) -> None:
    (base / "hostile.csv").write_text('question\n"<img src=x> [a](b) @everyone `x`"\n', "utf-8")
    done = run("threadbook", "gaps", "hostile.csv", "--format", "markdown", cwd=base)
    assert r"- 1 time: \<img src=x\> \[a\](b) \@everyone \`x\`" in done.stdout


def test_lists_are_cut_unless_all_are_wanted(base: Path, run: Run) -> None:
    rows = "".join(f"quasar{n} nebula{n} pulsar{n}\n" for n in range(12))
    (base / "many.csv").write_text(f"question\n{rows}", "utf-8")
    done = run("threadbook", "gaps", "many.csv", cwd=base)
    assert "  … and 2 more" in done.stdout
    assert "more" not in run("threadbook", "gaps", "many.csv", "--all", cwd=base).stdout


def test_health_lists_gaps_too(base: Path, run: Run) -> None:
    done = run("threadbook", "health", "--asked", "asked.csv", cwd=base)
    assert "Waiting for an answer (1)" in done.stdout
    assert "Asked and not answered (2)" in done.stdout
    as_json = json.loads(
        run("threadbook", "health", "--asked", "asked.csv", "--format", "json", cwd=base).stdout
    )
    assert next(each["question"] for each in as_json["asked"]["missing"]) == "volcano insurance"
    assert "asked" not in json.loads(
        run("threadbook", "health", "--format", "json", cwd=base).stdout
    )


def test_faults_are_told_aside_and_a_file_without_questions_is_an_error(
    base: Path, run: Run
) -> None:
    (base / "bad.csv").write_text("question,count\nfirst one,x\nsecond one,2\n", "utf-8")
    done = run("threadbook", "gaps", "bad.csv", cwd=base)
    assert done.returncode == 0
    assert done.stderr == "bad.csv:2:11: `count` is not a whole number. Write it as in 12.\n"
    for name, words in (
        ("missing.csv", "missing.csv cannot be read: No such file or directory."),
        ("content", "content cannot be read: Is a directory."),
        ("mkdocs.yml", "mkdocs.yml:1:1: No column is called question or query."),
        ("-", "standard input:1:1: There is nothing in the file."),
    ):
        done = run("threadbook", "gaps", name, cwd=base)
        assert done.returncode == 3
        assert done.stderr.startswith(f"threadbook: {words}"), done.stderr
        assert "Traceback" not in done.stderr
