"""The day of the build."""

from __future__ import annotations

import datetime
import os
import time

from threadbook.errors import UserError


def build_day() -> datetime.date:
    """Return the day of the build in UTC: that of `SOURCE_DATE_EPOCH` if it is set, or today.

    Raises `UserError` if `SOURCE_DATE_EPOCH` is not a time in seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        seconds = int(epoch or time.time())
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise UserError(
            f"SOURCE_DATE_EPOCH is {epoch!r}; it should be the seconds since 1970."
        ) from error
