"""A model's files: what they hold, as `tools` wrote it and as the browser's kernel reads it.

Both kinds begin with 64 bytes: four letters, then numbers of 32 bits, the lowest byte first.

- **Layers** (`TBE1`): how many layers, their width, their inner width, heads, positions, outputs
  (0: none), bits, and the width of tokens if it is another (0: the same). Then come the vectors of
  positions, two of the first normalisation, the matrix that widens tokens, if any, the layers, and
  the matrix of outputs, if any. A layer is the matrices for queries, keys and values, that of
  attention's output, two vectors of its normalisation, the two matrices of the inner part, and two
  vectors of their normalisation.
- **Tokens** (`TBT1`): how many there are, their width, and bits; then a matrix without constants.

A vector is numbers of 16 bits with a point. A matrix is a scale for each group of 32 of its
numbers, the constants that are added to what it gives, and the numbers in planes (see `packing`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from threadbook.meaning.packing import GROUP, Floats, Small, expand

_HEAD: Final = 64
_WHOLE: Final = 8
"""The bits of the matrices that widen tokens and make outputs, however few the layers have."""


class Matrix(NamedTuple):
    """A matrix of inputs by outputs, and the constants that are added to its outputs.

    It lies in memory as the library for matrices wants it: a file has it turned.
    """

    weights: Floats
    constants: Floats

    def __call__(self, inputs: Floats, out: Floats | None = None) -> Floats:
        """Return the outputs for each row of inputs, in `out` if that is given."""
        found: Floats = np.dot(inputs, self.weights, out)
        found += self.constants
        return found


class Norm(NamedTuple):
    """What a normalisation multiplies by, and what it adds."""

    factors: Floats
    constants: Floats


class Layer(NamedTuple):
    """A layer; `attend` gives queries, keys and values side by side."""

    attend: Matrix
    gather: Matrix
    norm: Norm
    up: Matrix
    down: Matrix
    last: Norm


class Layers(NamedTuple):
    """All layers, and what comes before and after them."""

    heads: int
    positions: Floats
    first: Norm
    widen: Matrix | None
    layers: tuple[Layer, ...]
    project: Matrix | None


class Tokens:
    """The vectors of tokens, which are expanded when they are asked for."""

    def __init__(self, content: bytes) -> None:
        """Take a file; raise `ValueError` if it is none of tokens."""
        count, self.width, self.bits, *_ = _read_head(content, b"TBT1")
        groups = self.width // GROUP
        self.scales = np.frombuffer(content, "<f2", count * groups, _HEAD).reshape(count, groups)
        size = groups * self.bits * GROUP // 8
        at = _HEAD + self.scales.nbytes
        self.rows = np.frombuffer(content, np.uint8, count * size, at).reshape(count, size)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, numbers: list[int]) -> Floats:
        """Return a row for each number of a token."""
        found = expand(self.rows[numbers].tobytes(), self.bits)
        return _scale(found, self.scales[numbers]).reshape(len(numbers), self.width)


def take_tokens(content: bytes, numbers: Sequence[int]) -> bytes:
    """Return a file of tokens with only some of them, in this order."""
    tokens = Tokens(content)
    head = struct.pack("<4s3i", b"TBT1", len(numbers), tokens.width, tokens.bits)
    rows = [tokens.scales[numbers].tobytes(), tokens.rows[numbers].tobytes()]
    return b"".join([head.ljust(_HEAD, b"\0"), *rows])


class _Reader:
    """Reads vectors and matrices, one after another."""

    def __init__(self, content: bytes) -> None:
        self.content = memoryview(content)
        self.at = _HEAD

    def vector(self, size: int) -> Floats:
        found = np.frombuffer(self.content, "<f2", size, self.at).astype(np.float32)
        self.at += 2 * size
        return found

    def norm(self, size: int) -> Norm:
        return Norm(self.vector(size), self.vector(size))

    def matrix(self, outputs: int, inputs: int, bits: int) -> Matrix:
        scales = self.vector(outputs * inputs // GROUP)
        constants = self.vector(outputs)
        size = outputs * inputs * bits // 8
        numbers = expand(self.content[self.at : self.at + size], bits)
        self.at += size
        rows = _scale(numbers, scales).reshape(outputs, inputs)
        return Matrix(np.ascontiguousarray(rows.T), constants)

    def layer(self, width: int, inner: int, bits: int) -> Layer:
        parts = [self.matrix(width, width, bits) for _ in range(3)]
        attend = Matrix(*(np.concatenate(each, axis=-1) for each in zip(*parts, strict=True)))
        gather, norm = self.matrix(width, width, bits), self.norm(width)
        up, down = self.matrix(inner, width, bits), self.matrix(width, inner, bits)
        return Layer(attend, gather, norm, up, down, self.norm(width))


def read_layers(content: bytes) -> Layers:
    """Read a file of layers; raise `ValueError` if it is none, or too short."""
    count, width, inner, heads, positions, outputs, bits, narrow, *_ = _read_head(content, b"TBE1")
    reader = _Reader(content)
    return Layers(
        heads,
        reader.vector(positions * width).reshape(positions, width),
        reader.norm(width),
        reader.matrix(width, narrow, _WHOLE) if narrow not in {0, width} else None,
        tuple(reader.layer(width, inner, bits) for _ in range(count)),
        reader.matrix(outputs, width, _WHOLE) if outputs else None,
    )


def _read_head(content: bytes, kind: bytes) -> tuple[int, ...]:
    if len(content) < _HEAD or content[:4] != kind:
        raise ValueError(f"it does not begin with {kind.decode()}")
    return struct.unpack("<15i", content[4:_HEAD])


def _scale(numbers: Small, scales: Floats) -> Floats:
    """Return numbers times the scale of their group."""
    found: Floats = numbers.reshape(-1, GROUP) * scales.astype(np.float32).reshape(-1, 1)
    return found
