"""Redirects: old addresses that lead to a thread, as pages and for hosts that read `_redirects`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from markupsafe import escape

from threadbook.addresses import REDIRECT_RULES, to_root
from threadbook.errors import FindingsError
from threadbook.outputs.queries import split_queries, write_queries
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
    limit, the pages redirect. Addresses with a query are in no rule, because what hosts make of
    them differs (`queries.write_rules` has them for some). `kept` holds the publisher's own rules.
    """
    if not redirects:
        return
    redirects, asked = split_queries(redirects)
    plain = {file_of(old): old for old in sorted(redirects, reverse=True)}
    queries: dict[str, dict[str, str]] = {}
    for old in sorted(asked):  # `a` and `a/` are one file, and so one page for the queries of both
        found = queries.setdefault(file_of(old), {})
        found |= {query: new for query, new in asked[old].items() if query not in found}
    for file, old in sorted(plain.items()):
        if file not in queries:
            yield file, _page(old, redirects[old], shared).encode()
    for file, each in queries.items():
        otherwise = redirects[plain[file]] if file in plain else ""
        yield from write_queries(file, each, otherwise, shared)
    path = urlsplit(shared.site_url).path or f"/{shared.prefix}"
    lines = (f"{path}{old} {path}{redirects[old]} 301\n" for old in sorted(redirects))
    own = "".join(lines).encode()
    # The publisher's rules come last, because hosts want rules with wildcards last. A folder that
    # was not cleared may have ours before them already.
    yield REDIRECT_RULES, own + kept.removeprefix(own)


def place_redirects(
    redirects: Mapping[str, str], shared: Shared, kept: bytes = b""
) -> Iterator[tuple[str, bytes]]:
    """As `write_redirects`, with addresses below the root of the whole site.

    Pages are in the folder of their site, and the file of rules is at the root of the whole one.
    """
    for address, content in write_redirects(redirects, shared, kept):
        yield address if address == REDIRECT_RULES else f"{shared.prefix}{address}", content


def file_of(old: str) -> str:
    """Return the file that a host serves at an old address, whatever its query is."""
    old = old.partition("?")[0]
    if old.endswith(_ENDINGS):
        return old
    return f"{old.rstrip('/')}/index.html"


def _page(old: str, new: str, shared: Shared) -> str:
    """Return a page that redirects at once, without a script, and has a link as well."""
    say = interface(shared.language)
    moved, lead_on = escape(say("This page has moved.")), escape(say("Go to the new page"))
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
    """Raise `FindingsError` if a file of the site is already at an old address."""
    listed: dict[Path, dict[str, Path]] = {}
    for old, new in redirects.items():
        taken = _find_taken(file_of(old), site, listed)
        if taken:
            words = f"`redirect_from: [{old}]` of {new} is the address of a page of this site"
            raise FindingsError(f"{words}, {taken}; remove it.")


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
