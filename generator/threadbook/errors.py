"""Errors that a user can cause and fix. Any other exception is a bug.

Each kind has the status with which a command ends.
"""

from typing import Any, ClassVar


class UserError(Exception):
    """An error whose text, one or two lines, says what to do; it is shown without a traceback.

    The command could not run: something is not there, not installed, or not to be had now.
    """

    status: ClassVar[int] = 3


class FindingsError(UserError):
    """What was examined has errors: the content, the configuration, or how well search finds.

    `findings` may hold them, for whoever shows them elsewhere.
    """

    status: ClassVar[int] = 1

    def __init__(self, message: str, findings: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class UsageError(UserError):
    """The command was called with something that cannot be, such as a name that is not there."""

    status: ClassVar[int] = 2
