"""Writing a longer text in the editor that somebody has set up, as git does for messages."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from threadbook.errors import UserError
from threadbook.staging import temporary

_CUT = "<!-- Write above this line. What is below it is left out. -->"


def has_editor() -> bool:
    """Whether there is a terminal, and an editor is named for it."""
    return sys.stdin.isatty() and bool(_command())


def write_in_editor(what: str, title: str) -> str:
    """Let somebody write a text; empty without an editor, or if nothing was written.

    The editor's command is cut into words as a shell would, but no shell runs it.
    """
    if not has_editor():
        return ""
    with temporary("text") as folder:
        file = Path(folder, "text.md")
        file.write_text(f"\n\n{_CUT}\n{what}, in Markdown:\n{title}\n", "utf-8")
        command = [*_command(), str(file)]
        try:
            subprocess.run(command, check=True)  # noqa: S603 - what the user has set up
            text = file.read_text("utf-8")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise UserError(f"The editor `{command[0]}` did not end well; see $EDITOR.") from error
    return text.partition(_CUT)[0].strip()


def _command() -> list[str]:
    """Return the words of the editor's command."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        return shlex.split(named)
    except ValueError:
        raise UserError("$EDITOR has an open quote; write it as in a shell.") from None
