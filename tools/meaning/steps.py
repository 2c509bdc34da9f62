"""The steps from the public weights to the package, each from files to files.

A step reads what earlier ones left in the work folder or in the package's folder.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from tools.meaning import distilling, encoding, gathering, packing, quantising, vocabulary
from tools.meaning.coding import decode, round_to_bits, values
from tools.meaning.distilling import Plan
from tools.meaning.tokens import Tokeniser
from tools.meaning.weights import Array, Encoder, Teacher, read_teacher

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sizes:
    """How large everything becomes."""

    dimensions: int = 256
    """Numbers of a vector."""
    positions: int = 64
    """Tokens of a question at most, in the browser."""
    build_positions: int = 128
    """Tokens of a document's text at most."""
    browser_tokens: int = 12_000
    token_bits: int = 3
    encoder_bits: tuple[int, ...] = (3, 4)
    build_bits: int = 8
    build_token_bits: int = 6
    student_width: int = 128
    calibration: int = 3_000
    """Texts that the quantisation looks at."""
    held_out: int = 1_500
    """Texts that nothing is learnt from: the last ones."""
    taught: int = 51_200
    """Texts that the student learns from, at most."""
    plan: Plan = field(default_factory=lambda: Plan(steps=2_400))


@dataclass(frozen=True)
class Workshop:
    """The folders and what is read from them, once."""

    weights: Path
    work: Path
    package: Path
    sizes: Sizes
    say: Say

    @cached_property
    def teacher(self) -> Teacher:
        """The public model."""
        return read_teacher(self.weights)

    @cached_property
    def corpus(self) -> gathering.Corpus:
        """The texts."""
        return gathering.read(self.work / "texts.json")

    @property
    def learnt(self) -> tuple[str, ...]:
        """The texts that may be learnt from."""
        return self.corpus.texts[: -self.sizes.held_out]

    @property
    def held_out(self) -> tuple[str, ...]:
        """The texts that results are measured on."""
        return self.corpus.texts[-self.sizes.held_out :]

    @cached_property
    def projection(self) -> Array:
        """From the teacher's width to the vectors'."""
        return np.load(self.work / "projection.npy")

    @cached_property
    def rows(self) -> list[int]:
        """Rows of the teacher's vocabulary that browsers have."""
        at = {token: row for row, token in enumerate(self.teacher.vocabulary)}
        return [at[token] for token in read_lines(self.package / "browser-tokens.txt")]

    def ids(self, texts: tuple[str, ...], names: str, most: int) -> list[list[int]]:
        """Return the texts as rows of the package's vocabulary of that name."""
        tokeniser = Tokeniser(read_lines(self.package / names))
        return [tokeniser.ids(text, most) for text in texts]


def teach(shop: Workshop) -> None:
    """Write the teacher's vectors of the texts, and the projection that keeps most of them."""
    write_lines(shop.package / "tokens.txt", shop.teacher.vocabulary)
    texts = shop.learnt[: shop.sizes.taught]
    ids = shop.ids(texts, "tokens.txt", shop.sizes.positions)
    found = []
    for start in range(0, len(ids), 12_800):
        part = ids[start : start + 12_800]
        found.append(encoding.vectors(shop.teacher.encoder, part, shop.teacher.heads))
        shop.say(f"taught {start + len(part)} of {len(ids)} texts")
    vectors = np.concatenate(found)
    np.save(shop.work / "taught.npy", vectors.astype(np.float16))
    np.save(shop.work / "projection.npy", principal(vectors, shop.sizes.dimensions))


def principal(vectors: Array, dimensions: int) -> Array:
    """Return the directions that keep most of the vectors, as rows.

    The largest number of each is positive. Nothing is centred: cosines are between the vectors
    themselves, not between their distances from a mean.
    """
    wide = vectors.astype(np.float64)
    _, directions = np.linalg.eigh(wide.T @ wide)
    rows = directions[:, ::-1][:, :dimensions].T
    largest = np.take_along_axis(rows, np.abs(rows).argmax(1)[:, None], 1)
    return np.ascontiguousarray(rows * np.sign(largest), np.float32)


def prune(shop: Workshop) -> None:
    """Write the browser's vocabulary, and its tokens at few bits."""
    rows = vocabulary.prune(shop.teacher.vocabulary, shop.learnt, shop.sizes.browser_tokens)
    write_lines(shop.package / "browser-tokens.txt", [shop.teacher.vocabulary[row] for row in rows])
    tokens = round_to_bits(shop.teacher.encoder.tokens[rows], shop.sizes.token_bits)
    write_bytes(shop, "encoder-tokens.bin", packing.tokens_file(tokens))


def quantise(shop: Workshop) -> None:
    """Write the browser's layers, by GPTQ, for its tokens of few bits."""
    tokens = packing.read_tokens((shop.package / "encoder-tokens.bin").read_bytes())
    encoder = shop.teacher.encoder._replace(tokens=values(tokens))
    texts = shop.learnt[: shop.sizes.calibration]
    ids = shop.ids(texts, "browser-tokens.txt", shop.sizes.positions)
    for bits in shop.sizes.encoder_bits:
        layers = quantising.quantise(encoder, ids, shop.teacher.heads, bits)
        write_layers(shop, f"encoder{bits}.bin", encoder._replace(layers=layers))


def build(shop: Workshop) -> None:
    """Write the layers and tokens for documents' vectors, each number rounded to the nearest."""
    layers = quantising.rounded(shop.teacher.encoder.layers, shop.sizes.build_bits)
    encoder = shop.teacher.encoder._replace(layers=layers)
    write_layers(shop, "build-layers.bin", encoder, shop.sizes.build_positions)
    tokens = round_to_bits(shop.teacher.encoder.tokens, shop.sizes.build_token_bits)
    write_bytes(shop, "build-tokens.bin", packing.tokens_file(tokens))


def write_layers(shop: Workshop, name: str, encoder: Encoder, positions: int = 0) -> None:
    """Write a TBE1 file, with the projection."""
    whole = encoder._replace(project=round_to_bits(shop.projection, packing.SIDE_BITS))
    places = positions or shop.sizes.positions
    write_bytes(shop, name, packing.layers_file(whole, shop.teacher.heads, places))


def distil(shop: Workshop) -> None:
    """Write the student's files."""
    plan = shop.sizes.plan
    vectors = np.load(shop.work / "taught.npy").astype(np.float32)
    ids = shop.ids(shop.learnt[: len(vectors)], "browser-tokens.txt", shop.sizes.positions)
    counts = Counter(row for text in ids for row in text)
    begun = distilling.begin(
        shop.teacher.encoder._replace(
            positions=shop.teacher.encoder.positions[: shop.sizes.positions]
        ),
        shop.rows,
        np.array([counts[row] for row in range(len(shop.rows))]),
        shop.sizes.student_width,
        shop.projection,
    )
    running = 0.0

    def report(number: int, cosine: float) -> None:
        nonlocal running
        running = cosine if number == 1 else 0.98 * running + 0.02 * cosine
        if number % 50 == 0 or number == plan.steps:
            shop.say(f"step {number} of {plan.steps}: cosine {running:.4f}")

    lessons = distilling.Lessons(ids, unit(vectors @ shop.projection.T))
    heads = shop.teacher.heads
    student = distilling.distil(begun, lessons, heads, plan, report)
    write_bytes(shop, "student.bin", packing.layers_file(student, heads, shop.sizes.positions))
    write_bytes(shop, "student-tokens.bin", packing.tokens_file(student.tokens))


def unit(vectors: Array) -> Array:
    """Each row at length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def finish(shop: Workshop) -> None:
    """Write the manifest: every file's size and hash, the model's, where the texts are from."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(shop.package.iterdir())
        if path.name != "manifest.json"
    }
    manifest = {
        "format": 1,
        "name": "all-MiniLM-L6-v2",
        "language": "en",
        "dimensions": shop.sizes.dimensions,
        "positions": shop.sizes.positions,
        "files": files,
        "model": {
            "project": "sentence-transformers/all-MiniLM-L6-v2",
            "licence": "Apache-2.0",
            "sha256": sha256(shop.weights / "model.safetensors"),
        },
        "texts": [asdict(taken) for taken in shop.corpus.taken],
        "sizes": asdict(shop.sizes),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (shop.package / "manifest.json").write_text(text + "\n", "utf-8", newline="\n")


def measure(shop: Workshop) -> None:
    """Say the cosine of each encoder's vectors with the teacher's, on texts held out."""
    full = shop.ids(shop.held_out, "tokens.txt", shop.sizes.positions)
    heads = shop.teacher.heads
    wanted = encoding.vectors(shop.teacher.encoder, full, heads)
    wanted = unit(wanted @ shop.projection.T)
    browser = shop.ids(shop.held_out, "browser-tokens.txt", shop.sizes.positions)
    same = np.array([len(one) == len(other) for one, other in zip(full, browser, strict=True)])
    for layers, tokens, ids in encoders(shop, full, browser):
        encoder, its_heads = packing.read_encoder(
            (shop.package / layers).read_bytes(), (shop.package / tokens).read_bytes()
        )
        cosines = (encoding.vectors(decode(encoder), ids, its_heads) * wanted).sum(1)
        shop.say(
            f"{layers}: cosine {cosines.mean():.4f} (lowest {cosines.min():.4f}), where all words "
            f"are known {cosines[same].mean():.4f} (lowest {cosines[same].min():.4f})"
        )


def encoders(
    shop: Workshop, full: list[list[int]], browser: list[list[int]]
) -> list[tuple[str, str, list[list[int]]]]:
    """Return the package's encoders: layers, tokens, and the texts in their tokens."""
    return [
        ("build-layers.bin", "build-tokens.bin", full),
        *(
            (f"encoder{bits}.bin", "encoder-tokens.bin", browser)
            for bits in shop.sizes.encoder_bits
        ),
        ("student.bin", "student-tokens.bin", browser),
    ]


def write_bytes(shop: Workshop, name: str, content: bytes) -> None:
    """Write a file of the package."""
    (shop.package / name).write_bytes(content)
    shop.say(f"{name}: {len(content):,} bytes")


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a line for each token."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")


def read_lines(path: Path) -> list[str]:
    """Return the tokens of a file."""
    return path.read_text("utf-8").splitlines()


def sha256(path: Path) -> str:
    """Return a file's hash."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
