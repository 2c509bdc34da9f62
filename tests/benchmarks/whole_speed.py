"""What whole builds cost, with the index and all vectors: the first, the next, one after an edit.

    python tests/benchmarks/whole_speed.py --threads 10000
    python tests/benchmarks/whole_speed.py --threads 100000 --made-up 200 --keep FOLDER

Each build is `threadbook build` as a user starts it, once, into a new folder; memory is looked at
meanwhile (see `measuring`). Vectors are kept in a cache folder that is empty at first. The edit is a
new word in the title of one thread. What its meaning takes is measured alone, too, in a new process:
to read all vectors and the model, make one vector, and write all.

Vectors take most of the time: a second of a processor for 15 to 20 threads. With `--made-up N`, the
first build reads the meaning of N documents, and each of the others gets the vector of one of these
with noise. So it costs what it costs but for the encoder, whose work has to be calculated, and search
by meaning makes sense for N documents only.

Everything happens in the folder that `TMPDIR` names, or in that of `--keep`, where the base and the
first site stay; a base that is there is used. `--first` leaves out all builds but the first.
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
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import build_speed
import measuring
import numpy as np
from synthetic import Synthetic

from threadbook.configuration import read_configuration
from threadbook.meaning import pack, row_size, unpack
from threadbook.meaning.packing import Floats
from threadbook.progress import Quiet
from threadbook.search.codec import SCALE
from threadbook.search.meant import Texts
from threadbook.search.vectors import SWITCH, Reader

EDITED = "thread-00001"
NOISE = 0.5
"""How long the noise of a made-up vector is; the real one has the length 1."""

PRETEND, READ = "--pretend", "--read"
"""What this program is told when it starts itself."""


class Built(NamedTuple):
    """What a build costs, how many files it writes, and of how many bytes."""

    cost: measuring.Cost
    files: int
    written: int

    def __str__(self) -> str:
        cost = self.cost
        return (
            f"{cost.seconds:8.1f} s {cost.cpu:8.1f} CPU s {cost.memory / 1e6:7,.0f} MB of memory, "
            f"{self.files:,} files, {self.written / 1e6:,.0f} MB"
        )


def main() -> None:
    """Parse arguments, make the base, build, print."""
    if task := {PRETEND: pretend, READ: read_alone}.get("".join(sys.argv[1:2])):
        task(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--made-up", type=int, metavar="N", help="read so many, make up the others")
    parser.add_argument("--keep", type=Path, help="a folder that is not removed")
    parser.add_argument("--first", action="store_true", help="only the first build")
    options = parser.parse_args()
    with make_folder(options.keep) as folder:
        base = folder / "base"
        if not base.exists():
            base.mkdir(parents=True)
            Synthetic(options.threads).write(base)
        print(
            f"{options.threads:,} threads; {platform.machine()}, {os.cpu_count()} processors, "
            f"Python {platform.python_version()}",
            flush=True,
        )
        report(base, options.threads, options.made_up, only_first=options.first)


@contextmanager
def make_folder(kept: Path | None) -> Iterator[Path]:
    """Give a folder that stays, or one that is removed."""
    if kept is not None:
        yield kept.absolute()
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def report(base: Path, threads: int, made_up: int | None, *, only_first: bool) -> None:
    """Build, edit a thread, build again, and print the figures."""
    first = build(base, base / "site", made_up)
    print(f"first build      {first}", flush=True)
    print_sizes(base)
    if only_first:
        return
    again = build(base, base / "again")
    print(f"nothing changed  {again}", flush=True)
    spent = first.cost.cpu - again.cost.cpu
    if made_up is None:
        print(f"    vectors take {spent:.1f} CPU s: {threads / spent:.1f} threads a CPU s")
    else:
        print(f"    {made_up:,} vectors and the noise of all others take {spent:.1f} CPU s")
    edit(base)
    print(f"a thread edited  {build(base, base / 'again')}", flush=True)
    edit(base)
    alone = json.loads(run_self(READ, [base / "mkdocs.yml"], base))
    print(f"    its meaning alone: {alone['seconds']:.2f} s, {alone['cpu']:.2f} CPU s")


def print_sizes(base: Path) -> None:
    """Print how large the index and the vectors of the first build are."""
    kept = sum(file.stat().st_size for file in (base / "cache").rglob("*.vectors"))
    search = base / "site" / "search"
    served = [*search.glob("*/vectors.bin"), *search.glob("*/vectors/*.bin")]
    size = sum(file.stat().st_size for file in served)
    print(f"    vectors: {kept:,} bytes in the cache, {size:,} in {len(served)} files of the site")
    files, size = measuring.count_written(search)
    print(f"    search: {size:,} bytes in {files:,} files", flush=True)


def build(base: Path, site: Path, made_up: int | None = None) -> Built:
    """Build a base; replace a site that is there."""
    shutil.rmtree(site, ignore_errors=True)
    command = build_speed.command(base, site)
    if made_up is not None:
        command = [sys.executable, __file__, PRETEND, str(made_up), *command[3:]]
    cost = measuring.run(command, base, looking=True, environment=surroundings(base))
    return Built(cost, *measuring.count_written(site))


def surroundings(base: Path) -> dict[str, str]:
    """Return what the environment says: meaning is on, and kept with the base."""
    return {"XDG_CACHE_HOME": str(base / "cache"), SWITCH: "on"}


def edit(base: Path) -> None:
    """Add a word to the title of a thread."""
    [file] = (base / "content").rglob(f"{EDITED}.yml")
    file.write_text(file.read_text().replace("title: ", "title: Really ", 1))


def run_self(task: str, arguments: Sequence[str | Path], base: Path) -> str:
    """Run a part of this program in a new process; return what it prints."""
    command = [sys.executable, __file__, task, *map(str, arguments)]
    environment = os.environ | surroundings(base)
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout


def read_alone(arguments: Sequence[str]) -> None:
    """Read what a thread means that is not known, as a build does; print what it takes."""
    settings = read_configuration(Path(arguments[0])).settings
    [file] = settings.content.rglob(f"{EDITED}.yml")
    text = file.read_text()
    start, spent = time.perf_counter(), time.process_time()
    reader = Reader.open(settings, Quiet())
    if reader is None:
        raise SystemExit("No model is installed.")
    reader.read({EDITED.encode().ljust(16): 0}, lambda _: (text[:200], text))
    figures = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - spent}
    print(json.dumps(figures))


def pretend(arguments: Sequence[str]) -> None:
    """Run `threadbook` with made-up vectors for all documents but so many."""
    from threadbook.cli import main as run  # noqa: PLC0415 - takes a while

    count, sys.argv[1:] = int(arguments[0]), arguments[1:]
    read = Reader.read

    def make_up(
        self: Reader,
        wanted: Mapping[bytes, int],
        texts: Callable[[int], Texts],
        most: int | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> int:
        some = dict(islice(wanted.items(), count))
        read(self, some, texts, most, goes_on)
        rows = self.vectors.choose([*some])
        others = [key for key in wanted if key not in self.vectors.rows]
        for key, row in zip(others, blur(rows, len(others), self.model.dimensions), strict=True):
            self.vectors.add(key, row)
        self.vectors.save(wanted)
        return 0

    Reader.read = make_up  # type: ignore[method-assign] # a benchmark may
    run()


def blur(rows: Sequence[bytes], count: int, dimensions: int) -> Iterator[bytes]:
    """Yield vectors near those of `rows`, packed as these are."""
    chance = np.random.default_rng(1)
    size = row_size(dimensions)
    known = np.concatenate([unpack(row, dimensions) for row in rows])
    for start in range(0, count, 1_000):
        near = known[np.arange(start, min(start + 1_000, count)) % len(known)]
        noise = chance.standard_normal(near.shape, np.float32) * NOISE / dimensions**0.5
        found = pack(to_unit(near + noise))
        for at in range(len(near)):
            head, body = at * SCALE, len(near) * SCALE + at * size
            yield found[head : head + SCALE] + found[body : body + size]


def to_unit(vectors: Floats) -> Floats:
    """Return vectors of the length 1."""
    found: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


if __name__ == "__main__":
    main()
