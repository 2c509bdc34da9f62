"""What pages look like, against pictures of what somebody decided; nothing moves on the way there.

`--update-pictures` takes them anew, to be looked at before they are committed. Pictures hold where
the same fonts are installed; elsewhere the comparison is skipped and says so.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import settle as settled
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


@pytest.fixture(scope="module")
def starter(run: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose content nobody edits: what `threadbook init` gives, with every component."""
    base = tmp_path_factory.mktemp("look") / "base"
    assert run("threadbook", "init", base).returncode == 0
    config = base / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "  - threadbook:\n" in text
    config.write_text(
        text.replace("  - threadbook:\n", "  - threadbook:\n      components: true\n"), "utf-8"
    )
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    text = config.read_text("utf-8")
    config.write_text(text.replace("name: material", "name: material\n  language: ar"), "utf-8")
    done = run("threadbook", "build", "--out", base / "rtl", cwd=base)
    assert done.returncode == 0, done.stderr
    return base


def pictures(base: Path) -> dict[str, tuple[str, str, int, str, str]]:
    """Return site, address, width, scheme and contrast of every picture, by its name."""
    found = {}
    for width in (360, 768, 1440):
        for scheme in ("light", "dark"):
            found[f"components-{width}-{scheme}"] = (
                "site",
                "components/",
                width,
                scheme,
                "no-preference",
            )
    found["components-768-contrast"] = ("site", "components/", 768, "light", "more")
    found["components-768-contrast-dark"] = ("site", "components/", 768, "dark", "more")
    found["components-768-rtl"] = ("rtl", "components/", 768, "light", "no-preference")
    urls = {
        each.parent.relative_to(base / "site").as_posix().partition("/")[0]: each.parent
        for each in sorted((base / "site").rglob("*/*/index.html"))
    }
    kinds = {"home": "", "search": "search/?q=first", "library": "library/"}
    for kind in ("threads", "boards", "topics", "paths"):
        kinds[kind] = f"{urls[kind].relative_to(base / 'site').as_posix()}/" if kind in urls else ""
    for kind, url in kinds.items():
        for width in (360, 1440):
            found[f"{kind}-{width}"] = ("site", url, width, "light", "no-preference")
    return found


def settle(page: Page) -> None:
    """Wait until everything is as it stays, and nothing has the focus."""
    page.wait_for_function("document.querySelector('.tb')")
    if "?q=" in page.url:
        page.locator("#tb-results[data-query]:not([data-query=''])").wait_for(state="attached")
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


def test_pages_look_as_somebody_decided(
    starter: Path,
    served: Callable[[Path], Any],
    open_page: OpenPage,
    pytestconfig: pytest.Config,
    tmp_path: Path,
) -> None:
    update = pytestconfig.getoption("--update-pictures")
    wrong = {}
    with served(starter / "site") as site, served(starter / "rtl") as rtl:
        fonts = open_page()
        fonts.goto(f"{site}components/")
        measured = fonts.evaluate(MEASURE)
        if update:
            FOLDER.mkdir(exist_ok=True)
            FONTS.write_text(json.dumps(measured) + "\n", "utf-8")
        elif json.loads(FONTS.read_text("utf-8")) != measured:
            pytest.skip("other fonts are installed here than where the pictures were taken")
        for name, (where, url, width, scheme, contrast) in pictures(starter).items():
            page = open_page(
                viewport={"width": width, "height": 800},
                color_scheme=scheme,
                contrast=contrast,
                reduced_motion="reduce",
            )
            page.goto(f"{rtl if where == 'rtl' else site}{url}")
            settle(page)
            picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
            page.context.close()
            file = FOLDER / f"{name}.png"
            if update:
                picture.convert("RGB").quantize(128).save(file, optimize=True)
            else:
                share = difference(picture, Image.open(file))
                if share > SHARE:
                    wrong[name] = f"{share:.2%}"
                    picture.save(tmp_path / f"{name}.png")
    assert wrong == {}, f"the new pictures are in {tmp_path}"


@pytest.mark.parametrize("width", [412, 1440])
def test_nothing_moves_after_the_first_paint(open_page: OpenPage, address: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 823})
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 40, "downloadThroughput": 4e5, "uploadThroughput": 4e5},
    )
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const each of list.getEntries())"
        " window.moved += each.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
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
        moved[url] = round(page.evaluate("window.moved"), 2)
    assert moved == dict.fromkeys(moved, 0)
