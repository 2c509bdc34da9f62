"""Joining words and meaning: the cases of `tests/search/fusion_cases.json`, in the browser's code.

What they expect was worked out by the formula itself, not by this code.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from bases import REPOSITORY

CASES: dict[str, Any] = json.loads(
    (REPOSITORY / "tests" / "search" / "fusion_cases.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the browser's code makes of the cases."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    done = subprocess.run(
        [node, REPOSITORY / "tests" / "search" / "run_fusion.mjs"],
        input=json.dumps({"assets": str(REPOSITORY / "theme" / "assets"), "cases": CASES}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def cases(group: str) -> pytest.MarkDecorator:
    names = [case["name"] for case in CASES[group]]
    return pytest.mark.parametrize("number", range(len(names)), ids=names)


@cases("joined")
def test_words_and_meaning_are_joined_by_the_formula(found: dict[str, Any], number: int) -> None:
    case, said = CASES["joined"][number], found["joined"][number]
    assert [id_ for id_, _ in said["results"]] == [id_ for id_, _ in case["expected"]["results"]]
    for (_, score), (_, wanted) in zip(said["results"], case["expected"]["results"], strict=True):
        assert score == pytest.approx(wanted, abs=1e-6)
    assert said["answered"] == case["expected"]["answered"]
    if case["candidates"]:
        assert said["confidence"] == pytest.approx(case["expected"]["confidence"], abs=1e-6)


@cases("alone")
def test_words_alone_end_where_they_have_little(found: dict[str, Any], number: int) -> None:
    assert found["alone"][number] == CASES["alone"][number]["expected"]


@cases("shares")
def test_shares_count_rare_words_more(found: dict[str, Any], number: int) -> None:
    assert found["shares"][number] == pytest.approx(CASES["shares"][number]["expected"], abs=1e-6)
