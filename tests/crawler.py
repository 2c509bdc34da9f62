"""A crawl of a built site from its files: what it has to find, for tests and trials alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

HERE = "https://crawl.invalid/some/sub/path/"
"""Where the crawler pretends the site is: deeper than any address that could be built in."""

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Link(NamedTuple):
    tag: str
    attribute: str
    value: str


class Document(HTMLParser):
    """What the crawler needs to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.ids: Counter[str] = Counter()
        self.canonical: list[str] = []
        self.h1: list[str] = []
        self.title: list[str] = []
        self.description: list[str] = []
        self.lang = ""
        self.robots: list[str] = []
        self.is_redirect = False
        self._open: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note(tag, given)
        for name in ("href", "src", "action", "poster", "data", "srcset"):
            if name in given and given.get("rel") != "canonical":
                self.links.append(Link(tag, name, given[name]))
        if "id" in given:
            self.ids[given["id"]] += 1

    def _note(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical.append(given["href"])
        if tag == "meta" and given.get("name") == "description":
            self.description.append(given["content"])
        if tag == "meta" and given.get("name") == "robots":
            self.robots.append(given["content"])
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.is_redirect = True
        if tag in {"h1", "title"}:
            self._open = self.h1 if tag == "h1" else self.title
            self._open.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"h1", "title"}:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data


class Site(NamedTuple):
    """A built site: its folder, its pages by address, and where it says it is published."""

    folder: Path
    documents: dict[str, Document]
    site_url: str

    @classmethod
    def read(cls, folder: Path, site_url: str) -> Site:
        """Read every page of a folder; an address is empty for home and ends with a slash."""
        files = sorted(folder.rglob("*.html"))
        names = (file.relative_to(folder).as_posix().removesuffix("index.html") for file in files)
        texts = (file.read_text("utf-8") for file in files)
        return cls(folder, dict(zip(names, map(Document, texts), strict=True)), site_url)

    @property
    def pages(self) -> Iterator[tuple[str, Document]]:
        """Every page but redirects and the error page, which is shown at any address."""
        return (
            (url, page)
            for url, page in self.documents.items()
            if url != "404.html" and not page.is_redirect
        )

    @property
    def links(self) -> Iterator[tuple[str, Link, tuple[str, str]]]:
        """Every link within the site: the page it stands on, and the address and anchor it names.

        Addresses below the site's own, which head data and feeds need, count as such.
        """
        for url, document in self.pages:
            for link in document.links:
                led = self.led(url, link.value)
                if led is not None:
                    yield url, link, led

    def led(self, url: str, link: str) -> tuple[str, str] | None:
        """Return the address and the anchor a link leads to; nothing if it leaves the site."""
        if self.site_url and link.startswith(self.site_url):
            link = urljoin(HERE, link.removeprefix(self.site_url))
        whole = urlsplit(urljoin(HERE + url, link))
        if whole.scheme not in {"http", "https"}:
            return None
        if not whole._replace(fragment="", query="").geturl().startswith(HERE):
            return None
        below = whole.path.removeprefix(urlsplit(HERE).path)
        return unquote(below), unquote(whole.fragment)

    def missing(self) -> list[str]:
        """Name the links whose file is not there, and the anchors that are not on their page."""
        found = []
        for url, link, (target, anchor) in self.links:
            file = f"{target}index.html" if target.endswith("/") or not target else target
            if not (self.folder / file).is_file():
                found.append(f"{url}: {link}")
            elif anchor and anchor not in self.documents[target].ids:
                found.append(f"{url}: {link.value}")
        return found

    def orphans(self) -> set[str]:
        """Return the pages that no way of links leads to from home.

        Unlisted pages are left out, and those that repeat another one, which its lists name.
        """
        ways: dict[str, set[str]] = {}
        for url, link, (target, _) in self.links:
            if link.tag == "a":
                ways.setdefault(url, set()).add(target)
        reached, waiting = {""}, [""]
        while waiting:
            new = ways.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        return {
            url
            for url, page in self.pages
            if not self.is_unlisted(page) and page.canonical == [self.site_url + url]
        } - reached

    @staticmethod
    def is_unlisted(page: Document) -> bool:
        """Whether search engines are told to leave a page out."""
        return any("noindex" in robots for robots in page.robots)

    def sitemap(self) -> list[str]:
        """Return the addresses below the site's that the sitemap lists, all its parts together."""
        return [
            entry.removeprefix(self.site_url)
            for entry in _entries(self.folder, "sitemap.xml", self.site_url)
        ]

    def wrong_canonicals(self) -> list[str]:
        """Name the pages without exactly one canonical address that the sitemap lists."""
        listed = set(self.sitemap())
        return [
            f"{url}: {page.canonical}"
            for url, page in self.pages
            if not self.is_unlisted(page)
            and (
                len(page.canonical) != 1
                or not page.canonical[0].startswith(self.site_url)
                or page.canonical[0].removeprefix(self.site_url) not in listed
            )
        ]


def _entries(folder: Path, name: str, site_url: str) -> Iterator[str]:
    root = ElementTree.parse(folder / name).getroot()
    for part in root.iter(f"{SITEMAP}sitemap"):
        yield from _entries(
            folder, str(part.findtext(f"{SITEMAP}loc")).removeprefix(site_url), site_url
        )
    for entry in root.iter(f"{SITEMAP}url"):
        yield str(entry.findtext(f"{SITEMAP}loc"))
