"""Every command in a process of its own: its exit status, and on which stream it speaks.

What commands say is tested in this process, which takes a fraction of the time; here it is shown
that nothing is lost on the way out of one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbook.cli import COMMANDS

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
        ("new path --topic nope", 2, ERR),
        ("init kb", 0, OUT),
        ("schema kb", 0, OUT),
        ("suggest xylophone", 0, OUT),
        ("import learn-quiz nowhere.yml", 2, ERR),
        ("export qti nowhere", 2, ERR),
        ("mcp nowhere", 3, ERR),
        ("gaps nowhere.csv", 3, ERR),
        ("build", 1, ERR),
        ("changed --against nowhere", 3, ERR),
        ("forms", 0, ERR),
        ("intake --event nowhere.json", 3, ERR),
        ("move nowhere somewhere", 1, ERR),
        ("merge nowhere somewhere", 1, ERR),
        ("remove nowhere", 1, ERR),
        ("promote nowhere", 2, ERR),
        ("redirects --host nginx", 0, OUT),
    ],
)
def test_a_process_ends_with_its_status_after_it_has_spoken(
    knowledge: Callable[..., Path],
    run_warm: Callable[..., Any],
    command: str,
    status: int,
    stream: str,
) -> None:
    done = run_warm("threadbook", *command.split(), cwd=knowledge(BASE | PATH))
    assert done.returncode == status, done.stderr
    assert (done.stdout if stream == OUT else done.stderr).endswith("\n")
    assert (done.stdout == "") == (stream == ERR)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["chek", "check --format json", "build"])
def test_a_process_that_imports_everything_itself_ends_the_same(
    knowledge: Callable[..., Path],
    run_process: Callable[..., Any],
    run_warm: Callable[..., Any],
    command: str,
) -> None:
    base = knowledge(BASE | PATH)
    own, warm = (run("threadbook", *command.split(), cwd=base) for run in (run_process, run_warm))
    assert (own.returncode, own.stdout, own.stderr) == (warm.returncode, warm.stdout, warm.stderr)


def test_a_command_imports_no_other() -> None:
    """All together take a second, which is more than most commands do."""
    code = (
        "import sys\nfrom threadbook.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print(*(name for name in sys.modules if name.startswith('threadbook.')))"
    )
    command = [sys.executable, "-c", code, "rules", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {*done.stdout.splitlines()[-1].split()}
    assert "threadbook.cli.checking" in imported
    assert not imported & {f"threadbook.{each}" for each in ("gaps", "importers", "preview")}


def test_no_command_is_forgotten() -> None:
    """`serve` and `search-test` are started as processes in `tests/site`."""
    marks = test_a_process_ends_with_its_status_after_it_has_spoken.pytestmark
    tried = {case[0].split()[0] for case in marks[0].args[1]}
    assert tried | {"serve", "search-test"} == {*COMMANDS, "chek"}
