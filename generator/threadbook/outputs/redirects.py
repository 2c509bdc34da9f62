"""Redirects: old addresses that lead to a thread, as pages and for hosts that read `_redirects`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from markupsafe import escape

from threadbook.pages import Shared
from threadbook.pages.fragments import base

RULES: Final = "_redirects"
"""A file that Cloudflare Pages and Netlify read; each line is an old path, a new one, a status.

Cloudflare Pages reads 2,000 such lines of at most 1,000 characters
(developers.cloudflare.com/pages/configuration/redirects); the pages lead on where it reads no more.
"""

_ENDINGS: Final = (".html", ".htm")


def redirect_files(
    redirects: Mapping[str, str], shared: Shared, kept: bytes = b""
) -> Iterator[tuple[str, bytes]]:
    """Yield addresses and contents; `redirects` lead from old addresses to pages of the site.

    `kept` are the publisher's own rules. They come last: hosts want rules with wildcards last.
    """
    if not redirects:
        return
    for old in sorted(redirects):
        yield file_of(old), _page(old, redirects[old], shared).encode()
    path = urlsplit(shared.site_url).path or "/"
    lines = (f"{path}{old} {path}{redirects[old]} 301\n" for old in sorted(redirects))
    own = "".join(lines).encode()
    yield RULES, own + kept.removeprefix(own)


def file_of(old: str) -> str:
    """Return the file that a host serves at an old address."""
    if old.endswith(_ENDINGS):
        return old
    return f"{old.rstrip('/')}/index.html"


def _page(old: str, new: str, shared: Shared) -> str:
    """Return a page without scripts that leads on at once, and by a link."""
    where = f"{base(file_of(old))}{new}"
    canonical = escape(f"{shared.site_url}{new}" if shared.site_url else where)
    target, title = escape(where), escape(shared.site_name)
    return (
        f'<!doctype html>\n<html lang="{escape(shared.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        '<meta name="robots" content="noindex">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="canonical" href="{canonical}">\n</head>\n<body>\n'
        f"<h1>{title}</h1>\n<p>This page has moved. "
        f'<a href="{target}">Go to its new address</a>.</p>\n</body>\n</html>\n'
    )
