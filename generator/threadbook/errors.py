"""Errors that a user can cause and fix. Any other exception is a bug."""


class UserError(Exception):
    """An error whose text, one or two lines, says what to do; it is shown without a traceback."""
