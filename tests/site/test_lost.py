"""The page of missing addresses offers what can be done now, from whatever address it is shown at."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from browsing import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
Served = Callable[..., AbstractContextManager[str]]
MISSING = "threads/old/how-do-i-decline-an-offer.html"
WORDS = {
    "/help/threads/how-do-i-decline-an-offer/": "how do i decline an offer",
    "/help/threads/how_do_i%20pay/index.php": "how do i pay",
    "/help/viewtopic.php": "viewtopic",
    "/help/t/late-payment/4711/": "late payment",
    "/help/t/top-10-tips": "top tips",
    "/help/f%C3%BCr-wen/": "für wen",
    "/help/契約の前に/": "契約の前に",
    "/help/100%-safe/": "safe",
    "/help/what's-next/": "what's next",
    "/help/42/": "",
    "/help/404.html": "",
    "/help/": "",
    "/elsewhere/am-i-hired": "am i hired",
    f"/help/{'a' * 500}/": "a" * 200,
}


def show(page: Page, site: Path, url: str) -> None:
    """Show the page as a host does, but as found: what is missing would count as trouble."""
    page.route(url, lambda route: route.fulfill(path=site / "404.html"))
    page.goto(url)


@pytest.mark.parametrize("engine", ["mkdocs", "zensical", "plain"])
def test_a_missing_address_offers_its_words_questions_and_topics(
    page: Page,
    site_of: Callable[[str], Path],
    served_below_help: Served,
    engine: str,
) -> None:
    site = site_of(engine)
    with served_below_help(site) as address:
        page.goto(address)
        examples = page.locator(".tb-hero__asked a").all_inner_texts()
        show(page, site, address + MISSING)
        settle(page)
        expect(page).to_have_title("Page not found - Freelance Help")
        expect(page.locator(".tb-lost h1")).to_have_text("Page not found")
        expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
        field = page.locator(".tb-lost .tb-ask__field")
        expect(field).to_have_value("how do i decline an offer")
        assert page.locator(".tb-lost .tb-links a").all_inner_texts() == examples
        assert len(examples) == 3
        expect(page.locator(".tb-lost .tb-tile")).to_have_count(8)
        for link in (".tb-lost .tb-links a", ".tb-lost .tb-tile a", ".tb-lost__home a"):
            page.locator(link).first.click()
            expect(page.locator("h1")).not_to_have_text("Page not found")
            assert page.url.startswith(address)
            page.goto(address + MISSING)
        page.locator(".tb-lost .tb-ask__button").click()
        page.wait_for_url("**/help/search/?q=how+do+i+decline+an+offer")
        page.locator(".tb-result").first.wait_for()


def test_it_answers_while_one_types(page: Page, example_site: Path, address: str) -> None:
    show(page, example_site, f"{address}no/")
    settle(page)
    field = page.locator(".tb-lost .tb-ask__field")
    expect(field).to_have_value("no")
    field.fill("")
    field.press_sequentially("am i hired if they accept my bid")
    option = page.locator(".tb-dialog .tb-found__option").first
    expect(option).to_contain_text("My proposal was accepted")


@pytest.mark.parametrize("engine", ["mkdocs", "zensical", "plain"])
def test_without_scripts_it_offers_what_needs_none(
    open_page: OpenPage, site_of: Callable[[str], Path], served_below_help: Served, engine: str
) -> None:
    site = site_of(engine)
    page = open_page(java_script_enabled=False)
    with served_below_help(site) as address:
        show(page, site, address + MISSING)
        expect(page.locator(".tb-lost .tb-lead")).to_be_visible()
        expect(page.locator(".tb-lost .tb-tile")).to_have_count(8)
        expect(page.locator(".tb-lost .tb-ask")).to_be_hidden()
        expect(page.locator(".tb-lost .tb-links")).to_be_hidden()
        page.locator(".tb-lost .tb-tile a").first.click()
        page.wait_for_url("**/help/topics/*/")


def test_the_words_of_an_address_are_those_of_its_last_part_that_has_any(
    page: Page, address: str
) -> None:
    page.goto(address)
    found = page.evaluate(
        """async ([module, paths]) => {
            const { wordsOf } = await import(module);
            return paths.map((path) => wordsOf(path, "/help/"));
        }""",
        [f"{address}assets/threadbook/lost.js", [*WORDS]],
    )
    assert dict(zip(WORDS, found, strict=True)) == WORDS


def test_what_somebody_typed_before_the_script_came_stays(
    page: Page, example_site: Path, address: str
) -> None:
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        " const field = document.querySelector('.tb-lost .tb-ask__field');"
        " if (field) field.value = 'late payment'; });"
    )
    show(page, example_site, address + MISSING)
    settle(page)
    page.wait_for_timeout(300)
    expect(page.locator(".tb-lost .tb-ask__field")).to_have_value("late payment")


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_it_fits_every_screen(
    open_page: OpenPage, example_site: Path, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    show(page, example_site, address + MISSING)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    name, title = page.locator(".tb-bar__name"), page.locator(".tb-lost h1")
    if width == 1440:  # no empty columns beside it
        one, other = name.bounding_box(), title.bounding_box()
        assert one
        assert other
        assert abs(one["x"] - other["x"]) < 20
