"""The encoder: from the numbers of tokens to vectors, as BERT does it, in numpy.

All texts of a call lie one below the other in one matrix; only attention goes text by text. What
comes out for a text can differ in the last bits with what else is in the matrix: a library for
matrices works in blocks. So whoever needs the same bits every time puts the same texts together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from threadbook.meaning.files import Layer, Layers, Norm, Tokens
from threadbook.meaning.packing import Floats

_TINY: Final = np.float32(1e-12)
"""Keeps a normalisation from dividing by zero; it is BERT's."""

_ROWS: Final = 64
"""How many rows go through the activation at a time, so that they stay near the processor."""

_HALF: Final = np.float32(0.5)
_ROOT: Final = np.float32(0.5**0.5)
_ONE: Final = np.float32(1)
_P: Final = np.float32(0.3275911)
_SERIES: Final = tuple(
    np.float32(each) for each in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
)
"""The error function, within 1.5e-7 (Abramowitz and Stegun, 1964, 7.1.26)."""


def encode(model: Layers, tokens: Tokens, texts: Sequence[Sequence[int]]) -> Floats:
    """Return a vector of unit length for each text, which is given as its tokens' numbers."""
    ends = np.cumsum([0, *map(len, texts)]).tolist()
    rows = tokens[[number for text in texts for number in text]]
    if model.widen:
        rows = model.widen(rows)
    rows += np.concatenate([model.positions[: len(text)] for text in texts])
    _normalise(rows, model.first)
    scratch = _Scratch.make(len(rows), model)
    for layer in model.layers:
        rows = _pass(rows, layer, model.heads, ends, scratch)
    found: Floats = np.add.reduceat(rows, ends[:-1])
    found /= np.diff(ends).astype(np.float32)[:, None]
    if model.project:
        found = model.project(found)
    return to_unit(found)


def to_unit(vectors: Floats) -> Floats:
    """Give vectors unit length; one of zeros stays as it is."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    vectors /= np.where(lengths > 0, lengths, _ONE)[:, None]
    return vectors


class _Scratch(NamedTuple):
    """Room for what a layer calculates on its way, which the next one uses again.

    New room costs time, because the system clears it page by page.
    """

    given: Floats
    taken: Floats
    inner: Floats
    outer: Floats

    @classmethod
    def make(cls, rows: int, model: Layers) -> _Scratch:
        width = model.positions.shape[1]
        inner = max((len(layer.up.constants) for layer in model.layers), default=0)
        sizes = 3 * width, width, inner, width
        return cls(*(np.empty((rows, size), np.float32) for size in sizes))


def _pass(rows: Floats, layer: Layer, heads: int, ends: Sequence[int], scratch: _Scratch) -> Floats:
    """Send all texts through a layer; `rows` is written over."""
    _attend(layer.attend(rows, scratch.given), heads, ends, scratch.taken)
    rows += layer.gather(scratch.taken, scratch.outer)
    _normalise(rows, layer.norm)
    inner = layer.up(rows, scratch.inner)
    for start in range(0, len(inner), _ROWS):
        _activate(inner[start : start + _ROWS])
    rows += layer.down(inner, scratch.outer)
    _normalise(rows, layer.last)
    return rows


def _attend(given: Floats, heads: int, ends: Sequence[int], found: Floats) -> None:
    """Write to `found` what each token takes from the others of its text."""
    width = found.shape[1]
    size = width // heads
    scale = np.float32(size**-0.5)
    for start, end in pairwise(ends):
        parts = given[start:end].reshape(end - start, 3, heads, size).transpose(1, 2, 0, 3)
        queries, keys, values = parts
        weights = (queries * scale) @ keys.transpose(0, 2, 1)
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, weights)
        sums = weights.sum(axis=-1, keepdims=True)
        taken = weights @ values
        taken /= sums
        found[start:end] = taken.transpose(1, 0, 2).reshape(end - start, width)


def _normalise(rows: Floats, norm: Norm) -> None:
    """Give each row the mean 0 and the variance 1, then what was learnt instead."""
    rows -= rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1])
    rows *= (_ONE / np.sqrt(variance + _TINY))[:, None]
    rows *= norm.factors
    rows += norm.constants


def _activate(rows: Floats) -> None:
    """Replace x by x * (1 + erf(x / √2)) / 2."""
    size = np.abs(rows)
    size *= _ROOT
    part = size * _P
    part += _ONE
    np.divide(_ONE, part, part)
    series = part * _SERIES[0]
    for constant in _SERIES[1:]:
        series += constant
        series *= part
    size *= size
    np.negative(size, size)
    np.exp(size, size)
    series *= size
    np.subtract(_ONE, series, series)
    np.copysign(series, rows, series)
    series += _ONE
    series *= _HALF
    rows *= series
