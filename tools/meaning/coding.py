"""Matrices of few bits: whole numbers in groups of 32, each group with a scale of 16 bits."""

from typing import Any, NamedTuple

import numpy as np

from tools.meaning.weights import Array

GROUP = 32
"""Numbers with one scale: what a 128-bit instruction of the browser's kernel can take at a time."""
SHRUNK = (1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)
"""What the scale that just covers a group is multiplied with, in search of the least error."""
ENOUGH = 8
"""Bits from which on the scale that just covers a group is the best."""
SMALLEST = 6e-8
"""The smallest number of 16 bits: in place of a scale of 0."""


class Coded(NamedTuple):
    """A matrix of few bits."""

    codes: Array
    """Whole numbers from -2^(bits-1) to 2^(bits-1) - 1, in the matrix's shape, as int8."""
    scales: Array
    """float16, one for each group of a row."""
    bits: int


def values(coded: Coded) -> Array:
    """Return the matrix that a `Coded` stands for, as float32."""
    groups = coded.codes.reshape(*coded.scales.shape, GROUP).astype(np.float32)
    return (groups * coded.scales.astype(np.float32)[..., None]).reshape(coded.codes.shape)


def decode(tree: Any) -> Any:
    """Return an encoder with every `Coded` in it made a matrix again."""
    if isinstance(tree, Coded):
        return values(tree)
    if isinstance(tree, tuple):
        parts = [decode(part) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return tree


def round_to_bits(matrix: Array, bits: int) -> Coded:
    """Each number to the nearest, with the scales of the least squared error."""
    groups = matrix.reshape(len(matrix), -1, GROUP)
    scales = best_scales(groups, bits, np.ones(GROUP, np.float32))
    codes = nearest(groups, scales[..., None], bits)
    return Coded(codes.reshape(matrix.shape).astype(np.int8), scales.astype(np.float16), bits)


def best_scales(groups: Array, bits: int, importance: Array) -> Array:
    """Return a scale for each group (the last axis), exact in 16 bits, with the least error.

    Errors count by the `importance` of their place in a group. The number of the largest size
    becomes the lowest code, as there is one more below 0 than above; so a scale can be negative.
    Arrays of numpy and of JAX are computed by what they come from.
    """
    own = groups.__array_namespace__()
    lowest = -(1 << (bits - 1))
    at = own.argmax(own.abs(groups), axis=-1)[..., None]
    covering = own.take_along_axis(groups, at, axis=-1) / lowest
    best = least = None
    for factor in SHRUNK if bits < ENOUGH else SHRUNK[:1]:
        scales = (covering * factor).astype(own.float16).astype(own.float32)
        scales = own.where(scales == 0, own.float32(own.float16(SMALLEST)), scales)
        errors = (nearest(groups, scales, bits) * scales - groups) ** 2 @ importance
        if best is None or least is None:
            best, least = scales[..., 0], errors
        else:
            best = own.where(errors < least, scales[..., 0], best)
            least = own.minimum(errors, least)
    return best


def nearest(numbers: Array, scales: Array, bits: int) -> Array:
    """Return the nearest codes of numbers."""
    own = numbers.__array_namespace__()
    lowest = -(1 << (bits - 1))
    return own.clip(own.rint(numbers / scales), lowest, -lowest - 1)
