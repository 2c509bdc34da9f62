"""The plain engine's own shell, as readers meet it: any width, any scheme, any direction."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import CONTRAST, SHAPE, faults
from bases import write_example
from browsing import settle, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., "Page"]
Served = Callable[..., AbstractContextManager[str]]
PAGES = [
    "",
    "threads/proposal-words/",
    "topics/contracts/",
    "paths/first-proposal-to-contract/",
    "search/?q=payment",
    "library/",
    "glossary/",
    "latest/page-2/",
    "health/",
    "components/",
    "404.html",
]
FRAMES = ["", "threads/proposal-words/", "search/?q=payment", "404.html"]
"""Pages with all that is the engine's own; what is within its frame, `test_accessibility` looks at."""

NARROW = {"width": 320, "height": 800}
COLOURS = "getComputedStyle(document.body).backgroundColor"
WHITE, DARK = "rgb(251, 248, 242)", "rgb(27, 26, 24)"


@pytest.fixture(scope="session")
def plain(site_of: Callable[[str], Path]) -> Path:
    """The example base by the plain engine."""
    return site_of("plain")


@pytest.fixture(scope="module")
def arabic(build_once: Callable[..., Path]) -> Path:
    name = "  name: material\n"

    def write_arabic(base: Path) -> None:
        write_example(base, name, f"{name}  language: ar\n")

    return build_once("arabic-plain", write_arabic, "threadbook", "build", "--engine", "plain")


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    open_page: OpenPage, served_below_help: Served, plain: Path, width: int
) -> None:
    """Colours are looked at everywhere; what depends on none, where it is the engine's own."""
    page = open_page(reduced_motion="reduce", viewport={"width": width, "height": 900})
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    with served_below_help(plain) as address:
        for url in PAGES:
            page.emulate_media(color_scheme="light")
            page.goto(f"{address}{url}")
            settle(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, url
            assert page.evaluate(COLOURS) == WHITE
            found[url] = faults(page, CONTRAST, seen)
            found[url] += faults(page, SHAPE) if url in FRAMES or width == NARROW["width"] else []
            page.emulate_media(color_scheme="dark")
            wait_until(page, f"{COLOURS} === '{DARK}'")
            found[url] += faults(page, CONTRAST, seen)
    assert found == {url: [] for url in PAGES}


def test_from_right_to_left_everything_is_mirrored(
    open_page: OpenPage, served: Served, arabic: Path
) -> None:
    page = open_page(reduced_motion="reduce", viewport=NARROW)
    with served(arabic) as address:
        for url in PAGES[:-1]:
            page.goto(f"{address}{url}")
            settle(page)
            root = "document.documentElement"
            assert page.evaluate(f"[{root}.lang, {root}.dir]") == ["ar", "rtl"]
            assert page.evaluate(f"{root}.scrollWidth") <= NARROW["width"], url
            assert url not in FRAMES or faults(page, SHAPE) == [], url
        name, menu = (
            page.locator(each).bounding_box() for each in (".tb-bar__name", ".tb-site__menu")
        )
        assert name is not None
        assert menu is not None
        assert menu["x"] > name["x"]
        said = (
            page.locator(".tb-site__head").inner_text()
            + page.locator(".tb-site__skip").inner_text()
        )
        assert not {"Menu", "Search", "Skip", "Library"} & set(said.split())


def test_the_menu_works_on_a_narrow_screen_without_javascript(
    open_page: OpenPage, served: Served, plain: Path
) -> None:
    page = open_page(java_script_enabled=False, viewport=NARROW)
    with served(plain) as address:
        page.goto(f"{address}threads/proposal-words/")
        ways = page.get_by_role("navigation", name="Navigation").get_by_role("link")
        assert ways.count() == 0  # closed
        page.get_by_role("button", name="Menu").click()
        assert ways.count() == 9
        ways.get_by_text("Learning paths").click()
        page.wait_for_url(f"{address}paths/")
        page.get_by_role("button", name="Menu").click()
        here = page.get_by_role("navigation", name="Navigation").locator("[aria-current]")
        assert here.all_inner_texts() == ["Learning paths"]
        assert page.locator("#tb-palette").is_hidden()


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_head_is_one_row_and_the_foot_has_the_rest(
    open_page: OpenPage, served: Served, plain: Path, width: int
) -> None:
    """As with the theme: the first ways are in the head where there is room, else in the menu."""
    page = open_page(viewport={"width": width, "height": 600})
    with served(plain) as address:
        page.goto(f"{address}topics/contracts/")
        settle(page)
        head = page.locator(".tb-site__head").bounding_box()
        assert head
        assert round(head["height"]) == 65
        is_wide = width > 960
        ways = page.get_by_role("banner").get_by_role("link")
        names = [
            "Freelance Help",
            "Topics",
            "Learning paths",
            "Ask in your own words",
            "My library",
        ]
        assert ways.count() == (5 if is_wide else 2)
        if is_wide:
            assert ways.all_inner_texts() == names
        assert page.get_by_role("button", name="Menu").count() == int(not is_wide)
        foot = page.get_by_role("navigation", name="More pages").get_by_role("link")
        assert foot.count() == 9
        assert foot.locator("xpath=self::*[@aria-current='true']").all_inner_texts() == ["Topics"]


def test_the_first_key_leads_to_the_content(
    open_page: OpenPage, served: Served, plain: Path
) -> None:
    page = open_page()
    with served(plain) as address:
        page.goto(f"{address}threads/proposal-words/")
        settle(page)
        page.keyboard.press("Tab")
        link = page.get_by_role("link", name="Skip to content")
        assert link.evaluate("node => node === document.activeElement")
        assert link.bounding_box()["y"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        wait_until(page, "document.activeElement.id === 'tb-content'")


def test_colours_follow_the_system_until_the_reader_chooses(
    open_page: OpenPage, served: Served, plain: Path
) -> None:
    page = open_page(color_scheme="dark", reduced_motion="reduce")
    with served(plain) as address:
        page.goto(address)
        button = page.locator("#tb-palette")
        seen = [(page.evaluate(COLOURS), button.get_attribute("aria-label"))]
        for _ in range(3):
            button.click()
            seen.append((page.evaluate(COLOURS), button.get_attribute("aria-label")))
        words = ["Colours: system", "Colours: light", "Colours: dark"]
        assert seen == [(DARK, words[0]), (WHITE, words[1]), (DARK, words[2]), (DARK, words[0])]
        button.click()
        page.goto(f"{address}latest/")
        assert page.evaluate(COLOURS) == WHITE
        assert button.get_attribute("aria-label") == words[1]
        button.click()
        button.click()
        page.emulate_media(color_scheme="light")
        wait_until(page, f"{COLOURS} === '{WHITE}'")


def test_without_javascript_colours_follow_the_system(
    open_page: OpenPage, served: Served, plain: Path
) -> None:
    with served(plain) as address:
        for scheme, colour in (("light", WHITE), ("dark", DARK)):
            page = open_page(java_script_enabled=False, color_scheme=scheme)
            page.goto(address)
            text = page.locator(".tb-lead, .tb-hero__lead").first
            assert page.evaluate(COLOURS) == colour
            assert text.evaluate("node => getComputedStyle(node).color") != colour


def test_on_paper_there_is_no_head_and_the_ground_is_white(
    open_page: OpenPage, served: Served, plain: Path
) -> None:
    page = open_page(color_scheme="dark")
    with served(plain) as address:
        page.goto(f"{address}threads/proposal-words/")
        page.emulate_media(media="print")
        assert page.locator(".tb-site__head").is_hidden()
        assert page.evaluate(COLOURS) == "rgb(255, 255, 255)"
        assert page.locator("h1").is_visible()


def test_search_checks_progress_and_library_work_in_it(
    open_page: OpenPage, served: Served, plain: Path
) -> None:
    page = open_page(reduced_motion="reduce")
    with served(plain) as address:
        page.goto(f"{address}paths/first-proposal-to-contract/")
        page.locator(".tb-step .tb-toggle").first.click()
        check = page.locator(".tb-check").first
        check.get_by_role("radio").nth(1).check()
        check.get_by_role("button").click()
        check.locator(".tb-check__right").wait_for()
        page.goto(f"{address}library/")
        page.locator(".tb-library[data-tb-filled]").wait_for()
        assert "2 of 8" in page.locator(".tb-library").inner_text()
        page.keyboard.press("/")
        page.keyboard.type("what do the words mean ")
        page.get_by_role("option").first.wait_for()
        assert faults(page) == []
        page.get_by_role("option").filter(has_text="What do the words proposal").click()
        page.wait_for_url(f"{address}threads/proposal-words/**")
        assert page.get_by_role("heading", level=1).inner_text().startswith("What do the words")


def weigh(page: Page, address: str) -> dict[str, int]:
    """Return the compressed bytes of what a thread's page loads, by kind."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - it marks its handlers
    page.goto(address)
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.wait_for_load_state("networkidle")
    weight: dict[str, int] = {}
    for response in responses:
        kind = response.request.resource_type
        weight[kind] = weight.get(kind, 0) + len(gzip.compress(response.body(), mtime=0))
    return weight


def test_a_page_weighs_less_than_half_of_that_with_material(
    open_page: OpenPage, served: Served, plain: Path, example_site: Path
) -> None:
    weights = []
    for site in (plain, example_site):
        with served(site) as address:
            weights.append(weigh(open_page(), f"{address}threads/proposal-words/"))
    light, material = weights
    print(f"compressed bytes: plain {light}, material {material}")
    for kind in ("document", "stylesheet", "script"):
        assert light[kind] < material[kind], kind
    # Both have our fonts, which are the same files.
    rest = [sum(each.values()) - each["font"] for each in weights]
    assert 2 * rest[0] < rest[1]


def test_the_site_holds_nothing_of_a_theme(plain: Path) -> None:
    assert [folder.name for folder in (plain / "assets").iterdir()] == ["threadbook"]
    for file in plain.rglob("*.html"):
        assert b"md-header" not in file.read_bytes(), file
