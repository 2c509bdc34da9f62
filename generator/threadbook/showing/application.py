"""A preview for servers that speak WSGI (PEP 3333)."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from threadbook.showing.answers import PAGES, Answer, Wish, answer, find_mount, refuse_method, tell
from threadbook.showing.events import Source, follow, is_full
from threadbook.showing.script import EVENTS, is_own

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


def make_application(source: Source) -> WSGIApplication:
    """Return an application that answers from a source; it waits for nothing but events."""

    def respond(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        # The standard has bytes in the place of characters, and has decoded what was quoted.
        path = quote(environ.get("PATH_INFO", ""), encoding="latin-1")
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return _send(refuse_method(), start)
        if is_own(path, find_mount(source.state()), EVENTS) and method == "GET":
            return _send_events(source, start)
        wish = Wish(path, environ.get("HTTP_SEC_FETCH_DEST") in PAGES)
        return _send(answer(source.state(), wish), start, is_bare=method == "HEAD")

    return respond


def _send(answer: Answer, start: StartResponse, *, is_bare: bool = False) -> Iterable[bytes]:
    headers = {**answer.headers, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    headers["Content-Length"] = str(len(answer.body))
    start(f"{answer.status.value} {answer.status.phrase}", [*headers.items()])
    return [] if is_bare else [answer.body]


def _send_events(source: Source, start: StartResponse) -> Iterable[bytes]:
    if is_full(source):
        return _send(tell(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages listen.\n"), start)
    kind = [("Content-Type", "text/event-stream; charset=utf-8"), ("Cache-Control", "no-store")]
    start("200 OK", kind)
    return follow(source)
