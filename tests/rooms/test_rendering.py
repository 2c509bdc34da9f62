"""Rendering: what a whole base of pages costs besides time."""

from __future__ import annotations

import gc
from pathlib import Path

from threadbook.build import gather
from threadbook.build.day import build_day
from threadbook.render import Shared, fragment, plan
from threadbook.settings import Settings


def test_loading_and_rendering_leave_no_garbage(repository: Path) -> None:
    """Workers run without the collector of reference cycles: there must be none."""
    settings = Settings(repository, repository / "content", repository / "content/pages", jobs=1)
    shared = Shared("S", "", build_day())

    def render_everything() -> None:
        gathered = gather(settings)
        for planned in plan(gathered.library, gathered.sealed, settings).pages:
            fragment(planned, shared)

    render_everything()
    gc.collect()
    gc.disable()
    try:
        render_everything()
        assert gc.collect() == 0
    finally:
        gc.enable()
