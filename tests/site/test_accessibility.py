"""What axe says of pages as readers see them, with dialogs open and filters used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe import CONTRAST, SHAPE, faults
from bases import write_example
from browsing import settle, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
Served = Callable[[Path], AbstractContextManager[str]]


def searched(page: Page, query: str) -> None:
    page.locator(f"#tb-results[data-query={json.dumps(query)}]").wait_for(state="attached")


def results(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=payment")
    searched(page, "payment")


def filters(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=payment&state=solved&sort=day")
    searched(page, "payment")
    page.get_by_role("checkbox", name="Answered").wait_for()


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
    page.get_by_text("No matches.").wait_for()


def path_begun(page: Page, address: str) -> None:
    page.goto(f"{address}paths/first-proposal-to-contract/")
    page.locator(".tb-step .tb-toggle").first.click()
    check = page.locator(".tb-check").first
    check.get_by_role("radio").first.check()
    check.get_by_role("button").click()
    check.get_by_role("status").get_by_text("Not quite").wait_for()


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
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("b")
    page.goto(f"{address}library/")
    page.locator("#tb-kept a").wait_for()


def marked_list(page: Page, address: str) -> None:
    library(page, address)
    page.goto(f"{address}boards/new-freelancers/")
    page.locator(".tb-mark").first.wait_for()


def keys(page: Page, address: str) -> None:
    page.goto(f"{address}threads/proposal-words/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()


def drawer(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}topics/")
    page.locator(".tb-bar__menu[aria-expanded]").click()
    page.locator(".tb-bar__menu[aria-expanded=true]").wait_for()


def options(page: Page, address: str) -> None:
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    page.locator(".tb-options > summary").click()
    page.get_by_role("button", name="Copy link").wait_for()


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
    drawer,
    options,
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
    "components/",
    "about/",
    "404.html",
]


def test_axe_finds_faults_where_there_are_some(page: Page, address: str) -> None:
    """Otherwise the tests below could not fail."""
    page.goto(f"{address}about/")
    faulty = "<img src='data:,'><p>grey</p>"
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', `{faulty}`)")
    # Not as an attribute, which the site's policy forbids.
    grey = "color: #aaa; background: #bbb"
    page.evaluate(f"document.querySelector('main > p').style.cssText = '{grey}'")
    names = {fault.partition(":")[0] for fault in faults(page)}
    assert {"color-contrast", "image-alt"} <= names
    (fault,) = faults(page, CONTRAST)
    assert fault.startswith("color-contrast"), "of two texts that look alike, one is measured"


def test_a_look_is_measured_once(page: Page, address: str) -> None:
    """And one that is new is measured wherever it is."""
    seen: set[str] = set()
    page.goto(f"{address}about/")
    assert faults(page, CONTRAST, seen) == []
    known = len(seen)
    assert known
    page.goto(f"{address}topics/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p>grey</p>')")
    page.evaluate("document.querySelector('main > p').style.cssText = 'color: #aaa'")
    (fault,) = faults(page, CONTRAST, seen)
    assert fault.startswith("color-contrast")
    assert len(seen) > known
    assert faults(page, CONTRAST, seen) == []


def paint(page: Page, scheme: Any, contrast: Any = "no-preference") -> None:
    """Let the system prefer a scheme; the page follows."""
    page.emulate_media(color_scheme=scheme, contrast=contrast)
    name = {"light": "default", "dark": "slate"}[scheme]
    wait_until(page, f"document.body?.dataset.mdColorScheme === '{name}'")


@pytest.mark.parametrize(
    ("width", "others"),
    [
        (1280, [("light", "more"), ("dark", "more"), ("dark", "no-preference")]),
        (360, [("dark", "no-preference")]),
    ],
)
def test_axe_finds_nothing_on_any_kind_of_page_and_texts_can_be_read_in_every_scheme(
    open_page: OpenPage, address: str, width: int, others: list[tuple[str, str]]
) -> None:
    """The light scheme is looked at with all rules; what they find else depends on no colour."""
    page = open_page(reduced_motion="reduce", viewport={"width": width, "height": 900})
    found = {}
    seen: set[str] = set()
    for url in PAGES:
        page.emulate_media(color_scheme="light", contrast="no-preference")
        page.goto(f"{address}{url}")
        found[url, "light", "no-preference"] = faults(page)
        for scheme, contrast in others:
            paint(page, scheme, contrast)
            found[url, scheme, contrast] = faults(page, CONTRAST, seen)
    assert found == {looked: [] for looked in found}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_in_any_state_nor_in_the_dark(
    open_page: OpenPage, address: str, state: Callable[[Page, str], None]
) -> None:
    page = open_page(reduced_motion="reduce")
    state(page, address)
    assert faults(page) == []
    paint(page, "dark")
    assert faults(page, CONTRAST) == []


@pytest.fixture(scope="module")
def arabic(build_once: Callable[..., Path]) -> Path:
    """The example base with an interface in Arabic."""
    name = "  name: material\n"
    return build_once("arabic", lambda base: write_example(base, name, f"{name}  language: ar\n"))


def test_axe_finds_nothing_from_right_to_left(
    open_page: OpenPage, served: Served, arabic: Path
) -> None:
    """Colours are the same in any direction; what is too close to be pressed is so where it is narrow."""
    page = open_page(reduced_motion="reduce", viewport={"width": 360, "height": 900})
    pages = [url for url in PAGES if url != "404.html"]  # which knows the site's path, not this one
    root = "document.documentElement"
    with served(arabic) as address:
        found = {}
        for url in pages:
            page.set_viewport_size({"width": 360, "height": 900})
            page.goto(f"{address}{url}")
            assert page.evaluate(f"{root}.lang") == "ar"
            assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
            assert page.evaluate(f"{root}.scrollWidth") <= 360
            found[url] = faults(page, SHAPE)
            page.set_viewport_size({"width": 1280, "height": 900})
            settle(page)
            assert page.evaluate(f"{root}.scrollWidth") <= 1280
    assert found == {url: [] for url in pages}


def test_scripts_speak_the_language_of_the_site(
    open_page: OpenPage, served: Served, arabic: Path
) -> None:
    page = open_page()
    with served(arabic) as address:
        page.goto(f"{address}threads/proposal-words/")
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
        page.keyboard.press("b")
        said = page.locator("#tb-announced")
        said.filter(has_text=re.compile("[\u0600-\u06ff]")).wait_for()
        page.goto(f"{address}paths/first-proposal-to-contract/")
        page.locator(".tb-step .tb-toggle").first.click()
        words = page.locator(".tb-progress").inner_text()
        assert re.search("[\u0600-\u06ff]", words)
        assert not re.search("[A-Za-z]{3}", page.locator(".tb-progress__words").inner_text())


# What axe cannot see


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()"
        )
    )


def test_a_thread_is_walked_with_the_tab_key_and_its_options_are_one_stop(
    page: Page, address: str
) -> None:
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.locator("h1").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    stops = []
    for _ in range(9):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops.pop(0) == "Save"
    assert stops[:3] == ["Proposals (behind you)", "Interviews (you are here)", "Contracts"]
    assert stops[3:7] == ["Proposals", "Interviews", "Contracts", "Page options"]
    assert stops[7] == "proposals", "a closed menu is one stop; then comes the question"
    page.locator(".tb-options > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Mark as done"
    page.keyboard.press("Escape")
    assert focused(page) == "Page options"
    assert page.locator(".tb-options[open]").count() == 0


def test_the_options_open_at_one_touch(open_page: OpenPage, address: str) -> None:
    page = open_page(has_touch=True, viewport={"width": 360, "height": 780})
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    page.locator(".tb-options > summary").tap()
    assert page.get_by_role("button", name="Copy link").is_visible()
    box = page.locator(".tb-options ul").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


def test_the_short_answer_and_the_question_are_on_the_first_screen_of_a_laptop(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    for part in (".tb-short", ".tb-journey", "#question"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 768


def test_home_is_two_screens_of_a_laptop(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollHeight") <= 1800


def test_dialogs_give_the_focus_back(page: Page, address: str) -> None:
    page.goto(f"{address}threads/proposal-words/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    opener = page.locator(".tb-options > summary")
    for key, name in (("?", "Keyboard shortcuts"), ("/", "Search")):
        opener.focus()
        page.keyboard.press(key)
        page.get_by_role("dialog", name=name).wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name=name).wait_for(state="detached")
        wait_until(page, "document.activeElement?.matches('.tb-options > summary')")
    page.goto(f"{address}library/")
    forget = page.get_by_role("button", name="Delete my data")
    forget.click()
    page.get_by_role("dialog", name="Delete your data?").wait_for()
    page.keyboard.press("Escape")
    wait_until(page, "document.activeElement?.id === 'tb-forget'")


def test_whatever_is_pressed_is_large_enough(page: Page, address: str) -> None:
    """24 pixels each way (WCAG 2.5.8), but for links within a text."""
    small = {}
    for url in PAGES:
        page.goto(f"{address}{url}")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
            small[url, width] = page.evaluate(
                """[...document.querySelectorAll(".tb :is(button, summary, input, select, .tb-button, .tb-permalink, .tb-letters a)")]
                .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
                .filter((node) => !node.matches(".tb-hidden, input[type=radio], input[type=checkbox]"))
                .map((node) => [node.className || node.textContent, node.getBoundingClientRect()])
                .filter(([, { width, height }]) => width < 24 || height < 24)
                .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)"""
            )
    assert small == {seen: [] for seen in small}


def test_pages_twice_as_large_are_whole(open_page: OpenPage, address: str) -> None:
    """At 200 % a laptop's screen is 640 pixels wide; or only the texts grow."""
    page = open_page(device_scale_factor=2)
    for url in PAGES:
        page.set_viewport_size({"width": 640, "height": 400})
        page.goto(f"{address}{url}")
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, url
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '250%'")
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, url


def test_forced_colours_keep_every_state_apart(open_page: OpenPage, address: str) -> None:
    page = open_page(forced_colors="active", reduced_motion="reduce")
    page.goto(f"{address}components/")
    styles = """node => { const { borderTopWidth, outlineStyle, outlineWidth } = getComputedStyle(node);
        return [parseFloat(borderTopWidth), outlineStyle, parseFloat(outlineWidth)]; }"""
    for edged in (".tb-post--accepted", ".tb-card", ".tb-button", ".tb-toggle", ".tb-ask__field"):
        assert page.locator(edged).first.evaluate(styles)[0] >= 1, edged
    pressed = page.locator(".tb-toggle[aria-pressed=true]")
    assert "\u2713" in pressed.evaluate("node => getComputedStyle(node, '::before').content")
    button = page.locator("a:visible, .tb .tb-button:visible").last
    button.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    _, style, width = button.evaluate(styles)
    assert style != "none"
    assert width >= 1
    rings = page.locator(".tb-ring__done").evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).stroke)"
    )
    others = page.locator(".tb-ring__all").evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).stroke)"
    )
    assert set(rings).isdisjoint(others)
    assert faults(page) == []
