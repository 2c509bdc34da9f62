"""Running git, without the programs that a repository can name. No other module starts it.

A repository may come from strangers. So there are no hooks, monitors, pagers, signatures and no
network. Commands that read or write files of a work tree run its filters still, such as Git LFS.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from threadbook.errors import UserError

_SECONDS: Final = 60
"""How long git may take for a command."""

_QUIET: Final = (
    "--no-pager",
    "--literal-pathspecs",
    "--no-replace-objects",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never"),
    *("-c", "core.quotePath=false"),
    *("-c", "commit.gpgSign=false"),
)
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


class GitError(UserError):
    """Says why git did not do what it was asked, in its own words if it has any."""


class NoGitError(GitError):
    """Says that git is not installed."""


def run_git(root: Path, arguments: Sequence[str], said: bytes | None = None) -> bytes:
    """Run git in a folder and return what it writes; `said` is what it reads.

    Names of files stand for themselves, not for patterns. Whoever calls makes sure that no argument
    that comes from elsewhere can be an option. Raises `GitError`.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; no argument can be an option
            ["git", *_QUIET, *arguments],  # noqa: S607 - the user's own git
            cwd=root,
            input=said,
            stdin=subprocess.DEVNULL if said is None else None,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env=os.environ | _ENVIRONMENT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        if isinstance(error, FileNotFoundError) and root.is_dir():
            raise NoGitError("git is not installed.") from error
        raise GitError(f"it cannot be asked: {error}.") from error
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise GitError(reason or "no reason given")
    return done.stdout
