"""What an encoder computes, in JAX."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tools.meaning.weights import Array, Encoder, Layer, Linear, Norm

TINY = 1e-12
"""BERT's constant in a layer normalisation."""
STEP = 4
"""Texts are filled up to a multiple of so many tokens, so that few shapes are compiled."""


class Batch(NamedTuple):
    """Texts of about the same length."""

    rows: Array
    """Which texts."""
    ids: Array
    """A row for each, filled up with zeros."""
    mask: Array
    """1 where there is a token."""


def encode(encoder: Encoder, ids: Array, mask: Array, heads: int) -> Array:
    """Return the mean of what the last layer says of each token, projected, of length 1."""
    states = embed(encoder, ids)
    for layer in encoder.layers:
        states = run_layer(layer, states, mask, heads)
    mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    vectors = mean if encoder.project is None else mean @ encoder.project.T
    return vectors / jnp.sqrt((vectors * vectors).sum(-1, keepdims=True) + TINY)


def embed(encoder: Encoder, ids: Array) -> Array:
    """Tokens with their positions, normalised."""
    rows = encoder.tokens[ids]
    wide = rows if encoder.widen is None else apply(encoder.widen, rows)
    return normalise(encoder.norm, wide + encoder.positions[: ids.shape[1]])


def run_layer(layer: Layer, states: Array, mask: Array, heads: int) -> Array:
    """One layer."""
    states = add_attention(layer, states, attend(layer, states, mask, heads))
    return add_feed(layer, states, widened(layer, states))


def attend(layer: Layer, states: Array, mask: Array, heads: int) -> Array:
    """Return what each token takes from the others: the input of `layer.output`."""
    texts, length, width = states.shape
    shape = (texts, length, heads, width // heads)
    query, key, value = (
        apply(part, states).reshape(shape) for part in (layer.query, layer.key, layer.value)
    )
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) / np.sqrt(width // heads).astype(np.float32)
    shares = jax.nn.softmax(scores + (1 - mask[:, None, None, :]) * -1e9, axis=-1)
    return jnp.einsum("bhqk,bkhd->bqhd", shares, value).reshape(texts, length, width)


def add_attention(layer: Layer, states: Array, attended: Array) -> Array:
    """Return the states after attention."""
    return normalise(layer.after_attention, states + apply(layer.output, attended))


def widened(layer: Layer, states: Array) -> Array:
    """Return the input of `layer.down`."""
    return jax.nn.gelu(apply(layer.up, states), approximate=False)


def add_feed(layer: Layer, states: Array, wide: Array) -> Array:
    """Return the states after a layer."""
    return normalise(layer.after, states + apply(layer.down, wide))


def apply(part: Linear, states: Array) -> Array:
    """Return what a matrix and its bias make of the states."""
    return states @ part.weight.T + part.bias


def normalise(part: Norm, states: Array) -> Array:
    """Mean 0 and variance 1, then scaled and shifted."""
    centred = states - states.mean(-1, keepdims=True)
    variance = (centred * centred).mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt(variance + TINY) * part.scale + part.shift


def vectors(encoder: Encoder, texts: Sequence[Sequence[int]], heads: int, size: int = 64) -> Array:
    """Return the vectors of many texts, given as tokens' ids; a row each."""
    run = jax.jit(partial(encode, heads=heads))
    ready = jax.tree.map(jnp.asarray, encoder)
    found: dict[int, Array] = {}
    for batch in batches(texts, size):
        found.update(zip(batch.rows, np.asarray(run(ready, batch.ids, batch.mask)), strict=True))
    return np.stack([found[row] for row in range(len(texts))])


def batches(texts: Sequence[Sequence[int]], size: int, step: int = STEP) -> Iterator[Batch]:
    """All texts by length, so many at a time; the last batch repeats a text."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        yield make_batch(texts, rows + rows[-1:] * (size - len(rows)), step)


def make_batch(texts: Sequence[Sequence[int]], rows: Sequence[int], step: int = STEP) -> Batch:
    """Return the batch of these texts, filled up to a multiple of `step` tokens."""
    length = -(-max(len(texts[row]) for row in rows) // step) * step
    ids = np.zeros((len(rows), length), np.int32)
    mask = np.zeros((len(rows), length), np.float32)
    for place, row in enumerate(rows):
        ids[place, : len(texts[row])] = texts[row]
        mask[place, : len(texts[row])] = 1
    return Batch(np.asarray(rows), ids, mask)
