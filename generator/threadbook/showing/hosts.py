"""Whom a preview answers: requests that name this machine as their host.

A page on the web can have its own name lead to this machine (DNS rebinding). The browser would then
let it read the preview, which may hold drafts. Such a request names the page's host, not this one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_HERE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?")
_SHOWN: Final = 80


def is_known(host: str, listening: str) -> bool:
    """Return whether a `Host` header names this machine, which listens at an address or name.

    Where it listens at every address (`0.0.0.0`, `::`), any address will do, but no other name.
    """
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name, own = found[1].lower(), listening.strip("[]").lower()
    if name in _HERE or name.strip("[]") == own:
        return True
    return _is_address(name) and _is_everywhere(own)


def refuse_host(host: str) -> str:
    """Return what to say to a request for another host."""
    return (
        f"This preview is for this machine only, and {host[:_SHOWN]!a} is not its name. "
        "If it is, start the preview with --address NAME:PORT.\n"
    )


def guard(app: WSGIApplication, listening: str) -> WSGIApplication:
    """Return an application that answers 403 to requests for other hosts."""

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if is_known(host, listening):
            return app(environ, start)
        start("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [refuse_host(host).encode()]

    return answer


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_everywhere(listening: str) -> bool:
    return _is_address(listening) and ipaddress.ip_address(listening).is_unspecified
