"""Files of the whole site for programs, besides the sitemap and the twins of pages."""

from __future__ import annotations

from collections.abc import Iterator

from threadbook.outputs.api import api
from threadbook.outputs.llms import NAME, overview
from threadbook.pages import Catalogue, Shared


def site_files(catalogue: Catalogue, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """Yield addresses and contents: the API, and the overview for language models."""
    yield from api(catalogue, shared)
    yield NAME, overview(catalogue, shared).encode()
