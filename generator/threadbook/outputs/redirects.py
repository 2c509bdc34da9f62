"""Redirects: old addresses that lead to a thread, as pages and for hosts that read `_redirects`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from markupsafe import escape

from threadbook.addresses import REDIRECT_RULES, to_root
from threadbook.errors import UserError
from threadbook.pages import Shared
from threadbook.translations import interface

# Hosts serve these as they are; every other address is that of a folder.
_ENDINGS: Final = (".html", ".htm")


_POLICY: Final = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'


def write_redirects(
    redirects: Mapping[str, str], shared: Shared, kept: bytes = b""
) -> Iterator[tuple[str, bytes]]:
    """Yield addresses and contents; `redirects` maps old addresses to pages of the site.

    Hosts such as Cloudflare Pages and Netlify read the file of rules. Each line is an old path, a
    new path and a status. Cloudflare reads 2,000 lines of at most 1,000 characters
    (developers.cloudflare.com/pages/configuration/redirects). On other hosts, and beyond that
    limit, the pages redirect. `kept` holds the publisher's own rules.
    """
    if not redirects:
        return
    for old in sorted(redirects):
        yield file_of(old), _page(old, redirects[old], shared).encode()
    path = urlsplit(shared.site_url).path or "/"
    lines = (f"{path}{old} {path}{redirects[old]} 301\n" for old in sorted(redirects))
    own = "".join(lines).encode()
    # The publisher's rules come last, because hosts want rules with wildcards last. A folder that
    # was not cleared may have ours before them already.
    yield REDIRECT_RULES, own + kept.removeprefix(own)


def file_of(old: str) -> str:
    """Return the file that a host serves at an old address."""
    if old.endswith(_ENDINGS):
        return old
    return f"{old.rstrip('/')}/index.html"


def _page(old: str, new: str, shared: Shared) -> str:
    """Return a page that redirects at once, without a script, and has a link as well."""
    say = interface(shared.language)
    moved, lead_on = escape(say("This page has moved.")), escape(say("Go to its new address"))
    where = f"{to_root(file_of(old))}{new}"
    canonical = escape(f"{shared.site_url}{new}" if shared.site_url else where)
    target, title = escape(where), escape(shared.site_name)
    return (
        f'<!doctype html>\n<html lang="{escape(shared.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n{_POLICY}\n<title>{title}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        '<meta name="robots" content="noindex">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="canonical" href="{canonical}">\n</head>\n<body>\n'
        f"<h1>{title}</h1>\n<p>{moved} "
        f'<a href="{target}">{lead_on}</a>.</p>\n</body>\n</html>\n'
    )


def refuse_taken(redirects: Mapping[str, str], site: Path) -> None:
    """Raise `UserError` if a file of the site is already at an old address."""
    listed: dict[Path, dict[str, Path]] = {}
    for old, new in redirects.items():
        taken = _find_taken(file_of(old), site, listed)
        if taken:
            words = f"`redirect_from: [{old}]` of {new} is the address of a page of this site"
            raise UserError(f"{words}, {taken}; remove it.")


def _find_taken(name: str, site: Path, listed: dict[Path, dict[str, Path]]) -> str:
    """Return the file of the site that a new file would replace, or that is in its way, or `""`.

    Names are compared without case, as some hosts do. `listed` keeps the folders read so far.
    """
    place, parts = site, name.split("/")
    for number, part in enumerate(parts, 1):
        if place not in listed:
            listed[place] = {each.name.casefold(): each for each in sorted(place.iterdir())}
        found = listed[place].get(part.casefold())
        if found is None:
            return ""
        if number == len(parts) or not found.is_dir():
            return found.relative_to(site).as_posix()
        place = found
    return ""
