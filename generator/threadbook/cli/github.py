"""What a workflow of GitHub knows of a pull request, and takes from a step."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from threadbook.errors import UserError

_SECONDS = 20


def changed_files(root: Path, environment: Mapping[str, str]) -> frozenset[str]:
    """Return the names, relative to `root`, of the files that a pull request changes.

    `GITHUB_BASE_REF` is the branch the request asks to change; without its history the first
    parent of the merge commit that GitHub checks out is compared. Nothing if neither is there.
    """
    base = environment.get("GITHUB_BASE_REF")
    if not base:
        return frozenset()
    for revisions in (f"refs/remotes/origin/{base}...HEAD", "HEAD^1..HEAD"):
        names = _git(root, "diff", "--name-only", "-z", "--relative", revisions, "--")
        if names is not None:
            return frozenset(name for name in names.split("\0") if name)
    return frozenset()


def _git(root: Path, *arguments: str) -> str | None:
    """Run git without a pager, a shell, or anything a repository could make it run."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, revisions that cannot be options
            command, cwd=root, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def write_step_summary(text: str, environment: Mapping[str, str]) -> None:
    """Add Markdown to the step's summary, where there is one.

    Raises `UserError` if it cannot be written.
    """
    where = environment.get("GITHUB_STEP_SUMMARY")
    if not where:
        return
    try:
        with Path(where).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"The step's summary cannot be written: {error.strerror}.") from error


def below_repository(root: Path, environment: Mapping[str, str]) -> str:
    """Return the way from the top of the repository to `root`: empty, or it ends in a slash.

    GitHub reads names of files from the top, findings name them from the folder of `mkdocs.yml`.
    """
    top = environment.get("GITHUB_WORKSPACE")
    if top and root.is_relative_to(Path(top).resolve()):
        return "".join(f"{part}/" for part in root.relative_to(Path(top).resolve()).parts)
    return (_git(root, "rev-parse", "--show-prefix") or "").strip()
