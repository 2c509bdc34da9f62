"""Matrices of few bits that give nearly the same outputs for the inputs that texts bring.

GPTQ (Frantar and others, 2022): numbers are rounded column by column, and what a column's rounding
adds to the output is taken from the columns that are not rounded yet, as the inputs' second moments
say.
"""

from collections.abc import Iterable
from functools import reduce

import numpy as np

from tools.meaning.coding import GROUP, Coded, best_scales, nearest
from tools.meaning.weights import Array

DAMPING = 0.01
"""This share of the mean is added to the diagonal of the second moments (the paper's constant)."""


def second_moments(inputs: Iterable[Array]) -> Array:
    """Return the sum of the products of every two inputs."""
    return reduce(np.add, (rows.T @ rows for rows in inputs))


def gptq(matrix: Array, moments: Array, bits: int) -> Coded:
    """Return a matrix with few bits, for inputs with these second moments."""
    left = matrix.astype(np.float32).copy()
    spread = inverse_root(moments.astype(np.float64)).astype(np.float32)
    codes = np.zeros(matrix.shape, np.int8)
    scales = np.zeros((len(matrix), matrix.shape[1] // GROUP), np.float16)
    for group, start in enumerate(range(0, matrix.shape[1], GROUP)):
        columns = slice(start, start + GROUP)
        importance = np.diag(moments)[columns].astype(np.float32)
        scale = best_scales(left[:, columns], bits, importance)
        scales[:, group] = scale
        errors = np.zeros((len(matrix), GROUP), np.float32)
        for column in range(start, start + GROUP):
            code = nearest(left[:, column], scale, bits)
            codes[:, column] = code
            error = (left[:, column] - code * scale) / spread[column, column]
            left[:, column : start + GROUP] -= np.outer(
                error, spread[column, column : start + GROUP]
            )
            errors[:, column - start] = error
        left[:, start + GROUP :] -= errors @ spread[columns, start + GROUP :]
    return Coded(codes, scales, bits)


def inverse_root(moments: Array) -> Array:
    """Return the upper triangular root of the inverse of the damped second moments."""
    diagonal = np.diag(moments)
    unused = diagonal == 0
    damped = moments + np.diag(np.where(unused, 1, 0) + DAMPING * diagonal.mean())
    return np.linalg.cholesky(np.linalg.inv(damped)).T
