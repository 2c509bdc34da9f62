"""The doctor: what is found, what is missing, what ends; for machines and days that are made up."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import pytest
from conftest import Run

from threadbook.doctor import (
    Diagnosis,
    Part,
    State,
    ThisMachine,
    Wishes,
    diagnosis_as_json,
    diagnosis_as_text,
    examine,
)
from threadbook.doctor.lifetimes import MATERIAL, PYTHON
from threadbook.doctor.machine import Browser

CHROMIUM = Browser("/usr/bin/chromium", "142.0", is_there=True)
TODAY = date(2026, 11, 23)
ALL = {
    "mkdocs": "1.6.1",
    "mkdocs-material": "9.8.2",
    "playwright": "1.65.2",
    "pillow": "13.0.0",
    "zensical": "0.0.73",
    "properdocs": "1.6.7",
    "distributed": "2026.8.0",
    "threadbook-meaning": "1.0.0",
}
EVERYTHING = Wishes(plugins=("threadbook",), pdf=True, social_pictures=True)


@dataclass(frozen=True)
class Made:
    """A machine that is made up."""

    versions: Mapping[str, str] = field(default_factory=lambda: ALL)
    runs: str = "3.13.1"
    chromium: Browser | None = CHROMIUM
    languages: frozenset[str] = frozenset({"en"})

    def python(self) -> str:
        return self.runs

    def version(self, package: str) -> str | None:
        return self.versions.get(package)

    def plugins(self) -> frozenset[str]:
        return frozenset({"threadbook", "search", "material/tags"})

    def themes(self) -> frozenset[str]:
        return frozenset({"mkdocs", "material"})

    def browser(self) -> Browser | None:
        return self.chromium

    def models(self) -> frozenset[str]:
        return self.languages if self.version("threadbook-meaning") else frozenset()


def without(*packages: str) -> Made:
    return Made({name: version for name, version in ALL.items() if name not in packages})


def diagnose(
    wishes: Wishes = EVERYTHING, machine: Made | None = None, today: date = TODAY
) -> Diagnosis:
    return examine(wishes, machine or Made(), today, "0.1.0")


def part(diagnosis: Diagnosis, name: str) -> Part:
    (found,) = [each for each in diagnosis.parts if each.name == name]
    return found


def test_nothing_is_missing_where_everything_is_installed() -> None:
    diagnosis = diagnose()
    assert diagnosis.is_good
    assert {part.name for part in diagnosis.parts} >= {
        "mkdocs.yml", "Python", "MkDocs", "ProperDocs", "Zensical", "Material for MkDocs",
        "Playwright", "Chromium", "Pillow", "Models of meaning", "Dask",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wishes", "gone", "name", "remedy"),
    [
        (Wishes(), "mkdocs", "MkDocs", "pip install 'mkdocs>=1.6,<2'"),
        (Wishes(), "mkdocs-material", "Material for MkDocs", "pip install 'mkdocs-material>=9.6,<10'"),
        (Wishes(pdf=True), "playwright", "Playwright", "pip install 'threadbook[browser]'"),
        (Wishes(social_pictures=True), "pillow", "Pillow", "pip install 'threadbook[pictures]'"),
        (Wishes(engine="zensical"), "zensical", "Zensical", "pip install 'threadbook[zensical]'"),
        (Wishes(meaning="best"), "threadbook-meaning", "Models of meaning", "pip install 'threadbook[meaning]'"),
    ],
)  # fmt: skip
def test_what_the_site_needs_is_missing_with_its_remedy(
    wishes: Wishes, gone: str, name: str, remedy: str
) -> None:
    assert part(diagnose(wishes), name).state in {State.GOOD, State.NOTE}
    diagnosis = diagnose(wishes, without(gone))
    assert not diagnosis.is_good
    found = part(diagnosis, name)
    assert (found.state, found.version, found.remedy) == (State.MISSING, "", remedy)
    missing = [each.name for each in diagnosis.parts if each.state is State.MISSING]
    assert missing == [name]


@pytest.mark.parametrize(
    ("wishes", "gone"),
    [
        (Wishes(), "playwright"),
        (Wishes(), "pillow"),
        (Wishes(), "zensical"),
        (Wishes(), "properdocs"),
        (Wishes(), "distributed"),
        (Wishes(), "threadbook-meaning"),
        (Wishes(language="de"), "threadbook-meaning"),
        (Wishes(engine="plain"), "mkdocs-material"),
        (Wishes(engine="plain"), "mkdocs"),
        (Wishes(engine="zensical"), "mkdocs"),
    ],
)
def test_what_the_site_does_not_use_may_be_missing(wishes: Wishes, gone: str) -> None:
    assert diagnose(wishes, without(gone)).is_good


def test_a_browser_is_needed_for_pdfs_only() -> None:
    for browser in (None, Browser("/not/there", "", is_there=False)):
        machine = Made(chromium=browser)
        assert diagnose(Wishes(), machine).is_good
        found = part(diagnose(Wishes(pdf=True), machine), "Chromium")
        assert (found.state, found.remedy) == (State.MISSING, "playwright install chromium")
    assert "/not/there" in found.about


@pytest.mark.parametrize(
    ("wishes", "state", "words"),
    [
        (Wishes(language="en-GB"), State.GOOD, "in this site's language, en, mean"),
        (Wishes(language="de"), State.UNUSED, "know en; in this site's language, de, search goes by"),
        (Wishes(language="de", meaning="student"), State.MISSING, "needs one for this site's language"),
        (Wishes(meaning="off"), State.UNUSED, "is installed; this site does not use it"),
        (Wishes(search=False), State.UNUSED, "is installed; this site does not use it"),
    ],
)  # fmt: skip
def test_models_of_meaning_are_of_a_language(wishes: Wishes, state: State, words: str) -> None:
    found = part(diagnose(wishes), "Models of meaning")
    assert (found.state, found.version) == (state, "1.0.0")
    assert words in found.about
    assert found.remedy == ("set meaning: auto" if state is State.MISSING else "")


def test_who_has_no_models_is_told_how_to_get_them() -> None:
    found = part(diagnose(Wishes(), without("threadbook-meaning")), "Models of meaning")
    assert found.about == "are not installed; search goes by words alone"
    assert found.remedy == "pip install 'threadbook[meaning]'"


def test_the_second_mkdocs_cannot_load_threadbook() -> None:
    machine = Made({**ALL, "mkdocs": "2.0.0"})
    assert part(diagnose(Wishes(), machine), "MkDocs").state is State.MISSING
    assert diagnose(Wishes(engine="plain"), machine).is_good


def test_plugins_and_themes_that_are_not_there_are_missing() -> None:
    plugins = ("threadbook", "search", "tags", "/search", "blog", "blog")
    diagnosis = diagnose(Wishes(plugins=plugins, theme="material"))
    missing = [each.name for each in diagnosis.parts if each.state is State.MISSING]
    assert missing == ["Plugin blog"]
    assert part(diagnose(Wishes(theme="own")), "Theme own").state is State.MISSING
    assert part(diagnose(Wishes(theme="mkdocs")), "Theme mkdocs").state is State.WARNING


@pytest.mark.parametrize(
    ("today", "state", "words"),
    [
        (MATERIAL - timedelta(days=366), State.GOOD, "is kept up until 5 May 2027"),
        (MATERIAL - timedelta(days=365), State.NOTE, "on 5 May 2027, in 365 days"),
        (MATERIAL, State.NOTE, "on 5 May 2027, in 0 days"),
        (MATERIAL + timedelta(days=1), State.WARNING, "was on 5 May 2027"),
    ],
)
def test_an_end_of_life_is_told_of_a_year_before(today: date, state: State, words: str) -> None:
    diagnosis = diagnose(today=today)
    found = part(diagnosis, "Material for MkDocs")
    assert (found.state, found.ends) == (state, MATERIAL)
    assert words in found.about
    assert bool(found.remedy) is (state is not State.GOOD)
    assert diagnosis.is_good  # the site can be built even so


@pytest.mark.parametrize("version", PYTHON)
def test_each_python_has_its_last_day(version: str) -> None:
    machine, last = Made(runs=f"{version}.4"), PYTHON[version]
    assert part(diagnose(machine=machine, today=last), "Python").state is State.NOTE
    after = diagnose(machine=machine, today=last + timedelta(days=1))
    assert part(after, "Python").state is State.WARNING
    assert part(diagnose(machine=Made(runs="3.99.0")), "Python").ends is None


def test_the_oldest_python_that_we_support_is_in_the_table() -> None:
    oldest = metadata.metadata("threadbook")["Requires-Python"].removeprefix(">=")
    assert oldest in PYTHON


# Words


def test_every_line_begins_with_its_state_as_a_word() -> None:
    for wishes, machine in ((EVERYTHING, Made()), (EVERYTHING, Made({}, chromium=None))):
        lines = list(diagnosis_as_text(diagnose(wishes, machine)))
        assert lines[0] == "Threadbook 0.1.0, on 2026-11-23"
        body = [line for line in lines[2:-2] if "→" not in line]
        assert len(body) == len(diagnose(wishes, machine).parts)
        for line in body:
            assert re.match(rf"  (?:{'|'.join(State)})  +\S", line), line
        assert len({line.index(each.about) for line, each in zip(
            body, diagnose(wishes, machine).parts, strict=True)}) == 1  # fmt: skip
        assert "\x1b" not in "".join(lines)


def test_colours_change_no_word() -> None:
    plain = list(diagnosis_as_text(diagnose()))
    coloured = list(diagnosis_as_text(diagnose(), is_coloured=True))
    assert "\x1b[" in "".join(coloured)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in coloured] == plain


def test_the_last_line_counts() -> None:
    assert list(diagnosis_as_text(diagnose()))[-1] == "Nothing is missing; 2 things to plan for."
    broken = diagnose(EVERYTHING, without("pillow", "playwright"))
    assert list(diagnosis_as_text(broken))[-1] == "2 things missing; 2 things to plan for."
    fine = diagnose(Wishes(engine="plain"))
    assert list(diagnosis_as_text(fine))[-1] == "Nothing is missing."


def test_names_of_a_stranger_cannot_command_the_terminal() -> None:
    said = "\n".join(diagnosis_as_text(diagnose(Wishes(plugins=("\x1b]0;gone\x07",)))))
    assert "\x1b" not in said
    assert "\x07" not in said


def test_json_holds_all_that_the_text_says() -> None:
    diagnosis = diagnose()
    data = json.loads(diagnosis_as_json(diagnosis))
    assert data["is_good"] is True
    assert data["today"] == "2026-11-23"
    assert [each["about"] for each in data["parts"]] == [each.about for each in diagnosis.parts]
    assert {each["name"]: each["ends"] for each in data["parts"]}["Material for MkDocs"] == (
        "2027-05-05"
    )


# This machine


def test_packages_are_looked_up_by_their_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = ThisMachine()
    assert machine.version("mkdocs") == metadata.version("mkdocs")
    assert machine.version("threadbook-is-no-such-package") is None
    assert {"threadbook", "search"} <= machine.plugins()
    assert {"material", "mkdocs"} <= machine.themes()

    def gone(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", gone)
    assert machine.version("mkdocs") is None


def program(folder: Path, script: str) -> Path:
    file = folder / "chromium"
    file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o755)
    return file


def test_a_browser_says_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = program(tmp_path, "echo Chromium 142.0.7444.59 built on something")
    monkeypatch.setenv("THREADBOOK_CHROMIUM", str(file))
    assert ThisMachine().browser() == Browser(str(file), "142.0.7444.59", is_there=True)
    program(tmp_path, "echo nothing")
    assert ThisMachine().browser() == Browser(str(file), "", is_there=True)
    file.unlink()
    assert ThisMachine().browser() == Browser(str(file), "", is_there=False)
    monkeypatch.delenv("THREADBOOK_CHROMIUM")
    file = program(tmp_path, "echo Chromium 1.2.3")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert ThisMachine().browser() == Browser(str(file), "1.2.3", is_there=True)


# The command

CONFIG = """\
site_name: Small
theme: {name: material}
plugins:
  - search
  - threadbook: {pdf: true, social_pictures: true, search: true}
"""


def test_the_command_reads_what_the_site_asks_for(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mkdocs.yml").write_text(CONFIG, "utf-8")
    done = run("threadbook", "doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("Threadbook ")
    here = ThisMachine.version
    monkeypatch.setattr(
        ThisMachine, "version", lambda self, name: None if name == "pillow" else here(self, name)
    )
    done = run("threadbook", "doctor", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1
    parts = {each["name"]: each for each in json.loads(done.stdout)["parts"]}
    assert parts["Pillow"]["state"] == "missing"
    assert parts["Pillow"]["about"] == "the option social_pictures needs it"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "is not here"),
        (b"", "missing"),
        (b"a: [", "missing"),
        (b"- a list", "missing"),
        (b"\xff\xfe\xff", "missing"),
        (b"[" * 5_000, "missing"),
        (b"site_name: A\nplugins: [search]\n", "threadbook"),
        (b"site_name: A\nplugins: 7\n", "threadbook"),
        (b"site_name: A\nplugins: [7, null, {threadbook: 7}]\n", "line 2: `plugins`"),
        (
            b"site_name: !!python/object/apply:os.system ['touch ran']\nplugins: [threadbook]\n",
            "site_name",
        ),
        (b"site_name: !ENV HOME\nhooks: [hook.py]\nplugins: [threadbook]\n", "site_name"),
        (b"site_name: A\nhooks: [hook.py]\ntheme: material\nplugins: [threadbook]\n", ""),
        (b"site_name: A\ntheme: material\nplugins: [threadbook, gone]\n", "Plugin gone"),
    ],
)
def test_it_goes_on_without_a_good_configuration_and_runs_nothing_of_it(
    tmp_path: Path, run: Run, content: bytes | None, words: str
) -> None:
    (tmp_path / "hook.py").write_text("open('ran', 'w')\n", "utf-8")
    if content is not None:
        (tmp_path / "mkdocs.yml").write_bytes(content)
    done = run("threadbook", "doctor", cwd=tmp_path)
    assert done.returncode == int(bool(words))
    assert words in done.stdout
    assert "Python 3." in done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


def test_every_command_that_a_remedy_names_exists(run: Run) -> None:
    said = [each.remedy for each in diagnose(EVERYTHING, Made({}, chromium=None)).parts]
    said += [each.remedy for each in diagnose().parts]
    commands: Callable[[str], list[str]] = re.compile(r"threadbook (\w+)").findall
    named = {name for remedy in said for name in commands(remedy)}
    assert named
    for name in named:
        assert run("threadbook", name, "--help").returncode == 0
