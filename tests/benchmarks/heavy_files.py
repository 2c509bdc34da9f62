"""Seconds and memory that `threadbook check` and `build` take for the heaviest files there can be.

    python tests/benchmarks/heavy_files.py            # check, all cases of tests/heavy.py
    python tests/benchmarks/heavy_files.py --build --case answers --case terms

Each case is a base with one file (or a few) of at most a megabyte. A run is stopped when the
processor has worked for `--seconds`, and it may use 6 GB. Memory is the peak, in MB.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from bases import write
from heavy import CASES, base


class Run(NamedTuple):
    """What a run took, how it ended, and how many bytes it printed."""

    seconds: float
    processor: float
    megabytes: int
    end: str
    printed: int


def main() -> None:
    """Parse arguments, make each base, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--build", action="store_true", help="build, too, if there are no errors")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    print(
        f"{'':28} {'check s':>8} {'CPU s':>8} {'MB':>6} {'printed':>10} {'end':>8}   build s, CPU s, MB, end"
    )
    for name in options.case or CASES:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), base(**CASES[name].fill()))
            print(f"{name:28} {report(Path(folder), options)}", flush=True)


def report(folder: Path, options: argparse.Namespace) -> str:
    """Check, build if that is wanted and may be done, and return both as a line."""
    config = ["--config", str(folder / "mkdocs.yml")]
    checked = run(["check", "--no-cache", "--jobs", "1", *config], folder, options.seconds)
    said = f"{checked.seconds:8.1f} {checked.processor:8.1f} {checked.megabytes:6} {checked.printed:10,} {checked.end:>8}"
    if options.build and checked.end == "0":
        built = run(["build", "--jobs", "1", *config], folder, options.seconds)
        said += f"   {built.seconds:.1f}, {built.processor:.1f}, {built.megabytes}, {built.end}"
    return said


def run(arguments: list[str], folder: Path, most: int) -> Run:
    """Run a command of Threadbook, for at most so many seconds."""
    command = [sys.executable, "-m", "threadbook", *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "NO_MKDOCS_2_WARNING": "1"}
    output = folder / "output"
    start = time.perf_counter()
    with output.open("wb") as written:
        process = subprocess.Popen(
            ["prlimit", f"--as={6 << 30}", f"--cpu={most}", *command],
            env=environment,
            stdout=written,
            stderr=written,
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    text = output.read_bytes()
    code = os.waitstatus_to_exitcode(status)
    end = (
        "stopped"
        if code in {-signal.SIGKILL, -signal.SIGXCPU}
        else "broke"
        if b"Traceback" in text
        else str(code)
    )
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, end, len(text))


if __name__ == "__main__":
    main()
