"""How many threads an import takes in a second, and how much memory.

    python tests/benchmarks/import_speed.py --sizes 1000 10000 100000

Each import is a process of its own, because memory is measured at its peak. The sources are made
here, in words of a fixed vocabulary: posts of which a third are questions, and rows with an answer.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

WORDS = "contract offer client payment week hour month report answer question form office open close".split()
TAGS = [f"tag-{n}" for n in range(200)]


def write_dump(folder: Path, rows: int) -> Path:
    """Write a dump of Stack Exchange with so many posts, a third of them questions."""
    dice = random.Random(7)  # noqa: S311 - words for a benchmark
    folder.mkdir()
    with (folder / "Posts.xml").open("w", encoding="utf-8") as posts:
        posts.write('<?xml version="1.0" encoding="utf-8"?>\n<posts>\n')
        for number in range(1, rows + 1):
            posts.write(
                f"  <row {' '.join(f'{k}={quoteattr(v)}' for k, v in _post(number, dice))} />\n"
            )
        posts.write("</posts>\n")
    return folder


def _post(number: int, dice: random.Random) -> Iterator[tuple[str, str]]:
    yield "Id", str(number)
    yield "CreationDate", f"2016-0{number % 9 + 1}-11T10:00:00.000"
    yield "Score", str(number % 17)
    yield (
        "Body",
        f"<p>{say(dice, 40)}</p>\n<ul><li>{say(dice, 5)}</li><li><code>{say(dice, 3)}</code></li></ul>\n",
    )
    if number % 3 == 1:
        yield "PostTypeId", "1"
        yield "Title", f"Why {say(dice, 5)} {number}?"
        yield "Tags", f"<{dice.choice(TAGS)}><{dice.choice(TAGS)}>"
        yield "AcceptedAnswerId", str(number + 1)
    else:
        yield "PostTypeId", "2"
        yield "ParentId", str(number - (number + 2) % 3)


def write_lines(folder: Path, rows: int) -> Path:
    """Write JSON Lines with so many questions, each with its answer."""
    dice = random.Random(7)  # noqa: S311 - words for a benchmark
    folder.mkdir()
    path = folder / "rows.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number in range(rows):
            title, tags = f"Why {say(dice, 5)} {number}?", [dice.choice(TAGS)]
            row = {"id": number, "title": title, "answer": say(dice, 80), "tags": tags}
            lines.write(f"{json.dumps(row)}\n")
    return path


def say(dice: random.Random, words: int) -> str:
    """Return some words."""
    return " ".join(dice.choices(WORDS, k=words))


class Measured(NamedTuple):
    """Seconds by the clock and of processors, megabytes of memory at the peak, and threads."""

    seconds: float
    cpu: float
    memory: float
    threads: int


def measure(kind: str, source: Path, to: Path) -> Measured:
    """Run an import."""
    code = (
        "import resource, sys; from threadbook.cli import cli\n"
        "try: cli(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "import", kind, str(source), "--to", str(to)]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--license", "CC-BY-4.0"], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    cpu, most = map(float, done.stderr.splitlines()[-1].split())
    threads = sum(1 for _ in to.glob("threads/*/*.yml"))
    return Measured(seconds, cpu, most * unit / 1e6, threads)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--formats", nargs="+", default=["stackexchange", "jsonl"])
    chosen = parser.parse_args()
    print("| format | rows | threads | seconds | CPU s | threads a second | peak memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind in chosen.formats:
        for rows in chosen.sizes:
            with tempfile.TemporaryDirectory() as folder:
                make = write_dump if kind == "stackexchange" else write_lines
                source = make(Path(folder, "source"), rows)
                done = measure(kind, source, Path(folder, "content"))
            cells = (
                kind,
                f"{rows:,}",
                f"{done.threads:,}",
                f"{done.seconds:.1f}",
                f"{done.cpu:.1f}",
                f"{done.threads / done.seconds:,.0f}",
                f"{done.memory:.0f} MB",
            )
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
