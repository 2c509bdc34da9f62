"""Headers for hosts that read `_headers`, such as Netlify and Cloudflare Pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from threadbook.addresses import HEADERS

NO_TYPES: Final[Mapping[str, str]] = {}
_BEGIN: Final = "# What Threadbook sends with every page; your own headers come after it."
_OWN: Final = re.compile(rb"\A" + re.escape(_BEGIN).encode() + rb"\n(?:.*\S.*\n)*\n?")


def write_headers(
    headers: Mapping[str, str],
    site_url: str,
    kept: bytes = b"",
    types: Mapping[str, str] = NO_TYPES,
) -> Iterator[tuple[str, bytes]]:
    """Yield the file of headers, given by name; `kept` holds the publisher's own.

    A header that the publisher sets anywhere is theirs alone: hosts join two of the same name, and
    of two policies a browser obeys both. `types` are the media types of files without an ending.
    """
    kept = _OWN.sub(b"", kept)  # in a folder that was not cleared
    lines = [
        f"  {name}: {value}\n"
        for name, value in headers.items()
        if not re.search(rb"(?im)^\s*!?\s*" + name.encode() + rb"\b", kept)
    ]
    path = urlsplit(site_url).path or "/"
    blocks = [f"{path}*\n{''.join(lines)}"] if lines else []
    blocks += [
        f"{path}{address}\n  Content-Type: {kind}\n"
        for address, kind in types.items()
        if address.encode() not in kept
    ]
    if blocks:
        own = f"{_BEGIN}\n{''.join(blocks)}".encode()
        yield HEADERS, own + (b"\n" + kept if kept else b"")
