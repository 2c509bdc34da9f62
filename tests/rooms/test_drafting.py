"""Paths drafted from a topic, checks that went stale, and the road that paths make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.model import LearningPath, Step
from threadbook.pages.road import order_paths

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

ANSWERED = "topics: [payments{}]\nanswer: {{at: 2024-0{}-01, body: {}}}\n"
THREADS: dict[str, str | bytes] = {
    "threads/new/late.yml": "title: Why late?\n" + ANSWERED.format("", 1, '"As [[early]] says."'),
    "threads/new/early.yml": "title: Why early?\n" + ANSWERED.format("", 5, "So."),
    "threads/new/staged.yml": "title: Which stage?\n" + ANSWERED.format(", proposals", 9, "One."),
    "threads/new/open.yml": "title: Who knows?\ntopics: [payments]\nquestion: {body: What?}\n",
    "threads/new/draft.yml": "title: Not yet?\nstatus: draft\n" + ANSWERED.format("", 2, "No."),
}


def test_a_path_is_drafted_from_the_answered_threads_of_a_topic(
    knowledge: Knowledge, run: Run
) -> None:
    base = knowledge(THREADS)
    done = run("threadbook", "new", "path", "--topic", "payments", cwd=base)
    assert done.returncode == 0, done.stderr
    text = (base / "content" / "paths" / "payments.yml").read_text("utf-8")
    steps = [line.partition(": ")[2] for line in text.splitlines() if "- thread" in line]
    assert steps == ["staged", "early", "late"]
    assert run("threadbook", "check", cwd=base).returncode == 0


def test_no_path_is_drafted_from_nothing(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({})
    for topic, words in (
        ("interviews", "has an answer yet"),
        ("paymets", 'Did you mean "payments"'),
    ):
        done = run("threadbook", "new", "path", "--topic", topic, cwd=base)
        assert done.returncode in {2, 3}
        assert words in done.stderr
    assert not (base / "content" / "paths").exists()


def test_a_check_is_stale_once_the_answer_it_cites_changes(knowledge: Knowledge, run: Run) -> None:
    path = """\
title: Pay
objectives: [Know.]
steps:
  - check:
      question: Which?
      choices: [{text: a, why: b}, {text: c, why: d, correct: true}]
      cites: early
      cited: VALUE
"""
    base = knowledge(THREADS | {"paths/pay.yml": path.replace("VALUE", "new")})
    file = base / "content" / "paths" / "pay.yml"
    said = run("threadbook", "check", cwd=base).stderr
    value = said.partition("write `cited: ")[2].partition("`")[0]
    assert value
    file.write_text(path.replace("VALUE", value))
    assert "TB608" not in run("threadbook", "check", cwd=base).stderr
    early = base / "content" / "threads" / "new" / "early.yml"
    early.write_text(early.read_text().replace("body: So.", "body: Not so."))
    assert "TB608" in run("threadbook", "check", cwd=base).stderr


def road(order: Iterable[tuple[str, str]], *others: str) -> list[list[str]]:
    """Order paths; pairs are a path and one that comes after it."""
    needs: dict[str, list[str]] = {id_: [] for id_ in others}
    for before, after in order:
        needs.setdefault(before, [])
        needs.setdefault(after, []).append(before)
    step = Step(thread="a")
    paths = {
        id_: LearningPath.model_construct(title=id_, prerequisites=tuple(each), steps=(step,))
        for id_, each in sorted(needs.items())
    }
    return [list(leg) for leg in order_paths(paths)]


def test_paths_that_need_nothing_are_one_leg_and_the_last_where_there_are_others() -> None:
    assert road([]) == []
    assert road([], "b", "a") == [["a", "b"]]
    assert road([("b", "a"), ("b", "c"), ("c", "d")], "free") == [
        ["b"],
        ["a", "c"],
        ["d"],
        ["free"],
    ]


ORDERS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=16)


@given(ORDERS)
def test_each_path_is_on_the_road_once_and_after_what_it_needs(pairs: set[tuple[int, int]]) -> None:
    order = sorted({(f"p{min(pair)}", f"p{max(pair) + 1}") for pair in pairs})
    legs = road(order)
    at = {id_: number for number, leg in enumerate(legs) for id_ in leg}
    assert sorted(at) == sorted({id_ for pair in order for id_ in pair})
    assert sum(map(len, legs)) == len(at)
    assert all(at[before] < at[after] for before, after in order)


@given(ORDERS)
def test_paths_that_need_each_other_are_on_the_road_all_the_same(
    pairs: set[tuple[int, int]],
) -> None:
    order = sorted((f"p{one}", f"p{other}") for one, other in pairs)
    legs = road(order)
    assert sorted(id_ for leg in legs for id_ in leg) == sorted(
        {id_ for each in order for id_ in each}
    )
    assert all(legs)


@pytest.mark.parametrize(
    ("pairs", "count"),
    [
        ([(one, other) for other in range(300) for one in range(other)], 300),
        ([(one, other) for one in range(150) for other in range(150, 300)], 2),
        ([(one, one + 1) for one in range(3_000)], 3_001),
    ],
    ids=["each needs all before it", "half needs half", "a long chain"],
)
def test_hundreds_of_paths_make_a_road(pairs: list[tuple[int, int]], count: int) -> None:
    assert len(road([(f"p{one:04}", f"p{other:04}") for one, other in pairs])) == count


@pytest.mark.parametrize(
    ("paths", "rule"),
    [
        (
            {
                "a": "prerequisites: [b]\nsteps: [{thread: late}]",
                "b": "prerequisites: [a]\nsteps: [{thread: late}]",
            },
            "error[TB605]",
        ),
        ({"a": "prerequisites: [gone]\nsteps: [{thread: late}]"}, "error[TB205]"),
        ({"a": "steps: [{thread: late}, {thread: late}]"}, "warning[TB602]"),
        ({"a": "steps: [{thread: b}]", "b": "steps: [{thread: late}]"}, "error[TB201]"),
        (
            {"a": "steps: [{thread: late, check: {question: Q, choices: [{text: a}, {text: b}]}}]"},
            "error[TB",
        ),
        ({"a": "steps: []"}, "error[TB"),
    ],
)
def test_a_path_that_cannot_be_walked_is_refused(
    paths: dict[str, str], rule: str, knowledge: Knowledge, run: Run
) -> None:
    files: dict[str, str | bytes] = {
        f"paths/{id_}.yml": f"title: A path\nobjectives: [Know.]\n{text}\n"
        for id_, text in paths.items()
    }
    base = knowledge(THREADS | files)
    said = run("threadbook", "check", cwd=base).stderr
    assert "content/paths/a.yml" in said
    assert rule in said
