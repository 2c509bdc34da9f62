"""The benchmarks keep up with the code that they measure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BENCHMARKS / program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.mark.slow
def test_every_stage_of_a_build_is_found_and_takes_time() -> None:
    done = run("stages.py", "--threads", "20", "--runs", "1", "--json")
    stages = json.loads(done.stdout)
    assert "There is no" not in done.stderr
    assert {"read YAML", "related", "bodies", "page: templates", "write", "the rest"} <= set(stages)
    assert min(stages.values()) >= 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
def test_growth_is_measured_drawn_and_put_on_its_page(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text("above\n<!-- figures: make growth -->\nold\n<!-- end of figures -->\nbelow\n")
    run("growth.py", "--sizes", "10", "30", "--runs", "1", "--out", tmp_path)
    text = page.read_text()
    assert text.startswith("above\n")
    assert text.endswith("below\n")
    assert "old" not in text
    rows = [line.split("|") for line in text.splitlines() if line.startswith(("| 10", "| 30"))]
    assert len(rows) == 2
    for row in rows:
        seconds, cpu, _, memory, output = (float(cell.split()[0]) for cell in row[2:7])
        assert min(seconds, cpu, output) > 0
        assert memory > 20
    assert ElementTree.parse(tmp_path / "growth.svg").getroot().tag.endswith("svg")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
@pytest.mark.parametrize("made_up", [(), ("--made-up", "3")], ids=["read", "made up"])
def test_whole_builds_are_measured_with_their_vectors(made_up: tuple[str, ...]) -> None:
    done = run("whole_speed.py", "--threads", "6", *made_up)
    row = r"^(\w.*?) +([\d.]+) s +([\d.]+) CPU s +([\d,]+) MB"
    found = re.findall(row, done.stdout, re.MULTILINE)
    assert [name for name, *_ in found] == ["first build", "nothing changed", "a thread edited"]
    for _, *figures in found:
        seconds, cpu, memory = (float(each.replace(",", "")) for each in figures)
        assert min(seconds, cpu) > 0
        assert memory > 40
    sizes = re.search(r"vectors: ([\d,]+) bytes in the cache, ([\d,]+) in 1 files", done.stdout)
    assert sizes
    kept, served = (int(each.replace(",", "")) for each in sizes.groups())
    assert kept > served > 6 * 130
    assert re.search(r"its meaning alone: [\d.]+ s, 0\.\d+ CPU s", done.stdout)


@pytest.mark.slow
def test_threadbook_is_compared_even_if_no_other_generator_is_there(tmp_path: Path) -> None:
    names = ("hugo", "eleventy", "material", "zensical")
    missing = [part for name in names for part in (f"--{name}", str(tmp_path / "nothing"))]
    done = run(
        "compare_builds.py", "--threads", "10", "--runs", "1", "--only", "threadbook, no", *missing
    )
    assert done.stdout.count("is skipped") == len(names)
    assert "| Threadbook, no search index (" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
def test_memory_is_that_of_a_process_and_its_descendants() -> None:
    sys.path.insert(0, str(BENCHMARKS))
    import measuring  # noqa: PLC0415 - a program's module

    code = (
        "import subprocess, sys, time; held = bytearray(b'x') * 50_000_000; "
        "sys.argv[1:] and subprocess.run([sys.executable, '-c', sys.argv[1]]); time.sleep(0.5)"
    )
    alone = measuring.run([sys.executable, "-c", code], Path(), looking=True)
    both = measuring.run([sys.executable, "-c", code, code], Path(), looking=True)
    assert 50e6 < alone.memory < 90e6
    assert both.memory > alone.memory + 45e6
    assert os.getpid() in measuring.find_family(os.getpid())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processor time is read as Linux tells it")
def test_a_preview_under_fire_is_timed_for_each_slip() -> None:
    done = run("preview_under_fire.py", "--threads", "20", "--seconds", "0.2")
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[2:]]
    assert [row[0] for row in rows][:2] == ["nothing", "slip"]
    assert len(rows) == 7
    for _, answers, median, most in rows:
        assert int(answers) > 0
        assert 0 < float(median.split()[0]) <= float(most.split()[0])
