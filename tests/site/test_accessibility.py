"""What axe says of pages as readers see them, with dialogs open and filters used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest
from bases import write_example
from browsing import settle, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
Served = Callable[[Path], AbstractContextManager[str]]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
CONTRAST = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """(rules) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
  return axe.run({ runOnly: rules, preload: false, resultTypes: ["violations"] });
}"""
MARK_LOOKS = """() => {
  const looks = new Set();
  for (const node of document.querySelectorAll("body *")) {
    node.removeAttribute("data-look");
    const isText = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!isText || !node.checkVisibility()) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(node);
    const look = [color, fontSize, fontWeight];
    for (let at = node; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(at);
      look.push(backgroundColor, backgroundImage, opacity, position);
    }
    if (!looks.has(`${look}`)) node.setAttribute("data-look", looks.add(`${look}`).size);
  }
}"""
"""Mark one element for each look of texts: their colour, size and weight, and what lies behind.

Contrast takes most of axe's time, and grows with the number of texts: of those that look alike,
one is measured.
"""


def faults(page: Page, rules: dict[str, Any] = ALL_RULES) -> list[str]:
    """Return what axe finds, each fault with its place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    wait_until(page, "document.getAnimations().every(each => each.playState !== 'running')")
    page.evaluate(MARK_LOOKS)
    return _found(page.evaluate(RUN, rules))


def _found(result: dict[str, Any]) -> list[str]:
    assert result["passes"], "axe looked at nothing"
    return [
        f"{fault['id']}: {node['target']} {json.dumps(node['any'] or node['all'] or node['none'])[:300]}"
        for fault in result["violations"]
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


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_kind_of_page(
    open_page: OpenPage, address: str, width: int
) -> None:
    page = open_page(reduced_motion="reduce", viewport={"width": width, "height": 900})
    found = {}
    for url in PAGES:
        page.goto(f"{address}{url}")
        found[url] = faults(page)
    assert found == {url: [] for url in PAGES}


@pytest.mark.parametrize(
    ("scheme", "contrasts", "width"),
    [
        ("light", ["more"], 1280),
        ("dark", ["no-preference", "more"], 1280),
        ("dark", ["no-preference"], 360),
    ],
)
def test_texts_can_be_read_in_every_scheme(
    open_page: OpenPage, address: str, scheme: str, contrasts: list[Any], width: int
) -> None:
    """The light scheme is looked at with all rules; what they find else depends on no colour."""
    viewport = {"width": width, "height": 900}
    page = open_page(color_scheme=scheme, reduced_motion="reduce", viewport=viewport)
    found = {}
    for url in PAGES:
        page.goto(f"{address}{url}")
        for contrast in contrasts:
            page.emulate_media(contrast=contrast)
            found[url, contrast] = faults(page, CONTRAST)
    assert found == {seen: [] for seen in found}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_in_any_state(
    open_page: OpenPage, address: str, state: Callable[[Page, str], None]
) -> None:
    page = open_page(reduced_motion="reduce")
    state(page, address)
    assert faults(page) == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_texts_can_be_read_in_the_dark_in_any_state(
    open_page: OpenPage, address: str, state: Callable[[Page, str], None]
) -> None:
    page = open_page(color_scheme="dark", reduced_motion="reduce")
    state(page, address)
    assert faults(page, CONTRAST) == []


@pytest.fixture(scope="module")
def arabic(build_once: Callable[..., Path]) -> Path:
    """The example base with an interface in Arabic."""
    name = "  name: material\n"
    return build_once("arabic", lambda base: write_example(base, name, f"{name}  language: ar\n"))


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_from_right_to_left(
    open_page: OpenPage, served: Served, arabic: Path, width: int
) -> None:
    page = open_page(reduced_motion="reduce", viewport={"width": width, "height": 900})
    pages = [url for url in PAGES if url != "404.html"]  # which knows the site's path, not this one
    with served(arabic) as address:
        found = {}
        for url in pages:
            page.goto(f"{address}{url}")
            assert page.evaluate("document.documentElement.lang") == "ar"
            assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found[url] = faults(page)
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
        said.wait_for(state="attached")
        assert re.search("[\u0600-\u06ff]", said.inner_text())
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
    for _ in range(5):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops[:4] == ["Proposals", "Interviews", "Contracts", "Page options"]
    assert stops[4] == "proposals", "a closed menu is one stop; then comes the question"
    page.locator(".tb-options > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Done"
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


def test_the_accepted_answer_begins_on_the_first_screen_of_a_laptop(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    answer = page.locator(".tb-post--accepted .tb-body p").first.bounding_box()
    assert answer is not None
    assert answer["y"] + answer["height"] < 768


def test_home_is_two_screens_of_a_laptop(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollHeight") <= 1800


def test_dialogs_give_the_focus_back(page: Page, address: str) -> None:
    page.goto(f"{address}threads/proposal-words/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    opener = page.locator(".tb-options > summary")
    for key, name in (("?", "Keys"), ("/", "Search")):
        opener.focus()
        page.keyboard.press(key)
        page.get_by_role("dialog", name=name).wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name=name).wait_for(state="detached")
        wait_until(page, "document.activeElement?.matches('.tb-options > summary')")
    page.goto(f"{address}library/")
    forget = page.get_by_role("button", name="Forget everything")
    forget.click()
    page.get_by_role("dialog", name="Forget everything?").wait_for()
    page.keyboard.press("Escape")
    wait_until(page, "document.activeElement?.id === 'tb-forget'")


@pytest.mark.parametrize("width", [1280, 360])
def test_whatever_is_pressed_is_large_enough(open_page: OpenPage, address: str, width: int) -> None:
    """24 pixels each way (WCAG 2.5.8), but for links within a text."""
    page = open_page(viewport={"width": width, "height": 900})
    small = {}
    for url in PAGES:
        page.goto(f"{address}{url}")
        small[url] = page.evaluate(
            """[...document.querySelectorAll(".tb :is(button, summary, input, select, .tb-button)")]
            .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
            .filter((node) => !node.matches(".tb-hidden, input[type=radio], input[type=checkbox]"))
            .map((node) => [node.className || node.textContent, node.getBoundingClientRect()])
            .filter(([, { width, height }]) => width < 24 || height < 24)
            .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)"""
        )
    assert small == {url: [] for url in PAGES}


@pytest.mark.parametrize("how", ["zoom", "text"])
def test_pages_twice_as_large_are_whole(open_page: OpenPage, address: str, how: str) -> None:
    """At 200 % a laptop's screen is 640 pixels wide; or only the texts grow."""
    size = {"width": 640, "height": 400} if how == "zoom" else {"width": 1280, "height": 800}
    page = open_page(viewport=size, device_scale_factor=2 if how == "zoom" else 1)
    for url in PAGES:
        page.goto(f"{address}{url}")
        if how == "text":
            page.evaluate("document.documentElement.style.fontSize = '250%'")
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], url


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
