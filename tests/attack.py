"""How long attacks go on: a handful of rounds in an ordinary run, many when somebody asks for it."""

from __future__ import annotations

import os


def rounds(ordinary: int) -> int:
    """Return how many rounds an attack has: `ordinary`, times `THREADBOOK_ATTACK` if that is set."""
    return ordinary * max(1, int(os.environ.get("THREADBOOK_ATTACK", "1")))
