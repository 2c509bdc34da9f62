"""What axe says of pages as readers see them, with dialogs open and filters used."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
Served = Callable[[Path], AbstractContextManager[str]]
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
    "components/",
    "about/",
    "404.html",
]


LOOKS = [
    ("light", "no-preference", 1280),
    ("light", "no-preference", 360),
    ("dark", "no-preference", 1280),
    ("dark", "no-preference", 360),
    ("light", "more", 1280),
    ("dark", "more", 1280),
]


@pytest.mark.parametrize(("scheme", "contrast", "width"), LOOKS)
def test_axe_finds_nothing_on_any_kind_of_page(
    open_page: OpenPage, address: str, scheme: str, contrast: str, width: int
) -> None:
    viewport = {"width": width, "height": 900}
    page = open_page(
        color_scheme=scheme, contrast=contrast, reduced_motion="reduce", viewport=viewport
    )
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


@pytest.fixture(scope="module")
def arabic(
    repository: Path, run: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The example base with an interface in Arabic."""
    base = tmp_path_factory.mktemp("arabic")
    shutil.copytree(repository / "content", base / "content")
    config = (repository / "mkdocs.yml").read_text("utf-8")
    assert "  name: material\n" in config
    config = config.replace("  name: material\n", "  name: material\n  language: ar\n")
    (base / "mkdocs.yml").write_text(config, "utf-8")
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    return base / "site"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_from_right_to_left(
    open_page: OpenPage, served: Served, arabic: Path, scheme: str, width: int
) -> None:
    viewport = {"width": width, "height": 900}
    page = open_page(color_scheme=scheme, reduced_motion="reduce", viewport=viewport)
    pages = [url for url in PAGES if url != "404.html"]  # which knows the site's path, not this one
    with served(arabic) as address:
        found = {}
        for url in pages:
            page.goto(f"{address}{url}")
            assert page.evaluate("document.documentElement.lang") == "ar"
            assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found[url] = faults(page)
        page.wait_for_load_state("networkidle")
    assert found == {url: [] for url in pages}


def test_scripts_speak_the_language_of_the_site(
    open_page: OpenPage, served: Served, arabic: Path
) -> None:
    page = open_page()
    with served(arabic) as address:
        page.goto(f"{address}threads/proposal-words/")
        page.wait_for_function("document.querySelector('.tb-thread').dataset.tbRead")
        page.keyboard.press("b")
        said = page.locator("#tb-announced")
        said.wait_for(state="attached")
        assert re.search("[\u0600-\u06ff]", said.inner_text())
        page.goto(f"{address}paths/first-proposal-to-contract/")
        page.locator(".tb-step .tb-toggle").first.click()
        words = page.locator(".tb-progress").inner_text()
        assert re.search("[\u0600-\u06ff]", words)
        assert not re.search("[A-Za-z]{3}", page.locator(".tb-progress__words").inner_text())
        page.wait_for_load_state("networkidle")


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
    page.wait_for_function("document.querySelector('.tb-thread').dataset.tbRead")
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
    page.wait_for_function("document.querySelector('.tb-thread').dataset.tbRead")
    opener = page.locator(".tb-options > summary")
    for key, name in (("?", "Keys"), ("/", "Search")):
        opener.focus()
        page.keyboard.press(key)
        page.get_by_role("dialog", name=name).wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name=name).wait_for(state="detached")
        page.wait_for_function("document.activeElement?.matches('.tb-options > summary')")
    page.goto(f"{address}library/")
    forget = page.get_by_role("button", name="Forget everything")
    forget.click()
    page.get_by_role("dialog", name="Forget everything?").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement?.id === 'tb-forget'")


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
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], url
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("url", PAGES)
def test_pages_flow_at_320_pixels(open_page: OpenPage, address: str, url: str) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(f"{address}{url}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


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
