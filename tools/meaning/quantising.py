"""The layers of an encoder with few bits a weight: by GPTQ for what texts bring, or by rounding."""

from collections.abc import Iterable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from tools.meaning import encoding
from tools.meaning.coding import round_to_bits, values
from tools.meaning.gptq import gptq, second_moments
from tools.meaning.weights import Array, Encoder, Layer, Linear, with_parts

STEP = 16
"""Texts are filled up to a multiple of so many tokens, so that few shapes are compiled."""

attend = jax.jit(encoding.attend, static_argnames="heads")
add_attention = jax.jit(encoding.add_attention)
widened = jax.jit(encoding.widened)
add_feed = jax.jit(encoding.add_feed)

States = list[tuple[Array, Array]]
"""For each batch, the states of its tokens and its mask."""


def quantise(
    encoder: Encoder, texts: Sequence[Sequence[int]], heads: int, bits: int
) -> tuple[Layer, ...]:
    """Return the layers with few bits, each made for what the ones before it now give."""
    ready = jax.tree.map(jnp.asarray, encoder)
    states: States = [
        (encoding.embed(ready, batch.ids), batch.mask)
        for batch in encoding.batches(texts, 64, STEP)
    ]
    layers = []
    for layer in encoder.layers:
        coded, states = quantise_layer(layer, states, heads, bits)
        layers.append(coded)
    return tuple(layers)


def quantise_layer(layer: Layer, states: States, heads: int, bits: int) -> tuple[Layer, States]:
    """One layer and the states after it."""
    coded, plain = layer, layer

    def take(names: Sequence[str], inputs: Iterable[Array]) -> None:
        nonlocal coded, plain
        moments = second_moments(
            np.asarray(rows)[mask > 0] for rows, (_, mask) in zip(inputs, states, strict=True)
        )
        for name in names:
            part: Linear = getattr(layer, name)
            matrix = gptq(np.asarray(part.weight), moments, bits)
            coded = with_parts(coded, {name: part._replace(weight=matrix)})
            plain = with_parts(plain, {name: part._replace(weight=values(matrix))})

    take(("query", "key", "value"), (state for state, _ in states))
    attended = [attend(plain, state, mask, heads) for state, mask in states]
    take(("output",), attended)
    states = [
        (add_attention(plain, state, rows), mask)
        for rows, (state, mask) in zip(attended, states, strict=True)
    ]
    take(("up",), (state for state, _ in states))
    take(("down",), (widened(plain, state) for state, _ in states))
    return coded, [(add_feed(plain, state, widened(plain, state)), mask) for state, mask in states]


def rounded(layers: Sequence[Layer], bits: int) -> tuple[Layer, ...]:
    """Layers with each number rounded to the nearest: good enough for 8 bits."""
    return tuple(
        with_parts(
            layer,
            {
                name: part._replace(weight=round_to_bits(np.asarray(part.weight), bits))
                for name, part in layer._asdict().items()
                if isinstance(part, Linear)
            },
        )
        for layer in layers
    )
