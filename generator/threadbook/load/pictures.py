"""What a picture is by its first bytes: its format, and its width and height. Nothing is decoded.

So a picture of a few bytes that says it has a billion pixels costs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Final

import imagesize

from threadbook.load import svg

_BRANDS: Final = (b"avif", b"avis")
_BRAND_LIMIT: Final = 256
_BOXES: Final = 1_000
"""How many boxes of an AVIF are looked at; a real one has some twenty before its pixels."""

_SEARCHED: Final = 2_000_000
"""How far into a file its size is looked for, in bytes; cameras put previews before it."""

FORMATS: Final = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".gif": "GIF",
    ".webp": "WebP",
    ".avif": "AVIF",
    ".svg": "SVG",
}
"""The format that each ending of a picture promises."""


def recognise(content: bytes) -> str:
    """Return the format of a picture by its first bytes; empty for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] == b"ftyp":
        end = min(int.from_bytes(content[:4], "big"), _BRAND_LIMIT)
        brands = {content[8:12], *(content[at : at + 4] for at in range(16, end, 4))}
        return "AVIF" if brands.intersection(_BRANDS) else ""
    return "SVG" if svg.measure(content) else ""


def measure(content: bytes, format_: str) -> tuple[int, int] | None:
    """Return the width and height that a picture says it has, in pixels; `None` if it does not."""
    if format_ == "SVG":
        return svg.measure(content)
    if format_ == "AVIF":
        return _measure_avif(content)
    if format_ == "GIF":  # the library takes numbers above 32,767 for negative ones
        width, height = (int.from_bytes(content[at : at + 2], "little") for at in (6, 8))
        return (width, height) if width and height else None
    try:
        width, height = imagesize.get(BytesIO(content[:_SEARCHED]))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no picture
        return None
    return (int(width), int(height)) if width > 0 and height > 0 else None


def _measure_avif(content: bytes) -> tuple[int, int] | None:
    """Read the largest of the sizes that an AVIF names (ISO 23008-12, sections 6.5.3 and 6.5.10).

    Others are those of tiles and previews. The library that reads the other formats follows every
    piece of every item, of which a file of 400 kB can name billions.
    """
    sizes: list[tuple[int, int]] = []
    is_turned = False
    for kind, begin, end in islice(_find_properties(content, 0, len(content)), _BOXES):
        if kind == b"ispe" and end - begin >= len(b"flagwidehigh"):
            sizes.append((_read_number(content, begin + 4), _read_number(content, begin + 8)))
        elif kind == b"irot" and end > begin:
            is_turned = is_turned or content[begin] % 2 == 1
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if not width or not height:
        return None
    return (height, width) if is_turned else (width, height)


def _find_properties(
    content: bytes, start: int, end: int, depth: int = 0
) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind, begin and end of each box that describes a picture."""
    while end - start >= _HEAD:
        size, kind = _read_number(content, start), content[start + 4 : start + _HEAD]
        begin = start + _HEAD
        if size == 1:  # a longer number follows
            size, begin = int.from_bytes(content[begin : begin + 8], "big"), begin + 8
        stop = end if size == 0 else start + size
        if stop <= start or stop > end or stop < begin:
            return
        if kind in _INSIDE and depth < len(_INSIDE):
            yield from _find_properties(content, begin + _INSIDE[kind], stop, depth + 1)
        else:
            yield kind, begin, stop
        start = stop


def _read_number(content: bytes, start: int) -> int:
    return int.from_bytes(content[start : start + 4], "big")


_HEAD: Final = 8
_INSIDE: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0}
"""Boxes with others inside, and how many bytes are before these."""
