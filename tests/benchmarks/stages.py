"""Where a thread's time goes on its way through a build, in microseconds a thread.

    python tests/benchmarks/stages.py --threads 2000 --runs 3

Everything happens in this process, without workers, so what is measured is processor time and no
stage waits for another. A stage's time leaves out the stages that it calls. All figures are those
of the run with the least total. `--base` measures a knowledge base that exists.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import GeneratorType
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import Synthetic

STAGES: Final = (
    ("list files", "threadbook.gather", "list_sources"),
    ("read", "threadbook.load.files", "read_text"),
    ("read YAML", "threadbook.load.files", "parse"),
    ("validate", "threadbook.load.files", "validate"),
    ("examine bodies", "threadbook.markdown", "examine"),
    ("check a thread", "threadbook.gather", "check_thread"),
    ("find what is heavy", "threadbook.load.files", "find_heavy"),
    ("outline", "threadbook.load.files", "make_outline"),
    ("words of related", "threadbook.load.files", "_terms"),
    ("seal", "threadbook.load.files", "seal"),
    ("unseal", "threadbook.pages.kinds.thread", "unseal"),
    ("link", "threadbook.gather", "link"),
    ("check the base", "threadbook.gather", "check_base"),
    ("related", "threadbook.library.related", "_nearest"),
    ("plan", "threadbook.build", "plan_pages"),
    ("bodies", "threadbook.pages.posts", "PostRenderer.question"),
    ("bodies", "threadbook.pages.posts", "PostRenderer.answer"),
    ("page: templates", "threadbook.pages.page", "render_template"),
    ("page: structured data", "threadbook.pages.page", "write_script"),
    ("twins", "threadbook.pages.kinds.thread", "ThreadPage.twin"),
    ("lists' twins", "threadbook.pages.lists", "ListPage.twin"),
    ("search documents", "threadbook.pages.kinds.thread", "ThreadPage.documents"),
    ("fill the shell", "threadbook.weave.shell", "Shell.fill"),
    ("write", "threadbook.crew", "write_file"),
    ("write", "threadbook.crew", "write_folder"),
    ("feeds", "threadbook.crew", "Loom.write_feeds"),
    ("outputs of the site", "threadbook.build", "write_files"),
    ("engine", "threadbook.engines.mkdocs", "MkDocs.render"),
)
"""A stage's name, and the module and function that do its work."""

REST: Final = "the rest"


class Stopwatch:
    """Measures functions by the processor time that they alone use."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.stack: list[str] = []
        self.since = time.process_time_ns()

    def switch(self) -> None:
        """Book the time since the last switch."""
        now = time.process_time_ns()
        self.spent[self.stack[-1] if self.stack else REST] += now - self.since
        self.since = now

    def around(self, stage: str, owner: Any, name: str) -> None:
        """Measure all calls of a function that `owner` holds."""
        inner: Callable[..., Any] = getattr(owner, name)

        def measured(*arguments: Any, **named: Any) -> Any:
            self.switch()
            self.stack.append(stage)
            try:
                result = inner(*arguments, **named)
                # A generator does its work when it is read; and it is read once.
                return iter(list(result)) if isinstance(result, GeneratorType) else result
            finally:
                self.switch()
                self.stack.pop()

        setattr(owner, name, measured)


def main() -> None:
    """Parse arguments, build, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=2_000)
    parser.add_argument("--base", type=Path, help="measure this base instead of a made-up one")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = options.base
        if base is None:
            base = Path(name) / "base"
            base.mkdir()
            Synthetic(options.threads).write(base)
            config = base / "mkdocs.yml"
            config.write_text(config.read_text().replace("search: true", "search: false"))
        threads = sum(1 for _ in (base / "content" / "threads").rglob("*.yml"))
        spent = measure(base, Path(name), options.runs)
        order = [*dict.fromkeys(stage for stage, _, _ in STAGES), REST]
        found = {stage: spent[stage] / threads / 1000 for stage in order if stage in spent}
        if options.json:
            print(json.dumps(found))
        else:
            print_table(found)


def measure(base: Path, place: Path, runs: int) -> Counter[str]:
    """Build as often as asked and return the nanoseconds of each stage of the fastest run."""
    watch = Stopwatch()
    for stage, module, path in STAGES:
        owner: Any = importlib.import_module(module)
        *inner, name = path.split(".")
        for each in inner:
            owner = getattr(owner, each)
        if hasattr(owner, name):
            watch.around(stage, owner, name)
        else:
            print(f"There is no {module}.{path}; its time is in {REST!r}.", file=sys.stderr)
    choice = importlib.import_module("threadbook.engines.choice")
    build = importlib.import_module("threadbook.build")
    read = importlib.import_module("threadbook.configuration").read_configuration
    quiet = importlib.import_module("threadbook.progress").Quiet()
    gc.disable()
    found = []
    for run in range(runs):
        configuration = read(base / "mkdocs.yml")
        settings = replace(configuration.settings, jobs=1)
        gc.collect()
        watch.spent.clear()
        watch.since = time.process_time_ns()
        engine = partial(choice.make_engine, configuration, settings)
        build.build(engine, settings, place / f"site-{run}", quiet)
        watch.switch()
        found.append(Counter(watch.spent))
        shutil.rmtree(place / f"site-{run}")
    return min(found, key=lambda spent: spent.total())


def print_table(found: dict[str, float]) -> None:
    """Print microseconds a thread by stage, in the order of a build."""
    print(f"{'stage':24} {'µs a thread':>12}")
    for stage, microseconds in (found | {"together": sum(found.values())}).items():
        print(f"{stage:24} {microseconds:12.1f}")


if __name__ == "__main__":
    main()
