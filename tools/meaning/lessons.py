"""What an encoder learns from: texts, pieces of them, slips of the finger, and the right vectors.

The teacher reads every text as it should be. Who learns reads it as somebody typed it, with the
tokens that a browser has, or with all of them: so it copes with both, and a site may add tokens.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.meaning.gathering import piece
from tools.meaning.tokens import Tokeniser
from tools.meaning.weights import Array

SLIPS = 0.15
"""For this share of the texts and pieces, another one with a slip of the finger."""
SHORTEST_WORD = 4
"""Characters of a word in which a finger slips."""
BESIDE = {
    key: row[at - 1 : at] + row[at + 1 : at + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for at, key in enumerate(row)
}
"""The keys to the left and right of a key."""


@dataclass(frozen=True)
class Lessons:
    """What is learnt."""

    texts: Sequence[Sequence[Sequence[int]]]
    """The tokens of each text, in each of the vocabularies."""
    which: Sequence[int]
    """The row of its vector in `vectors`, for each text."""
    vectors: Array
    """The right vectors, of length 1."""


def vary(texts: Sequence[str], pieces: float) -> tuple[list[str], list[str], list[int]]:
    """Return what the teacher reads, what is read by who learns, and which of the first each is.

    `pieces` is how many pieces there are for each text, on average.
    """
    chance = random.Random(81)  # noqa: S311
    clean = list(texts)
    clean += [each for text in texts if (each := chosen_piece(text, pieces, chance))]
    typed, which = list(clean), list(range(len(clean)))
    for row, text in enumerate(clean):
        if chance.random() < SLIPS and (wrong := slip(text, chance)) != text:
            typed.append(wrong)
            which.append(row)
    return clean, typed, which


def chosen_piece(text: str, pieces: float, chance: random.Random) -> str:
    """Return a piece of a text; nothing if it is too short, or chance has it so."""
    return piece(text, chance) if chance.random() < pieces else ""


def slip(text: str, chance: random.Random) -> str:
    """Return a text with one wrong letter: dropped, doubled, swapped, or a neighbour's."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= SHORTEST_WORD and word.isalpha()]
    if not long:
        return text
    at = chance.choice(long)
    words[at] = chance.choice((drop, double, swap, neighbour))(words[at], chance)
    return " ".join(words)


def drop(word: str, chance: random.Random) -> str:
    """Leave out a letter."""
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def double(word: str, chance: random.Random) -> str:
    """Type a letter twice."""
    at = chance.randrange(len(word))
    return word[: at + 1] + word[at:]


def swap(word: str, chance: random.Random) -> str:
    """Type two letters in the wrong order."""
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def neighbour(word: str, chance: random.Random) -> str:
    """Type the key beside a letter's."""
    at = chance.randrange(len(word))
    keys = BESIDE.get(word[at].lower(), "")
    return word[:at] + chance.choice(keys) + word[at + 1 :] if keys else word


def tokens_of(
    texts: Sequence[str], tokenisers: Sequence[Tokeniser], most: int
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the tokens of each text in each vocabulary, once where they are the same."""
    for text in texts:
        yield tuple(dict.fromkeys(tuple(each.ids(text, most)) for each in tokenisers))
