"""A made-up model for tests: files of the right form, with random weights, a few hundred kB.

Two layers of width 64, 40 tokens and vectors of 32 numbers. It knows nothing, but the same words
give the same vectors, and texts that share words tend to be near each other.
"""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from threadbook.meaning.packing import planes_of

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] the a i is what how can my do when after first second third client "
    "contract refund pay paid money proposal interview accept decline work job get answer question "
    "? . , ##s ##ed ##ing ##und"
).split()
WIDTH, INNER, HEADS, LAYERS, OUTPUTS, NARROW = 64, 128, 4, 2, 32, 32
GROUP = 32
BUILD_POSITIONS, POSITIONS = 128, 64


def write_package(folder: Path, languages: tuple[str, ...] = ("en",), seed: int = 1) -> Path:
    """Write a package `threadbook_meaning` below a folder; put that on `sys.path` to install it."""
    package = folder / "threadbook_meaning"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text('"""Made-up models."""\n', "utf-8")
    for language in languages:
        write_model(package / language, language, seed)
    return folder


def write_model(folder: Path, language: str = "en", seed: int = 1) -> Path:
    """Write the files of a model and their manifest; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    tokens = _numbers(rng, len(WORDS), WIDTH)
    layers = [_layer(rng) for _ in range(LAYERS)]
    project = _numbers(rng, OUTPUTS, WIDTH)
    positions = 0.02 * _numbers(rng, BUILD_POSITIONS, WIDTH)
    narrow, widen = _numbers(rng, len(WORDS), NARROW), _numbers(rng, WIDTH, NARROW)
    vocabulary = "\n".join(WORDS).encode()
    files = {
        "tokens.txt": vocabulary,
        "browser-tokens.txt": vocabulary,
        "build-layers.bin": _layers(layers, positions, project, 8),
        "build-tokens.bin": _tokens(tokens, 8),
        "encoder3.bin": _layers(layers, positions[:POSITIONS], project, 3),
        "encoder4.bin": _layers(layers, positions[:POSITIONS], project, 4),
        "encoder-tokens.bin": _tokens(tokens, 3),
        "student.bin": _layers(layers[:1], positions[:POSITIONS], project, 3, widen),
        "student-tokens.bin": _tokens(narrow, 3),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = {
        "format": 2,
        "name": "tiny",
        "language": language,
        "dimensions": OUTPUTS,
        "positions": POSITIONS,
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


Numbers = npt.NDArray[np.float32]
Layer = list[Numbers]


def _numbers(rng: np.random.Generator, rows: int, width: int) -> Numbers:
    return rng.standard_normal((rows, width)).astype(np.float32) / np.float32(width**0.5)


def _layer(rng: np.random.Generator) -> Layer:
    sizes = [(WIDTH, WIDTH)] * 4 + [(INNER, WIDTH), (WIDTH, INNER)]
    return [_numbers(rng, *size) for size in sizes]


def _halves(values: npt.ArrayLike) -> bytes:
    return np.asarray(values).astype("<f2").tobytes()


def _quantised(matrix: Numbers, bits: int) -> tuple[bytes, bytes]:
    """Return scales and planes, by rounding to the nearest."""
    groups = matrix.reshape(-1, GROUP)
    low = -(1 << (bits - 1))
    scales = (np.abs(groups).max(axis=1) / -low).astype("<f2")
    numbers = np.clip(np.rint(groups / scales.astype(np.float32)[:, None]), low, -low - 1)
    return scales.tobytes(), planes_of(numbers.astype(np.int8), bits)


def _matrix(matrix: Numbers, bits: int) -> bytes:
    scales, planes = _quantised(matrix, bits)
    return scales + _halves(np.zeros(len(matrix))) + planes


def _norm() -> bytes:
    return _halves(np.ones(WIDTH)) + _halves(np.zeros(WIDTH))


def _layers(
    layers: list[Layer],
    positions: Numbers,
    project: Numbers,
    bits: int,
    widen: Numbers | None = None,
) -> bytes:
    narrow = 0 if widen is None else NARROW
    numbers = (len(layers), WIDTH, INNER, HEADS, len(positions), OUTPUTS, bits, narrow)
    content = [struct.pack("<4s8i", b"TBE1", *numbers).ljust(64, b"\0"), _halves(positions)]
    content.append(_norm())
    if widen is not None:
        content.append(_matrix(widen, 8))
    for *attention, up, down in layers:
        content += [_matrix(each, bits) for each in attention]
        content += [_norm(), _matrix(up, bits), _matrix(down, bits), _norm()]
    return b"".join([*content, _matrix(project, 8)])


def _tokens(matrix: Numbers, bits: int) -> bytes:
    head = struct.pack("<4s3i", b"TBT1", len(matrix), matrix.shape[1], bits).ljust(64, b"\0")
    return head + b"".join(_quantised(matrix, bits))
