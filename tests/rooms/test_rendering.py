"""Rendering: what a whole base of pages costs besides time."""

from __future__ import annotations

import gc
from pathlib import Path

from threadbook.build import opened_thread, shared_by_all
from threadbook.gather import gather
from threadbook.outputs import twins
from threadbook.pages import fragment, plan
from threadbook.settings import Settings


def test_loading_and_rendering_leave_no_garbage(repository: Path) -> None:
    """Workers run without the collector of reference cycles: there must be none."""
    settings = Settings(repository, repository / "content", repository / "content/pages", jobs=1)
    shared = shared_by_all(settings)

    def render_everything() -> None:
        gathered = gather(settings)
        for planned in plan(gathered.library, gathered.sealed, settings).pages:
            thread = opened_thread(planned)
            fragment(planned, shared, thread)
            twins(planned, shared, thread)

    render_everything()
    gc.collect()
    gc.disable()
    try:
        render_everything()
        assert gc.collect() == 0
    finally:
        gc.enable()
