"""Rules that take a quick look first find nothing in what they pass by."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from attack import rounds

from threadbook import check
from threadbook.check import Circumstances
from threadbook.check.rule import Judge
from threadbook.load.file import ProseFile, ThreadFile
from threadbook.load.files import make_thread
from threadbook.load.prose import make_prose
from threadbook.load.sources import FileKind, SourceFile

CIRCUMSTANCES = Circumstances(datetime.date(2026, 11, 26), "https://example.org/help/")
JUDGES: tuple[Judge[Any], ...] = tuple(judge for judge in check._OF_THREADS if judge.concerns)
OF_BODIES: tuple[Judge[Any], ...] = tuple(check._OF_BODIES)
FILES = rounds(1_500)
TEXTS = (
    "a. b\n\nHere - * # ## ### > `code` [here](thread:x) [[here]] [a](#b) ![](a.png) ![a](http://b.c/d.png) "
    "<img src=x> http://a.b https://example.org/help/threads/a-b/ ../x/ a@b.com git@b.com @ :// / "
    "+49 151 2345678 (212) 456-7890 12345678 555-0100 2024-01-01 1 23 456 7890123 "
    "ghp_0123456789abcdefghijklmnopqrstuvwxyz AKIAABCDEFGHIJKLMNOP xoxb-1234567890a "
    "eyJabcdefghijkl.eyJabcdefghijkl.abcdefghijkl sk-0123456789abcdefghijklmnopqrstuvwx "
    "AIza0123456789abcdefghijklmnopqrstuvwxy pypi-AgE0123456789012345678901234567890123456789012345678 "
    "-----BEGIN_PRIVATE_KEY----- glpat-0123456789abcdefghij npm_0123456789abcdefghijklmnopqrstuvwxyz"
).split(" ")
TEXTS += [
    "\n\n!!! note\n    a\n\n",
    '\n\n=== "Tab"\n\n    a\n\n',
    '\n\n--8<-- "a"\n\n',
    "\n\n```mermaid\na\n```\n\n",
    "$x^2$ [a](../b/){ .c } ++ctrl+k++ :material-check: <video> ![a](image:b.png)",
]
TITLES = "When do I get paid? ÄRGER NASA WHY DOES NOBODY ANSWER 中文字中 A?? !! my".split(" ")
DAYS = [datetime.date(2026, 11, day) for day in range(20, 31)]


def posts(dice: random.Random, levels: int) -> dict[str, Any]:
    """Make a post up, with comments if there is a further level."""
    texts = [dice.choice(TEXTS).replace("_KEY", " KEY").replace("_PR", " PR") for _ in range(9)]
    post: dict[str, Any] = {"body": dice.choice([" ", "\n", "\n\n"]).join(texts) + "."}
    for field in ("at", "edited"):
        if dice.random() < 0.5:
            post[field] = dice.choice(DAYS)
    if levels and dice.random() < 0.4:
        post["comments"] = [posts(dice, 0) for _ in range(dice.randint(1, 2))]
    return post


def threads() -> Iterator[ThreadFile]:
    dice = random.Random(26)  # noqa: S311 - not for secrets
    for number in range(FILES):
        thread: dict[str, Any] = {
            "title": " ".join(dice.choices(TITLES, k=dice.randint(1, 6))),
            "topics": ["a"],
            "question": posts(dice, 1),
            "answers": [
                posts(dice, 1) | {"id": f"x{place}"} for place in range(dice.randint(0, 2))
            ],
        }
        optional = {
            "verified": dice.choice(DAYS),
            "review_by": dice.choice(DAYS),
            "status": "obsolete",
            "also_asked": [thread["title"], "Else?"],
            "source": {"system": "x", "url": "http://a.b/c", "retrieved": dice.choice(DAYS)},
        }
        thread |= {key: value for key, value in optional.items() if dice.random() < 0.2}
        text = yaml.safe_dump(thread, allow_unicode=True, sort_keys=False)
        source = SourceFile(FileKind.THREAD, "", f"{number}.yml", str(number), "new", len(text), 0)
        file, findings = make_thread(source, text)
        assert file is not None, findings
        yield file


def prose_pages() -> Iterator[ProseFile]:
    dice = random.Random(27)  # noqa: S311 - not for secrets
    for number in range(FILES // 5):
        text = f"# Title\n\n{posts(dice, 0)['body']}\n"
        source = SourceFile(FileKind.PROSE, "", f"{number}.md", str(number), "", len(text), 0)
        file, findings = make_prose(source, text)
        assert file is not None, findings
        yield file


def test_what_does_not_concern_a_rule_has_nothing_that_it_would_find() -> None:
    found: set[str] = set()
    for file in threads():
        for judge in JUDGES:
            if list(judge.find(file, CIRCUMSTANCES)):
                found.add(judge.rule.id)
                assert judge.concerns is not None
                assert judge.concerns(file), judge.rule.id
    assert found == {judge.rule.id for judge in JUDGES}


def test_the_same_holds_for_prose() -> None:
    found: set[str] = set()
    for file in prose_pages():
        for judge in OF_BODIES:
            if judge.concerns and list(judge.find(file, CIRCUMSTANCES)):
                found.add(judge.rule.id)
                assert judge.concerns(file), judge.rule.id
    assert len(found) > len(OF_BODIES) / 2


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.rule.id)
def test_most_threads_are_passed_by(judge: Judge[Any]) -> None:
    text = "title: When am I paid?\ntopics: [a]\nquestion: When?\nanswer: On Friday.\n"
    source = SourceFile(FileKind.THREAD, "", "x.yml", "x", "new", len(text), 0)
    file, _ = make_thread(source, text)
    assert file is not None
    if judge.rule.id != "TB302":  # the I is a capital
        assert judge.concerns is not None
        assert not judge.concerns(file)
