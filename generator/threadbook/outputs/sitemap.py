"""The sitemap, by the protocol of sitemaps.org, which allows 50,000 addresses in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from threadbook.addresses import SITEMAP
from threadbook.pages.page import Located

SITEMAP_LIMIT: Final = 50_000
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def write_sitemaps(site_url: str, entries: Sequence[Located]) -> Iterator[tuple[str, bytes]]:
    """Yield file names and contents; `site_url` is absolute and ends with a slash.

    There is one `sitemap.xml`. Above the limit, it lists `sitemap-1.xml` and so on.
    """
    if len(entries) <= SITEMAP_LIMIT:
        yield SITEMAP, _file("urlset", (_url(site_url, entry) for entry in entries))
        return
    names = []
    for start in range(0, len(entries), SITEMAP_LIMIT):
        name = f"sitemap-{start // SITEMAP_LIMIT + 1}.xml"
        names.append(name)
        part = entries[start : start + SITEMAP_LIMIT]
        yield name, _file("urlset", (_url(site_url, entry) for entry in part))
    listed = (f"  <sitemap><loc>{escape(site_url + name)}</loc></sitemap>\n" for name in names)
    yield SITEMAP, _file("sitemapindex", listed)


def _url(site_url: str, entry: Located) -> str:
    url, day = entry
    changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
    return f"  <url><loc>{escape(site_url + url)}</loc>{changed}</url>\n"


def _file(root: str, lines: Iterator[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
    return f"{head}{''.join(lines)}</{root}>\n".encode()
