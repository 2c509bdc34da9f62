"""Pictures of other hosts in rendered bodies.

Whoever serves a picture learns who reads a page and when, so a pull request could have readers
followed. A picture of another host is shown only if the site allows it. Otherwise its link is.
"""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_TAG: Final = re.compile(r'<(?:(?P<link>/?a)|(?P<picture>img))\b(?P<rest>(?:[^>"]|"[^"]*")*)>')
_ATTRIBUTE: Final = re.compile(r'([a-z]+)="([^"]*)"')
_IGNORED: Final = re.compile(r"^[\x00-\x20]+|[\t\r\n]+")
"""What browsers remove from an address before they read it (url.spec.whatwg.org)."""


def find_host(address: str) -> str | None:
    """Return where a browser would get a picture if not from the site: `https://host`, or `None`.

    The address may be written in any way that browsers accept.
    """
    parts = _split(address)
    if parts is None:
        return "another host"
    if parts.netloc or parts.scheme:
        return f"{parts.scheme or 'https'}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    return None


def may_be_shown(address: str, *, remote: bool) -> bool:
    """Return whether a picture may be loaded; `remote` allows other hosts, if they use https."""
    if find_host(address) is None:
        return True
    parts = _split(address)
    return remote and parts is not None and parts.scheme == "https" and bool(parts.netloc)


def link_pictures(markup: str, *, remote: bool) -> str:
    """Put a link in place of each picture that must not be loaded, or its text inside a link.

    The markup is what the sanitiser wrote, so values are in double quotes and escaped.
    """
    is_linked = False

    def change(tag: re.Match[str]) -> str:
        nonlocal is_linked
        written: str = tag[0]
        if tag["link"]:
            is_linked = tag["link"] == "a"
            return written
        values: dict[str, str] = dict(_ATTRIBUTE.findall(tag["rest"]))
        address, words = values.get("src", ""), values.get("alt", "")
        if not address or may_be_shown(html.unescape(address), remote=remote):
            return written
        if is_linked:
            return words or address
        return f'<a href="{address}">{words or address}</a>'

    return _TAG.sub(change, markup)


def _split(address: str) -> SplitResult | None:
    """Split an address as browsers do; `None` if it is none. A backslash is a slash to them."""
    try:
        return urlsplit(_IGNORED.sub("", address).replace("\\", "/"))
    except ValueError:
        return None
