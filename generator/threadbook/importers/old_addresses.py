"""Addresses of the old site: how two ways of writing one are the same, and what can redirect."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

from pydantic import TypeAdapter, ValidationError

from threadbook.model import is_slug
from threadbook.model.values import SitePath

_NOISE: Final = re.compile(
    r"^(?:sid|phpsessid|s|utm_.*|fbclid|gclid|highlight|_ga)$", re.IGNORECASE
)
"""Parameters that say nothing about which page it is."""

_KINDS: Final = frozenset(("topics", "paths", "boards", "threads"))
"""Folders of our own pages, each with an id: `threads/title.42` is another forum's."""

_OWN: Final = frozenset(
    "latest unanswered health glossary search library components feeds "
    "api assets images files "
    "index.html 404.html robots.txt llms.txt licenses.txt sitemap.xml".split()
)
"""What our own site has in its root."""

_path = TypeAdapter(SitePath)


def normalise(url: str, site: str = "") -> str:
    """Return one form of an address, for comparing: without scheme, fragment and noise.

    An address of the old site, or a relative one, begins with a slash.
    """
    try:
        parts = urlsplit(urljoin(site or "http://old.invalid/", url.strip()))
        own = urlsplit(site or "http://old.invalid/")
        query = sorted(
            (key, value)
            for key, value in parse_qsl(parts.query, keep_blank_values=True)
            if not _NOISE.match(key)
        )
    except ValueError:
        return ""
    path = unquote(parts.path).rstrip("/").removesuffix("/index.html")
    asked = f"?{urlencode(query)}" if query else ""
    host = _bare(parts.netloc)
    return f"{'' if host == _bare(own.netloc) else host}{path or '/'}{asked}"


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def is_on(url: str, site: str) -> bool:
    """Return whether an address is on the old site; relative ones are."""
    try:
        host, own = urlsplit(url).netloc, urlsplit(site).netloc
    except ValueError:
        return False
    return not host or (bool(own) and _bare(host) == _bare(own))


def to_site_path(url: str, site: str, base: str) -> str:
    """Return an old address as `redirect_from` has it; empty if no address here can be the same.

    `base` is the path below which the new site is published, such as `/help/`. Fragments are
    dropped, because servers never see them.
    """
    try:
        parts = urlsplit(urljoin(site or "http://old.invalid/", url.strip()))
    except ValueError:
        return ""
    path = f"/{parts.path.lstrip('/')}".removeprefix(f"/{base.strip('/')}".rstrip("/") + "/")
    path = path.lstrip("/")
    query = "&".join(
        each for each in parts.query.split("&") if each and not _NOISE.match(each.partition("=")[0])
    )
    written = f"{path}?{query}" if query else path
    first, _, rest = path.partition("/")
    first = first.casefold()
    is_own = first in _OWN or (first in _KINDS and (is_slug(rest.partition("/")[0]) or not rest))
    if not path or is_own or first.startswith("_") or "/." in f"/{path}":
        return ""
    try:
        return _path.validate_python(written)
    except ValidationError:
        return ""
