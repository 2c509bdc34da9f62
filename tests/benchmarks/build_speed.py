"""What a cold build costs: seconds, processor time and memory of all processes, and its output.

    python tests/benchmarks/build_speed.py --threads 10000 --runs 5
    python tests/benchmarks/build_speed.py --questions threads.jsonl.gz --stages

Each run is `threadbook build` as a user starts it, and writes a new folder. Nothing is deleted
before the last run, because ext4 is slow to create files where thousands were deleted seconds ago.
Figures are medians; memory is that of one more run (see `measuring`). Everything happens in the
folder that `TMPDIR` names. `--stages` adds where a thread's time goes, by `stages.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import measuring
from questions import write_questions
from stages import print_table
from synthetic import Synthetic


def main() -> None:
    """Parse arguments, make the base, build, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--questions", type=Path, help="JSON lines with question and answer")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, help="how many processes; by default one a processor")
    parser.add_argument("--engine", help="mkdocs, zensical or plain")
    parser.add_argument("--search", action="store_true", help="make the search index, too")
    parser.add_argument("--stages", action="store_true", help="also say where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        if options.questions:
            options.threads = write_questions(options.questions, base)
        else:
            Synthetic(options.threads).write(base)
        set_search(base, wanted=options.search)
        report(base, options)


def set_search(base: Path, *, wanted: bool) -> None:
    """Switch the search of a made-up base on or off."""
    config = base / "mkdocs.yml"
    text = config.read_text()
    config.write_text(text.replace(f"search: {not wanted}".lower(), f"search: {wanted}".lower()))


def report(base: Path, options: argparse.Namespace) -> None:
    """Build as often as asked and print the figures."""
    size = sum(file.stat().st_size for file in (base / "content").rglob("*.yml"))
    print(
        f"{options.threads:,} threads, {size / 1e6:.1f} MB of YAML; "
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    cost, files, written, pages = build(base, options.runs, find_arguments(options))
    print(f"seconds   {cost.seconds:8.2f}")
    print(f"CPU s     {cost.cpu:8.2f}")
    print(f"memory    {cost.memory / 1e6:8.0f} MB in all processes together")
    print(f"output    {written / 1e6:8.0f} MB in {files:,} files, {pages:,} of them pages")
    print(f"medians of {options.runs} runs")
    if options.stages:
        print_table(measure_stages(base))


def find_arguments(options: argparse.Namespace) -> list[str]:
    """Return what `threadbook build` is told besides its folders."""
    named = {"--jobs": options.jobs, "--engine": options.engine}
    return [part for name, value in named.items() if value for part in (name, str(value))]


class Built(NamedTuple):
    """What builds cost, how many files one wrote, of how many bytes, and how many are pages."""

    cost: measuring.Cost
    files: int
    written: int
    pages: int


def build(base: Path, runs: int, arguments: Sequence[str] = (), *, is_tidy: bool = False) -> Built:
    """Build a base several times, and once more for memory; if `is_tidy`, keep only one site."""
    sites = [base / f"site-{run}" for run in range(runs + 1)]
    costs = []
    for site in sites:
        looking = site == sites[-1]
        costs.append(measuring.run([*command(base, site), *arguments], base, looking=looking))
        if is_tidy and site != sites[-1]:
            shutil.rmtree(site)
    files, written = measuring.count_written(sites[-1])
    pages = sum(1 for _ in sites[-1].rglob("index.html"))
    cost = measuring.middle(costs[:-1])._replace(memory=costs[-1].memory)
    return Built(cost, files, written, pages)


def measure_stages(base: Path, runs: int = 1) -> dict[str, float]:
    """Return the microseconds a thread of each stage, measured in a process of its own."""
    program = [sys.executable, Path(__file__).with_name("stages.py"), "--json"]
    options = ["--base", base, "--runs", str(runs)]
    done = subprocess.run([*program, *options], check=True, capture_output=True)
    stages: dict[str, float] = json.loads(done.stdout)
    return stages


def command(base: Path, site: Path) -> list[str | Path]:
    """Return the command that builds a base with the Threadbook that this Python knows."""
    program = [sys.executable, "-m", "threadbook"]
    return [*program, "build", "--config", base / "mkdocs.yml", "--out", site]


if __name__ == "__main__":
    main()
