"""The sitemap, by the protocol of sitemaps.org: at most 50,000 addresses a file, else an index."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

LIMIT: Final = 50_000
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


class SitemapEntry(NamedTuple):
    """A page: its address below the site's, and the day it last changed, where known."""

    url: str
    changed: datetime.date | None = None


def sitemaps(site_url: str, entries: Sequence[SitemapEntry]) -> Iterator[tuple[str, bytes]]:
    """Yield file names and contents; `site_url` is absolute and ends with a slash.

    Up to the limit there is one `sitemap.xml`; above it, that file lists `sitemap-1.xml`, ….
    """
    if len(entries) <= LIMIT:
        yield "sitemap.xml", _file("urlset", (_url(site_url, entry) for entry in entries))
        return
    names = []
    for start in range(0, len(entries), LIMIT):
        name = f"sitemap-{start // LIMIT + 1}.xml"
        names.append(name)
        part = entries[start : start + LIMIT]
        yield name, _file("urlset", (_url(site_url, entry) for entry in part))
    listed = (f"  <sitemap><loc>{escape(site_url + name)}</loc></sitemap>\n" for name in names)
    yield "sitemap.xml", _file("sitemapindex", listed)


def _url(site_url: str, entry: SitemapEntry) -> str:
    changed = f"<lastmod>{entry.changed.isoformat()}</lastmod>" if entry.changed else ""
    return f"  <url><loc>{escape(site_url + entry.url)}</loc>{changed}</url>\n"


def _file(root: str, lines: Iterator[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
    return f"{head}{''.join(lines)}</{root}>\n".encode()
