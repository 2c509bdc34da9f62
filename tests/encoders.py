"""Small sentence encoders with made-up weights, and what they give, in plain numpy.

They have the format of real ones (`theme/kernel/kernel.h`), so kernels and pages can be tried with
files of a few kilobytes. What is here is as plain as can be, because other code is compared with it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int8]

GROUP: Final = 32
SIGNS: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


class Shape(NamedTuple):
    """The sizes of an encoder; 0 outputs or a token's width of 0 mean the width of layers."""

    layers: int = 2
    width: int = 64
    inner: int = 96
    heads: int = 4
    positions: int = 24
    outputs: int = 32
    bits: int = 3
    token_width: int = 0
    token_bits: int = 3


class Files(NamedTuple):
    """The files of an encoder."""

    layers: bytes
    tokens: bytes
    vocabulary: bytes


def make_files(tokens: Sequence[str], shape: Shape | None = None, seed: int = 1) -> Files:
    """Make an encoder with random weights for a vocabulary."""
    shape = shape or Shape()
    writer = _Writer(np.random.default_rng(seed))
    names = [*SIGNS, *tokens]
    narrow = shape.token_width or shape.width
    head = struct.pack("<4s8i", b"TBE1", *shape[:7], shape.token_width)
    parts = [head.ljust(64, b"\0"), writer.halves(shape.positions * shape.width, 0.02)]
    parts.append(writer.norm(shape.width))
    if narrow != shape.width:
        parts.append(writer.matrix(shape.width, narrow, 8))
    parts += [writer.layer(shape) for _ in range(shape.layers)]
    if shape.outputs:
        parts.append(writer.matrix(shape.outputs, shape.width, 8))
    head = struct.pack("<4s3i", b"TBT1", len(names), narrow, shape.token_bits).ljust(64, b"\0")
    rows = writer.scales(len(names) * narrow) + writer.planes(len(names) * narrow, shape.token_bits)
    return Files(b"".join(parts), head + rows, "\n".join(names).encode())


class _Writer:
    """Writes random numbers."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def halves(self, count: int, size: float, middle: float = 0) -> bytes:
        return bytes(self.random.normal(middle, size, count).astype("<f2"))

    def norm(self, width: int) -> bytes:
        return self.halves(width, 0.1, 1) + self.halves(width, 0.02)

    def scales(self, count: int) -> bytes:
        return bytes(self.random.uniform(0.02, 0.06, count // GROUP).astype("<f2"))

    def planes(self, count: int, bits: int) -> bytes:
        return bytes(self.random.bytes(count * bits // 8))

    def matrix(self, rows: int, columns: int, bits: int) -> bytes:
        scales = np.frombuffer(self.scales(rows * columns), "<f2") * 4 / 2**bits
        biases = self.halves(rows, 0.02)
        return bytes(scales.astype("<f2").tobytes() + biases + self.planes(rows * columns, bits))

    def layer(self, shape: Shape) -> bytes:
        width, inner, bits = shape.width, shape.inner, shape.bits
        squares = [self.matrix(width, width, bits) for _ in range(4)]
        after = [self.norm(width), self.matrix(inner, width, bits)]
        last = [self.matrix(width, inner, bits), self.norm(width)]
        return b"".join(squares + after + last)


def pack_vectors(vectors: Numbers) -> bytes:
    """Write vectors of documents: a scale each, then four bits a number."""
    scales = (np.abs(vectors).max(axis=1) / 7.5).astype("<f2")
    steps = np.where(scales > 0, scales, 1).astype(float)[:, None]
    numbers = np.clip(np.rint(vectors / steps), -8, 7).astype(np.int64) + 8
    groups = numbers.reshape(len(vectors), -1, 1, GROUP)
    planes = groups >> np.arange(4)[:, None] & 1
    packed = np.packbits(planes.astype(np.uint8), axis=-1, bitorder="little")
    return bytes(scales.tobytes() + packed.tobytes())


# The same encoder, one number after another


class Reader:
    """Reads a file's numbers in their order."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.head = struct.unpack("<15i", content[4:64])
        self.at = 64

    def halves(self, count: int) -> Numbers:
        found = np.frombuffer(self.content, "<f2", count, self.at).astype(float)
        self.at += 2 * count
        return found

    def planes(self, count: int, bits: int) -> Whole:
        at = self.at
        self.at += count * bits // 8
        return unpack(self.content, at, count, bits)

    def matrix(self, rows: int, columns: int, bits: int) -> tuple[Numbers, Numbers]:
        scales, biases = self.halves(rows * columns // GROUP), self.halves(rows)
        weights = self.planes(rows * columns, bits) * scales.repeat(GROUP)
        return weights.reshape(rows, columns), biases


@lru_cache(maxsize=128)
def unpack(content: bytes, at: int, count: int, bits: int) -> Whole:
    """Return whole numbers that a file holds from a place on: each text needs all of them again."""
    raw = np.frombuffer(content, np.uint8, count * bits // 8, at)
    planes = np.unpackbits(raw.reshape(-1, bits, 4), axis=-1, bitorder="little")
    values = (planes << np.arange(bits, dtype=np.uint8)[:, None]).sum(axis=1, dtype=np.uint8)
    found: Whole = (values.reshape(-1).astype(np.int16) - 2 ** (bits - 1)).astype(np.int8)
    return found


def encode(files: Files, ids: Sequence[int]) -> Numbers:
    """Return the vector of tokens' numbers, of unit length (Devlin and others, 2019)."""
    reader = Reader(files.layers)
    layers, width, inner, heads, positions, outputs, bits, narrow = reader.head[:8]
    places = reader.halves(positions * width).reshape(positions, width)
    first = (reader.halves(width), reader.halves(width))
    states = np.array(list(token_rows(files.tokens, ids)))
    if narrow not in {0, width}:
        states = _times(states, reader.matrix(width, narrow, 8))
    states = _normalise(states + places[: len(ids)], first)
    for _ in range(layers):
        query, key, value = (_times(states, reader.matrix(width, width, bits)) for _ in range(3))
        attended = _times(_attend(query, key, value, heads), reader.matrix(width, width, bits))
        states = _normalise(states + attended, (reader.halves(width), reader.halves(width)))
        inside = _times(states, reader.matrix(inner, width, bits))
        erf = np.vectorize(math.erf)(inside / math.sqrt(2))
        outside = _times(0.5 * inside * (1 + erf), reader.matrix(width, inner, bits))
        states = _normalise(states + outside, (reader.halves(width), reader.halves(width)))
    mean = states.mean(axis=0)
    if outputs:
        mean = _times(mean, reader.matrix(outputs, width, 8))
    assert reader.at == len(files.layers)
    found: Numbers = mean / np.linalg.norm(mean)
    return found


def token_rows(content: bytes, ids: Sequence[int]) -> Iterator[Numbers]:
    """Yield the vectors of tokens."""
    reader = Reader(content)
    count, width, bits = reader.head[:3]
    scales = reader.halves(count * width // GROUP).reshape(count, -1)
    numbers = reader.planes(count * width, bits).reshape(count, width)
    for each in ids:
        yield numbers[each] * scales[each].repeat(GROUP)


def _times(inputs: Numbers, matrix: tuple[Numbers, Numbers]) -> Numbers:
    found: Numbers = inputs @ matrix[0].T + matrix[1]
    return found


def _normalise(rows: Numbers, norm: tuple[Numbers, Numbers]) -> Numbers:
    centred = rows - rows.mean(axis=1, keepdims=True)
    found: Numbers = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    return found * norm[0] + norm[1]


def _attend(queries: Numbers, keys: Numbers, values: Numbers, heads: int) -> Numbers:
    found = []
    for query, key, value in zip(
        *(np.split(each, heads, 1) for each in (queries, keys, values)), strict=True
    ):
        shares = np.exp(query @ key.T / math.sqrt(query.shape[1]))
        found.append(shares / shares.sum(axis=1, keepdims=True) @ value)
    return np.concatenate(found, axis=1)
