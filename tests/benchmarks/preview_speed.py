"""How fast a preview is: the start, the first page, and from the save of a file to the page.

    preview_speed.py BASE [--edits N] [--engine NAME] [--search]

BASE is copied; a number in its place makes up a base of so many threads. Times are of the clock and
of the processor, all threads of the preview together. The wait for the event that tells a browser is
part of each time, as in a browser. Without --search the index is off.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Final

from synthetic import Synthetic

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 600


_WAYS: Final = {
    "threadbook": ("--address", "The preview is at"),
    "mkdocs": ("--dev-addr", "Serving on"),
}
"""By program: its option for the address, and what it says when it answers."""


class Served:
    """A running preview."""

    def __init__(self, base: Path, engine: str, program: str = "threadbook") -> None:
        option, ready = _WAYS[program]
        with socket.create_server(("127.0.0.1", 0)) as server:
            where = f"127.0.0.1:{server.getsockname()[1]}"
        self.root = f"http://{where}/help/"
        self.start = time.perf_counter()
        command = [sys.executable, "-m", program, "serve", option, where]
        more = ["--engine", engine] if engine else []
        self.log = base.with_name("log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*command, *more], cwd=base, stderr=log)
        while ready not in self.log.read_text("utf-8"):
            if self.process.poll() is not None:
                raise SystemExit(self.log.read_text("utf-8"))
            time.sleep(0.01)

    def get(self, address: str) -> bytes:
        with urllib.request.urlopen(self.root + address, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def has(self, address: str) -> bool:
        """Return whether there is something at an address."""
        try:
            self.get(address)
        except urllib.error.HTTPError:
            return False
        return True

    def listen(self) -> IO[bytes]:
        """Return the stream of events, after what is said at first."""
        stream = urllib.request.urlopen(f"{self.root}_threadbook/events", timeout=PATIENCE)
        next_event(stream, b"findings")
        return stream

    @property
    def processor(self) -> float:
        """Seconds of the processor, of all threads, and of workers that have ended."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS

    def memory(self, name: str) -> float:
        """Megabytes: `VmRSS` is what is in use, `VmHWM` the most that ever was."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
        return 0


def next_event(stream: IO[bytes], name: bytes) -> bool:
    while line := stream.readline():
        if line == b"event: " + name + b"\n":
            return bool(stream.readline())
    return False


def edit(
    served: Served, stream: IO[bytes], file: Path, title: str, address: str
) -> tuple[float, float]:
    """Save a file with another title; return the seconds until a page shows it."""
    text = file.read_text("utf-8")
    lines = [f"title: {title}" if line.startswith("title:") else line for line in text.split("\n")]
    start, used = time.perf_counter(), served.processor
    file.write_text("\n".join(lines), "utf-8")
    while next_event(stream, b"changed"):
        if title in served.get(address).decode():
            break
    return time.perf_counter() - start, served.processor - used


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("base")
    arguments.add_argument("--edits", type=int, default=11)
    arguments.add_argument("--engine", default="")
    arguments.add_argument("--search", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "base")
        if chosen.base.isdecimal():
            base.mkdir()
            Synthetic(int(chosen.base)).write(base)
        else:
            shutil.copytree(chosen.base, base, ignore=shutil.ignore_patterns("site", ".git"))
        config = base / "mkdocs.yml"
        has_search = "true" if chosen.search else "false"
        text = config.read_text("utf-8").replace("search: false", f"search: {has_search}")
        config.write_text(text, "utf-8")
        measure(base, chosen.edits, chosen.engine)


def measure(base: Path, edits: int, engine: str) -> None:
    files = sorted((base / "content" / "threads").rglob("*.yml"))
    print(f"{len(files):,} threads")
    served = Served(base, engine)
    has_search = "search: true" in (base / "mkdocs.yml").read_text("utf-8")
    try:
        print(
            f"start: {time.perf_counter() - served.start:.2f} s, processor {served.processor:.2f} s"
        )
        stream = served.listen()
        start, used = time.perf_counter(), served.processor
        served.get("")
        print(
            f"first page: {time.perf_counter() - start:.3f} s, processor {served.processor - used:.2f} s"
        )
        start = time.perf_counter()
        while has_search and not served.has("search/settings.json"):
            time.sleep(0.1)
        print(f"search: {time.perf_counter() - start:.1f} s later")
        time.sleep(3)
        kinds = {"its own page": "threads/{}/", "the list of the latest": "latest/"}
        for name, address in kinds.items():
            found = []
            for number in range(edits + 1):
                file = files[number * 997 % len(files)] if "{}" in address else newest(files)
                title = f"What is number {number} of {name}?"
                found.append(edit(served, stream, file, title, address.format(file.stem)))
                time.sleep(1.5)
            walls, used_each = zip(*found[1:], strict=True)
            print(
                f"from save to {name}: {statistics.median(walls):.3f} s (most {max(walls):.3f}), "
                f"processor {statistics.median(used_each):.2f} s (most {max(used_each):.2f}); "
                f"the first time {found[0][0]:.3f} s, processor {found[0][1]:.2f} s"
            )
        said = served.log.read_text("utf-8").split("\n")
        print(*(line for line in said if line.startswith("Search is up")), sep="\n")
        print(f"memory: {served.memory('VmRSS'):.0f} MB (most {served.memory('VmHWM'):.0f})")
    finally:
        served.process.terminate()
        served.process.wait()


def newest(files: list[Path]) -> Path:
    """Return the thread that is first among the latest: that with the newest day in it."""

    def days(file: Path) -> tuple[str, str]:
        found = [
            word
            for word in file.read_text("utf-8").split()
            if word[:2] == "20" and len(word.strip("'")) == 10
        ]
        return (max((word.strip("'") for word in found), default=""), "")

    return max(files, key=days)


if __name__ == "__main__":
    main()
