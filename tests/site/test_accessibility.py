"""What axe says of pages as readers see them, with dialogs open and filters used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page) -> list[str]:
    """Return what axe finds, each fault with its place."""
    page.evaluate(AXE)
    page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    assert found["passes"], "axe looked at nothing"
    return [
        f"{fault['id']}: {node['target']} {json.dumps(node['any'] or node['all'] or node['none'])[:300]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def searched(page: Page, query: str) -> None:
    page.locator(f"#tb-results[data-query={json.dumps(query)}]").wait_for(state="attached")


def results(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=payment")
    searched(page, "payment")


def filters(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=payment&state=solved&sort=day")
    searched(page, "payment")
    page.get_by_role("checkbox", name="Solved").wait_for()


def nothing(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=xylophone")
    searched(page, "xylophone")


def empty(page: Page, address: str) -> None:
    page.goto(f"{address}search/")


def broken(page: Page, address: str) -> None:
    page.route("**/search/settings.json", lambda route: route.fulfill(status=200, body="no json"))
    page.goto(f"{address}search/?q=contract")
    page.get_by_text("could not be loaded").wait_for()


def dialog(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("payment ")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")


def dialog_empty(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.get_by_role("dialog", name="Search").wait_for()


def dialog_nothing(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("xylophone ")
    page.get_by_text("Nothing here has these words").wait_for()


def path_begun(page: Page, address: str) -> None:
    page.goto(f"{address}paths/first-proposal-to-contract/")
    page.locator(".tb-step .tb-toggle").first.click()
    check = page.locator(".tb-check").first
    check.get_by_role("radio").first.check()
    check.get_by_role("button").click()
    check.get_by_role("status").get_by_text("Not this one").wait_for()


def path_finished(page: Page, address: str) -> None:
    path_begun(page, address)
    for button in page.locator(".tb-step .tb-toggle").all():
        if button.get_attribute("aria-pressed") == "false":
            button.click()
    for check in page.locator(".tb-check").all():
        check.get_by_role("radio").nth(1).check()
        check.get_by_role("button").click()
    page.locator(".tb-record").wait_for()


def library(page: Page, address: str) -> None:
    path_begun(page, address)
    page.goto(f"{address}threads/proposal-words/")
    page.wait_for_function("document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("b")
    page.goto(f"{address}library/")
    page.locator("#tb-kept a").wait_for()


def marked_list(page: Page, address: str) -> None:
    library(page, address)
    page.goto(f"{address}boards/new-freelancers/")
    page.locator(".tb-mark").first.wait_for()


def keys(page: Page, address: str) -> None:
    page.goto(f"{address}threads/proposal-words/")
    page.wait_for_function("document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()


STATES = (
    path_begun,
    path_finished,
    library,
    marked_list,
    keys,
    empty,
    results,
    filters,
    nothing,
    broken,
    dialog_empty,
    dialog,
    dialog_nothing,
)


PAGES = [
    "",
    "threads/proposal-accepted-what-next/",
    "threads/proposal-words/",
    "boards/",
    "boards/finding-work/",
    "topics/",
    "topics/contracts/",
    "paths/",
    "paths/first-proposal-to-contract/",
    "paths/first-proposal-to-contract/print/",
    "latest/",
    "unanswered/",
    "glossary/",
    "library/",
    "health/",
    "about/",
    "404.html",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_kind_of_page(
    open_page: OpenPage, address: str, scheme: str, width: int
) -> None:
    viewport = {"width": width, "height": 900}
    page = open_page(color_scheme=scheme, reduced_motion="reduce", viewport=viewport)
    found = {}
    for url in PAGES:
        page.goto(f"{address}{url}")
        found[url] = faults(page)
    assert found == {url: [] for url in PAGES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_in_any_state(
    open_page: OpenPage, address: str, state: Callable[[Page, str], None], scheme: str
) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    state(page, address)
    assert faults(page) == []
