"""The server: answers a browser's requests from the newest good site.

It listens on this machine and answers requests for this machine only. Any client gets the bytes
that a build would write. Only a browser that opens a page gets one thing more: the script that
listens for changes, which is a file of the server's own and so allowed by every page's policy.
"""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import closing
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from threadbook.errors import UsageError, UserError
from threadbook.report.text import visible
from threadbook.showing.answers import PAGES, Answer, Wish, answer, find_mount, refuse_method, tell
from threadbook.showing.events import Source, follow, is_full
from threadbook.showing.hosts import is_known, refuse_host
from threadbook.showing.script import EVENTS, is_own

IDLE: Final = 120.0
"""How long a connection may be idle, in seconds."""

_LAST_PORT: Final = 65_535


class Server(ThreadingHTTPServer):
    """Listens at an address, and answers each connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        """Listen; raises `OSError`. Requests wait until somebody answers them."""
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.host = host
        super().__init__((host, port), BaseHTTPRequestHandler)

    def answer(self, source: Source) -> None:
        """Answer requests from a source until `shutdown` is called."""
        self.RequestHandlerClass = partial(_Handler, source)
        self.serve_forever(poll_interval=0.1)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Say in a line what went wrong, unless a browser has hung up."""
        error = sys.exception()
        if not isinstance(error, OSError):
            say(f"A request could not be answered: {type(error).__name__}: {error}")


def listen(address: str) -> Server:
    """Listen at `HOST:PORT`; raise `UserError` if that cannot be."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    is_port = port.isascii() and port.isdecimal() and len(port) <= len(str(_LAST_PORT))
    if not host or not is_port or int(port) > _LAST_PORT:
        raise UsageError(
            f"{visible(address)} is not an address; write one such as 127.0.0.1:8000. "
            f"The highest port is {_LAST_PORT}."
        )
    try:
        return Server(host, int(port))
    except (OSError, OverflowError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            words = f"Something else already listens at {visible(address)}, perhaps another preview"
            raise UserError(f"{words}; choose another port with --address.") from error
        words = f"Nothing can listen at {visible(address)}: {error}"
        raise UserError(f"{words}; choose another --address.") from error


def name_address(asked: str, port: int) -> str:
    """Return where a server listens that was asked for `HOST:PORT`: for port 0 it has found one."""
    return f"{asked.rpartition(':')[0]}:{port}"


def say(words: str) -> None:
    """Say something to the user, on standard error."""
    print(visible(words), file=sys.stderr, flush=True)  # noqa: T201 - what a user reads


class _Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one write an answer
    timeout = IDLE
    server: Server

    def __init__(self, source: Source, *arguments: Any) -> None:
        self.source = source
        super().__init__(*arguments)

    def version_string(self) -> str:
        """Name the program, without its version or Python's."""
        return "Threadbook"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        """Say nothing: an editor wants to read of findings, not of requests."""

    def do_GET(self) -> None:
        """Answer a request."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # nobody reads what it would send
        hosts = self.headers.get_all("Host") or [""]
        if len(hosts) > 1 or not is_known(hosts[0], self.server.host):
            self._send(tell(HTTPStatus.FORBIDDEN, refuse_host(hosts[0])))
        elif is_own(self.path.partition("?")[0], find_mount(self.source.state()), EVENTS):
            self._send_events()
        else:
            self._send(self._answer())

    do_HEAD = do_GET  # noqa: N815 - the library calls it so

    def _refuse(self) -> None:
        self.close_connection = True
        self._send(refuse_method())

    def __getattr__(self, name: str) -> Any:
        """Refuse every other method: the library looks for what is called after it."""
        if name.startswith("do_"):
            return self._refuse
        raise AttributeError(name)

    def _answer(self) -> Answer:
        wish = Wish(self.path, self.headers.get("Sec-Fetch-Dest") in PAGES)
        try:
            return answer(self.source.state(), wish)
        except Exception as error:  # noqa: BLE001 - one page that fails must not end the preview
            words = f"{wish.path} could not be made: {type(error).__name__}: {error}"
            say(words)
            return tell(HTTPStatus.INTERNAL_SERVER_ERROR, f"{words}\n")

    def _send(self, answer: Answer) -> None:
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        headers |= dict(answer.headers)
        is_known_there = headers.get("ETag", "") in self._known_tags()
        status, body = answer.status, answer.body
        if is_known_there and status is HTTPStatus.OK:
            status, body = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _known_tags(self) -> list[str]:
        said = self.headers.get("If-None-Match", "")
        return [tag.strip().removeprefix("W/") for tag in said.split(",") if tag.strip()]

    def _send_events(self) -> None:
        """Tell a browser what happens, until it hangs up."""
        self.close_connection = True
        if is_full(self.source):
            self._send(tell(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages listen.\n"))
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        with closing(follow(self.source)) as texts:
            for text in texts:
                self.wfile.write(text)
                self.wfile.flush()
