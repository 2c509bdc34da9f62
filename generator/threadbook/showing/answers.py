"""Answers: what a request gets from a state of the preview. No socket is needed to make one."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from threadbook.addresses import API_CATALOG, LOST
from threadbook.outputs.discovery import LINK_SET
from threadbook.showing.script import SCRIPT, insert_script, is_own, read_script, write_waiting_page
from threadbook.showing.state import AnyState, Files

PAGE: Final = "index.html"
PAGES: Final = frozenset({"document", "iframe"})
"""What a browser says that it opens a page for (`Sec-Fetch-Dest`)."""

_METHODS: Final = "GET, HEAD"
_TYPES: Final = {
    "": "text/plain",
    ".avif": "image/avif",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_KNOWN: Final = mimetypes.MimeTypes()
"""What Python knows of types, without the files of this machine."""

_IN_UTF_8: Final = ("text/", "application/json", "application/xml", "image/svg+xml")
_HTML: Final = "text/html; charset=utf-8"


class Answer(NamedTuple):
    """What is sent: a status, the body, and headers."""

    status: HTTPStatus
    body: bytes
    headers: Mapping[str, str]


class Wish(NamedTuple):
    """What is asked for: a path as it came, and whether a browser opens it as a page."""

    path: str
    is_page: bool = False


def answer(state: AnyState, wish: Wish) -> Answer:
    """Answer a request for a file; whatever raises while a page is made is raised here."""
    mount = find_mount(state)
    path = wish.path.partition("?")[0].partition("#")[0]
    if is_own(path, mount, SCRIPT):
        return _file(SCRIPT, read_script())
    if state.site is None:
        page = write_waiting_page(state, mount)
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, page, {"Content-Type": _HTML})
    if path == "/" != mount or f"{path}/" == mount:
        return _lead_to(mount)
    found = _find(state.site, path, mount)
    is_html = found.headers.get("Content-Type") == _HTML
    return _finish(found, state, state.site, wish) if is_html else found


def _find(site: Files, path: str, mount: str) -> Answer:
    """Answer as a static host would: a folder's page, a folder without its slash, a 404 page."""
    address = find_address(path, mount)
    if address is not None:
        file = f"{address}{PAGE}" if not address or address.endswith("/") else address
        if (content := site.read(file)) is not None:
            return _file(file, content)
        if file == address and site.read(f"{address}/{PAGE}") is not None:
            return _lead_to(f"{mount}{quote(address)}/")
    lost = site.read(LOST)
    if lost is None:
        return tell(HTTPStatus.NOT_FOUND, "There is no such page.\n")
    return _file(LOST, lost)._replace(status=HTTPStatus.NOT_FOUND)


def _finish(answer: Answer, state: AnyState, site: Files, wish: Wish) -> Answer:
    """Add what only pages have: the headers of a host, and in a browser the script."""
    headers = {**answer.headers, **site.headers, "Vary": "Sec-Fetch-Dest"}
    if not wish.is_page:
        return answer._replace(headers=headers)
    body = insert_script(answer.body, find_mount(state), state.number, headers["ETag"])
    return answer._replace(body=body, headers=headers | {"ETag": _tag(body)})


def find_mount(state: AnyState) -> str:
    """Return the path where the site is on its host: it begins and ends with a slash."""
    return state.site.mount if state.site else "/"


def find_address(path: str, mount: str) -> str | None:
    """Return the address below the site's root that a request's path names, if it can be one."""
    try:
        plain = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    if not plain.startswith(mount):
        return None
    address = plain.removeprefix(mount)
    *folders, name = address.split("/")
    if not {"", ".", ".."}.isdisjoint(folders) or name in {".", ".."}:
        return None
    return address if "\\" not in address and address.isprintable() else None


def type_of(address: str) -> str:
    """Return the media type of a file by the ending of its name."""
    if address == API_CATALOG:
        return LINK_SET
    name = address.rpartition("/")[2]
    dot = name.rfind(".")
    ending = name[dot:].lower() if dot > 0 else ""
    kind = _TYPES.get(ending) or _KNOWN.guess_type(f"a{ending}")[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(_IN_UTF_8) else kind


def tell(status: HTTPStatus, words: str) -> Answer:
    """Return an answer in plain words."""
    return Answer(status, words.encode("utf-8", "replace"), {"Content-Type": type_of("")})


def refuse_method() -> Answer:
    """Return what is said to a request that wants to change something."""
    words = f"A preview is only read; {_METHODS} are answered.\n"
    answer = tell(HTTPStatus.METHOD_NOT_ALLOWED, words)
    return answer._replace(headers={**answer.headers, "Allow": _METHODS})


def _tag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=15).hexdigest()}"'


def _file(address: str, content: bytes) -> Answer:
    headers = {"Content-Type": type_of(address), "ETag": _tag(content)}
    return Answer(HTTPStatus.OK, content, headers)


def _lead_to(path: str) -> Answer:
    answer = tell(HTTPStatus.FOUND, f"It is at {path}\n")
    return answer._replace(headers={**answer.headers, "Location": path})
