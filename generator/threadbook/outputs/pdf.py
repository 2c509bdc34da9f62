"""Learning paths as PDF: a headless Chromium prints their whole-path pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from threadbook.addresses import of_pdf, of_whole_path
from threadbook.browser import chromium, served
from threadbook.errors import UserError

_TIMEOUT = 60_000
"""How long a page may take, in milliseconds."""


def print_paths(site: Path, prefix: str, paths: Sequence[str]) -> None:
    """Print learning paths of a built site, by their ids; they are below the folder `prefix`."""
    with (
        chromium("Printing paths", "or build without --pdf") as browser,
        served(site) as address,
    ):
        # Pages hold what strangers wrote: no script may run here, and nothing may be fetched from
        # elsewhere, where it could reach the network of whoever builds.
        context = browser.new_context(java_script_enabled=False)
        context.set_default_timeout(_TIMEOUT)

        def allow(route: Any) -> None:
            if route.request.url.startswith(address):
                route.continue_()
            else:
                route.abort()

        context.route("**/*", allow)
        for id_ in paths:
            url, file = f"{prefix}{of_whole_path(id_)}", f"{prefix}{of_pdf(id_)}"
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
