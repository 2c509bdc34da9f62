"""An encoder of BERT's kind as nested tuples, and how it is read from a safetensors file.

JAX takes such tuples as trees. A matrix is an array, or `Coded` once it has few bits.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Array = Any
"""A numpy or JAX array of float32."""


class Linear(NamedTuple):
    """x to weight @ x + bias; the weight has a row for each output."""

    weight: Any
    bias: Array


class Norm(NamedTuple):
    """Layer normalisation: what the normalised values are multiplied with, and what is added."""

    scale: Array
    shift: Array


class Layer(NamedTuple):
    """Attention and what follows it, each added to its input and normalised."""

    query: Linear
    key: Linear
    value: Linear
    output: Linear
    after_attention: Norm
    up: Linear
    down: Linear
    after: Norm


def with_parts(layer: Layer, parts: Mapping[str, Linear]) -> Layer:
    """Return a layer with other matrices, by their names."""
    replaced: dict[str, Any] = dict(parts)
    return layer._replace(**replaced)


class Encoder(NamedTuple):
    """Tokens' ids to a vector: see `encoding.encode`."""

    tokens: Any
    """A row for each token."""
    widen: Linear | None
    """From the tokens' width to the layers', if they differ."""
    positions: Array
    """What is added to the token at each place, the vector of the first token type included."""
    norm: Norm
    layers: tuple[Layer, ...]
    project: Any
    """From the layers' width to the vector's, as `Linear` where it has a bias; None keeps it."""


@dataclass(frozen=True)
class Teacher:
    """The public model."""

    encoder: Encoder
    heads: int
    vocabulary: tuple[str, ...]


def read_teacher(folder: Path) -> Teacher:
    """Read a folder with `model.safetensors`, `vocab.txt` and `config.json`."""
    stored = read_safetensors(folder / "model.safetensors")
    configuration = json.loads((folder / "config.json").read_text("utf-8"))
    vocabulary = (folder / "vocab.txt").read_text("utf-8").split("\n")
    encoder = Encoder(
        tokens=stored["embeddings.word_embeddings.weight"],
        widen=None,
        positions=stored["embeddings.position_embeddings.weight"]
        + stored["embeddings.token_type_embeddings.weight"][0],
        norm=norm(stored, "embeddings.LayerNorm"),
        layers=tuple(layer(stored, i) for i in range(configuration["num_hidden_layers"])),
        project=None,
    )
    heads = configuration["num_attention_heads"]
    return Teacher(encoder, heads, tuple(vocabulary[: len(encoder.tokens)]))


def read_safetensors(path: Path) -> dict[str, Array]:
    """Return a safetensors file's arrays of float32: a length, a header in JSON, the numbers."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    return {
        name: np.frombuffer(
            content,
            np.float32,
            count=int(np.prod(entry["shape"])),
            offset=8 + length + entry["data_offsets"][0],
        ).reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def layer(stored: dict[str, Array], number: int) -> Layer:
    """One layer by BERT's names."""
    name = f"encoder.layer.{number}."
    return Layer(
        query=linear(stored, f"{name}attention.self.query"),
        key=linear(stored, f"{name}attention.self.key"),
        value=linear(stored, f"{name}attention.self.value"),
        output=linear(stored, f"{name}attention.output.dense"),
        after_attention=norm(stored, f"{name}attention.output.LayerNorm"),
        up=linear(stored, f"{name}intermediate.dense"),
        down=linear(stored, f"{name}output.dense"),
        after=norm(stored, f"{name}output.LayerNorm"),
    )


def linear(stored: dict[str, Array], name: str) -> Linear:
    """Return a matrix and its bias by name."""
    return Linear(stored[f"{name}.weight"], stored[f"{name}.bias"])


def norm(stored: dict[str, Array], name: str) -> Norm:
    """Return a normalisation by name."""
    return Norm(stored[f"{name}.weight"], stored[f"{name}.bias"])
