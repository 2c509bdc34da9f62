"""Paths drafted from a topic, checks that went stale, and the map of paths."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.pages.path_map import Box, PathMap, map_paths
from threadbook.pages.views import PathCard

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
        assert done.returncode == 1
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


def item(id_: str) -> PathCard:
    title = f"The path {id_} and its long title"
    return PathCard(id_, title, "", f"paths/{id_}/", None, 1, 1, False, ())


def test_there_is_no_map_where_no_path_needs_another() -> None:
    assert map_paths([item("a"), item("b")], []) is None


def mapped(order: Sequence[tuple[str, str]]) -> PathMap:
    ids = dict.fromkeys(id_ for pair in order for id_ in pair)
    found = map_paths([item(id_) for id_ in sorted(ids)], order)
    assert found is not None
    return found


def are_apart(one: Box, other: Box, found: PathMap) -> bool:
    return (
        abs(one.x - other.x) >= found.box_width + 8 or abs(one.y - other.y) >= found.box_height + 8
    )


ORDERS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=16)


@given(ORDERS)
def test_boxes_of_the_map_lie_apart_and_after_what_comes_before(
    pairs: set[tuple[int, int]],
) -> None:
    order = sorted({(f"p{min(pair)}", f"p{max(pair) + 1}") for pair in pairs})
    found = mapped(order)
    at = {box.path.id: box for box in found.boxes}
    assert set(at) == {id_ for pair in order for id_ in pair}
    for before, after in order:
        assert at[before].y + found.box_height < at[after].y
    for one in found.boxes:
        assert 0 <= one.x <= found.width - found.box_width
        assert all(one is other or are_apart(one, other, found) for other in found.boxes)


@given(ORDERS)
def test_paths_that_need_each_other_are_drawn_all_the_same(pairs: set[tuple[int, int]]) -> None:
    order = sorted((f"p{one}", f"p{other}") for one, other in pairs)
    found = mapped(order)
    assert found == mapped(order)
    for one in found.boxes:
        assert all(one is other or are_apart(one, other, found) for other in found.boxes)


def test_a_path_outside_of_a_circle_stands_below_it_and_no_arrow_closes_the_circle() -> None:
    order = [("b", "c"), ("c", "b"), ("c", "a"), ("a", "a")]
    found = mapped(order)
    at = {box.path.id: box.y for box in found.boxes}
    assert at["a"] > max(at["b"], at["c"])
    assert len(found.curves) == 2
    assert [path.id for path, before in found.said if "c" in {one.id for one in before}] == [
        "a",
        "b",
    ]


@given(ORDERS)
def test_no_arrow_passes_behind_a_box(pairs: set[tuple[int, int]]) -> None:
    found = mapped(sorted({(f"p{min(pair)}", f"p{max(pair) + 1}") for pair in pairs}))
    tops = {box.y for box in found.boxes}
    for curve in found.curves:
        parts = re.findall(r"([MCV])([-0-9. ]+)", curve)
        x, y = map(float, parts[0][1].split())
        assert (x - found.box_width / 2, y - found.box_height) in {
            (box.x, box.y) for box in found.boxes
        }
        for kind, numbers in parts[1:]:
            *_, end = (float(number) for number in numbers.split())
            assert end > y
            if kind == "V":  # beside a layer
                for box in found.boxes:
                    assert box.y != y or not box.x - 8 < x < box.x + found.box_width + 8
            else:  # between two layers
                x = float(numbers.split()[-2])
                assert not any(y < top + found.box_height and top < end for top in tops)
            y = end


def test_an_arrow_that_others_imply_is_not_drawn_but_said() -> None:
    found = mapped([("a", "b"), ("b", "c"), ("a", "c")])
    assert len(found.curves) == 2
    assert [[one.id for one in before] for _, before in found.said] == [[], ["a"], ["b", "a"]]


@pytest.mark.parametrize(
    ("pairs", "curves"),
    [
        ([(one, other) for other in range(300) for one in range(other)], 299),
        ([(one, other) for one in range(300) for other in range(300)], None),
        ([(one, other) for one in range(150) for other in range(150, 300)], 22_500),
        ([(one, one + 1) for one in range(3_000)], 3_000),
    ],
    ids=["each needs all before it", "each needs each", "half needs half", "a long chain"],
)
def test_hundreds_of_paths_make_a_map(pairs: list[tuple[int, int]], curves: int | None) -> None:
    found = mapped([(f"p{one:04}", f"p{other:04}") for one, other in pairs])
    assert curves in {None, len(found.curves)}
    rows: dict[float, list[float]] = {}
    for box in found.boxes:
        rows.setdefault(box.y, []).append(box.x)
    for row in rows.values():
        places = sorted(row)
        assert all(other - one > found.box_width for one, other in pairwise(places))


def test_a_fan_is_symmetrical() -> None:
    found = mapped([("a", "b"), ("a", "c"), ("a", "d")])
    x = {box.path.id: box.x for box in found.boxes}
    assert x["b"] - x["a"] == -(x["d"] - x["a"])
    assert x["a"] == x["c"]


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
