"""Take the pictures of pages that the README shows.

    python tests/benchmarks/take_pictures.py --site site --out manual/images

The site must be built. It is served on this machine only, and photographed in headless Chromium at
1200 by 800 pixels in the light scheme. A picture with few colours is small, so each one is reduced
to a palette of 256 colours. The exit status is 1 if a picture is larger than 150 KB.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from threadbook.browser import chromium, served

PAGES = {"thread": "threads/proposal-accepted-what-next/"}
"""The address of each picture's page, by the name of the picture."""

WIDTH, HEIGHT = 1_200, 800
LARGEST = 150_000
"""The size of the largest picture, in bytes: a README should load at once."""


def main() -> None:
    """Parse arguments, serve the site, take each picture, print its size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    too_large = False
    with served(options.site) as root, chromium("Taking pictures", "or leave them") as browser:
        for name, url in PAGES.items():
            picture = compressed(photographed(browser, f"{root}{url}"))
            (options.out / f"{name}.png").write_bytes(picture)
            print(f"{options.out / name}.png: {len(picture):,} bytes")
            too_large = too_large or len(picture) > LARGEST
    if too_large:
        sys.exit(f"A picture is larger than {LARGEST:,} bytes.")


def photographed(browser: Any, url: str) -> bytes:
    """Return what a reader sees of a page before they scroll, as a PNG file.

    Motion is reduced, so that no picture is taken in the middle of an animation.
    """
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=1,
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    response = page.goto(url, wait_until="networkidle")
    if response is None or not response.ok:
        sys.exit(f"There is no page {url} in the site; build it first.")
    page.evaluate("document.fonts.ready")
    picture: bytes = page.screenshot(animations="disabled", caret="hide")
    page.close()
    return picture


def compressed(picture: bytes) -> bytes:
    """Return a PNG file with a palette of 256 colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    file = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    main()
