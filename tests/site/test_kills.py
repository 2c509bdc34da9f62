"""Whole builds that are killed, race, or find the disk full: the site is always a whole one.

`THREADBOOK_ATTACK=10` makes it ten times as many kills.
"""

from __future__ import annotations

import errno
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from attack import rounds

from threadbook import parallel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc"),
]

Run = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[Path], dict[str, bytes]]
COUNT = 240
BUILD = ("threadbook", "build", "--jobs", "2")
PATIENCE = 30.0  # seconds
TOLD = re.compile(r"^(threadbook: |ERROR +- |Loading threads: |Weaving pages: |The site is in |$)")
STATUS = {signal.SIGKILL: {-9, 0}, signal.SIGTERM: {143, 0, -15}, signal.SIGINT: {130, 0, -2}}
"""How a build may end after a signal: it may have been through, or Python itself not yet begun."""


def write_threads(base: Path, word: str) -> None:
    """Write so many threads that several processes work on them."""
    for number in range(COUNT):
        file = base / f"content/threads/general/thread-{number:03}.yml"
        file.write_text(
            f"title: Question {number}?\ntopics: [first-steps]\nanswer: It is {word} {number}.\n",
            "utf-8",
        )


class Workshop(NamedTuple):
    """A base whose content changes between two versions, and what a build of each gives."""

    base: Path
    temporary: Path
    environment: Mapping[str, str]
    programs: Path
    sites: dict[str, dict[str, bytes]]
    seconds: float

    def start(self, *command: str, **more: Any) -> subprocess.Popen[str]:
        """Start a build as a user would; a signal may find it at its very beginning."""
        return self._start(Path(sys.executable).parent, *(command or BUILD), **more)

    def run(self, *command: str) -> subprocess.Popen[str]:
        """Start a build that nobody kills; see `warm`."""
        return self._start(self.programs, *(command or BUILD))

    def _start(
        self, folder: Path, program: str, *command: str, **more: Any
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [folder / program, *command],
            cwd=self.base,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **more,
        )

    def processes(self) -> dict[int, str]:
        """Return the command lines of all processes of our builds, by their numbers."""
        token, found = self.environment["THREADBOOK_TEST"].encode(), {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if token in (folder / "environ").read_bytes():
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(folder.name)] = line.decode("utf-8", "replace")
            except OSError:  # it has just ended
                continue
        return found

    def leftovers(self) -> list[str]:
        """Return what is left beside the site and among temporary files."""
        names = {path.name for path in self.base.iterdir()} - {"content", "mkdocs.yml", "site"}
        ours = {path.name for path in self.base.iterdir() if path.name.startswith(".site")}
        return sorted((names & ours) | {path.name for path in self.temporary.iterdir()})

    def orphans(self) -> dict[int, str]:
        """Return the processes that are still there after a moment."""
        end = time.monotonic() + PATIENCE
        while (found := self.processes()) and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def version(self, files_of: Tree) -> str:
        """Return which version the site is; fails unless it is a whole one."""
        site = files_of(self.base / "site")
        found = [word for word, files in self.sites.items() if files == site]
        assert len(found) == 1, "the site is damaged"
        return found[0]


@pytest.fixture(scope="module")
def workshop(
    environment: Callable[[], dict[str, str]],
    run_warm: Run,
    warm_programs: Path,
    tmp_path_factory: pytest.TempPathFactory,
    files_of: Tree,
) -> Iterator[Workshop]:
    """Build both versions once; no process may be left at the end."""
    if COUNT <= parallel.SMALL:
        pytest.fail("too few threads: no pool would start")
    base, temporary = (
        tmp_path_factory.mktemp("kills") / "base",
        tmp_path_factory.mktemp("temporary"),
    )
    assert run_warm("threadbook", "init", base).returncode == 0
    with (base / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("\nsite_url: https://example.org/\n")  # or a notice is among what is told
    own = {"THREADBOOK_TEST": uuid.uuid4().hex, "TMPDIR": str(temporary)}
    workshop = Workshop(base, temporary, environment() | own, warm_programs, {}, 0)
    for word, start in (("white", workshop.run), ("black", workshop.start)):
        write_threads(base, word)
        begun = time.monotonic()
        process = start()
        said, _ = process.communicate()
        assert process.returncode == 0, said
        workshop = workshop._replace(seconds=time.monotonic() - begun)
        workshop.sites[word] = files_of(base / "site")
    assert workshop.sites["white"] != workshop.sites["black"]
    assert workshop.leftovers() == []
    yield workshop
    assert workshop.orphans() == {}


def child_of(workshop: Workshop, main: int, chance: random.Random) -> int | None:
    """Return one of the processes that a build has started."""
    found = sorted(set(workshop.processes()) - {main})
    return chance.choice(found) if found else None


def is_told(said: str) -> bool:
    """Whether a build says in plain lines what happened."""
    return "Traceback" not in said and all(TOLD.match(line) for line in said.splitlines())


@pytest.mark.parametrize("command", [BUILD, ("mkdocs", "build")])
def test_a_build_that_is_stopped_leaves_a_whole_site_and_nothing_else(
    workshop: Workshop, files_of: Tree, command: tuple[str, ...]
) -> None:
    chance = random.Random(16)  # noqa: S311 - the same moments in every run
    for turn in range(rounds(3)):
        number = list(STATUS)[turn % len(STATUS)]
        write_threads(workshop.base, chance.choice(["white", "black"]))
        # What a killed build leaves stays if the next is stopped before it begins.
        before = set(workshop.leftovers())
        process = workshop.start(*command)
        time.sleep(chance.uniform(0, 1.1 * workshop.seconds))
        process.send_signal(number)
        said, _ = process.communicate()
        is_ours = "init_import_site" not in said  # Python itself was still starting
        if command[0] == "threadbook" and is_ours:
            assert process.returncode in STATUS[number], said
            if process.returncode > 0:
                assert is_told(said), said
                assert said.endswith("threadbook: Stopped.\n")
                assert set(workshop.leftovers()) <= before
        workshop.version(files_of)
        assert workshop.orphans() == {}
    finish(workshop, files_of)


def finish(workshop: Workshop, files_of: Tree) -> None:
    """Build once more; nothing may be left then."""
    write_threads(workshop.base, "white")
    process = workshop.run()
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert workshop.version(files_of) == "white"
    assert workshop.leftovers() == []
    assert workshop.orphans() == {}


def test_a_build_whose_worker_is_killed_says_so_and_leaves_the_site(
    workshop: Workshop, files_of: Tree
) -> None:
    chance = random.Random(9)  # noqa: S311 - the same moments in every run
    killed = 0
    for _ in range(rounds(2)):
        write_threads(workshop.base, chance.choice(["white", "black"]))
        process = workshop.start()
        wait_for(lambda: len(workshop.processes()) > 1, process)
        time.sleep(chance.uniform(0, 0.5) * workshop.seconds)
        worker = child_of(workshop, process.pid, chance)
        if worker is not None and process.poll() is None:
            os.kill(worker, signal.SIGKILL)
            killed += 1
        said, _ = process.communicate()
        assert process.returncode in {0, 3}, said
        assert is_told(said), said
        workshop.version(files_of)
        assert workshop.leftovers() == []
        assert workshop.orphans() == {}
    assert killed
    finish(workshop, files_of)


def test_a_group_that_is_interrupted_says_one_line(workshop: Workshop, files_of: Tree) -> None:
    """Ctrl-C goes to every process of the group at once."""
    chance = random.Random(2)  # noqa: S311 - the same moments in every run
    for _ in range(rounds(1)):
        process = workshop.start(start_new_session=True)
        time.sleep(chance.uniform(0.3, 0.9) * workshop.seconds)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate()
        assert process.returncode in STATUS[signal.SIGINT], said
        assert is_told(said), said
        workshop.version(files_of)
        assert workshop.leftovers() == []
        assert workshop.orphans() == {}


def test_two_builds_at_once_are_both_whole(workshop: Workshop, files_of: Tree) -> None:
    for _ in range(rounds(1)):
        write_threads(workshop.base, "black")
        racing = [workshop.run(), workshop.run(), workshop.run("mkdocs", "build")]
        said = [process.communicate()[0] for process in racing]
        assert [process.returncode for process in racing] == [0, 0, 0], said
        assert any("waiting for it" in each for each in said)
        assert workshop.version(files_of) == "black"
        assert workshop.leftovers() == []


@pytest.mark.parametrize(
    ("command", "share"),
    [(BUILD, 0.02), (("mkdocs", "build"), 0.3), (BUILD, 0.9)],
)
def test_a_full_disk_is_told_in_a_few_lines_and_leaves_the_site(
    workshop: Workshop, files_of: Tree, tmp_path: Path, command: tuple[str, ...], share: float
) -> None:
    """A disk with room for the old site and a part of the new one."""
    before = files_of(workshop.base / "site")
    blocks = sum(-(-len(each) // 4096) * 4096 for each in before.values())
    disk = tmp_path / "disk"
    disk.mkdir()
    options = f"size={int(blocks * (1 + share)) + 500_000}"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount can test this")
    try:
        site = disk / "site"
        subprocess.run(["cp", "-r", workshop.base / "site", site], check=True)
        where = ("--out" if command[0] == "threadbook" else "--site-dir", str(site))
        write_threads(workshop.base, "white")
        process = workshop.run(*command, *where)
        said, _ = process.communicate()
        assert process.returncode == (3 if command[0] == "threadbook" else 1), said
        assert "Traceback" not in said
        assert re.search("No space left on device|os error 28", said), said
        assert files_of(site) == before
        assert [path.name for path in disk.iterdir()] == ["site"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_file_that_cannot_be_written_is_told_in_a_line(
    workshop: Workshop, files_of: Tree
) -> None:
    """The system refuses files of more than so many bytes, which needs no permission to test."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    before = workshop.version(files_of)
    process = workshop.start(preexec_fn=limit)
    said, _ = process.communicate()
    assert process.returncode == 3, said
    assert is_told(said), said
    assert os.strerror(errno.EFBIG) in said
    assert workshop.version(files_of) == before
    assert workshop.leftovers() == []


@pytest.mark.browser
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "Ctrl-C"])
def test_a_browser_that_prints_ends_with_the_build(
    workshop: Workshop, files_of: Tree, how: str
) -> None:
    put_path(workshop.base)
    before = files_of(workshop.base / "site")
    process = start_printing(workshop)
    if how == "Ctrl-C":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.Signals[how])
    said, _ = process.communicate()
    assert process.returncode == {"SIGKILL": -9, "SIGTERM": 143, "Ctrl-C": 130}[how], said
    assert is_told(said), said
    assert workshop.orphans() == {}
    assert files_of(workshop.base / "site") == before
    (workshop.base / "content/paths/printed.yml").unlink()
    settle(workshop, files_of, how)


def start_printing(workshop: Workshop) -> subprocess.Popen[str]:
    """Start a build that prints, and wait for its browser, which a busy machine may not start."""
    command = (*BUILD, "--engine", "plain", "--pdf")
    for _ in range(5):
        process = workshop.start(*command, start_new_session=True)
        while process.poll() is None:
            if any("--type=" in line for line in workshop.processes().values()):
                return process
            time.sleep(0.05)
        said, _ = process.communicate()
        assert "Chromium cannot be started" in said, said
    raise AssertionError(said)


def put_path(base: Path) -> None:
    """Add a path, which takes a browser a moment to print."""
    steps = "".join(f"  - thread: thread-{number:03}\n" for number in range(90))
    file = base / "content/paths/printed.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"title: Printed\nobjectives: [Print]\nsteps:\n{steps}", "utf-8")


def wait_for(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_preview_that_ends_leaves_nothing_to_those_that_come(
    workshop: Workshop, files_of: Tree, how: str
) -> None:
    process = workshop.start("threadbook", "serve", "--address", f"127.0.0.1:{free_port()}")
    wait_for(lambda: any("/engine-" in str(path) for path in in_folder(workshop)), process)
    wait_for(lambda: any(path.name == "settings.json" for path in in_folder(workshop)), process)
    process.send_signal(signal.Signals[how])
    said, _ = process.communicate()
    assert "Traceback" not in said
    # Ctrl+C ends a preview well; before the first page can be asked for, it still ends a build.
    ends = {"SIGKILL": (-9,), "SIGTERM": (143,), "SIGINT": (0, -2, 130)}
    assert process.returncode in ends[how], said
    assert workshop.orphans() == {}
    settle(workshop, files_of, how)


def settle(workshop: Workshop, files_of: Tree, how: str) -> None:
    """Nothing may be left; what a command leaves that is killed, the next build removes."""
    if how == "SIGKILL":
        finish(workshop, files_of)
    assert workshop.leftovers() == []


def in_folder(workshop: Workshop) -> list[Path]:
    """Return what is there; files come and go meanwhile, which `rglob` does not forgive."""
    return [
        Path(folder, name)
        for folder, folders, files in os.walk(workshop.temporary)
        for name in (*folders, *files)
    ]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
