"""Lifetimes: what this process starts ends with it, and signals wait for what must finish."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from threadbook import lifetime, parallel
from threadbook.errors import UserError
from threadbook.lifetime import Program, StoppedError, orderly_end, uninterrupted

SYSTEMS = ["linux", "another"] if sys.platform == "linux" else ["another"]
SPAWN = multiprocessing.get_context("spawn")


def lives(process: int) -> bool:
    """Whether a process runs; a dead one that nobody has waited for does not."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        return not state.exists() or state.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def ends(process: int) -> bool:
    end = time.monotonic() + 30
    while lives(process) and time.monotonic() < end:
        time.sleep(0.05)
    return not lives(process)


def read(file: Path) -> str:
    """Wait until a file has a line, and return it."""
    end = time.monotonic() + 30
    while not (file.exists() and file.read_text("utf-8").endswith("\n")):
        assert time.monotonic() < end
        time.sleep(0.02)
    return file.read_text("utf-8").strip()


@pytest.fixture
def handlers() -> Iterator[None]:
    """Check that the handlers of signals are afterwards what they were."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    assert [signal.getsignal(number) for number in numbers] == before


# Signals


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_process_in_order(
    capsys: pytest.CaptureFixture[str], number: signal.Signals, status: int
) -> None:
    with pytest.raises(SystemExit) as ended, orderly_end():
        signal.raise_signal(number)
    assert ended.value.code == status
    assert capsys.readouterr().err == "threadbook: Stopped.\n"


@pytest.mark.usefixtures("handlers")
def test_a_signal_waits_for_what_must_finish() -> None:
    done: list[str] = []

    def work() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            with uninterrupted():
                done.append("inner")
            done.append("outer")
        done.append("never")

    with pytest.raises(SystemExit), orderly_end():
        work()
    assert done == ["inner", "outer"]


@pytest.mark.usefixtures("handlers")
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with orderly_end():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("handlers")
def test_another_thread_leaves_signals_alone() -> None:
    said = []

    def run() -> None:
        with orderly_end():
            said.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert said == [signal.getsignal(signal.SIGTERM)]


def test_a_stop_is_an_exit_that_nothing_takes_for_an_error() -> None:
    assert issubclass(StoppedError, SystemExit)
    assert not issubclass(StoppedError, Exception)


# Programs


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_program_gives_its_words_and_its_status(system: str) -> None:
    with tempfile.TemporaryFile() as output:
        program = Program([sys.executable, "-c", "print('said'); exit(3)"], output, system)
        assert program.wait() == 3
        program.stop()
        output.seek(0)
        assert output.read().split() == [b"said"]


SLEEPER = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_program_that_is_stopped_ends(system: str, tmp_path: Path) -> None:
    with (tmp_path / "said").open("wb") as output:
        program = Program([sys.executable, "-c", SLEEPER], output, system)
        number = int(read(tmp_path / "said"))
        assert lives(number)
        program.stop()
        assert ends(number)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_program_ends_when_its_parent_is_killed(system: str, tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom threadbook.lifetime import Program\n"
        f"with open({str(tmp_path / 'said')!r}, 'wb') as output:\n"
        f"    Program([sys.executable, '-c', {SLEEPER!r}], output, {system!r})\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    number = int(read(tmp_path / "said"))
    assert lives(number)
    parent.kill()
    parent.wait()
    assert ends(number)


@pytest.mark.skipif(sys.platform != "linux", reason="asks for Linux' own way")
def test_a_program_whose_parent_has_ended_before_it_begins_does_not_begin() -> None:
    command = [sys.executable, "-I", "-S", "-c", lifetime._BECOME, "1", "/bin/echo", "begun"]
    if os.getpid() == 1:
        pytest.skip("this process is everybody's parent")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""


# Workers


def work(folder: str) -> None:
    Path(folder, f"{os.getpid()}").touch()
    time.sleep(60)


@pytest.mark.parametrize("kind", ["fork", "spawn"])
@pytest.mark.parametrize("way", ["as Linux does", "as others do"])
@pytest.mark.skipif(sys.platform != "linux", reason="compares both ways on Linux")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path, kind: str, way: str) -> None:
    """A worker that Linux does not watch watches its parent itself."""
    folder = tmp_path / "workers"
    folder.mkdir()
    code = (
        "import multiprocessing, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from threadbook import lifetime, parallel\nfrom test_lifetime import prepare, work\n"
        f"parallel._context = lambda: multiprocessing.get_context({kind!r})\n"
        + ("parallel._prepare_worker = prepare\n" if way == "as others do" else "")
        + "if __name__ == '__main__':\n"
        "    with parallel.open_workers(2, 1000) as workers:\n"
        f"        list(workers.pool.map(work, [{str(folder)!r}] * 2))\n"
    )
    (tmp_path / "parent.py").write_text(code, "utf-8")
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py"])
    end = time.monotonic() + 60
    while len(list(folder.iterdir())) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    workers = [int(file.name) for file in folder.iterdir()]
    assert all(map(lives, workers))
    parent.kill()
    parent.wait()
    assert all(map(ends, workers))


def prepare(parent: int) -> None:
    """Prepare a worker on a system that does not watch parents."""
    lifetime._kill_with_parent = lambda: False
    lifetime.follow_parent(parent)


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_told_as_an_error_of_the_user() -> None:
    with (
        pytest.raises(UserError, match="A worker process was killed"),
        parallel.open_workers(2, 1000) as workers,
    ):
        list(workers.pool.map(die, range(2)))
    assert multiprocessing.active_children() == []


def test_when_something_fails_workers_do_not_finish_first(tmp_path: Path) -> None:
    def fail() -> None:
        with parallel.open_workers(2, 1000) as workers:
            workers.pool.submit(work, str(tmp_path))
            raise ValueError("odd")

    begun = time.monotonic()
    with pytest.raises(ValueError, match="odd"):
        fail()
    assert time.monotonic() - begun < 50, "the worker sleeps for 60 seconds"
    assert multiprocessing.active_children() == []
