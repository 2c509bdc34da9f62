"""Whom a preview answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from threadbook.showing.hosts import guard, is_known

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN: Final = [
    ("localhost", "127.0.0.1"),
    ("localhost:8000", "127.0.0.1"),
    ("LOCALHOST:8000", "127.0.0.1"),
    ("127.0.0.1:8000", "localhost"),
    ("[::1]:8000", "::1"),
    ("[::1]", "127.0.0.1"),
    ("box.lan:8000", "box.lan"),
    ("Box.LAN", "box.lan"),
    ("192.168.1.7:8000", "192.168.1.7"),
    ("192.168.1.7:8000", "0.0.0.0"),  # noqa: S104 - what somebody may listen at
    ("[fe80::1]:8000", "::"),
]
UNKNOWN: Final = [
    ("", "127.0.0.1"),
    ("evil.example", "127.0.0.1"),
    ("evil.example:8000", "127.0.0.1"),
    ("evil.example:8000", "0.0.0.0"),  # noqa: S104
    ("localhost.evil.example", "127.0.0.1"),
    ("127.0.0.1.evil.example", "127.0.0.1"),
    ("evil.example#localhost", "127.0.0.1"),
    ("localhost@evil.example", "127.0.0.1"),
    ("localhost,evil.example", "127.0.0.1"),
    ("evil.example, localhost", "127.0.0.1"),
    ("localhost:8000:8000", "127.0.0.1"),
    ("localhost:", "127.0.0.1"),
    ("localhost:x", "127.0.0.1"),
    (" localhost", "127.0.0.1"),
    ("localhost\n", "127.0.0.1"),
    ("local\u0131host", "127.0.0.1"),
    ("192.168.1.7", "127.0.0.1"),
    ("127.0.0.2", "127.0.0.1"),
    ("2130706433", "127.0.0.1"),
    ("0x7f.1", "0.0.0.0"),  # noqa: S104
    ("[::1", "127.0.0.1"),
    ("[evil]", "::"),
    ("<script>", "127.0.0.1"),
    ("a" * 100_000, "127.0.0.1"),
]


@pytest.mark.parametrize(("host", "listening"), KNOWN)
def test_it_answers_to_the_names_of_this_machine(host: str, listening: str) -> None:
    assert is_known(host, listening)


@pytest.mark.parametrize(("host", "listening"), UNKNOWN)
def test_it_answers_to_no_other(host: str, listening: str) -> None:
    assert not is_known(host, listening)


@pytest.mark.parametrize(("host", "listening"), UNKNOWN)
def test_it_says_why_in_plain_text(host: str, listening: str) -> None:
    said: list[Any] = []

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        raise AssertionError(environ, start)

    environ = {"HTTP_HOST": host} if host else {}
    body = b"".join(guard(app, listening)(environ, lambda *each: said.append(each)))  # type: ignore[arg-type]
    assert said == [("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])]
    assert b"--address" in body
    assert body.isascii()
    assert len(body) < 400
