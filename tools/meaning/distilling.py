"""Encoders of questions with few bits, whose vectors come close to the teacher's.

Only the side of questions: documents keep the teacher's vectors, so one set serves all. From a
certain step on, training computes with the few bits that the file will have, so that little is
lost by them.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tools.meaning import encoding
from tools.meaning.coding import GROUP, Coded, best_scales, nearest
from tools.meaning.encoding import Batch
from tools.meaning.lessons import Lessons
from tools.meaning.packing import SIDE_BITS
from tools.meaning.weights import Array, Encoder, Linear

TEMPERATURE = 0.05
"""Of the likeness of a text to the others of its batch, which the student learns too."""
LIKENESS = 0.1
"""What that counts for, beside the cosine."""
DECAY = (0.9, 0.98)
"""Of Adam's two means."""
STEP = 16
"""Texts are filled up to a multiple of so many tokens, so that few shapes are compiled."""
TINY = 1e-8
"""Adam's, against a division by 0."""


@dataclass(frozen=True)
class Plan:
    """How long and how fast it learns."""

    steps: int
    batch: int = 256
    rate: float = 1.5e-3
    warm: int = 100
    """Steps in which the rate grows from 0; then it falls to 0 at the last step."""
    few_bits: float = 0.6
    """From this part of the steps on, with few bits."""
    renew: int = 250
    """Every so many steps the groups' scales are chosen anew."""
    bits: int = 3
    token_bits: int = 3
    learns_tokens: bool = True
    """Otherwise they stay as they are, and it is not said which bits they have."""


class Pupil(NamedTuple):
    """A student while it learns."""

    student: Encoder
    slopes: Any
    """Adam's mean of the gradients."""
    squares: Any
    """Adam's mean of their squares."""


Report = Callable[[int, Array], None]
"""Is told the number of steps and the mean cosine of the last one, an array without axes."""


def begin(
    teacher: Encoder, rows: Sequence[int], counts: Array, width: int, project: Array
) -> Encoder:
    """Return a student from the teacher's first layer, with its tokens in fewer numbers.

    Args:
        teacher: the public model
        rows: the tokens that browsers have
        counts: how often each of them is in the texts
        width: numbers a token
        project: from the teacher's width to the vectors'
    """
    tokens = np.asarray(teacher.tokens)[list(rows)]
    mean = tokens.mean(0)
    weighted = (tokens - mean) * np.sqrt(1 + counts)[:, None]
    _, directions = np.linalg.eigh(weighted.T @ weighted)
    widen = np.ascontiguousarray(directions[:, ::-1][:, :width])
    return Encoder(
        tokens=(tokens - mean) @ widen,
        widen=Linear(widen, mean),
        positions=teacher.positions,
        norm=teacher.norm,
        layers=teacher.layers[:1],
        project=project,
    )


def distil(student: Encoder, lessons: Lessons, heads: int, plan: Plan, report: Report) -> Encoder:
    """Return the student after its training, with `Coded` matrices."""
    student = jax.tree.map(lambda part: jnp.asarray(part, jnp.float32), student)
    zeros = jax.tree.map(jnp.zeros_like, student)
    pupil = Pupil(student, zeros, zeros)
    learn = make_lesson(heads, plan)
    which = np.asarray(lessons.which)
    scales = None
    for number, batch in enumerate(random_batches(lessons.texts, plan)):
        if is_time_for_scales(number, plan):
            scales = find_scales(pupil.student, plan)
        targets = lessons.vectors[which[batch.rows]].astype(np.float32)
        pupil, cosine = learn(pupil, (batch.ids, batch.mask), targets, pace(number, plan), scales)
        report(number + 1, cosine)
    return code(pupil.student, scales or find_scales(pupil.student, plan), plan)


def is_time_for_scales(number: int, plan: Plan) -> bool:
    """Whether the scales are chosen anew: again and again, and for the last time near the end."""
    few_bits = number >= plan.few_bits * plan.steps
    return (few_bits and number % plan.renew == 0) or number == plan.steps - plan.renew // 4


def pace(number: int, plan: Plan) -> float:
    """Return the rate of a step, Adam's correction of its first means included."""
    rate = plan.rate * min(1, (number + 1) / plan.warm) * (1 - number / plan.steps)
    one, two = DECAY
    return rate * math.sqrt(1 - two ** (number + 1)) / (1 - one ** (number + 1))


def make_lesson(heads: int, plan: Plan) -> Callable[..., tuple[Pupil, Array]]:
    """Return a step of Adam: a pupil and a batch to the pupil after it and the mean cosine before.

    With scales, it computes with few bits.
    """

    def learn(
        pupil: Pupil, batch: tuple[Array, Array], targets: Array, rate: Array, scales: Any
    ) -> tuple[Pupil, Array]:
        def loss(student: Encoder) -> tuple[Array, Array]:
            if not plan.learns_tokens:
                student = student._replace(tokens=jax.lax.stop_gradient(student.tokens))
            seen = student if scales is None else with_few_bits(student, scales, plan)
            return difference(encoding.encode(seen, *batch, heads), targets)

        (_, cosine), found = jax.value_and_grad(loss, has_aux=True)(pupil.student)
        one, two = DECAY
        slopes = jax.tree.map(lambda old, new: one * old + (1 - one) * new, pupil.slopes, found)
        squares = jax.tree.map(
            lambda old, new: two * old + (1 - two) * new * new, pupil.squares, found
        )
        student = jax.tree.map(
            lambda part, slope, square: part - rate * slope / (jnp.sqrt(square) + TINY),
            pupil.student,
            slopes,
            squares,
        )
        return Pupil(student, slopes, squares), cosine

    compiled: Callable[..., tuple[Pupil, Array]] = jax.jit(learn)
    return compiled


def difference(vectors: Array, targets: Array) -> tuple[Array, Array]:
    """How far vectors are from what they should be, and their mean cosine with it."""
    cosine = (vectors * targets).sum(1).mean()
    wanted = jax.nn.log_softmax(targets @ targets.T / TEMPERATURE, axis=1)
    found = jax.nn.log_softmax(vectors @ targets.T / TEMPERATURE, axis=1)
    divergence = (jnp.exp(wanted) * (wanted - found)).sum(1).mean()
    return 1 - cosine + LIKENESS * divergence, cosine


def random_batches(texts: Sequence[Sequence[Sequence[int]]], plan: Plan) -> Iterator[Batch]:
    """So many batches of texts of about the same length, in an order that is always the same."""
    chance = np.random.default_rng(18)
    left = plan.steps
    while left:
        order = chance.permutation(len(texts))
        pool = plan.batch * 32
        batches: list[list[int]] = []
        for start in range(0, len(order), pool):
            rows = sorted(order[start : start + pool].tolist(), key=lambda row: len(texts[row][0]))
            batches += [rows[at : at + plan.batch] for at in range(0, len(rows), plan.batch)]
        full = [rows for rows in batches if len(rows) == plan.batch] or batches
        for at in chance.permutation(len(full))[:left]:
            yield make_batch(texts, full[at], chance)
            left -= 1


def make_batch(
    texts: Sequence[Sequence[Sequence[int]]], rows: Sequence[int], chance: np.random.Generator
) -> Batch:
    """Return the batch of these texts, each in one of its vocabularies."""
    told = [texts[row][int(chance.integers(len(texts[row])))] for row in rows]
    batch = encoding.make_batch(told, range(len(told)), STEP)
    return batch._replace(rows=np.asarray(rows))


def matrices(student: Encoder, plan: Plan) -> Iterator[tuple[tuple[str, ...], int]]:
    """Where the matrices of few bits are in a student, and the bits of each."""
    if plan.learns_tokens:
        yield ("tokens",), plan.token_bits
    if student.widen is not None:
        yield ("widen", "weight"), SIDE_BITS
    yield ("project",), SIDE_BITS
    for layer in range(len(student.layers)):
        for name, part in student.layers[layer]._asdict().items():
            if isinstance(part, Linear):
                yield ("layers", str(layer), name, "weight"), plan.bits


def find_scales(student: Encoder, plan: Plan) -> tuple[Array, ...]:
    """For each of `matrices`, the groups' scales of the least error."""
    found = []
    for path, its_bits in matrices(student, plan):
        matrix = at(student, path)
        groups = matrix.reshape(len(matrix), -1, GROUP)
        found.append(scales_of(groups, its_bits))
    return tuple(found)


@partial(jax.jit, static_argnums=1)
def scales_of(groups: Array, bits: int) -> Array:
    """Return the best scale of each group; where JAX computes, because they are many."""
    return best_scales(groups, bits, jnp.ones(GROUP, jnp.float32))


def with_few_bits(student: Encoder, scales: Sequence[Array], plan: Plan) -> Encoder:
    """Return the student as its file will have it; gradients pass as if nothing were rounded."""
    for (path, its_bits), scale in zip(matrices(student, plan), scales, strict=True):
        matrix = at(student, path)
        groups = matrix.reshape(*scale.shape, GROUP)
        lowest = -(1 << (its_bits - 1))
        codes = jnp.clip(jnp.rint(groups / scale[..., None]), lowest, -lowest - 1)
        rounded = (codes * scale[..., None]).reshape(matrix.shape)
        student = put(student, path, matrix + jax.lax.stop_gradient(rounded - matrix))
    return student


def code(student: Encoder, scales: Sequence[Array], plan: Plan) -> Encoder:
    """Return the student with `Coded` matrices, everything else as numpy arrays."""
    student = jax.tree.map(np.asarray, student)
    for (path, its_bits), found in zip(matrices(student, plan), scales, strict=True):
        matrix, scale = at(student, path), np.asarray(found).astype(np.float16)
        groups = matrix.reshape(*scale.shape, GROUP)
        codes = nearest(groups, scale.astype(np.float32)[..., None], its_bits)
        coded = Coded(codes.reshape(matrix.shape).astype(np.int8), scale, its_bits)
        student = put(student, path, coded)
    return student


def at(tree: Any, path: Sequence[str]) -> Any:
    """Return what lies at a path of field names and numbers."""
    for name in path:
        tree = tree[int(name)] if name.isdigit() else getattr(tree, name)
    return tree


def put(tree: Any, path: Sequence[str], value: Any) -> Any:
    """Return the tree with something else at a path."""
    if not path:
        return value
    name, *rest = path
    if name.isdigit():
        place = int(name)
        return (*tree[:place], put(tree[place], rest, value), *tree[place + 1 :])
    return tree._replace(**{name: put(getattr(tree, name), rest, value)})
