"""Stage: a folder to build in, which takes the place of the site when it is complete."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Self

from threadbook.errors import UserError
from threadbook.lifetime import uninterrupted
from threadbook.staging.exchange import put, put_back
from threadbook.staging.ground import MARK, MARKER, Ground
from threadbook.staging.scratch import Scratch, make_alone, sweep_temporary

PATIENCE: Final = 600.0
"""How long to wait for another build of the same site, in seconds."""

_NOT_ALLOWED: Final = {errno.EACCES, errno.EPERM, errno.EROFS}

_SITE: Final = "site"
_WORK: Final = "work"
_BEFORE: Final = "before"
"""The folders in a scratch folder: the new site, temporary files, and the site that was."""


class UnmovableError(UserError):
    """A folder that can be written in, but not replaced by another."""


class Staging(NamedTuple):
    """A site that is being built beside its place.

    `site` is the folder to build in, and `work` is for temporary files; both end with the build.
    """

    ground: Ground
    scratch: Scratch
    made: tuple[Path, ...]
    """Folders above the site that did not exist before."""

    @property
    def site(self) -> Path:
        """The folder to build the site in."""
        return self.scratch.folder / _SITE

    @property
    def work(self) -> Path:
        """The folder for temporary files."""
        return self.scratch.folder / _WORK

    @classmethod
    def begin(cls, ground: Ground, patience: float = PATIENCE) -> Self:
        """Make the folders; raises `UserError` if the site could not be put at its place.

        If it could still be built in that place, this is an `UnmovableError`.
        """
        ground.judge()
        sweep_temporary()
        place = ground.site
        made = tuple(each for each in place.parents if not each.exists())
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Beside the site, because a rename cannot cross file systems.
            mend = partial(_mend, place)
            scratch = make_alone(place.parent, f".{place.name}-", patience, mend)
        except OSError as error:
            raise cannot_write(place, error) from error
        staging = cls(ground, scratch, made)
        try:
            staging.site.mkdir()
            staging.work.mkdir()
            _try_to_move(place, staging.work)
        except OSError as error:
            staging.discard()
            raise cannot_write(place, error) from error
        except BaseException:  # a signal
            staging.discard()
            raise
        return staging

    def publish(self) -> None:
        """Put the site at its place; raises `UserError`, and then leaves there what was there."""
        self.ground.judge()  # a build takes a while, in which somebody may have used the folder
        try:
            _mark(self.site)
            with uninterrupted():
                put(self.site, self.ground.site, self.scratch.folder / _BEFORE)
        except OSError as error:
            raise cannot_write(self.ground.site, error) from error

    def explain(self, error: OSError) -> UserError:
        """Return how to tell a user of an error while the site was built."""
        name = str(error.filename or "")
        if name and not Path(name).is_relative_to(self.scratch.folder):
            return UserError(f"{name}: {error.strerror}.")
        return cannot_write(self.ground.site, error)

    def discard(self) -> None:
        """Remove everything but the site, whether or not it has been published."""
        self.scratch.remove()
        for folder in self.made:
            with suppress(OSError):  # not empty: the site is in it
                folder.rmdir()


@contextmanager
def stage(ground: Ground) -> Iterator[Staging]:
    """Give folders to build in; the site takes its place at the end, unless anything goes wrong.

    Raises `UserError` if the place may not be replaced, or a file cannot be written.
    """
    staging = Staging.begin(ground)
    try:
        yield staging
        staging.publish()
    except OSError as error:
        raise staging.explain(error) from error
    finally:
        staging.discard()


def cannot_write(site: Path, error: OSError) -> UserError:
    """Return how to tell a user that the site cannot be written."""
    if error.errno in {errno.EBUSY, errno.EXDEV}:
        return UnmovableError(
            f"{site} cannot be replaced: it is a mount point, or a layer of a container's image. "
            f"Choose a folder in it, such as --out {site / 'site'}"
        )
    kind = UnmovableError if error.errno in _NOT_ALLOWED else UserError
    return kind(f"The site cannot be put at {site}: {error.strerror or error}.")


def _mend(place: Path, dead: Path) -> None:
    put_back(place, dead / _BEFORE)


def _mark(site: Path) -> None:
    """Write the marker anew, whatever is there."""
    marker = site / MARKER
    marker.unlink(missing_ok=True)
    file = os.open(marker, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        os.write(file, MARK)
    finally:
        os.close(file)


def _try_to_move(place: Path, work: Path) -> None:
    """Raise `OSError` if a folder could not be moved away, before any work is done.

    No folder can be moved to one that is not empty. The system checks that last, after whether
    something is mounted there, whether it is on the same device, and who may do it.
    """
    if not place.exists():
        return
    taken = work / "taken"
    (taken / "by").mkdir(parents=True)
    try:
        place.rename(taken)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
    else:
        taken.rename(place)
