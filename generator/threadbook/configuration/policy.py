"""What a publisher allows in the site's content-security policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

DIRECTIVES: Final = tuple(
    "default-src base-uri child-src connect-src font-src form-action frame-ancestors frame-src "
    "img-src manifest-src media-src object-src script-src style-src style-src-attr "
    "worker-src".split()
)
"""The directives that a policy may have (w3.org/TR/CSP3)."""

_SOURCE: Final = re.compile(r"'[A-Za-z0-9+/=_-]{1,200}'|(?!')[^\s;,'\"<>&]{1,300}")
"""A source in a policy: a word in single quotes, a scheme or an address."""

Allowed = tuple[tuple[str, tuple[str, ...]], ...] | None
"""What a publisher allows in addition: sources by directive; `None` for no policy at all."""


def read_allowed(value: object) -> Allowed:
    """Read what a publisher allows: `false`, or lists of sources by directive.

    Raise `ValueError` with words for the publisher if it is anything else.
    """
    if value is False:
        return None
    if value is None or value is True:
        return ()
    if not isinstance(value, Mapping):
        raise ValueError("write lists of sources by directive, or false for no policy")  # noqa: TRY004
    return tuple((str(name), _read_sources(str(name), each)) for name, each in value.items())


def _read_sources(directive: str, value: object) -> tuple[str, ...]:
    if directive not in DIRECTIVES:
        raise ValueError(f"{directive} is not a directive; there are {', '.join(DIRECTIVES)}")
    sources = value if isinstance(value, list) else [value]
    for source in sources:
        if not isinstance(source, str) or not _SOURCE.fullmatch(source):
            raise ValueError(
                f"{directive}: {source!r} is not a source; write an address such as "
                "https://stats.example.org, or a word such as 'self' with its quotes"
            )
    return tuple(sources)
