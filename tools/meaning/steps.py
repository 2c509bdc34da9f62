"""The steps from the public weights to the package, each from files to files.

A step reads what earlier ones left in the work folder or in the package's folder.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from tools.meaning import (
    distilling,
    encoding,
    gathering,
    lessons,
    packing,
    vocabulary,
)
from tools.meaning.coding import decode, round_to_bits, values
from tools.meaning.distilling import Plan
from tools.meaning.lessons import Lessons
from tools.meaning.tokens import Tokeniser
from tools.meaning.weights import Array, Encoder, Layer, Linear, Teacher, read_teacher, with_parts

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
    held_out: int = 1_500
    """Texts that nothing is learnt from: the last ones."""
    projected: int = 51_200
    """Texts by which the projection is chosen, at most."""
    pieces: float = 0.5
    """How many pieces of texts are learnt for each text."""
    encoder_plan: Plan = field(
        default_factory=lambda: Plan(steps=30_000, rate=3e-4, few_bits=0, warm=300)
    )
    student_plan: Plan = field(default_factory=lambda: Plan(steps=30_000, warm=100))


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
    def reader(self) -> tuple[Encoder, int]:
        """What reads documents, and its heads: questions are to be read as it reads them."""
        layers, tokens = (self.package / f"build-{each}.bin" for each in ("layers", "tokens"))
        encoder, heads = packing.read_encoder(layers.read_bytes(), tokens.read_bytes())
        return decode(encoder), heads

    @cached_property
    def browser_tokens(self) -> list[str]:
        """All tokens: first those that each browser has, then those that a site may add."""
        first = read_lines(self.package / "browser-tokens.txt")
        known = set(first)
        every = read_lines(self.package / "tokens.txt")
        return [*first, *(token for token in every if token not in known)]

    @cached_property
    def rows(self) -> list[int]:
        """Return the rows of `browser_tokens` in the reader's vocabulary."""
        at = {token: row for row, token in enumerate(read_lines(self.package / "tokens.txt"))}
        return [at[token] for token in self.browser_tokens]

    @cached_property
    def tokenisers(self) -> tuple[Tokeniser, Tokeniser]:
        """Of the tokens that each browser has, and of all; both in the order of the latter."""
        least = read_lines(self.package / "browser-tokens.txt")
        return Tokeniser(least), Tokeniser(self.browser_tokens)

    def ids(self, texts: Sequence[str], names: str, most: int) -> list[list[int]]:
        """Return the texts as rows of the package's vocabulary of that name."""
        tokeniser = Tokeniser(read_lines(self.package / names))
        return [tokeniser.ids(text, most) for text in texts]


def project(shop: Workshop) -> None:
    """Write the public model's tokens, and the projection that keeps most of its vectors."""
    write_lines(shop.package / "tokens.txt", shop.teacher.vocabulary)
    texts = shop.learnt[: shop.sizes.projected]
    ids = shop.ids(texts, "tokens.txt", shop.sizes.positions)
    vectors = encoding.vectors(shop.teacher.encoder, ids, shop.teacher.heads)
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
    """Write the vocabulary that each browser has."""
    rows = vocabulary.prune(shop.teacher.vocabulary, shop.learnt, shop.sizes.browser_tokens)
    write_lines(shop.package / "browser-tokens.txt", [shop.teacher.vocabulary[row] for row in rows])


def build(shop: Workshop) -> None:
    """Write the layers and tokens for documents' vectors, each number rounded to the nearest."""
    layers = rounded(shop.teacher.encoder.layers, shop.sizes.build_bits)
    projection = round_to_bits(shop.projection, packing.SIDE_BITS)
    encoder = shop.teacher.encoder._replace(layers=layers, project=projection)
    heads = shop.teacher.heads
    content = packing.layers_file(encoder, heads, shop.sizes.build_positions)
    write_bytes(shop, "build-layers.bin", content)
    tokens = round_to_bits(shop.teacher.encoder.tokens, shop.sizes.build_token_bits)
    write_bytes(shop, "build-tokens.bin", packing.tokens_file(tokens))
    ids = shop.ids(shop.held_out, "tokens.txt", shop.sizes.positions)
    wanted = encoding.vectors(shop.teacher.encoder._replace(project=shop.projection), ids, heads)
    cosines = (encoding.vectors(shop.reader[0], ids, heads) * wanted).sum(1)
    shop.say(f"build-layers.bin: cosine {cosines.mean():.4f} with the public model")


def rounded(layers: Sequence[Layer], bits: int) -> tuple[Layer, ...]:
    """Return layers with each number rounded to the nearest: good enough for 8 bits."""
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


def teach(shop: Workshop) -> None:
    """Write what is learnt: texts as they were typed, and the right vectors."""
    clean, typed, which = lessons.vary(shop.learnt, shop.sizes.pieces)
    encoder, heads = shop.reader
    ids = shop.ids(clean, "tokens.txt", shop.sizes.positions)
    vectors = encoding.vectors(encoder, ids, heads, 256)
    np.save(shop.work / "taught.npy", vectors.astype(np.float16))
    (shop.work / "typed.json").write_text(json.dumps([typed, which]), "utf-8")
    shop.say(f"taught {len(typed)} texts by {len(clean)} vectors")


def read_lessons(shop: Workshop) -> Lessons:
    """Return what `teach` wrote, in tokens."""
    typed, which = json.loads((shop.work / "typed.json").read_text("utf-8"))
    texts = list(lessons.tokens_of(typed, shop.tokenisers, shop.sizes.positions))
    return Lessons(texts, which, np.load(shop.work / "taught.npy"))


def tune(shop: Workshop) -> None:
    """Write the browser's encoders. All of them share the tokens of the first."""
    encoder, heads = shop.reader
    encoder = encoder._replace(
        tokens=encoder.tokens[shop.rows], positions=encoder.positions[: shop.sizes.positions]
    )
    told = read_lessons(shop)
    for number, bits in enumerate(shop.sizes.encoder_bits):
        plan = replace(shop.sizes.encoder_plan, bits=bits, learns_tokens=not number)
        learnt = distilling.distil(encoder, told, heads, plan, reporter(shop, plan))
        write_layers(shop, f"encoder{bits}.bin", learnt, heads)
        if plan.learns_tokens:
            write_bytes(shop, "encoder-tokens.bin", packing.tokens_file(learnt.tokens))
            encoder = encoder._replace(tokens=values(learnt.tokens))


def distil(shop: Workshop) -> None:
    """Write the student's files."""
    encoder, heads = shop.reader
    encoder = encoder._replace(positions=encoder.positions[: shop.sizes.positions])
    told = read_lessons(shop)
    counts = Counter(row for text in told.texts for row in text[0])
    begun = distilling.begin(
        encoder,
        shop.rows,
        np.array([counts[row] for row in range(len(shop.rows))]),
        shop.sizes.student_width,
        encoder.project,
    )
    plan = shop.sizes.student_plan
    learnt = distilling.distil(begun, told, heads, plan, reporter(shop, plan))
    write_layers(shop, "student.bin", learnt, heads)
    write_bytes(shop, "student-tokens.bin", packing.tokens_file(learnt.tokens))


def reporter(shop: Workshop, plan: Plan) -> distilling.Report:
    """Say now and then how far it is."""
    often = max(1, plan.steps // 40)

    def report(number: int, cosine: Array) -> None:
        if number % often == 0 or number in {1, plan.steps}:
            shop.say(f"step {number} of {plan.steps}: cosine {float(cosine):.4f}")

    return report


def write_layers(shop: Workshop, name: str, encoder: Encoder, heads: int) -> None:
    """Write a TBE1 file for browsers."""
    write_bytes(shop, name, packing.layers_file(encoder, heads, shop.sizes.positions))


def finish(shop: Workshop) -> None:
    """Write the manifest: every file's size and hash, the model's, where the texts are from."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(shop.package.iterdir())
        if path.name != "manifest.json"
    }
    manifest = {
        "format": 2,
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
    """Say the cosine of each encoder's vectors with the reader's, on texts held out."""
    reader, heads = shop.reader
    full = shop.ids(shop.held_out, "tokens.txt", shop.sizes.positions)
    wanted = encoding.vectors(reader, full, heads)
    for name, tokens in encoders(shop):
        encoder, its_heads = packing.read_encoder(
            (shop.package / name).read_bytes(), (shop.package / tokens).read_bytes()
        )
        for kind, tokeniser in zip(("each browser's", "all"), shop.tokenisers, strict=True):
            ids = [tokeniser.ids(text, shop.sizes.positions) for text in shop.held_out]
            cosines = (encoding.vectors(decode(encoder), ids, its_heads) * wanted).sum(1)
            lowest = cosines.min()
            shop.say(f"{name}: cosine {cosines.mean():.4f}, lowest {lowest:.4f}; {kind} tokens")


def encoders(shop: Workshop) -> list[tuple[str, str]]:
    """Return the browser's encoders: layers and tokens."""
    found = [(f"encoder{bits}.bin", "encoder-tokens.bin") for bits in shop.sizes.encoder_bits]
    return [*found, ("student.bin", "student-tokens.bin")]


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
