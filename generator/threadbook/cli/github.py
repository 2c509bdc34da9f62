"""GitHub Actions: which files a pull request changes, and the summary of a step."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from threadbook.errors import UserError

_SECONDS = 20
"""How long git may take."""


def changed_files(root: Path, environment: Mapping[str, str]) -> frozenset[str]:
    """Return the names, relative to `root`, of the files that a pull request changes.

    `GITHUB_BASE_REF` names the branch that the request wants to change. If its history is missing,
    the first parent of the merge commit that GitHub checks out is compared. The set is empty if
    neither is available.
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
    """Run git without a pager, a shell, or any command that the repository configures."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, revisions that cannot be options
            command, cwd=root, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def write_step_summary(text: str, environment: Mapping[str, str]) -> None:
    """Add Markdown to the summary of the step, if there is one.

    Raises `UserError` if it cannot be written.
    """
    where = environment.get("GITHUB_STEP_SUMMARY")
    if not where:
        return
    try:
        with Path(where).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"The summary of the step cannot be written: {error.strerror}.") from error


def below_repository(root: Path, environment: Mapping[str, str]) -> str:
    """Return the path from the top of the repository to `root`: empty, or ending in a slash.

    GitHub names files from the top, findings name them from the folder of `mkdocs.yml`.
    """
    top = environment.get("GITHUB_WORKSPACE")
    if top and root.is_relative_to(Path(top).resolve()):
        return "".join(f"{part}/" for part in root.relative_to(Path(top).resolve()).parts)
    return (_git(root, "rev-parse", "--show-prefix") or "").strip()
