"""What pages look like, against pictures of what somebody decided; nothing moves on the way there.

`--update-pictures` takes them anew, to be looked at before they are committed. Pictures hold where
the same fonts are installed; elsewhere the comparison is skipped and says so.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from browsing import settle as settled
from browsing import wait_until
from PIL import Image, ImageChops, ImageFilter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
FOLDER = Path(__file__).parent / "look"
FONTS = FOLDER / "fonts.json"
ALIKE = 40
"""How much a colour may differ, of 255, once edges are blurred: antialiasing differs by machine."""

SHARE = 0.002
"""The share of a picture that may differ by more."""

MEASURE = """() => {
  const ink = document.createElement("canvas").getContext("2d");
  ink.font = "100px " + getComputedStyle(document.body).fontFamily;
  return ["What happens next?", "Wgjq 0123", "\\u0633\\u0624\\u0627\\u0644", "\\u8cea\\u554f"].map(
    (text) => Math.round(ink.measureText(text).width),
  );
}"""


KINDS = {
    "home": "",
    "search": "search/?q=first",
    "library": "library/",
    "threads": "threads/the-shortest-thread/",
    "boards": "boards/general/useful/",
    "topics": "topics/first-steps/useful/",
    "paths": "paths/getting-started/print/",
}


class View(NamedTuple):
    """What a picture is taken of: a page, on a screen, in a scheme and a direction."""

    url: str
    width: int
    scheme: Any = "light"
    contrast: Any = "no-preference"
    language: str = "en"


PICTURES = {
    **{
        f"components-{width}-{scheme}": View("components/", width, scheme)
        for width in (360, 768, 1440)
        for scheme in ("light", "dark")
    },
    "components-768-contrast": View("components/", 768, contrast="more"),
    "components-768-contrast-dark": View("components/", 768, "dark", "more"),
    "components-768-rtl": View("components/", 768, language="ar"),
    **{f"{kind}-{width}": View(url, width) for kind, url in KINDS.items() for width in (360, 1440)},
}


@pytest.fixture(scope="module")
def starter(build_once: Callable[..., Path], run: Callable[..., Any]) -> Callable[[str], Path]:
    """Give a site whose content nobody edits, in a language: what `threadbook init` gives.

    It shows every component, too.
    """

    def site(language: str) -> Path:
        def write(base: Path) -> None:
            assert run("threadbook", "init", base).returncode == 0
            config = base / "mkdocs.yml"
            text = config.read_text("utf-8")
            for old, new in (
                ("  - threadbook:\n", "  - threadbook:\n      components: true\n"),
                ("name: material", f"name: material\n  language: {language}"),
            ):
                assert old in text
                text = text.replace(old, new)
            config.write_text(text, "utf-8")

        return build_once(f"starter-{language}", write)

    return site


def settle(page: Page) -> None:
    """Wait until everything is as it stays, and nothing has the focus."""
    wait_until(page, "document.querySelector('.tb')")
    if "?q=" in page.url:
        page.locator("#tb-results[data-query]:not([data-query=''])").wait_for(state="attached")
    if page.url.endswith("library/"):
        page.locator("[data-tb-filled]").wait_for()
    page.evaluate("document.activeElement?.blur()")
    settled(page)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of two pictures that differs, whatever their edges."""
    if one.size != other.size:
        return 1.0
    soft = [each.convert("RGB").filter(ImageFilter.BoxBlur(2)) for each in (one, other)]
    bands = ImageChops.difference(*soft).split()
    differs = bands[0].point(lambda value: 255 * (value > ALIKE))
    for band in bands[1:]:
        differs = ImageChops.lighter(differs, band.point(lambda value: 255 * (value > ALIKE)))
    return differs.histogram()[255] / (one.size[0] * one.size[1])


@pytest.fixture(scope="module")
def fonts(browser: Any, pytestconfig: pytest.Config) -> None:
    """Skip where other fonts are installed than where the pictures were taken."""
    page = browser.new_page()
    page.set_content("<body style='font-family: Helvetica, Arial, sans-serif'>")  # the theme's
    measured = page.evaluate(MEASURE)
    page.close()
    if pytestconfig.getoption("--update-pictures"):
        FOLDER.mkdir(exist_ok=True)
        FONTS.write_text(json.dumps(measured) + "\n", "utf-8")
    elif json.loads(FONTS.read_text("utf-8")) != measured:
        pytest.skip("other fonts are installed here than where the pictures were taken")


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("name", PICTURES)
def test_a_page_looks_as_somebody_decided(
    name: str,
    starter: Callable[[str], Path],
    served: Callable[[Path], Any],
    open_page: OpenPage,
    pytestconfig: pytest.Config,
    tmp_path: Path,
) -> None:
    view = PICTURES[name]
    page = open_page(
        viewport={"width": view.width, "height": 800},
        color_scheme=view.scheme,
        contrast=view.contrast,
        reduced_motion="reduce",
    )
    with served(starter(view.language)) as address:
        page.goto(f"{address}{view.url}")
    settle(page)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    file = FOLDER / f"{name}.png"
    if pytestconfig.getoption("--update-pictures"):
        picture.convert("RGB").quantize(128).save(file, optimize=True)
        return
    share = difference(picture, Image.open(io.BytesIO(file.read_bytes())))
    if share > SHARE:
        picture.save(tmp_path / f"{name}.png")
    assert share <= SHARE, f"the new picture is in {tmp_path}"


def test_every_picture_is_compared() -> None:
    assert {file.stem for file in FOLDER.glob("*.png")} == PICTURES.keys()


def test_pictures_of_other_words_differ(open_page: OpenPage) -> None:
    """Otherwise the tests above could not fail."""
    page = open_page(viewport={"width": 360, "height": 100})
    taken = []
    for words in ("What happens next?", "What happened next?"):
        page.set_content(f"<h1>{words}</h1>")
        taken.append(Image.open(io.BytesIO(page.screenshot())))
    assert difference(taken[0], taken[0]) == 0
    assert difference(*taken) > SHARE


MOVES: Final = """
const about = ({ node, previousRect: from, currentRect: to }) =>
  `${node?.className || node?.nodeName} ${from.x},${from.y} ${from.width}x${from.height}` +
  ` -> ${to.x},${to.y} ${to.width}x${to.height}`;
window.moves = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    window.moves.push({ by: each.value, at: each.startTime, what: each.sources.map(about) });
  }
}).observe({ type: "layout-shift", buffered: true });
"""
"""Writes down what moves in a page, and by how much."""


@pytest.mark.parametrize("width", [412, 1440])
def test_nothing_moves_after_the_first_paint(open_page: OpenPage, address: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 823})
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 40, "downloadThroughput": 4e5, "uploadThroughput": 4e5},
    )
    page.add_init_script(MOVES)
    moved = {}
    for url in (
        "",
        "threads/proposal-accepted-what-next/",
        "topics/contracts/",
        "boards/finding-work/",
        "paths/first-proposal-to-contract/",
        "library/",
        "search/?q=how+do+i+get+paid",
    ):
        page.goto(f"{address}{url}")
        settle(page)
        page.wait_for_timeout(300)  # for what would come late
        moves = page.evaluate("window.moves")
        if sum(move["by"] for move in moves) >= 0.005:
            moved[url] = moves
    assert moved == {}


def test_results_come_even_if_fonts_never_do(open_page: OpenPage, address: str) -> None:
    """Results wait for fonts, so that they need not move, but not for long."""
    page = open_page()
    page.add_init_script(
        "Object.defineProperty(document.fonts, 'ready', { value: new Promise(() => {}) });"
    )
    page.goto(f"{address}search/?q=how+do+i+get+paid")
    page.locator(".tb-result").first.wait_for()
