"""Where the files of a built site come from: a folder, or an address.

Addresses of files are made here from what was checked, but a site is not trusted: a file must lie
in the folder without a link on the way to it, and a host may not lead to another one. Sizes and
times are bounded.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any, Final, Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from threadbook import __version__
from threadbook.errors import UserError
from threadbook.load.sources import read_bytes

LARGEST: Final = 16_000_000
"""The largest file that is read, in bytes."""

PATIENCE: Final = 20.0
"""How long a file may take from an address, in seconds."""

_SILENCE: Final = 10.0
"""How long a host may be silent, in seconds."""

_CHUNK: Final = 1 << 16
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_STEP: Final = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
"""One folder or file of a site's address."""

_GONE: Final = frozenset({404, 410})


class MissingFileError(LookupError):
    """The site has no such file."""


class SourceError(Exception):
    """The site cannot be read; the message is for whoever asked."""


class Source(Protocol):
    """What reads the files of a site."""

    def read(self, address: str) -> bytes:
        """Return a file; raise `MissingFileError`, or `SourceError` if it cannot be read."""
        ...


def open_source(site: str) -> Source:
    """Return what reads a site, given as a folder or an address; raise `UserError`."""
    return Web(_check_address(site)) if _SCHEME.match(site) else Folder(_check_folder(Path(site)))


def _check_folder(folder: Path) -> Path:
    if not folder.is_dir():
        what = f"{folder} is a file" if folder.exists() else f"There is no folder {folder}"
        raise UserError(f"{what}; name the folder of a built site.")
    return folder.resolve()


def _check_address(site: str) -> str:
    """Return an address that ends with a slash."""
    try:
        parts = urlsplit(site)
        parts.port  # noqa: B018 - raises for an impossible one
    except ValueError as error:
        raise UserError(f"{site} is not an address: {error}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(f"{site} is not an address of a site; it begins with https://.")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise UserError(f"{site} is not encrypted; use https, or http on this machine only.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UserError("Write the address of a site without a name, a password, `?` and `#`.")
    path = parts.path.removesuffix("index.html")
    return parts._replace(path=path if path.endswith("/") else f"{path}/").geturl()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_file(address: str) -> str:
    """Return an address of a file unless it could lead out of the site."""
    if not all(_STEP.fullmatch(step) and ".." not in step for step in address.split("/")):
        raise MissingFileError(address)
    return address


class Folder:
    """A built site in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, address: str) -> bytes:
        """Return a file; a link is never followed, wherever it leads."""
        place = self.folder
        for step in _check_file(address).split("/"):
            place /= step
            if place.is_symlink():
                raise MissingFileError(address)
        content = read_bytes(place, LARGEST + 1)
        if content is None:
            raise MissingFileError(address)
        return _refuse_large(content, address)


class Web:
    """A built site at an address, which ends with a slash."""

    def __init__(self, address: str) -> None:
        self.address = address
        handlers: list[urllib.request.BaseHandler] = [_SameSite(address)]
        if urlsplit(address).scheme == "http":  # this machine needs no proxy
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def read(self, address: str) -> bytes:
        """Return a file, within `PATIENCE` seconds."""
        url, until = f"{self.address}{quote(_check_file(address))}", time.monotonic() + PATIENCE
        headers = {"User-Agent": f"Threadbook/{__version__}", "Accept-Encoding": "identity"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=_SILENCE) as answer:
                return _refuse_large(_receive(answer, until, address), address)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in _GONE:
                raise MissingFileError(address) from error
            raise SourceError(f"The site answers {error.code} for {address}.") from error
        except (OSError, http.client.HTTPException, ssl.SSLError) as error:
            raise SourceError(f"{self.address} cannot be read: {_reason(error)}.") from error


def _receive(answer: http.client.HTTPResponse, until: float, address: str) -> bytes:
    """Read an answer in pieces, so that a slow host cannot take forever."""
    parts: list[bytes] = []
    size = 0
    while size <= LARGEST and (part := answer.read1(_CHUNK)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise SourceError(f"The site is too slow: {address} took over {PATIENCE:.0f} seconds.")
    return b"".join(parts)


def _refuse_large(content: bytes, address: str) -> bytes:
    if len(content) > LARGEST:
        raise SourceError(f"{address} has over {LARGEST // 1_000_000} MB, which is too large.")
    return content


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    reason = getattr(reason, "strerror", None) or reason
    return str(reason).rstrip(".") or type(error).__name__


class _SameSite(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within the site, and no other."""

    max_redirections = 3

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)

    def redirect_request(  # noqa: PLR0913, PLR0917 - as the base class has it
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the next request, or raise `SourceError`."""
        if not _is_within(urlsplit(urljoin(req.full_url, newurl)), self.address):
            raise SourceError("The site leads to another one; give that one's address instead.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_within(parts: SplitResult, site: SplitResult) -> bool:
    same = (parts.scheme, parts.netloc) == (site.scheme, site.netloc)
    return same and parts.path.startswith(site.path) and ".." not in parts.path
