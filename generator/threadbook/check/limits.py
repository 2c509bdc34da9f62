"""What is too much only when a whole base is seen: the limits of single files are in the models."""

from __future__ import annotations

from collections.abc import Iterator

from threadbook.check.rule import Base
from threadbook.findings import Finding
from threadbook.load import rules
from threadbook.model.limits import WHOLE_PATH


def find_large_paths(base: Base) -> Iterator[Finding]:
    """Find paths whose page with all their threads would be too large."""
    threads = base.library.threads
    for file in base.paths.values():
        size = 0
        for place, step in enumerate(file.model.steps):
            outline = threads.get(step.thread or "")
            size += outline.size if outline else 0
            if size > WHOLE_PATH.most:
                message = (
                    f"The threads of this path have more than {WHOLE_PATH.most:,} bytes together."
                )
                hint = "Go on in another path; all threads of a path are on one page for printing."
                yield Finding(rules.TOO_MANY, file.at("steps", place, "thread"), message, hint)
                break
