"""A crawl of the built example site: everything leads somewhere, from any sub-path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from crawler import Site

pytestmark = pytest.mark.slow

PROSE = {"about/", "contribute/"}
DUPLICATES = {"two-clients-said-yes": "proposal-accepted-what-next"}


@pytest.fixture(scope="module")
def site(crawled: Site) -> Site:
    return crawled


@pytest.mark.parametrize(
    ("threads", "address"), [(250, "https://example.org/"), (60, "https://example.org/a/b/")]
)
def test_a_base_of_hundreds_is_whole_wherever_it_lies(
    threads: int,
    address: str,
    run_warm: Callable[..., object],
    synthetic: Callable[[int, str], Path],
) -> None:
    """Lists of several pages, threads in several paths, and no page that nobody finds."""
    base = synthetic(threads, address)
    run_warm("threadbook", "build", cwd=base)
    site = Site.read(base / "site", address)
    assert len(dict(site.pages)) > threads
    assert site.missing() == []
    assert site.orphans() == set()
    assert site.wrong_canonicals() == []


def test_every_link_asset_and_anchor_of_the_site_is_there(site: Site) -> None:
    assert site.missing() == []


def test_no_link_depends_on_where_the_site_lies(site: Site) -> None:
    """Links to follow begin neither with a slash nor with the site's own address."""
    tied = [
        f"{url}: {link}"
        for url, document in site.pages
        for link in document.links
        if link.tag != "link" and link.value.startswith(("/", "\\", "https://example.org/help"))
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
    assert site.orphans() == set()


def test_every_page_that_is_its_own_original_is_in_the_sitemap_once(site: Site) -> None:
    listed = site.sitemap()
    assert len(listed) == len(set(listed))
    own = {url for url, page in site.pages if page.canonical == [site.site_url + url]}
    assert {url for url in own if not site.is_unlisted(site.documents[url])} == set(listed)


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
