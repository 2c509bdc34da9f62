"""The process that runs Zensical. It ends as soon as the process that started it has ended."""

from __future__ import annotations

import os
import sys
import threading

from zensical.main import cli


def _end_with_parent() -> None:
    """Wait until the other end of the pipe closes, which needs no goodbye, and stop at once."""
    os.read(0, 1)  # `sys.stdin` has a lock, which would be held when the process ends by itself
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cli(["build", "--config-file", sys.argv[1]])
