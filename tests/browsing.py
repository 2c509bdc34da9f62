"""What tests do with a page in a browser, whatever the page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SETTLED = """async () => {
  await document.fonts.ready;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
}"""


def settle(page: Page) -> None:
    """Wait until a page is as it stays: it is loaded, scripts have run, and two frames were drawn.

    It is much sooner there than `networkidle`, which waits for half a second of silence.
    """
    page.wait_for_load_state("load")
    page.evaluate(SETTLED)


def wait_until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until a condition in JavaScript holds.

    Playwright's own `wait_for_function` evaluates a text inside the page, which the site's security
    policy forbids.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(f"() => Boolean({condition})"):
        assert time.monotonic() < end, f"it never came about: {condition}"
        page.wait_for_timeout(50)
