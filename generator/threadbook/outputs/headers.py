"""Headers for hosts that read `_headers`, such as Netlify and Cloudflare Pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from threadbook.addresses import HEADERS

_BEGIN: Final = "# What Threadbook sends with every page; your own headers come after it."
_OWN: Final = re.compile(rb"\A" + re.escape(_BEGIN).encode() + rb"\n(?:.*\S.*\n)*\n?")


def write_headers(
    headers: Mapping[str, str], site_url: str, kept: bytes = b""
) -> Iterator[tuple[str, bytes]]:
    """Yield the file of headers, given by name; `kept` holds the publisher's own.

    A header that the publisher sets anywhere is theirs alone: hosts join two of the same name, and
    of two policies a browser obeys both.
    """
    kept = _OWN.sub(b"", kept)  # in a folder that was not cleared
    lines = [
        f"  {name}: {value}\n"
        for name, value in headers.items()
        if not re.search(rb"(?im)^\s*!?\s*" + name.encode() + rb"\b", kept)
    ]
    if lines:
        path = urlsplit(site_url).path or "/"
        own = f"{_BEGIN}\n{path}*\n{''.join(lines)}".encode()
        yield HEADERS, own + (b"\n" + kept if kept else b"")
