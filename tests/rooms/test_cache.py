"""The checker's memory between runs: never wrong, never dangerous, never missed."""

from __future__ import annotations

import os
import pickle
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadbook import cache
from threadbook.cli import main
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
    monkeypatch.setattr(sys.modules[gather.__module__], "load_thread", noting)

    def call(*arguments: str) -> Checked:
        read.clear()
        with pytest.raises(SystemExit) as ended:
            main(["check", *arguments])
        said = re.sub(r"^Loading (?:changed )?threads: .*\n", "", capsys.readouterr().err)
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
    module = root / "package" / "cache.py"
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


# Files that are no cache


class Owned:
    """Would leave a file behind if it were unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.mark}",)


NOT_DECODED: dict[str, Callable[[bytes, Path], bytes]] = {
    "empty": lambda _, __: b"",
    "random": lambda _, __: bytes(range(256)) * 20,
    "text": lambda _, __: b"{}\n",
    "a pickle": lambda _, mark: pickle.dumps(Owned(mark)),
    "cut": lambda good, _: good[: len(good) // 2],
    "cut by one": lambda good, _: good[:-1],
    "one byte more": lambda good, _: good + b"\x00",
    "another byte": lambda good, _: good.replace(b"threads/new/x.yml", b"threads/new/x\xffyml"),
    "deep arrays": lambda _, __: b"\x91" * 200_000 + b"\x90",
    "deep where threads are": lambda _, __: b"\x92\xa1a" + b"\x91" * 200_000 + b"\x90",
    "deep maps": lambda _, __: b"\x81\xa1a" * 200_000 + b"\xc0",
    "four billion threads": lambda _, __: b"\x92\xa1a\xdd\xff\xff\xff\xff\x93",
    "four billion keys": lambda _, __: b"\x92\xa1a\xdf\xff\xff\xff\xff\xa1b",
    "a text of four gigabytes": lambda _, __: b"\x92\xdb\xff\xff\xff\xffa",
    "an unknown extension": lambda _, __: b"\x92\xa1a\xc7\x01\x2aa",
}


@pytest.mark.parametrize("attack", NOT_DECODED)
def test_a_file_that_is_no_cache_is_ignored(
    known: Checked, check: Check, folder: Path, tmp_path: Path, attack: str
) -> None:
    file, mark = the_file(folder), tmp_path / "owned"
    good = file.read_bytes()
    file.write_bytes(NOT_DECODED[attack](good, mark))
    assert cache.load_cache(file) == cache.Cache()
    again = check()
    assert (again.status, again.said) == (known.status, known.said)
    assert not mark.exists()
    assert check().read == []
    assert file.read_bytes() == good


SOURCE, OUTLINE, FINDINGS = range(3)
RULE, PLACE, MESSAGE, _, RELATED, FIX = range(6)
WRONG: dict[str, tuple[tuple[int, ...], Any]] = {
    "nothing for everything": ((), None),
    "no text": ((0,), 1),
    "no threads": ((1,), None),
    "a map of threads": ((1,), {}),
    "a thread that is nothing": ((1, 0), None),
    "a thread of one part": ((1, 0), [1]),
    "a thread of four parts": ((1, 0), [1, 2, 3, 4]),
    "a source of no kind": ((1, 0, SOURCE, 0), "directory"),
    "a source with a part too many": ((1, 0, SOURCE), ["thread", "", "", "", "", 1, 1, 1]),
    "a size that is a text": ((1, 0, SOURCE, 5), "12"),
    "a size that is no whole number": ((1, 0, SOURCE, 5), 1.5),
    "a text for an outline": ((1, 0, OUTLINE), "x"),
    "an outline of nothing": ((1, 0, OUTLINE), []),
    "a status of no kind": ((1, 1, OUTLINE, 7), "deleted"),
    "a day that is none": ((1, 1, OUTLINE, 11), "2026-02-30"),
    "texts for findings": ((1, 0, FINDINGS), ["x"]),
    "a rule that is none": ((1, 0, FINDINGS, 0, RULE), "TB999"),
    "a rule of its own": ((1, 0, FINDINGS, 0, RULE), ["TB010", "notice", "Nothing."]),
    "a place without a file": ((1, 0, FINDINGS, 0, PLACE), [None, 1, 1]),
    "bytes for a message": ((1, 0, FINDINGS, 0, MESSAGE), b"x"),
    "a word for related places": ((1, 0, FINDINGS, 0, RELATED), "ab"),
    "an edit without an end": ((1, 0, FINDINGS, 0, FIX), [[[1, 1], [1], "x"]]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_cache_with_one_value_of_another_type_is_ignored(
    known: Checked, check: Check, folder: Path, wrong: str
) -> None:
    file = the_file(folder)
    good = file.read_bytes()
    where, value = WRONG[wrong]
    whole = [msgspec.msgpack.decode(good)]
    inner: Any = whole
    for index in (path := (0, *where))[:-1]:
        inner = inner[index]
    assert inner[path[-1]] != value
    inner[path[-1]] = value
    file.write_bytes(msgspec.msgpack.encode(whole[0]))
    assert cache.load_cache(file) == cache.Cache()
    again = check()
    assert (again.status, again.said) == (known.status, known.said)
    assert file.read_bytes() == good


@pytest.mark.usefixtures("known")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_any_other_byte_gives_a_cache_or_none(folder: Path, at: float, byte: int) -> None:
    good = the_file(folder).read_bytes()
    place = int(at * len(good))
    other = folder.parent / f"{folder.name}.other"
    other.write_bytes(good[:place] + bytes([byte]) + good[place + 1 :])
    found = cache.load_cache(other)
    assert all(type(thread) is LoadedThread for thread in found.threads.values())


@pytest.mark.usefixtures("known")
def test_no_pickle_is_kept(folder: Path) -> None:
    """A sealed thread is a pickle, and nobody can tell whose bytes come from a file."""
    found = cache.load_cache(the_file(folder))
    sealed = {source: replace(one, sealed=b"x") for source, one in found.threads.items()}
    cache.save_cache(cache.Cache(sealed, {}, "a"), folder / "other")
    assert cache.load_cache(folder / "other") == cache.Cache(found.threads, {}, "a")


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

    def refuse(*_: object, **__: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / X).write_text(BAD)
    assert check().status == 1
    assert the_file(folder).read_bytes() == good


def test_a_folder_whose_name_is_not_unicode_is_checked_without_a_cache(
    knowledge: Knowledge, check: Check, folder: Path
) -> None:
    aged(knowledge(BASE))
    try:
        Path("content/threads/new").rename("content/threads/n\udcffw")
    except OSError:
        pytest.skip("this file system has Unicode names only")
    first = check()
    assert first.read == check().read == ALL
    assert not [file for file in folder.rglob("*") if file.is_file()]
