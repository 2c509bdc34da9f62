"""Golden queries: what they ask, and what counts as a good answer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from threadbook.cli.searching import _format_losses, _format_markdown, _format_table
from threadbook.configuration import read_configuration
from threadbook.gather import gather
from threadbook.search.golden import (
    GOLDEN,
    HELD_UNANSWERED,
    HOLDOUT,
    UNANSWERED,
    Answered,
    Case,
    as_json,
    figures,
    golden_cases,
    judge,
)
from threadbook.search.suggest import Suggestion

FOUND = {
    "right": Answered(["a", "b"], is_answered=True),
    "third": Answered(["c", "b", "a"], is_answered=True),
    "doubted": Answered(["a"], is_answered=False),
    "wrong": Answered(["b"], is_answered=True),
    "nothing": Answered([], is_answered=False),
}


def answer(queries: Sequence[str]) -> list[Answered]:
    return [FOUND[query] for query in queries]


def test_a_thread_has_to_be_among_the_first() -> None:
    found = judge([Case(query, "a", 1) for query in FOUND], answer)
    assert [each.place for each in found] == [1, 3, 1, 0, 0]
    assert [each.first for each in found] == ["a", "c", "a", "b", ""]
    measured = figures(found)
    assert (measured.first, measured.three, measured.empty) == (0.4, 0.6, 1)
    assert measured.told == 0.4, "two readers are told that nothing answers what is answered"
    assert measured.mrr == pytest.approx((1 + 1 / 3 + 1) / 5)


def test_where_nothing_answers_search_should_say_so() -> None:
    found = judge([Case(query, "", 1) for query in FOUND], answer)
    assert [bool(each.place) for each in found] == [False, False, True, False, True]
    measured = figures(found)
    assert (measured.told, measured.empty) == (0.4, 0)


def test_nothing_asked_is_nothing_wrong() -> None:
    assert judge([], answer) == []
    assert figures([]) == (0, 0, 0, 0, 0, 0, 0)


def test_golden_queries_are_in_four_groups(knowledge: Callable[..., Path]) -> None:
    queries = """
- {query: how do I begin, expect: first}
- {query: where do I begin, expect: first, holdout: true, within: 1}
- {query: what is the weather like, expect: null}
- {query: what is the news, expect: null, holdout: true}
"""
    base = knowledge({"queries.yml": queries})
    found = golden_cases(gather(read_configuration(base / "mkdocs.yml").settings).library)
    assert found == {
        GOLDEN: [Case("how do I begin", "first", 3)],
        UNANSWERED: [Case("what is the weather like", "", 1)],
        HOLDOUT: [Case("where do I begin", "first", 1)],
        HELD_UNANSWERED: [Case("what is the news", "", 1)],
    }


def test_the_table_says_how_many_were_told_and_the_list_who_was_not() -> None:
    found = {
        GOLDEN: judge([Case("right", "a", 1), Case("wrong", "a", 1)], answer),
        HOLDOUT: [],
        UNANSWERED: judge([Case("nothing", "", 1), Case("wrong", "", 1)], answer),
    }
    head, golden, unanswered = (line.split() for line in _format_table(found))
    assert head[-1] == "told"
    assert golden == ["golden", "queries", "2", *["0.500"] * 4, "0", "0.000"]
    assert unanswered == ["not", "answered", "2", "0.500"]
    losses = "\n".join(_format_losses(found))
    assert "golden queries: 1 not found in time\n  wrong\n    a: not found; first was b" in losses
    assert "not answered: 1 not told so\n  wrong\n    first was b" in losses
    kept = as_json(found)
    assert kept[UNANSWERED]["results"][0]["told"] is True
    assert kept[UNANSWERED]["figures"]["told"] == 0.5


def test_the_site_is_where_the_configuration_puts_it(
    knowledge: Callable[..., Path], run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    config = knowledge({}) / "mkdocs.yml"
    config.write_text(f"{config.read_text()}site_dir: public\n")
    done = run("threadbook", "search-test", cwd=config.parent)
    assert done.returncode == 3
    built = config.parent.resolve() / "public"
    assert f"There is no site with a search index at {built};" in done.stderr


def test_a_suggestion_that_answers_nothing_is_not_called_an_answer() -> None:
    near = Suggestion("a", "May I?", "", is_solved=True, match=0.4, words=("may",), answered=False)
    line = "- [May I?](https://example.org/threads/a/) (40%, solved: may)"
    assert list(_format_markdown([near._replace(answered=True)], "https://example.org/")) == [line]
    said = list(_format_markdown([near], "https://example.org/"))
    assert said == ["No thread answers this yet. The closest are:\n", line]
    assert list(_format_markdown([], "")) == ["No thread answers this yet."]
