"""The supply chain: locked packages, pinned actions, and what the release may do."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(
    r"^(?P<pin>[A-Za-z0-9][^\n\\]*?) \\\n(?P<hashes>(?:    --hash=[^\n]+\n)+)", re.MULTILINE
)
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
PYTHONS = ("3.11.0", "3.11.9", "3.12.4", "3.13.1")
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
ENVIRONMENTS = [(python, system) for python in PYTHONS for system in SYSTEMS]


def read_project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))


def read_lock(file: Path) -> list[tuple[Requirement, list[str]]]:
    """Return each pin of a lock with the lines of its hashes."""
    text = "".join(
        line for line in file.read_text("utf-8").splitlines(True) if not line.startswith("#")
    )
    found = list(PIN.finditer(text))
    assert "".join(each[0] for each in found) == text, "there is something else than pins"
    return [(Requirement(each["pin"]), each["hashes"].splitlines()) for each in found]


def environment(python: str, system: str) -> dict[str, str]:
    return {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "sys_platform": system,
        "platform_system": SYSTEMS[system],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": "",
    }


def pins_for(file: Path, python: str, system: str) -> dict[str, str]:
    """Return the version of each package that pip would install from a lock."""
    here = environment(python, system)
    pins: dict[str, str] = {}
    for pin, _ in read_lock(file):
        if pin.marker is None or pin.marker.evaluate(here):
            name = canonicalize_name(pin.name)
            assert name not in pins, f"{name} is pinned twice"
            (only,) = pin.specifier
            assert only.operator == "=="
            pins[name] = only.version
    return pins


def wanted(repository: Path, *, extra: str = "", group: str = "") -> Iterator[Requirement]:
    """Yield what pyproject.toml asks for, its own extras and groups followed."""
    project = read_project(repository)
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]

    def expand(lines: list[Any]) -> Iterator[Requirement]:
        for line in lines:
            if isinstance(line, dict):
                yield from expand(groups[line["include-group"]])
            elif (found := Requirement(line)).name == "threadbook":
                for each in sorted(found.extras):
                    yield from expand(extras[each])
            else:
                yield found

    yield from expand(groups[group] if group else project["project"]["dependencies"])
    yield from expand(extras[extra] if extra else [])


LOCKS: dict[str, dict[str, str]] = {
    "site": {},
    "test": {"extra": "test"},
    "build": {"group": "build"},
    "release": {"group": "release"},
}


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize(("python", "system"), ENVIRONMENTS)
def test_a_lock_satisfies_the_ranges_of_the_project(
    repository: Path, name: str, python: str, system: str
) -> None:
    pins = pins_for(repository / "locks" / f"{name}.txt", python, system)
    here = environment(python, system)
    every = wanted(repository, **LOCKS[name])
    asked = [each for each in every if each.marker is None or each.marker.evaluate(here)]
    assert asked
    for requirement in asked:
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin, f"{requirement} is not in the lock; run make relock"
        assert requirement.specifier.contains(pin), f"{requirement}: {pin}; run make relock"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_and_names_no_host(repository: Path, name: str) -> None:
    file = repository / "locks" / f"{name}.txt"
    pins = read_lock(file)
    assert len(pins) > 5
    for pin, hashes in pins:
        assert pin.url is None
        assert all(HASH.fullmatch(each) for each in hashes), pin
    assert "://" not in file.read_text("utf-8")
    assert "--index" not in file.read_text("utf-8")


@pytest.mark.parametrize(("python", "system"), ENVIRONMENTS)
def test_all_locks_agree(repository: Path, python: str, system: str) -> None:
    locks = [pins_for(repository / "locks" / f"{each}.txt", python, system) for each in LOCKS]
    for name in set.union(*(set(lock) for lock in locks)):
        assert len({lock[name] for lock in locks if name in lock}) == 1, name


def test_what_npm_locks_has_hashes_and_names_no_host(repository: Path) -> None:
    text = (repository / "tests/conformance/package-lock.json").read_text("utf-8")
    packages = yaml.safe_load(text)["packages"]
    locked = {name: each for name, each in packages.items() if name}
    assert len(locked) > 10
    assert all(each["integrity"].startswith("sha512-") for each in locked.values())
    assert '"resolved"' not in text
    npmrc = (repository / "tests/conformance/.npmrc").read_text("utf-8")
    assert "omit-lockfile-registry-resolved=true" in npmrc


# Workflows

ACTION = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40}")
WORKFLOWS = sorted((Path(__file__).parents[2] / ".github" / "workflows").glob("*.yml"))


def read_workflow(file: Path) -> dict[str, Any]:
    workflow = yaml.safe_load(file.read_text("utf-8"))
    assert isinstance(workflow, dict)
    return workflow


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize(
    ("schema", "files"),
    [("github-workflows", ".github/workflows/*.yml"), ("dependabot", ".github/dependabot.yml")],
)
def test_what_github_reads_is_of_its_form(repository: Path, schema: str, files: str) -> None:
    found = sorted(repository.glob(files))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *found], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_workflows() -> None:
    assert {file.stem for file in WORKFLOWS} >= {"check", "publish", "release"}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_every_action_is_pinned_by_its_commit(file: Path) -> None:
    used = [step["uses"] for step in steps(read_workflow(file)) if "uses" in step]
    assert used
    for action in used:
        assert ACTION.fullmatch(action), action
    for line in file.read_text("utf-8").splitlines():
        if "uses:" in line:
            assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), f"say the version: {line}"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_read_only_unless_a_job_says_more(file: Path) -> None:
    workflow = read_workflow(file)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_no_step_runs_what_an_event_says(file: Path) -> None:
    """Words of an event, such as a branch's name, would be read as part of the script."""
    for step in steps(read_workflow(file)):
        assert "${{" not in step.get("run", ""), step


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_packages_come_from_the_locks_only(file: Path) -> None:
    for step in steps(read_workflow(file)):
        for line in step.get("run", "").splitlines():
            if "pip install" in line:
                assert "--require-hashes" in line or "--no-deps" in line, line


def test_only_jobs_that_run_nothing_of_ours_may_publish() -> None:
    release = read_workflow(next(file for file in WORKFLOWS if file.stem == "release"))
    powers = {
        name: job["permissions"] for name, job in release["jobs"].items() if "permissions" in job
    }
    assert powers == {
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"id-token": "write"},
        "announce": {"contents": "write"},
    }
    for name in powers:
        text = str(release["jobs"][name]["steps"])
        assert "checkout" not in text
        assert "make" not in text
    assert release["jobs"]["publish"]["environment"] == {"name": "pypi"}
    assert release["jobs"]["attest"]["needs"] == ["test", "build"]
    assert release["jobs"]["publish"]["needs"] == "attest"


def test_every_kind_of_package_is_watched(repository: Path) -> None:
    watched = yaml.safe_load((repository / ".github/dependabot.yml").read_text("utf-8"))
    places = {
        each["package-ecosystem"]: each.get("directories") or [each["directory"]]
        for each in watched["updates"]
    }
    assert places == {
        "pip": ["/", "/locks"],
        "npm": ["/tests/conformance"],
        "github-actions": ["/"],
    }
    for each in watched["updates"]:
        assert each["schedule"] == {"interval": "weekly"}
        assert [group["patterns"] for group in each["groups"].values()] == [["*"]]
