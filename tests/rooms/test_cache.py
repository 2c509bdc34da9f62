"""The checker's memory between runs: never wrong, never dangerous, never missed."""

from __future__ import annotations

import os
import pickle
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from threadbook import cache
from threadbook.cli import main
from threadbook.findings import Place, Severity
from threadbook.gather import gather
from threadbook.load.files import LoadedThread, load_thread

Knowledge = Callable[[dict[str, str | bytes]], Path]
X = "content/threads/new/x.yml"
GOOD = "title: A?\ntopics: [proposals]\nanswer: Yes.\n"
BAD = "title: A?\ntopics: [proposald]\nanswer: No..\n"
BASE: dict[str, str | bytes] = {
    "threads/new/x.yml": GOOD,
    "threads/new/odd.yml": "title: Contract!!  \ntopics: [nope]\nrelated: [x]\n",
    "threads/new/broken.yml": "title: [\n",
    "threads/new/silent.yml": (
        "title: Statement\ntopics: [payments]\nquestion: {by: member, at: 2026-11-30, body: x}\n"
        "silence: [{rule: TB301, reason: So it is called.}]\n"
    ),
}


class Checked(NamedTuple):
    """How a check ended, and which threads it read."""

    status: object
    said: str
    read: list[str]


Check = Callable[..., Checked]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's cache folder, which is not the one of whoever runs the tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def check(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Check:
    """Run `threadbook check` in this process, in the folder of the knowledge base."""
    read: list[str] = []

    def noting(source: Any, *arguments: Any, **options: Any) -> LoadedThread:
        read.append(source.id)
        return load_thread(source, *arguments, **options)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    monkeypatch.setattr("threadbook.cli.checking.stop_collector", lambda: None)
    monkeypatch.setattr("threadbook.cli.checking.end_at_once", sys.exit)
    monkeypatch.setattr(sys.modules[gather.__module__], "load_thread", noting)

    def call(*arguments: str) -> Checked:
        read.clear()
        with pytest.raises(SystemExit) as ended:
            main(["check", *arguments])
        said = re.sub(r"^Loading threads: .*\n", "", capsys.readouterr().err)
        return Checked(ended.value.code or 0, said, sorted(read))

    return call


ALL = ["broken", "first", "odd", "silent", "x"]


def aged(root: Path) -> Path:
    """Make all files older than the cache's caution."""
    for file in root.rglob("*.yml"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return root


@pytest.fixture
def known(knowledge: Knowledge, check: Check) -> Checked:
    """A base that was checked once."""
    aged(knowledge(BASE))
    return check()


def the_file(folder: Path) -> Path:
    (file,) = (file for file in folder.rglob("*") if file.is_file())
    return file


# What is remembered


def test_the_second_run_reads_nothing_and_says_the_same(known: Checked, check: Check) -> None:
    again = check()
    assert (known.read, again.read) == (ALL, [])
    assert (again.status, again.said) == (known.status, known.said) == (1, check("--no-cache").said)
    for rule in "TB010 TB016 TB202 TB301 TB304 TB403".split():
        assert rule in again.said
    assert again.said.count("TB301") == 1


def test_without_the_cache_none_is_read_or_written(
    knowledge: Knowledge, check: Check, folder: Path
) -> None:
    aged(knowledge(BASE))
    assert check("--no-cache").read == ALL
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("known")
def test_the_cache_is_the_users_own_and_lies_outside_of_the_base(
    folder: Path, tmp_path: Path
) -> None:
    file = the_file(folder)
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert {each.name for each in tmp_path.iterdir()} == {"content", "mkdocs.yml"}


def test_only_what_changed_is_read_again(known: Checked, check: Check, tmp_path: Path) -> None:
    (tmp_path / X).write_text(BAD + "# longer\n")
    changed = check()
    assert changed.read == ["x"]
    assert f'{X}:2:10: error[TB202] There is no topic in site.yml with the id "proposald".' in (
        changed.said
    )
    (tmp_path / X).write_text(GOOD)
    aged(tmp_path)
    assert check().said == known.said


@pytest.mark.usefixtures("known")
def test_what_is_gone_is_forgotten(check: Check, tmp_path: Path) -> None:
    (tmp_path / X).unlink()
    gone = check()
    assert gone.read == []
    assert 'There is no thread with the id "x".' in gone.said
    assert X not in gone.said


@pytest.mark.usefixtures("known")
def test_what_a_thread_refers_to_is_looked_up_anew(check: Check, tmp_path: Path) -> None:
    """The cache holds threads, not what was found between them."""
    site = tmp_path / "content/site.yml"
    site.write_text(site.read_text().replace("id: payments", "id: money"))
    again = check()
    assert again.read == []
    assert 'There is no topic in site.yml with the id "payments".' in again.said


def test_a_change_that_keeps_size_and_time_goes_unseen_until_everything_is_read(
    known: Checked, check: Check, tmp_path: Path
) -> None:
    """Like make and git: a file is known by name, size and time of change."""
    assert len(GOOD) == len(BAD)
    (tmp_path / X).write_text(BAD)
    aged(tmp_path)
    assert check().said == known.said
    assert "proposald" in check("--no-cache").said


def test_a_file_changed_just_now_is_not_remembered(knowledge: Knowledge, check: Check) -> None:
    """It could change again within the clock's tick."""
    file = aged(knowledge(BASE)) / X
    file.write_text(GOOD)
    moment = file.stat()
    assert check().read == ALL
    file.write_text(BAD)
    os.utime(file, ns=(moment.st_mtime_ns, moment.st_mtime_ns))
    changed = check()
    assert changed.read == ["x"]
    assert "proposald" in changed.said


# When all of it is forgotten


def tomorrow(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1795392000 + 86_400 * 30))


def another_address(root: Path, _: pytest.MonkeyPatch) -> None:
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("/help/", "/other/"))


def another_language(root: Path, _: pytest.MonkeyPatch) -> None:
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("font: false", "font: false, language: de"))


def another_limit(root: Path, _: pytest.MonkeyPatch) -> None:
    config = root / "mkdocs.yml"
    config.write_text(
        config.read_text().replace("[threadbook]", "[threadbook: {max_file_size: 40}]")
    )


def another_python(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", "4.0")


def another_version(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = root / "package" / "build" / "cache.py"
    module.parent.mkdir(parents=True)
    module.write_text("# changed\n")
    monkeypatch.setattr(cache, "__file__", str(module))


CHANGES = [
    tomorrow,
    another_address,
    another_language,
    another_limit,
    another_python,
    another_version,
]
Change = Callable[[Path, pytest.MonkeyPatch], None]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("change", CHANGES)
def test_other_circumstances_are_noticed(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    change(tmp_path, monkeypatch)
    again = check()
    assert again.read == ALL
    assert again.said == check("--no-cache").said


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("change", CHANGES)
def test_other_circumstances_are_noticed_once(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    change(tmp_path, monkeypatch)
    check()
    assert check().read == []


def test_other_severities_need_no_second_reading(
    known: Checked, check: Check, tmp_path: Path
) -> None:
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        config.read_text().replace("[threadbook]", "[threadbook: {rules: {TB301: error}}]")
    )
    again = check()
    assert again.read == []
    assert "warning[TB301]" in known.said
    assert "error[TB301]" in again.said


# Caches that are none


class Owned:
    """Would leave a file behind if it were unpickled."""

    def __init__(self, call: Callable[..., object], *arguments: object) -> None:
        self.made = (call, arguments)

    def __reduce__(self) -> Any:
        return self.made


POISONS: dict[str, Callable[[bytes, Path], bytes]] = {
    "empty": lambda _, __: b"",
    "random": lambda _, __: bytes(range(256)) * 20,
    "text": lambda _, __: b"{}\n",
    "cut": lambda good, _: good[: len(good) // 2],
    "cut by one": lambda good, _: good[:-1],
    "another byte": lambda good, _: good[:200] + bytes([good[200] ^ 0xFF]) + good[201:],
    "system": lambda _, mark: pickle.dumps(Owned(os.system, f"touch {mark}")),
    "inside": lambda good, mark: pickle.dumps(
        (pickle.loads(good)[0], {1: Owned(os.system, f"touch {mark}")})  # noqa: S301 - ours
    ),
    "eval": lambda _, mark: pickle.dumps(Owned(eval, f"open({str(mark)!r}, 'w')")),
    "method": lambda _, mark: pickle.dumps(Owned(Path.touch, mark)),
    "name with dots": lambda _, __: (
        b"\x80\x04\x8c\x14threadbook.load.files\x8c\x0cpickle.loads\x93."
    ),
    "nested": lambda _, __: b"\x80\x04" + b"]" * 50_000 + b"a" * 49_999 + b".",
    "huge": lambda _, __: b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f" + b".",
    "no pair": lambda _, __: pickle.dumps((1, 2, 3)),
    "no mapping": lambda good, _: pickle.dumps((pickle.loads(good)[0], [1])),  # noqa: S301 - ours
    "no text": lambda _, __: pickle.dumps((None, {})),
    "of other circumstances": lambda _, __: pickle.dumps(("x", {Place("a"): Severity.ERROR})),
}


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_cache_is_worthless_not_dangerous(
    known: Checked, check: Check, folder: Path, tmp_path: Path, poison: str
) -> None:
    file, mark = the_file(folder), tmp_path / "owned"
    good = file.read_bytes()
    file.write_bytes(POISONS[poison](good, mark))
    again = check()
    assert (again.status, again.said) == (known.status, known.said)
    assert not mark.exists()
    assert check().read == []
    assert file.read_bytes() == good


def loaded(good: bytes) -> Any:
    return pickle.loads(good)[1]  # noqa: S301 - ours


WRONG_SHAPES: dict[str, Callable[[bytes], Any]] = {
    "nothing in it": lambda good: dict.fromkeys(loaded(good)),
    "places for threads": lambda good: dict.fromkeys(loaded(good), Place("a")),
    "places for sources": lambda good: {Place(s.file): t for s, t in loaded(good).items()},
    "texts for findings": lambda good: {s: LoadedThread(None, b"", ("x",)) for s in loaded(good)},  # type: ignore[arg-type]
    "texts for outlines": lambda good: {s: LoadedThread("x", b"", ()) for s in loaded(good)},  # type: ignore[arg-type]
}


@pytest.mark.parametrize("shape", WRONG_SHAPES)
def test_a_cache_of_known_words_that_makes_no_sense_is_worthless_too(
    known: Checked, check: Check, folder: Path, shape: str
) -> None:
    file = the_file(folder)
    good = file.read_bytes()
    file.write_bytes(pickle.dumps((pickle.loads(good)[0], WRONG_SHAPES[shape](good))))  # noqa: S301 - ours
    again = check()
    assert (again.status, again.said) == (known.status, known.said)


def test_a_cache_cannot_change_the_program(
    known: Checked, folder: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    """`Place.__str__ = 1`, in another process: here it would last."""
    change = b"\x80\x04cthreadbook.findings\nPlace\nN}\x8c\x07__str__K\x01s\x86b."
    the_file(folder).write_bytes(change)
    done = run("threadbook", "check", cwd=tmp_path)
    assert done.stderr.endswith(known.said)


# Where none can be


@pytest.mark.parametrize("there", ["file", "folder in the file's place", "link to nothing"])
def test_where_no_cache_can_be_written_checking_works_without(
    known: Checked,
    check: Check,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    there: str,
) -> None:
    file = the_file(folder)
    file.unlink()
    match there:
        case "file":
            file.parent.rmdir()
            file.parent.write_text("taken")
        case "folder in the file's place":
            file.mkdir()
        case _:
            monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    before = sorted(folder.rglob("*"))
    for _ in range(2):
        again = check()
        assert (again.status, again.said, again.read) == (known.status, known.said, ALL)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.usefixtures("known")
def test_a_full_disk_leaves_the_old_cache_and_nothing_else(
    check: Check,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = the_file(folder).read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pickle, "dump", refuse)
    (tmp_path / X).write_text(BAD)
    assert check().status == 1
    assert the_file(folder).read_bytes() == good
