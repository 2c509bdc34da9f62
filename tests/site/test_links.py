"""A crawl of the built example site: everything leads somewhere, from any sub-path."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

HERE = "https://crawl.invalid/some/sub/path/"
"""Where the crawler pretends the site is: deeper than any address that could be built in."""

PROSE = {"about/", "contribute/"}
DUPLICATES = {"two-clients-said-yes": "proposal-accepted-what-next"}


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
    folder: Path
    documents: dict[str, Document]

    @property
    def pages(self) -> Iterator[tuple[str, Document]]:
        """Every page but the error page, which is shown at any address."""
        return ((url, page) for url, page in self.documents.items() if url != "404.html")

    def led(self, url: str, link: str) -> tuple[str, str] | None:
        """Return the address and the anchor a link leads to; nothing if it leaves the site."""
        whole = urlsplit(urljoin(HERE + url, link))
        if whole.scheme not in {"http", "https"}:
            return None
        if not whole._replace(fragment="", query="").geturl().startswith(HERE):
            return None
        below = whole.path.removeprefix(urlsplit(HERE).path)
        return unquote(below), unquote(whole.fragment)


@pytest.fixture(scope="module")
def site(example_site: Path, pages_of: Callable[[Path], dict[str, str]]) -> Site:
    return Site(example_site, {url: Document(html) for url, html in pages_of(example_site).items()})


def test_every_link_and_asset_of_the_site_is_there(site: Site) -> None:
    missing = []
    for url, document in site.pages:
        for link in document.links:
            led = site.led(url, link.value)
            if led is None:
                continue
            target = led[0] + "index.html" if led[0].endswith("/") or not led[0] else led[0]
            if not (site.folder / target).is_file():
                missing.append(f"{url}: {link}")
    assert missing == []


def test_every_anchor_is_on_the_page_it_names(site: Site) -> None:
    missing = []
    for url, document in site.pages:
        for link in document.links:
            led = site.led(url, link.value)
            if led and led[1] and led[1] not in site.documents[led[0]].ids:
                missing.append(f"{url}: {link.value}")
    assert missing == []


def test_no_link_depends_on_where_the_site_lies(site: Site) -> None:
    """Links begin neither with a slash nor with the site's own address, save the canonical one."""
    tied = [
        f"{url}: {link}"
        for url, document in site.pages
        for link in document.links
        if link.value.startswith(("/", "\\", "https://example.org/help"))
    ]
    assert tied == []


def test_no_link_leaves_the_site_upwards(site: Site) -> None:
    for url, document in site.pages:
        for link in document.links:
            if not urlsplit(link.value).scheme and not link.value.startswith("//"):
                assert site.led(url, link.value) is not None, f"{url}: {link}"


def test_assets_come_from_the_site_alone(site: Site) -> None:
    for url, document in site.pages:
        for link in document.links:
            if link.tag in {"script", "img", "iframe", "source"} or (
                link.tag == "link" and link.attribute == "href"
            ):
                assert site.led(url, link.value) is not None, f"{url}: {link}"


def test_ids_are_unique_on_every_page(site: Site) -> None:
    for url, document in site.documents.items():
        twice = [name for name, count in document.ids.items() if count > 1]
        assert twice == [], url


def test_every_page_is_reached_from_home(site: Site) -> None:
    reached, waiting = {""}, [""]
    while waiting:
        url = waiting.pop()
        for link in site.documents[url].links:
            led = site.led(url, link.value)
            if link.tag == "a" and led and led[0] in site.documents and led[0] not in reached:
                reached.add(led[0])
                waiting.append(led[0])
    assert {url for url, _ in site.pages} - reached == set()


def test_every_page_has_one_heading_a_title_and_a_language(site: Site) -> None:
    for url, document in site.pages:
        assert len(document.h1) == 1, url
        assert document.h1[0].strip(), url
        assert document.lang == "en", url
        assert len([title for title in document.title if title.strip()]) >= 1, url


def test_titles_are_unique_and_those_of_woven_pages_begin_with_the_heading(site: Site) -> None:
    titles: dict[str, str] = {}
    for url, document in site.pages:
        title = " ".join(document.title[0].split())
        assert titles.setdefault(title, url) == url, f"{url} has the title of {titles[title]}"
        if url not in PROSE:
            assert title.startswith(" ".join(document.h1[0].split())), url


def test_every_page_has_one_description(site: Site) -> None:
    for url, document in site.pages:
        assert len(document.description) == 1, url
        assert document.description[0].strip(), url


def test_every_page_names_its_own_address_below_the_sub_path_as_canonical(
    site: Site, site_url: str
) -> None:
    duplicates = {f"threads/{duplicate}/" for duplicate in DUPLICATES}
    for url, document in site.pages:
        if url not in duplicates:
            assert document.canonical == [site_url + url], url


def test_duplicates_point_to_the_thread_that_answers_them(site: Site, site_url: str) -> None:
    for duplicate, original in DUPLICATES.items():
        document = site.documents[f"threads/{duplicate}/"]
        assert document.canonical == [f"{site_url}threads/{original}/"]
        linked = {site.led(f"threads/{duplicate}/", link.value) for link in document.links}
        assert (f"threads/{original}/", "") in linked
