"""Exchange: one folder takes the place of another, in one step where the system can do that."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
"""Of Linux's `renameat2` (linux/fs.h)."""

_RENAME_SWAP: Final = 2
"""Of macOS' `renamex_np` (sys/stdio.h)."""

_UNABLE: Final = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}
"""What a system or a file system answers that cannot exchange folders."""


def put(new: Path, place: Path, before: Path) -> None:
    """Put the folder `new` at `place`, and what was there at `new` or at `before`.

    Where the system cannot exchange two folders, there is nothing at `place` for an instant. If
    this process is killed in that instant, `put_back` mends it. Raises `OSError`, with `place` as
    it was.
    """
    if not place.exists():
        new.rename(place)
    elif not exchange(new, place):
        place.rename(before)
        try:
            new.rename(place)
        except OSError:
            before.rename(place)
            raise


def put_back(place: Path, before: Path) -> None:
    """Put back what was at `place`, if a process was killed while it replaced it."""
    if before.is_dir() and not os.path.lexists(place):
        before.rename(place)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return `False` if the system cannot."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = system.renamex_np(*names, _RENAME_SWAP)
        else:
            failed = system.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE)
    except (OSError, AttributeError, TypeError):  # another system, or an old one
        return False
    if failed:
        number = ctypes.get_errno()
        if number in _UNABLE:
            return False
        raise OSError(number, os.strerror(number), str(other))
    return True
