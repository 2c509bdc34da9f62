"""Staging: the exchange of two folders, what is left of builds that were killed, and racing ones.

What may be replaced at all is tested in `test_ground.py`, and whole builds in `tests/site`.
"""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attack import rounds

from threadbook.errors import UserError
from threadbook.lifetime import orderly_end
from threadbook.staging import MARKER, Ground, Staging, scratch, stage, temporary
from threadbook.staging import exchange as exchanging
from threadbook.staging.ground import MARK

FILES = 40
FORK = multiprocessing.get_context("fork")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")


def ground(top: Path) -> Ground:
    return Ground.at(top / "out", top / "base", top / "base/content", top / "base/docs")


def write(folder: Path, word: str) -> None:
    for number in range(FILES):
        (folder / f"{number}").mkdir(parents=True)
        (folder / f"{number}" / "index.html").write_text(word, "utf-8")


def build(top: Path, word: str, pause: float = 0) -> None:
    with stage(ground(top)) as staging:
        write(staging.site, word)
        time.sleep(pause)


def word_of(site: Path) -> str:
    """Return the word that is in every file of a whole site."""
    files = [file for file in site.rglob("*") if file.is_file()]
    words = {file.read_text("utf-8") for file in files if file.name != MARKER}
    assert (len(files), len(words)) == (FILES + 1, 1), "the site is not whole"
    assert (site / MARKER).read_bytes() == MARK
    return words.pop()


def left(top: Path) -> list[str]:
    return sorted(path.name for path in top.iterdir() if path.name not in {"out", "base"})


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be a system that cannot exchange folders."""
    monkeypatch.setattr(exchanging, "exchange", lambda _one, _other: False)


@pytest.fixture
def start() -> Iterator[Callable[..., multiprocessing.Process]]:
    """Start a function in a process, which is killed at the end of the test."""
    started: list[multiprocessing.Process] = []

    def run(work: Callable[..., object], *arguments: object) -> multiprocessing.Process:
        started.append(FORK.Process(target=work, args=arguments))  # type: ignore[arg-type]
        started[-1].start()
        return started[-1]

    yield run
    for each in started:
        each.kill()
        each.join()


# The exchange


@pytest.mark.skipif(sys.platform != "linux", reason="asks for Linux' own way")
def test_linux_exchanges_folders_in_one_step(tmp_path: Path) -> None:
    write(tmp_path / "a", "a")
    write(tmp_path / "b", "b")
    if not exchanging.exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this file system cannot")
    assert (tmp_path / "a/0/index.html").read_text("utf-8") == "b"
    assert (tmp_path / "b/0/index.html").read_text("utf-8") == "a"
    with pytest.raises(FileNotFoundError):
        exchanging.exchange(tmp_path / "a", tmp_path / "gone")


def test_readers_never_miss_the_site_where_folders_can_be_exchanged(
    tmp_path: Path, start: Callable[..., multiprocessing.Process]
) -> None:
    write(tmp_path / "x", "x")
    write(tmp_path / "y", "y")
    if not exchanging.exchange(tmp_path / "x", tmp_path / "y"):
        pytest.skip("this system cannot")
    build(tmp_path, "0")

    def look(missed: Any) -> None:
        while True:
            missed.value += not (tmp_path / "out/0/index.html").exists()

    missed = FORK.Value("i", 0)
    start(look, missed)
    for number in range(rounds(20)):
        build(tmp_path, str(number))
    assert missed.value == 0


@pytest.mark.usefixtures("no_exchange")
def test_elsewhere_two_renames_do(tmp_path: Path) -> None:
    for word in "abc":
        build(tmp_path, word)
        assert word_of(tmp_path / "out") == word
    assert left(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
@pytest.mark.usefixtures("no_exchange")
def test_the_site_is_put_back_if_the_new_one_cannot_be_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    build(tmp_path, "old")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "site":
            raise OSError(number, os.strerror(number), str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(UserError, match="cannot be put at"):
        build(tmp_path, "new")
    assert word_of(tmp_path / "out") == "old"
    assert left(tmp_path) == []


@pytest.mark.usefixtures("no_exchange")
def test_a_kill_between_the_two_renames_is_mended_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Callable[..., multiprocessing.Process]
) -> None:
    build(tmp_path, "old")
    rename = Path.rename

    def die(self: Path, target: Path) -> Path:
        if self.name == "site":
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", die)
        killed = start(build, tmp_path, "new")
        killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert len(left(tmp_path)) == 1
    staging = Staging.begin(ground(tmp_path))  # the next build has only begun
    assert word_of(tmp_path / "out") == "old"
    staging.discard()
    assert left(tmp_path) == []


# What is left


@pytest.mark.parametrize("can_exchange", [True, False])
def test_builds_that_are_killed_at_any_moment_leave_a_whole_site_and_the_next_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    start: Callable[..., multiprocessing.Process],
    can_exchange: bool,
) -> None:
    if not can_exchange:
        monkeypatch.setattr(exchanging, "exchange", lambda _one, _other: False)
    chance = random.Random(16)  # noqa: S311 - the same moments in every run
    build(tmp_path, "0")
    begun = time.monotonic()
    build(tmp_path, "0")
    usual = time.monotonic() - begun
    words = {"0"}
    for number in range(1, rounds(15) + 1):
        killed = start(build, tmp_path, str(number))
        words.add(str(number))
        time.sleep(chance.uniform(0, 1.5 * usual))
        killed.kill()
        killed.join()
        if (tmp_path / "out").exists():
            assert word_of(tmp_path / "out") in words
        else:
            assert not can_exchange
    Staging.begin(ground(tmp_path)).discard()
    assert word_of(tmp_path / "out") in words
    assert left(tmp_path) == []


def test_only_our_own_dead_folders_are_swept(
    tmp_path: Path, start: Callable[..., multiprocessing.Process]
) -> None:
    precious = [".out-abcdefgh", ".out-123", ".out-12345678-before", ".out-old", ".out-ABCDEFGH"]
    for name in precious:
        write(tmp_path / name, "mine")
    other = start(hold, tmp_path, ".out-old-")  # another site's, alive
    wait_for(lambda: list(tmp_path.glob(f".out-old-*/{scratch.MARKER}")))
    (living,) = tmp_path.glob(".out-old-*")
    (tmp_path / ".out-a_link__").symlink_to(tmp_path / ".out-old")
    dead = tmp_path / ".out-1234abcd"
    (dead / "site").mkdir(parents=True)
    (dead / scratch.MARKER).write_text("Process 7 …", "utf-8")
    (tmp_path / ".out-00000000").mkdir()  # killed before it had a marker
    build(tmp_path, "new")
    assert left(tmp_path) == sorted([*precious, ".out-a_link__", living.name])
    other.kill()
    other.join()
    build(tmp_path, "newer")
    assert living.exists(), "it is another site's"
    with scratch.guard(tmp_path):
        assert scratch.sweep(tmp_path, re.compile(r"\.out-old-\w{8}"), lambda _: None) == []
    assert not living.exists()


def hold(top: Path, prefix: str) -> None:
    scratch.make(top, prefix)
    time.sleep(60)


def wait_for(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    assert is_so()


def test_temporary_folders_of_the_dead_are_removed_and_those_of_the_living_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Callable[..., multiprocessing.Process]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def stay() -> None:
        with temporary("test") as folder:
            (folder / "file").write_text("x", "utf-8")
            time.sleep(60)

    dead = start(stay)
    wait_for(lambda: list(tmp_path.glob("*/file")))
    dead.kill()
    dead.join()
    (of_the_dead,) = tmp_path.iterdir()
    start(stay)
    wait_for(lambda: list(tmp_path.glob("*/file")) and not of_the_dead.exists())
    with temporary("test") as mine:
        assert len(list(tmp_path.iterdir())) == 2
    assert not mine.exists()


@pytest.mark.parametrize(
    ("where", "is_beside"), [("make", True), ("_try_to_move", True), ("make", False)]
)
def test_a_signal_while_a_folder_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, *, is_beside: bool
) -> None:
    """The signal comes when the folder is there, and nobody who would remove it knows it yet."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    module = scratch if where == "make" else sys.modules["threadbook.staging.site"]
    call = getattr(module, where)

    def interrupted(*arguments: Any) -> Any:
        result = call(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)
        return result

    monkeypatch.setattr(module, where, interrupted)
    use = stage(ground(tmp_path)) if is_beside else temporary("test")
    with pytest.raises(SystemExit), orderly_end(), use:
        pytest.fail("the signal was lost")
    assert left(tmp_path) == []


# Races


def test_a_second_build_waits_for_the_first_and_says_so(
    tmp_path: Path,
    start: Callable[..., multiprocessing.Process],
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = start(build, tmp_path, "first", 1.0)
    wait_for(lambda: list(tmp_path.glob(".out-*/site/0")))
    build(tmp_path, "second")
    words = f"Another build of this site is under way (process {first.pid}); waiting for it.\n"
    assert capsys.readouterr().err == words
    first.join()
    assert first.exitcode == 0
    assert word_of(tmp_path / "out") == "second"
    assert left(tmp_path) == []


def test_a_build_does_not_wait_for_ever(
    tmp_path: Path, start: Callable[..., multiprocessing.Process]
) -> None:
    start(build, tmp_path, "first", 60.0)
    wait_for(lambda: list(tmp_path.glob(".out-*/site/0")))
    with pytest.raises(UserError, match="under way"):
        Staging.begin(ground(tmp_path), patience=0.3)


def test_of_many_builds_at_once_each_has_its_turn(
    tmp_path: Path, start: Callable[..., multiprocessing.Process]
) -> None:
    for _ in range(rounds(2)):
        racing = [start(build, tmp_path, str(number)) for number in range(6)]
        for each in racing:
            each.join()
        assert [each.exitcode for each in racing] == [0] * 6
        assert word_of(tmp_path / "out") in "012345"
        assert left(tmp_path) == []


def test_without_locks_builds_work_and_sweep_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    dead = tmp_path / ".out-1234abcd"
    dead.mkdir()
    (dead / scratch.MARKER).touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    build(tmp_path, "new")
    assert word_of(tmp_path / "out") == "new"
    assert left(tmp_path) == [dead.name]


# Full


@pytest.mark.parametrize("where", ["mkdtemp", "mkdir", "marker", "files"])
def test_a_full_disk_is_told_in_a_line_and_the_site_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    build(tmp_path, "old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if where == "mkdtemp":
        monkeypatch.setattr(tempfile, "mkdtemp", fail)
    elif where == "mkdir":
        monkeypatch.setattr(Path, "mkdir", fail)
    elif where == "marker":
        monkeypatch.setattr("threadbook.staging.site._mark", fail)
    else:
        monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(UserError, match=r"The site cannot be put at .*: No space left on device\."):
        build(tmp_path, "new")
    monkeypatch.undo()
    assert word_of(tmp_path / "out") == "old"
    assert left(tmp_path) == []
