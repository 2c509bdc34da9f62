"""Archived threads: found and read, but not taken for what somebody has checked; and promoted."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbook.edit.promoting import promote
from threadbook.errors import UserError
from threadbook.gather import gather
from threadbook.pages import Document
from threadbook.search.index import DocumentIndex
from threadbook.search.question import Groups, rank, read_question
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

ARCHIVED = """\
title: {title}
topics: [payments]
answers:
  - id: a1
    votes: {votes}
    accepted: {accepted}
    body: Soon, see {body}.
status: archived # since 2024
source:
  system: Our old forum
"""


def archived(
    title: str = "Pay?", *, votes: int = 0, accepted: str = "false", body: str = "it"
) -> str:
    return ARCHIVED.format(title=title, votes=votes, accepted=accepted, body=body)


def settings(root: Path) -> Settings:
    return Settings(root=root, content=root / "content", pages=root / "content/pages", jobs=1)


def found(root: Path) -> list[tuple[str, str]]:
    return [(each.rule.id, each.rule.severity.value) for each in gather(settings(root)).findings]


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")])
def test_a_curated_thread_comes_before_an_archived_one_that_matches_equally(
    ids: tuple[str, str],
) -> None:
    fields = {"title": "When am I paid?", "accepted": "On the first day of the month."}
    curated, old = (
        Document(each, "en", fields, kind)
        for each, kind in zip(ids, ("thread", "archived"), strict=True)
    )
    index = DocumentIndex((curated, old))
    scores = rank(read_question("when am i paid", ["en"], Groups.of([], "en")), index).scores
    assert list(scores) == list(ids)
    assert scores[ids[0]] > scores[ids[1]]


def test_topics_count_what_is_archived_and_lead_to_it(knowledge: Knowledge, run: Run) -> None:
    """Also where the only other thread is the one to start with, which stands above the list."""
    both = archived("When am I paid?").replace("[payments]", "[payments, proposals]")
    root = knowledge({"threads/work/pay.yml": both})
    assert run("threadbook", "build", "--engine", "plain", cwd=root).returncode == 0
    topics = root / "site/topics"
    for id_, is_empty in (("payments", True), ("proposals", False)):
        page = (topics / id_ / "index.html").read_text("utf-8")
        assert f'search/?topic={id_}">Search 1 archived question</a>' in page
        assert ("All questions here are archived" in page) == is_empty
        twin = (topics / id_ / "index.md").read_text("utf-8")
        assert "Archived questions, which only search finds: 1" in twin
        assert "No questions here yet" not in twin
        assert json.loads((topics / id_ / "index.json").read_text("utf-8"))["archived"] == 1


def test_lists_leave_archived_threads_out_and_nothing_complains_that_topics_are_empty(
    knowledge: Knowledge,
) -> None:
    root = knowledge({"threads/new/pay.yml": archived("When am I paid?")})
    library = gather(settings(root)).library
    assert "pay" not in library.latest
    assert library.has_page("pay")
    assert (library.archived_by_board, library.archived_by_topic) == ({"new": 1}, {"payments": 1})
    said = [each.message for each in gather(settings(root)).findings]
    assert not [
        each
        for each in said
        if '"payments"' in each or '"new"' in each or "leads to this thread" in each
    ]
    (root / "content/threads/new/pay.yml").write_text(
        archived("When am I paid?").replace("archived", "draft"), "utf-8"
    )
    said = [each.message for each in gather(settings(root)).findings]
    assert [each for each in said if '"payments"' in each]


def test_style_is_a_notice_in_what_was_imported(knowledge: Knowledge) -> None:
    own = archived("Contract").replace("source:\n  system: Our old forum\n", "")
    assert ("TB301", "warning") in found(knowledge({"threads/new/pay.yml": own}))
    assert ("TB301", "notice") in found(knowledge({"threads/new/pay.yml": archived("Contract")}))


def test_a_thread_is_promoted_and_its_comments_stay() -> None:
    text = archived()
    assert promote(text, "x") == text.replace("status: archived # since 2024\n", "# since 2024\n")
    assert promote(text.replace("\n", "\r\n"), "x").count("\r\n") == text.count("\n")
    for wrong in (
        text.replace("archived", "draft"),
        "title: [",
        text.replace("status: archived", '"status": archived'),
    ):
        with pytest.raises(UserError):
            promote(wrong, "x")


def test_who_checked_a_thread_long_ago_has_not_checked_it_today() -> None:
    text = archived() + "verified: 2020-01-02\nverified_by: jane\n"
    text = promote(text, "x", datetime.date(2026, 11, 27))
    assert "jane" not in text
    assert text.count("verified") == text.count("verified: 2026-11-27\n") == 1


def test_those_that_deserve_it_are_proposed_first(knowledge: Knowledge, run: Run) -> None:
    root = knowledge(
        {
            "threads/new/linked.yml": archived("How do I wait?"),
            "threads/new/voted.yml": archived("When am I paid?", votes=30, body="[[linked]]"),
            "threads/new/accepted.yml": archived(
                "Who pays me?", accepted="true", votes=30, body="[[linked]]"
            ),
            "threads/new/nothing.yml": "title: Is there nothing?\ntopics: [payments]\nstatus: archived\n",
        }
    )
    done = run("threadbook", "promote", "--propose", "--json", cwd=root)
    assert done.returncode == 0, done.stderr
    proposed = json.loads(done.stdout)
    assert [each["id"] for each in proposed] == ["accepted", "voted", "linked"]
    assert proposed[2]["links"] == 2
    for arguments, status in (
        (["promote"], 2),
        (["promote", "linkd"], 2),
        (["promote", "linked", "nope"], 2),
    ):
        refused = run("threadbook", *arguments, cwd=root)
        assert refused.returncode == status
        assert "Traceback" not in refused.stderr
    assert "archived" in (root / "content/threads/new/linked.yml").read_text("utf-8")
    assert run("threadbook", "promote", "linked", cwd=root).returncode == 0
    assert "archived" not in (root / "content/threads/new/linked.yml").read_text("utf-8")
