"""The addresses of a published site: from its folder, or from its sitemap."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from threadbook.addresses import SITEMAP
from threadbook.assistants.source import MissingFileError, SourceError, open_source
from threadbook.errors import UserError
from threadbook.load.sources import read_bytes
from threadbook.permanence.git import UnreachableError

_LOCATION: Final = re.compile(r"<loc>\s*([^<]{1,4000}?)\s*</loc>")
_LARGEST: Final = 60_000_000
"""Bytes; the protocol allows sitemaps of 50 MB."""

_MOST: Final = 50
"""How many sitemaps one may name."""


def list_folder(folder: Path) -> Iterator[str]:
    """Yield the addresses of the pages in the folder of a site."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in names:
            if name.endswith((".html", ".htm")):
                file = Path(place, name).relative_to(folder).as_posix()
                yield file.removesuffix("index.html")


def below(addresses: Iterable[str], prefix: str) -> Iterator[str]:
    """Yield the addresses below a prefix, without it: what is beside them is not ours."""
    return (each.removeprefix(prefix) for each in addresses if each.startswith(prefix))


def list_sitemap(file: Path, host_url: str, prefix: str = "") -> Iterator[str]:
    """Yield the addresses in a sitemap and in those beside it that it names."""

    def read(name: str) -> str:
        content = read_bytes(file.parent / name, _LARGEST)
        if content is None:
            raise UnreachableError(f"{file.parent / name} cannot be read.")
        return content.decode("utf-8", "replace")

    return below(_list(read, file.name, host_url, str(file)), prefix)


def list_web(address: str, host_url: str, prefix: str = "") -> Iterator[str]:
    """Yield the addresses in the sitemap of a site on the web."""
    base, _, name = address.rpartition("/")
    name = name if name.endswith(".xml") else ""
    try:
        site = open_source(f"{base}/" if name else address)
    except UserError as error:
        raise UnreachableError(str(error)) from error

    def read(file: str) -> str:
        try:
            return site.read(file).decode("utf-8", "replace")
        except (SourceError, MissingFileError) as error:
            words = str(error) if isinstance(error, SourceError) else f"It has no {file}."
            raise UnreachableError(f"{address}: {words}") from error

    return below(_list(read, name or SITEMAP, host_url, address), prefix)


def _list(read: Callable[[str], str], name: str, host_url: str, what: str) -> Iterator[str]:
    text = read(name)
    found = [html.unescape(each) for each in _LOCATION.findall(text)]
    if not found and "<urlset" not in text:
        raise UnreachableError(f"{what} is not a sitemap: it names no address.")
    if "<sitemapindex" in text:
        inner = [urlsplit(each).path.rpartition("/")[2] for each in found[:_MOST]]
        found = [html.unescape(each) for file in inner for each in _LOCATION.findall(read(file))]
    base = host_url or _common(found)
    others = [each for each in found if not each.startswith(base)]
    if others:
        words = f"it names {others[0]}, which is not below {base} (see `site_url`)."
        raise UnreachableError(f"{what} is the sitemap of another site: {words}")
    return (unquote(each.removeprefix(base)) for each in found)


def _common(found: list[str]) -> str:
    """Return what all addresses begin with, up to a slash."""
    first, last = min(found, default=""), max(found, default="")
    same = next(
        (at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]),
        len(first),
    )
    return first[:same].rpartition("/")[0] + "/"
