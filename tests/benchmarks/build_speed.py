"""How long a cold build takes, stage by stage.

    python tests/benchmarks/build_speed.py --threads 10000
    python tests/benchmarks/build_speed.py --questions threads.jsonl.gz

Each run is a new process and writes a new folder; nothing is deleted before the last run, because
ext4 is slow to create files where thousands were deleted seconds ago. Seconds are wall-clock; CPU
is that of all processes together; memory is the largest resident size of the main process and of the largest worker.
A stage's figures come from inside the run, the last row from outside of it, start-up included.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from questions import write_questions
from synthetic import Synthetic


def main() -> None:
    """Parse arguments, make the base, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--questions", type=Path, help="JSON lines with question and answer")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--search", action="store_true", help="make the search index, too")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        run_inside(options.inside, options.out, options.jobs)
        return
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        if options.questions:
            options.threads = write_questions(options.questions, base)
        else:
            Synthetic(options.threads).write(base)
        if not options.search:
            config = base / "mkdocs.yml"
            config.write_text(config.read_text().replace("search: true", "search: false"))
        report(base, options)


def report(base: Path, options: argparse.Namespace) -> None:
    """Run as often as asked and print the median of every figure."""
    size = sum(file.stat().st_size for file in (base / "content").rglob("*.yml"))
    print(
        f"{options.threads:,} threads, {size / 1e6:.1f} MB of YAML; "
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    runs = [run_outside(base, base / f"site-{run}", options.jobs) for run in range(options.runs)]
    print(f"{'stage':24} {'seconds':>8} {'CPU s':>8} {'main MB':>8} {'worker MB':>9}")
    for stage in runs[0]:
        rows = zip(*(run[stage] for run in runs), strict=True)
        seconds, cpu, main_mb, worker_mb = (statistics.median(figures) for figures in rows)
        print(f"{stage:24} {seconds:8.2f} {cpu:8.2f} {main_mb:8.0f} {worker_mb:9.0f}")
    site = base / "site-0"
    pages = sum(1 for _ in site.rglob("index.html"))
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    print(f"{pages:,} pages, {size / 1e6:.0f} MB; median of {options.runs} runs")


Figures = tuple[float, float, float, float]


def run_outside(base: Path, out: Path, jobs: int) -> dict[str, Figures]:
    """Run one cold build in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [
        sys.executable,
        __file__,
        "--inside",
        str(base),
        "--out",
        str(out),
        "--jobs",
        str(jobs),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    stages: dict[str, Figures] = json.loads(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peaks = list(zip(*stages.values(), strict=True))
    stages["whole command"] = (seconds, cpu, max(peaks[2]), max(peaks[3]))
    return stages


class Watch:
    """Measures named stages of this process and its workers; a stage may be entered twice."""

    def __init__(self) -> None:
        self.stages: dict[str, Figures] = {}

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator[object]:
        """Measure while the context lasts."""
        start, cpu = time.perf_counter(), _cpu()
        yield lambda _done: None
        known = self.stages.get(name, (0.0, 0.0, 0.0, 0.0))
        self.stages[name] = (
            known[0] + time.perf_counter() - start,
            known[1] + _cpu() - cpu,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        )

    def around(self, owner: object, name: str, stage: str) -> None:
        """Measure every call of a function that `owner` holds."""
        inner = getattr(owner, name)

        def measured(*arguments: object, **named: object) -> object:
            with self.stage(stage):
                return inner(*arguments, **named)

        setattr(owner, name, measured)


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime


def run_inside(base: Path, out: Path, jobs: int) -> None:
    """Build with `threadbook build`'s own function, measured; print figures as JSON."""
    watch = Watch()
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    with watch.stage("start-up"):
        build = importlib.import_module("threadbook.build")
        gather = importlib.import_module("threadbook.gather")
        mkdocs = importlib.import_module("threadbook.engines.mkdocs")
        importlib.import_module("threadbook.parallel").stop_collector()  # as the command does
    watch.around(gather, "list_sources", "listing files")
    watch.around(gather, "link", "linking")
    watch.around(gather, "check_base", "checking the base")
    watch.around(build, "plan_site", "planning pages")
    watch.around(mkdocs.MkDocs, "render", "engine: shells, assets")
    engine = mkdocs.MkDocs(base / "mkdocs.yml", jobs)
    build.build(engine, engine.settings, out, watch)
    print(json.dumps(watch.stages), flush=True)


if __name__ == "__main__":
    main()
