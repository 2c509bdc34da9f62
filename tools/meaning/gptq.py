"""Fewer bits for a trained encoder, without training: GPTQ (Frantar and others, 2022).

A matrix is rounded column by column; what a column loses is given to those that come after it, as
far as texts say that they can make up for it. Layers are done in order, each on what the rounded
ones before it make of the texts.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from tools.meaning.coding import GROUP, Coded, best_scales, nearest, values
from tools.meaning.weights import Array, Encoder, Layer, Linear, Norm, with_parts

DAMPING = 0.02
"""Of the mean of the diagonal: keeps rare directions from being trusted."""
AT_ONCE = 2_000
"""Tokens."""

Texts = Sequence[Sequence[int]]


def round_layers(
    encoder: Encoder, heads: int, texts: Texts, bits: int, say: Callable[[str], None]
) -> tuple[Layer, ...]:
    """Return the layers with `Coded` matrices; texts are rows of tokens."""
    batches = [_embed(encoder, part) for part in _cut(texts)]
    done: list[Layer] = []
    for number, layer in enumerate(encoder.layers):
        rounded = _round_layer(layer, heads, batches, bits)
        batches = [(_run(_values(rounded), heads, *batch), batch[1]) for batch in batches]
        done.append(rounded)
        say(f"layer {number + 1} of {len(encoder.layers)}")
    return tuple(done)


def round_matrix(matrix: Array, seen: Array, bits: int) -> Coded:
    """Round a matrix by `seen`, the sum of the products of its inputs with each other."""
    left = matrix.astype(np.float64).copy()
    size = len(seen)
    damped = seen + np.eye(size) * DAMPING * np.mean(np.diag(seen))
    # The upper factor of the inverse says how a column's error is shared out.
    factor = np.linalg.cholesky(np.linalg.inv(damped)).T
    codes = np.zeros(matrix.shape, np.int8)
    scales = np.zeros((len(matrix), size // GROUP), np.float16)
    for start in range(0, size, GROUP):
        columns = slice(start, start + GROUP)
        importance = (1 / np.diag(factor)[columns] ** 2).astype(np.float32)
        best = best_scales(left[:, columns].astype(np.float32), bits, importance)
        scales[:, start // GROUP] = best
        best = best.astype(np.float16).astype(np.float64)
        errors = np.zeros((len(matrix), GROUP))
        for at in range(start, start + GROUP):
            code = nearest(left[:, at], best, bits)
            codes[:, at] = code
            error = (left[:, at] - code * best) / factor[at, at]
            left[:, at + 1 : start + GROUP] -= np.outer(error, factor[at, at + 1 : start + GROUP])
            errors[:, at - start] = error
        left[:, start + GROUP :] -= errors @ factor[columns, start + GROUP :]
    return Coded(codes, scales, bits)


def _round_layer(
    layer: Layer, heads: int, batches: Sequence[tuple[Array, Array]], bits: int
) -> Layer:
    """Round the matrices of a layer, in the order in which they are used."""
    for names in (("query", "key", "value"), ("output",), ("up",), ("down",)):
        seen = _sum(_inputs(_values(layer), heads, *batch, names[0]) for batch in batches)
        parts = {
            name: getattr(layer, name)._replace(
                weight=round_matrix(getattr(layer, name).weight, seen, bits)
            )
            for name in names
        }
        layer = with_parts(layer, parts)
    return layer


def _sum(inputs: Iterator[Array]) -> Array:
    found = 0.0
    for each in inputs:
        found = found + (each.T @ each).astype(np.float64)
    return found


def _inputs(layer: Layer, heads: int, states: Array, ends: Array, name: str) -> Array:
    """Return what goes into a matrix of a layer."""
    if name == "query":
        return states
    attended = _attend(layer, heads, states, ends)
    if name == "output":
        return attended
    states = _normalise(states + _apply(layer.output, attended), layer.after_attention)
    return states if name == "up" else _activate(_apply(layer.up, states))


def _run(layer: Layer, heads: int, states: Array, ends: Array) -> Array:
    """Send texts through a layer."""
    attended = _attend(layer, heads, states, ends)
    states = _normalise(states + _apply(layer.output, attended), layer.after_attention)
    inner = _activate(_apply(layer.up, states))
    return _normalise(states + _apply(layer.down, inner), layer.after)


def _values(layer: Layer) -> Layer:
    parts = {
        name: part._replace(weight=values(part.weight))
        for name, part in layer._asdict().items()
        if isinstance(part, Linear) and isinstance(part.weight, Coded)
    }
    return with_parts(layer, parts)


def _cut(texts: Texts) -> Iterator[Texts]:
    start = size = 0
    for end, text in enumerate(texts):
        if size + len(text) > AT_ONCE and end > start:
            yield texts[start:end]
            start, size = end, 0
        size += len(text)
    yield texts[start:]


def _embed(encoder: Encoder, texts: Texts) -> tuple[Array, Array]:
    """Return the states of texts, one below the other, and where each ends."""
    rows = encoder.tokens[[number for text in texts for number in text]]
    rows = rows + np.concatenate([encoder.positions[: len(text)] for text in texts])
    return _normalise(rows, encoder.norm), np.cumsum([0, *map(len, texts)])


def _attend(layer: Layer, heads: int, states: Array, ends: Array) -> Array:
    query, key, value = (_apply(part, states) for part in (layer.query, layer.key, layer.value))
    found = np.empty_like(states)
    size = states.shape[1] // heads
    for start, end in pairwise(ends):
        q, k, v = (
            each[start:end].reshape(end - start, heads, size).transpose(1, 0, 2)
            for each in (query, key, value)
        )
        weights = np.exp(
            (weights := q @ k.transpose(0, 2, 1) / size**0.5) - weights.max(-1, keepdims=True)
        )
        taken = weights @ v / weights.sum(-1, keepdims=True)
        found[start:end] = taken.transpose(1, 0, 2).reshape(end - start, -1)
    return found


def _apply(part: Linear, rows: Array) -> Array:
    return rows @ part.weight.T + part.bias


def _normalise(rows: Array, norm: Norm) -> Array:
    rows = rows - rows.mean(1, keepdims=True)
    rows = rows / np.sqrt((rows * rows).mean(1, keepdims=True) + 1e-12)
    return rows * norm.scale + norm.shift


def _activate(rows: Array) -> Array:
    """GELU, by an error function within 1.5e-7 (Abramowitz and Stegun, 1964, 7.1.26)."""
    size = np.abs(rows) * np.float32(0.5**0.5)
    part = 1 / (1 + np.float32(0.3275911) * size)
    series = np.float32(1.061405429) * part
    for constant in (-1.453152027, 1.421413741, -0.284496736):
        series = (series + np.float32(constant)) * part
    series = (series + np.float32(0.254829592)) * part
    error = np.copysign(1 - series * np.exp(-size * size), rows)
    return rows * (error + 1) / 2
