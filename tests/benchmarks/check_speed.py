"""How long `threadbook check` takes: without a cache, with one, and after one file has changed.

    python tests/benchmarks/check_speed.py --threads 10000 --runs 5
    python tests/benchmarks/check_speed.py --questions threads.jsonl.gz

The base is made of random words, or of real questions with `--questions`; every rule runs,
near-duplicate questions included. Seconds are wall-clock from outside, start-up included; CPU is that of all
processes together. The base and the cache lie in the folder `TMPDIR` names.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from questions import write_questions
from synthetic import Synthetic


def main() -> None:
    """Parse arguments, make the base, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--questions", type=Path, help="JSON lines with question and answer")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        if options.questions:
            options.threads = write_questions(options.questions, base)
        else:
            Synthetic(options.threads).write(base)
        print(
            f"{options.threads:,} threads; {platform.machine()}, {os.cpu_count()} processors, "
            f"Python {platform.python_version()}; median of {options.runs} runs"
        )
        report(base, Path(name) / "cache", options.runs)


def report(base: Path, cache: Path, runs: int) -> None:
    """Run every case in turn and print the medians."""
    threads = sorted((base / "content" / "threads").rglob("*.yml"))
    cases: dict[str, list[tuple[float, float]]] = {
        "no cache": [],
        "unchanged": [],
        "one changed": [],
    }
    check(base, cache)
    for run in range(runs):
        cases["no cache"].append(check(base, cache, "--no-cache"))
        cases["unchanged"].append(check(base, cache))
        with threads[run * 7].open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        cases["one changed"].append(check(base, cache))
    print(f"{'':16} {'seconds':>8} {'CPU s':>8}")
    for case, figures in cases.items():
        seconds, cpu = (statistics.median(each) for each in zip(*figures, strict=True))
        print(f"{case:16} {seconds:8.2f} {cpu:8.2f}")


def check(base: Path, cache: Path, *options: str) -> tuple[float, float]:
    """Check once; return seconds of wall-clock and of CPU."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "threadbook", "check", *options]
    command += ["--config", str(base / "mkdocs.yml")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr.decode())
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
