"""What each rule of a thread's text finds, and where."""

from __future__ import annotations

import datetime

import pytest

from threadbook.check import Circumstances, check_thread
from threadbook.load.files import make_thread
from threadbook.load.sources import FileKind, SourceFile

TODAY = Circumstances(datetime.date(2026, 11, 23), "https://example.org/help/")


def found(text: str) -> list[str]:
    source = SourceFile(FileKind.THREAD, "x.yml", "x.yml", "x", "new", len(text), 0)
    file, findings = make_thread(source, text)
    assert file is not None, findings
    return [f"{f.place.line}:{f.place.column} {f.rule.id}" for f in check_thread(file, TODAY)]


HEAD = "title: When am I paid?\ntopics: [a]\n"


@pytest.mark.parametrize(
    ("bad", "expected", "good"),
    [
        ("title: Contract\ntopics: [a]\n", "1:8 TB301", HEAD),
        ("title: WHEN AM I EVER PAID?\ntopics: [a]\n", "1:8 TB302", HEAD),
        (f"title: When {'very ' * 20}much?\ntopics: [a]\n", "1:8 TB303", HEAD),
        ("title: When am I paid???\ntopics: [a]\n", "1:22 TB304", HEAD),
        (f"{HEAD}also_asked: [When was I paid]\n", "3:14 TB306", f"{HEAD}also_asked: [Money?]\n"),
        (f"{HEAD}status: obsolete\n", "3:9 TB401", f"{HEAD}status: obsolete\nreplaced_by: b\n"),
        (f"{HEAD}verified: 2062-01-01\n", "3:11 TB403", f"{HEAD}verified: 2026-11-24\n"),
        (
            f"{HEAD}question: {{at: 2024-03-02, body: a}}\nanswer: {{at: 2024-02-03, body: b}}\n",
            "4:14 TB404",
            f"{HEAD}question: {{at: 2024-03-02, body: a}}\nanswer: {{at: 2024-03-02, body: b}}\n",
        ),
        (f"{HEAD}review_by: 2026-11-22\n", "3:12 TB405", f"{HEAD}review_by: 2027-11-22\n"),
        (f"{HEAD}review_by: 2026-12-23\n", "3:12 TB406", f"{HEAD}review_by: 2026-12-24\n"),
        (f"{HEAD}answer: |\n  É, see [here](/x).\n", "4:10 TB501", f"{HEAD}answer: '[fees](/x)'\n"),
        (
            f"{HEAD}answer: >\n  a\n  b ![](image:x.png)\n",
            "5:5 TB502",
            f"{HEAD}answer: '![b](image:x.png)'\n",
        ),
        (f"{HEAD}answer: |\n  # a\n\n  ### b\n", "6:3 TB503", f"{HEAD}answer: |\n  # a\n  ## b\n"),
        (
            f"{HEAD}answer: See https://example.org/help/threads/b/ first\n",
            "3:13 TB504",
            f"{HEAD}answer: See https://example.org/help/topics/b/ first\n",
        ),
        (f"{HEAD}answer: At http://a.org/\n", "3:12 TB505", f"{HEAD}answer: At https://a.org/\n"),
        (f"{HEAD}answer: To me@a.org\n", "3:12 TB506", f"{HEAD}answer: To me@example.org\n"),
        (
            f"{HEAD}answer: Call +999 20 7946 0018.\n",
            "3:14 TB507",
            f"{HEAD}answer: On 2024-03-02, or +44 20 7946 0018.\n",
        ),
        (f"{HEAD}answer: ghp_{'a1' * 18}\n", "3:9 TB508", f"{HEAD}answer: ghp_short\n"),
        (f"{HEAD}lang: en  \n", "3:9 TB016", f"{HEAD}answer: |\n  a  \n  b\n"),
    ],
)
def test_a_thread_breaks_one_rule_at_one_place(bad: str, expected: str, good: str) -> None:
    assert found(bad) == [expected]
    assert found(good) == []


def test_two_accepted_answers_need_a_note_each() -> None:
    answers = "answers:\n- {body: a, accepted: true}\n- {body: b, accepted: true, note: For c}\n"
    assert found(HEAD + answers) == ["4:23 TB402"]
    assert found(HEAD + answers.replace("accepted: true}", "accepted: true, note: For d}")) == []
