"""Numbers of few bits: planes of bits in groups of 32, and vectors in four bits a number.

A number of *b* bits is written as an unsigned one, 2 ** (b - 1) more than it is. Of each group of
32 numbers, *b* words of 32 bits are written, the lowest byte first: word *p* holds bit *p* of all
of them, that of the first number as its lowest bit.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Small = npt.NDArray[np.int8]

GROUP: Final = 32
"""How many numbers are written together."""

BITS: Final = 4
"""The bits of a number of a vector."""

_SCALE: Final = 2
"""The size of a scale, a number of 16 bits with a point, in bytes."""

_BYTE: Final = 8
_SWAPS: Final = (
    (7, np.uint64(0x00AA00AA00AA00AA)),
    (14, np.uint64(0x0000CCCC0000CCCC)),
    (28, np.uint64(0x00000000F0F0F0F0)),
)
"""How far which bits move to turn 8 bytes of 8 bits around (Warren, Hacker's Delight, 7-3)."""


def expand(planes: bytes | memoryview, bits: int) -> Small:
    """Return the numbers in planes, as many as there are; `bits` is from 1 to 8."""
    words = np.frombuffer(planes, np.uint8).reshape(-1, bits, GROUP // _BYTE)
    rows = np.zeros((len(words), GROUP // _BYTE, _BYTE), np.uint8)
    rows[..., :bits] = words.transpose(0, 2, 1)
    turned = rows.reshape(-1).view("<u8")
    for distance, mask in _SWAPS:
        by = np.uint64(distance)
        moved = (turned ^ (turned >> by)) & mask
        turned ^= moved ^ (moved << by)
    numbers = turned.view(np.uint8)
    numbers -= np.uint8(1 << (bits - 1))
    return numbers.view(np.int8)


def planes_of(numbers: npt.NDArray[np.int8], bits: int) -> bytes:
    """Return the planes of numbers, whose count is a multiple of `GROUP`."""
    shifted = (numbers.astype(np.int16) + (1 << (bits - 1))).astype(np.uint8)
    split = (shifted.reshape(-1, 1, GROUP) >> np.arange(bits, dtype=np.uint8)[:, None]) & 1
    return np.packbits(split, axis=-1, bitorder="little").tobytes()


def row_size(dimensions: int) -> int:
    """Return the size of a packed vector without its scale, in bytes."""
    return dimensions * BITS // _BYTE


def pack(vectors: Floats) -> bytes:
    """Write vectors: first a scale for each, then four bits for each number; the loss is small.

    `vectors` has a row for each. One of nothing but zeros has the scale 0.
    """
    low = -(1 << (BITS - 1))
    scales = (np.abs(vectors).max(axis=1, initial=0) / (0.5 - low - 1)).astype("<f2")
    safe = np.where(scales > 0, scales, 1).astype(np.float32)
    numbers = np.clip(np.rint(vectors / safe[:, None]), low, -low - 1).astype(np.int8)
    head: bytes = scales.tobytes()
    return head + planes_of(numbers, BITS)


def unpack(content: bytes, dimensions: int) -> Floats:
    """Return packed vectors as a matrix with a row for each; they are about of unit length."""
    count = len(content) // (row_size(dimensions) + _SCALE)
    scales = np.frombuffer(content, "<f2", count).astype(np.float32)
    numbers = expand(memoryview(content)[_SCALE * count :], BITS).reshape(count, dimensions)
    return numbers * scales[:, None]
