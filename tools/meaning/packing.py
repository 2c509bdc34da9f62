"""The files that the browser's kernel and the build read.

A header of 64 bytes: a name of four letters, then whole numbers of 32 bits. Then float16 numbers
and codes, little-endian. Codes lie in bit planes: 32 codes of b bits are b words of 32 bits; word p
holds bit p of each, and a code is its bits less 2^(b-1).

- `TBE1`: layers L, width D, inner width F, heads, positions P, dimensions O (0: no projection),
  bits, tokens' width E (0: as D). Positions (P x D), the first normalisation, the widening (if E)
  at 8 bits, the layers, the projection (if O) at 8 bits. A matrix is its scales, its bias, its
  codes.
- `TBT1`: tokens V, width, bits. All scales, then all codes.
"""

import struct
from dataclasses import dataclass

import numpy as np

from tools.meaning.coding import GROUP, Coded
from tools.meaning.weights import Array, Encoder, Layer, Linear, Norm

HEADER = 64
SIDE_BITS = 8
"""Bits of the widening and the projection: they are small, and everything goes through them."""


def layers_file(encoder: Encoder, heads: int, positions: int) -> bytes:
    """Return a TBE1 file: everything of an encoder but its tokens. Its matrices must be `Coded`."""
    first = encoder.layers[0]
    wide = 0 if encoder.widen is None else encoder.widen.weight.codes.shape[1]
    project = encoder.project
    if isinstance(project, Coded):
        project = Linear(project, np.zeros(len(project.codes)))
    dimensions = 0 if project is None else len(project.weight.codes)
    inner, width = first.up.weight.codes.shape
    head = struct.pack(
        "<4s8i",
        b"TBE1",
        len(encoder.layers),
        width,
        inner,
        heads,
        positions,
        dimensions,
        first.up.weight.bits,
        wide,
    )
    parts = [head.ljust(HEADER, b"\0"), halves(encoder.positions[:positions]), norm(encoder.norm)]
    if encoder.widen is not None:
        parts.append(linear(encoder.widen))
    for layer in encoder.layers:
        parts += [linear(part) if isinstance(part, Linear) else norm(part) for part in layer]
    if project is not None:
        parts.append(linear(project))
    return b"".join(parts)


def tokens_file(tokens: Coded) -> bytes:
    """Return a TBT1 file."""
    head = struct.pack("<4s3i", b"TBT1", *tokens.codes.shape, tokens.bits)
    return head.ljust(HEADER, b"\0") + halves(tokens.scales) + planes(tokens)


def linear(part: Linear) -> bytes:
    """Return a matrix's scales, bias and codes."""
    return halves(part.weight.scales) + halves(part.bias) + planes(part.weight)


def norm(part: Norm) -> bytes:
    """Return a normalisation's two rows."""
    return halves(part.scale) + halves(part.shift)


def halves(numbers: Array) -> bytes:
    """Numbers of 16 bits."""
    return np.ascontiguousarray(np.asarray(numbers, np.float32).astype("<f2")).tobytes()


def planes(coded: Coded) -> bytes:
    """Codes as bit planes."""
    lifted = coded.codes.astype(np.int16) + (1 << (coded.bits - 1))
    groups = lifted.astype(np.uint8).reshape(-1, 1, GROUP)
    bits = (groups >> np.arange(coded.bits, dtype=np.uint8)[:, None]) & 1
    return np.packbits(bits, axis=-1, bitorder="little").tobytes()


@dataclass
class Reader:
    """Reads a file from its beginning to its end."""

    content: bytes
    at: int = HEADER

    def halves(self, *shape: int) -> Array:
        """Numbers of 16 bits."""
        count = int(np.prod(shape))
        found = np.frombuffer(self.content, "<f2", count, self.at)
        self.at += 2 * count
        return found.reshape(shape)

    def planes(self, rows: int, columns: int, bits: int) -> Array:
        """Codes from bit planes."""
        size = rows * columns // 8 * bits
        packed = np.frombuffer(self.content, np.uint8, size, self.at).reshape(-1, bits, GROUP // 8)
        self.at += size
        single = np.unpackbits(packed, axis=-1, bitorder="little").astype(np.int16)
        lifted = (single << np.arange(bits)[:, None]).sum(1)
        return (lifted - (1 << (bits - 1))).astype(np.int8).reshape(rows, columns)

    def linear(self, rows: int, columns: int, bits: int) -> Linear:
        """Read a matrix and its bias."""
        scales = self.halves(rows, columns // GROUP)
        bias = self.halves(rows).astype(np.float32)
        return Linear(Coded(self.planes(rows, columns, bits), scales, bits), bias)

    def norm(self, width: int) -> Norm:
        """Read a normalisation."""
        return Norm(self.halves(width).astype(np.float32), self.halves(width).astype(np.float32))

    def layer(self, width: int, inner: int, bits: int) -> Layer:
        """Read a layer."""
        query, key, value, output = (self.linear(width, width, bits) for _ in range(4))
        after_attention = self.norm(width)
        up, down = self.linear(inner, width, bits), self.linear(width, inner, bits)
        return Layer(query, key, value, output, after_attention, up, down, self.norm(width))


def read_encoder(layers: bytes, tokens: bytes) -> tuple[Encoder, int]:
    """Read an encoder with `Coded` matrices, and its heads.

    Raises:
        ValueError: a file has another length or name than its header says.
    """
    name, count, width, inner, heads, places, dimensions, bits, wide = struct.unpack_from(
        "<4s8i", layers
    )
    reader = Reader(layers)
    positions = reader.halves(places, width).astype(np.float32)
    first = reader.norm(width)
    widen = reader.linear(width, wide, SIDE_BITS) if wide else None
    stack = tuple(reader.layer(width, inner, bits) for _ in range(count))
    project = reader.linear(dimensions, width, SIDE_BITS).weight if dimensions else None
    if name != b"TBE1" or reader.at != len(layers):
        raise ValueError("The file of layers is damaged.")
    return Encoder(read_tokens(tokens), widen, positions, first, stack, project), heads


def read_tokens(content: bytes) -> Coded:
    """Read the matrix of a TBT1 file.

    Raises:
        ValueError: it has another length or name than its header says.
    """
    name, rows, columns, bits = struct.unpack_from("<4s3i", content)
    reader = Reader(content)
    scales = reader.halves(rows, columns // GROUP)
    codes = reader.planes(rows, columns, bits)
    if name != b"TBT1" or reader.at != len(content):
        raise ValueError("The file of tokens is damaged.")
    return Coded(codes, scales, bits)
