"""Every command in a process of its own: its exit status, and on which stream it speaks.

What commands say is tested in this process, which takes a fraction of the time; here it is shown
that nothing is lost on the way out of one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbook.cli import cli

BASE: dict[str, str | bytes] = {"threads/new/odd.yml": "topics: [nope]\ntitle: When??\n"}
PATH = {"paths/x.yml": "title: X\nobjectives: [y]\nsteps: [{thread: first}]\n"}
OUT, ERR = "standard output", "standard error"


@pytest.mark.parametrize(
    ("command", "status", "stream"),
    [
        ("chek", 2, ERR),
        ("check", 1, ERR),
        ("check --format json", 1, OUT),
        ("fmt --check", 1, ERR),
        ("fix --dry-run", 0, ERR),
        ("rules TB101", 0, OUT),
        ("health", 0, OUT),
        ("doctor", 0, OUT),
        ("new path --topic nope", 1, ERR),
        ("init kb", 0, OUT),
        ("schema kb", 0, OUT),
        ("suggest xylophone", 0, OUT),
        ("import learn-quiz nowhere.yml", 1, ERR),
        ("export qti nowhere", 1, ERR),
        ("mcp nowhere", 1, ERR),
        ("gaps nowhere.csv", 1, ERR),
        ("build", 1, ERR),
    ],
)
def test_a_process_ends_with_its_status_after_it_has_spoken(
    knowledge: Callable[..., Path],
    run_process: Callable[..., Any],
    command: str,
    status: int,
    stream: str,
) -> None:
    done = run_process("threadbook", *command.split(), cwd=knowledge(BASE | PATH))
    assert done.returncode == status, done.stderr
    assert (done.stdout if stream == OUT else done.stderr).endswith("\n")
    assert (done.stdout == "") == (stream == ERR)
    assert "Traceback" not in done.stderr


def test_no_command_is_forgotten() -> None:
    """`serve` and `search-test` are started as processes in `tests/site`."""
    marks = test_a_process_ends_with_its_status_after_it_has_spoken.pytestmark
    tried = {case[0].split()[0] for case in marks[0].args[1]}
    assert tried | {"serve", "search-test"} == {*cli.commands, "chek"}
