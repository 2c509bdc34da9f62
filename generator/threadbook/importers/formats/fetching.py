"""Asking a forum over HTTP: one request after the other, as slowly as it wants, no other host."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from threadbook.errors import UserError

_TRIES: Final = 6
_TRIES_UNHEARD: Final = 3
"""Tries where nothing answers at all."""

_PAUSE: Final = 2.0
"""Seconds before the second try where the forum does not say; they double with each."""

_LONGEST: Final = 120.0
"""Seconds that are waited at most; a forum that wants more has stopped answering."""

_ANSWER: Final = 50_000_000
"""Bytes of an answer that are read."""

_BUSY: Final = frozenset({429, 500, 502, 503, 504})


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to the host that was asked."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - as the library calls it
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        """Refuse another host, which might be one that only this machine can reach."""
        host = _host(newurl)
        if host != _host(req.full_url):
            raise UserError(f"{req.full_url} leads to another host, {host or newurl}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


class Fetcher:
    """Asks one forum for JSON."""

    def __init__(self, base: str, sleep: Callable[[float], None] | None = None) -> None:
        """Ask the forum at `base`; `sleep` waits for some seconds."""
        self.base, self.sleep = f"{base.rstrip('/')}/", sleep or time.sleep
        self.opener = urllib.request.build_opener(_SameHost())

    def json(self, path: str) -> Any:
        """Return what is at a path; raises `UserError` if it cannot be had."""
        try:
            url = urljoin(self.base, path)
        except ValueError as error:
            raise UserError(f"{self.base} is no web address.") from error
        for attempt in range(_TRIES):
            try:
                return self._get(url)
            except urllib.error.HTTPError as error:
                with error:
                    pause = _pause(error, attempt)
                if error.code not in _BUSY or attempt == _TRIES - 1:
                    raise UserError(f"{url} answers {error.code} {error.reason}.") from error
            except (http.client.InvalidURL, ValueError) as error:
                raise UserError(f"{url} is, or leads to, no web address: {error}.") from error
            except (OSError, http.client.HTTPException) as error:
                if attempt == _TRIES_UNHEARD - 1:
                    raise UserError(f"{url} cannot be reached: {error}.") from error
                pause = _PAUSE * 2**attempt
            self.sleep(min(pause, _LONGEST))
        raise UserError(f"{url} cannot be reached.")

    def _get(self, url: str) -> Any:
        headers = {"Accept": "application/json", "User-Agent": "threadbook-import"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - http or https only
        with self.opener.open(request, timeout=60) as answer:
            content = answer.read(_ANSWER + 1)
        if len(content) > _ANSWER:
            raise UserError(f"{url} answers with more than {_ANSWER:,} bytes.")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{url} does not answer with JSON.") from error


def _pause(error: urllib.error.HTTPError, attempt: int) -> float:
    """Return how many seconds the forum wants to be left alone (RFC 9110, Retry-After)."""
    said = (error.headers.get("Retry-After") or "").strip()
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError):
        return float(_PAUSE * 2**attempt)
