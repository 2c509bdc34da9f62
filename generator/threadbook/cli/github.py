"""Git and GitHub Actions: which files a branch changes, a branch of its own, what a step says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from threadbook.errors import UserError
from threadbook.git import GitError, run_git
from threadbook.report.text import visible


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
    """Return what git says; `None` if it fails."""
    try:
        return run_git(root, arguments).decode("utf-8", "replace")
    except GitError:
        return None


def diff_names(root: Path, reference: str) -> dict[str, str]:
    """Return what each file below `root` that differs from where a branch began is: A, M or D.

    Raises `UserError` if git does not know the reference.
    """
    options = ("diff", "--name-status", "--no-renames", "-z", "--relative")
    found = None
    if reference and not reference.startswith("-"):
        found = _git(root, *options, f"{reference}...HEAD", "--")
        found = found if found is not None else _git(root, *options, reference, "HEAD", "--")
    if found is None:
        raise UserError(f'Git knows no "{visible(reference)}" here to compare with.')
    parts = found.split("\0")
    return dict(zip(parts[1::2], parts[::2], strict=False))


def find_remote(root: Path) -> str:
    """Return the address of the remote `origin`; empty if there is none."""
    if not root.is_dir():
        return ""
    return (_git(root, "config", "--local", "--get", "remote.origin.url") or "").strip()


def find_branch(root: Path) -> str:
    """Return the branch that a repository publishes, as far as git knows it; empty if not.

    That is the default branch of the remote `origin`, then `main` or `master` if there is one, then
    the branch that is checked out, which need not have a commit yet.
    """
    if not root.is_dir():
        return ""
    remote = _git(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    if remote is not None:
        return remote.strip().removeprefix("origin/")
    for name in ("main", "master"):
        if _git(root, "show-ref", "--verify", "--quiet", f"refs/heads/{name}") is not None:
            return name
    return (_git(root, "symbolic-ref", "--quiet", "--short", "HEAD") or "").strip()


_AUTHOR: Final = ("-c", "user.name=Threadbook", "-c", "user.email=threadbook@localhost")


def refuse_branch(root: Path, branch: str) -> None:
    """Raise `UserError` if there is a branch of the name, or no repository to make it in."""
    if _git(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        raise UserError(f"There is no git repository with a commit here to make {branch} in.")
    if _git(root, "show-ref", "--verify", "--quiet", f"refs/heads/{branch}") is not None:
        words = f"delete it (`git branch -D {branch}`), or leave out --branch."
        raise UserError(f"The branch {branch} exists already; {words}")


def refuse_uncommitted(root: Path, file: str) -> None:
    """Raise `UserError` if a file has changes that would be committed with ours."""
    changed = _git(root, "status", "--porcelain", "--", file)
    if changed is None or changed:
        words = "commit or stash them first, or leave out --branch."
        raise UserError(f"{file} has changes that are not committed; {words}")


def commit_on_branch(root: Path, branch: str, file: str, message: str) -> None:
    """Make a branch with one more commit, of one file and nothing else that is staged.

    Raises `UserError` if that fails.
    """
    for arguments in (
        ("switch", "--quiet", "--create", branch),
        ("add", "--", file),
        (*_AUTHOR, "commit", "--quiet", "--message", message, "--only", "--", file),
    ):
        if _git(root, *arguments) is None:
            raise UserError(f"Git could not commit {file} on a new branch {branch}.")


def write_outputs(values: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Give the outputs of a step, if there is one; no value has a line break."""
    _append_to("GITHUB_OUTPUT", "".join(f"{k}={v}\n" for k, v in values.items()), environment)


def write_step_summary(text: str, environment: Mapping[str, str]) -> None:
    """Add Markdown to the summary of the step, if there is one.

    Raises `UserError` if it cannot be written.
    """
    _append_to("GITHUB_STEP_SUMMARY", text, environment)


def _append_to(name: str, text: str, environment: Mapping[str, str]) -> None:
    where = environment.get(name)
    if not where:
        return
    try:
        with Path(where).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"{name} cannot be written: {error.strerror}.") from error


def is_in_repository(folder: Path) -> bool:
    """Tell whether a folder is in a repository of git."""
    return _git(folder, "rev-parse", "--show-prefix") is not None


def below_repository(root: Path, environment: Mapping[str, str]) -> str:
    """Return the path from the top of the repository to `root`: empty, or ending in a slash.

    GitHub names files from the top, findings name them from the folder of `mkdocs.yml`.
    """
    top = environment.get("GITHUB_WORKSPACE")
    if top and root.is_relative_to(Path(top).resolve()):
        return "".join(f"{part}/" for part in root.relative_to(Path(top).resolve()).parts)
    return (_git(root, "rev-parse", "--show-prefix") or "").strip()
