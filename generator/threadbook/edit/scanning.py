"""The tokens of a YAML text, and the one way to give up on a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import yaml

BLOCKS: Final = {"|", ">"}
"""The styles of block scalars."""


class LeftAloneError(Exception):
    """Says why a file is left alone; it never leaves `format_content`."""


def scan_tokens(text: str) -> Iterator[yaml.Token]:
    """Scan a text known to be valid YAML; raises `LeftAloneError` if it is not."""
    try:
        yield from yaml.scan(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:  # the source was valid, so this is of our own making
        raise LeftAloneError("Formatting it would not give valid YAML.") from error


def find_line_end(text: str, start: int) -> int:
    """Return where the line that holds `start` ends."""
    end = text.find("\n", start)
    return len(text) if end < 0 else end
