"""Learning paths as PDF: their pages with all threads on them, printed by a headless Chromium."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from threadbook.addresses import of_pdf, of_whole_path
from threadbook.browser import chromium, served
from threadbook.errors import UserError

_PATIENCE = 60_000
"""How long a page may take, in milliseconds."""


def print_paths(site: Path, paths: Sequence[str]) -> None:
    """Print learning paths of a built site, by their ids.

    No script runs and nothing but the site is loaded, whatever the pages hold.
    """
    with (
        chromium("Printing paths", "or build without --pdf") as browser,
        served(site) as address,
    ):
        context = browser.new_context(java_script_enabled=False)
        context.set_default_timeout(_PATIENCE)

        def allow(route: Any) -> None:
            if route.request.url.startswith(address):
                route.continue_()
            else:
                route.abort()

        context.route("**/*", allow)
        for id_ in paths:
            url, file = of_whole_path(id_), of_pdf(id_)
            page = context.new_page()
            response = page.goto(f"{address}{url}")
            if response is None or not response.ok:
                raise UserError(f"{url} could not be printed: it is not among the site's pages.")
            page.pdf(
                path=str(site / file),
                format="A4",
                tagged=True,
                outline=True,
                margin={"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
            )
            page.close()
        context.close()
