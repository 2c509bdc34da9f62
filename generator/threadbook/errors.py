"""Errors that a user can cause and mend; everything else that is raised is a bug."""


class UserError(Exception):
    """Its text is one or two lines that say what to do; it is shown without a traceback."""
