"""The content-security policy: what a browser may load and run on the site's pages.

It is a second net. Content that slipped through the sanitiser could still run nothing. The few
scripts that the theme writes into its pages are allowed by their hashes. All pages have the same
policy, because instant navigation puts one page into another.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from threadbook.weave.write import read_pages, write_file

REFERRER: Final = "strict-origin"
"""No address of a page leaves it, so no server writes down what a reader searched for."""

_OWN: Final = "'self'"
_NONE: Final = "'none'"
_HASHED: Final = "'unsafe-hashes'"
_BASIS: Final[Mapping[str, tuple[str, ...]]] = {
    "default-src": (_NONE,),
    "base-uri": (_NONE,),
    "connect-src": (_OWN,),
    "font-src": (_OWN,),
    "form-action": (_OWN,),
    "img-src": (_OWN, "data:"),  # the theme's style sheets have icons in them
    "manifest-src": (_OWN,),
    "media-src": (_OWN,),
    "script-src": (_OWN,),
    "style-src": (_OWN,),
    "worker-src": (_OWN,),
}
_FRAMES: Final = "frame-ancestors"
"""The directive that browsers read in a header only."""

_LONGEST: Final = 1_900
"""Cloudflare Pages reads 2,000 characters of a line (developers.cloudflare.com/pages)."""

_PARTS: Final = re.compile(
    r"<(?P<raw>script|style)\b(?P<of_raw>[^>]*)>(?P<text>.*?)</(?P=raw)[\s/>]"
    r"|<link\b(?P<of_link>[^>]*)>"
    r"""|<[a-z][^<>]*?\sstyle=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"""([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_SCRIPT: Final = re.compile(
    r"(?:module|importmap|(?:text|application)/(?:java|ecma)script)?", re.IGNORECASE
)
"""The types of scripts that run. Others, such as JSON-LD, are data, and need no permission."""

_PLACE: Final = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)
"""Where the policy goes: before any script, and after the encoding, which must come early."""


class Need(NamedTuple):
    """A source that a page needs for a directive."""

    directive: str
    source: str


WASM: Final = Need("script-src", "'wasm-unsafe-eval'")
"""What search by meaning needs: it lets scripts compile WebAssembly, and nothing else (CSP 3)."""


def find_needs(pages: Iterable[str]) -> frozenset[Need]:
    """Find what pages of the theme need besides the site's own files."""
    return frozenset(need for page in pages for need in _needs(page))


def _needs(page: str) -> Iterator[Need]:
    for part in _PARTS.finditer(page):
        if part["raw"]:
            values = _values(part["of_raw"])
            yield from _of_raw(part["raw"].lower(), values, part["text"])
        elif part["of_link"]:
            yield from _of_link(_values(part["of_link"]))
        else:
            style = part["double"] if part["double"] is not None else part["single"]
            yield Need("style-src-attr", _HASHED)
            yield Need("style-src-attr", hash_source(html.unescape(style)))


def _of_raw(name: str, values: Mapping[str, str], text: str) -> Iterator[Need]:
    directive = f"{name}-src"
    if name == "script" and not _SCRIPT.fullmatch(values.get("type", "").strip()):
        return
    if name == "script" and "src" in values:
        yield from _of_host(directive, values["src"])
    elif text:
        yield Need(directive, hash_source(text))


def _of_link(values: Mapping[str, str]) -> Iterator[Need]:
    kinds = values.get("rel", "").lower().split()
    if "stylesheet" in kinds:
        yield from _of_host("style-src", values.get("href", ""))
    elif "preconnect" in kinds:  # the theme's, for the host of its fonts
        yield from _of_host("font-src", values.get("href", ""))
    elif "icon" in kinds:
        yield from _of_host("img-src", values.get("href", ""))


def _values(attributes: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or plain)
        for name, double, single, plain in _ATTRIBUTE.findall(attributes)
    }


def _of_host(directive: str, address: str) -> Iterator[Need]:
    if origin := find_origin(address):
        yield Need(directive, origin)


def find_origin(address: str) -> str:
    """Return the origin of an absolute web address; empty for one on the site."""
    parts = urlsplit(address)
    return f"{parts.scheme or 'https'}://{parts.netloc}" if parts.netloc else ""


def hash_source(text: str) -> str:
    """Return the source that allows a script or style by its text (CSP 3, section 2.3.1)."""
    read = text.replace("\r\n", "\n").replace("\r", "\n")  # as the parser of HTML does
    digest = hashlib.sha256(read.encode("utf-8", "surrogateescape")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@dataclass(frozen=True, slots=True)
class Policy:
    """The sources that each directive allows."""

    directives: Mapping[str, tuple[str, ...]]

    @classmethod
    def make(cls, needs: Iterable[Need]) -> Policy:
        """Return the tightest policy with which pages get what they need."""
        allowed = dict(_BASIS)
        for directive, source in sorted(needs):
            before = tuple(each for each in allowed.get(directive, ()) if each != _NONE)
            if source not in before:
                allowed[directive] = (*before, source)
        return cls(allowed)

    @property
    def header(self) -> str:
        """The policy as a header's value.

        If a host would cut it off, it leaves out what the element in each page says as well.
        """
        framed = {_FRAMES: (_NONE,)} | dict(self.directives)
        written = _write(framed)
        if len(written) <= _LONGEST:
            return written
        kept = {"base-uri", "form-action", _FRAMES}
        return _write({name: sources for name, sources in framed.items() if name in kept})

    @property
    def element(self) -> str:
        """The policy as an element for the head of each page."""
        said = _write({name: each for name, each in self.directives.items() if name != _FRAMES})
        said = html.escape(said, quote=False)
        return f'<meta http-equiv="Content-Security-Policy" content="{said}">'


def _write(directives: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def list_headers(policy: Policy | None) -> dict[str, str]:
    """Return what a host should send with every page: values by the names of headers."""
    headers = {"Referrer-Policy": REFERRER, "X-Content-Type-Options": "nosniff"}
    return {"Content-Security-Policy": policy.header, **headers} if policy else headers


def protect(page: str, policy: Policy | None) -> str:
    """Put a policy, if there is one, and that for referrers into the head of a page."""
    said = f'{policy.element if policy else ""}<meta name="referrer" content="{REFERRER}">'
    place = _PLACE.search(page)
    if place is None or page.startswith(said, place.end()):
        return page
    return f"{page[: place.end()]}{said}{page[place.end() :]}"


def protect_pages(site: Path, policy: Policy | None) -> None:
    """Put a policy into the pages that an engine wrote."""
    for address, page in read_pages(site).items():
        content = protect(page, policy).encode("utf-8", "surrogateescape")
        write_file(str(site), address, content)
