"""A build on a Dask cluster: a real scheduler and two workers, on loopback only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from threadbook import cluster
from threadbook.cluster import Worker, connect, read_address, refuse_worker
from threadbook.errors import UserError

pytest.importorskip("distributed")
THREADS = 500
MOMENT = 0.02


def files(site: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*") if file.is_file()
    }


def wait_for(what: Callable[[], Any]) -> Any:
    """Wait until something is there; a machine may be slow, so this takes a minute at most."""
    end = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < end, what
        time.sleep(MOMENT)
    return found


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path, environment: dict[str, str], stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.environment = environment | {"DASK_DISTRIBUTED__COMM__RETRY__COUNT": "0"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.where = f"127.0.0.1:{free.getsockname()[1]}"
        host, port = self.where.split(":")
        self.scheduler = self.start("scheduler", "--host", host, "--port", port)
        self.address = f"dask://{self.where}"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        log = (self.folder / "dask.log").open("ab")
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=log, stderr=log
        )
        self.stack.callback(log.close)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def work(self, threads: int = 1) -> subprocess.Popen[bytes]:
        more = ("--no-nanny", "--nthreads", str(threads), "--host", "127.0.0.1")
        return self.start("worker", self.where, *more)

    def count(self) -> int:
        """Return how many workers there are."""
        from distributed import Client  # noqa: PLC0415

        with Client(f"tcp://{self.where}", timeout=60, set_as_default=False) as client:
            return len(client.nthreads())


@pytest.fixture
def start_cluster(
    tmp_path: Path, environment: Callable[[], dict[str, str]]
) -> Iterator[Callable[[], Cluster]]:
    with ExitStack() as stack:
        yield lambda: Cluster(tmp_path, environment(), stack)


@contextmanager
def building(
    base: Path, environment: dict[str, str], *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    program = Path(sys.executable).with_name("threadbook")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [program, "build", *arguments], cwd=base, env=environment, stderr=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.slow
def test_a_worker_that_dies_loses_nothing(
    synthetic: Callable[[int, str], Path],
    environment: Callable[[], dict[str, str]],
    run: Run,
    start_cluster: Callable[[], Cluster],
) -> None:
    base = synthetic(THREADS, "https://example.org/help/")
    dask = start_cluster()
    workers = [dask.work(), dask.work()]
    assert run("threadbook", "build", "--out", "plain", cwd=base).returncode == 0
    wait_for(lambda: dask.count() == 2)
    with building(base, environment(), "--out", "far", "--executor", dask.address) as process:
        wait_for(lambda: next(base.glob(".*far*/**/threads/*/index.html"), None))
        workers[0].send_signal(signal.SIGSTOP)
        # The other worker does all it can, but the batch of the one that stands still is missing.
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)
        workers[0].kill()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert dask.count() == 1
    plain, far = files(base / "plain"), files(base / "far")
    assert len(plain) > THREADS * 3
    assert plain.keys() == far.keys()
    assert [name for name in plain if plain[name] != far[name]] == []
    left = {each.name for each in base.iterdir()} - {"plain", "far", "content", "mkdocs.yml"}
    assert not left
