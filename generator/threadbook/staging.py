"""Staging: a site is built in a temporary folder and moved to its place when it is complete.

Until then the last good site stays as it was. A build that fails leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from threadbook.errors import UserError

_PROOF_OF_SITE = "404.html"
"""Every site has this file, so a folder without it holds something else."""


@contextmanager
def stage(site: Path, precious: Iterable[Path], content: Path) -> Iterator[Path]:
    """Give a folder to build in, which replaces `site` at the end.

    Everything in `site` is lost then. So this raises `UserError` if `site` contains one of the
    `precious` folders, is in `content`, or holds anything but a site.
    """
    _refuse(site, [*precious, content, Path.home()], content)
    # Beside the site, because a rename cannot cross file systems. The process id keeps two builds
    # of the same site apart.
    folder = site.with_name(f".{site.name}-{os.getpid()}")
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"The site cannot be put at {site}: {error.strerror}.") from error
    try:
        yield folder
        _swap(site, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse(site: Path, precious: Iterable[Path], content: Path) -> None:
    for folder in precious:
        if folder.resolve().is_relative_to(site):
            raise UserError(f"{site} holds {folder}; building there would remove it.")
    if site.is_relative_to(content.resolve()):
        raise UserError(f"{site} is in the content folder; choose a folder outside of it.")
    if site.is_dir() and any(site.iterdir()) and not (site / _PROOF_OF_SITE).is_file():
        raise UserError(f"{site} is not empty and holds no site; empty it, or choose another one.")


def _swap(site: Path, folder: Path) -> None:
    """Put `folder` where `site` is. Between the two renames there is no site for an instant."""
    site.parent.mkdir(parents=True, exist_ok=True)
    before = site.with_name(f"{folder.name}-before")
    try:
        if site.exists():
            site.rename(before)
        folder.rename(site)
    except OSError as error:
        if before.exists() and not site.exists():
            before.rename(site)
        raise UserError(f"The site cannot be put at {site}: {error.strerror}.") from error
    shutil.rmtree(before, ignore_errors=True)
