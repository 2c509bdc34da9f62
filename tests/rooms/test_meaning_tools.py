"""The program that makes the data for search by meaning, as a whole, on a made-up encoder.

It runs in processes of its own: JAX starts threads, and other tests fork.
"""

import hashlib
import json
import math
import os
import random
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.meaning import gathering, packing
from tools.meaning.coding import decode
from tools.meaning.sources import Source
from tools.meaning.tokens import Tokeniser
from tools.meaning.weights import Encoder, Linear, Norm, read_teacher

WIDTH, INNER, LAYERS, PLACES = 64, 128, 2, 32
LETTERS = "abcdefghij"
WORDS = [one + two for one in LETTERS for two in "aeiou"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS, *WORDS]
VOCABULARY += [f"##{part}" for part in [*LETTERS, "o", "u"]]
SIZES: dict[str, Any] = {
    "dimensions": 32,
    "positions": 16,
    "build_positions": 24,
    "browser_tokens": 70,
    "student_width": 32,
    "held_out": 20,
    "projected": 100,
    "encoder_plan": {
        "steps": 60,
        "batch": 16,
        "warm": 10,
        "renew": 20,
        "rate": 0.001,
        "few_bits": 0,
    },
    "student_plan": {"steps": 80, "batch": 16, "warm": 10, "renew": 20, "rate": 0.003},
}


def write_model(folder: Path) -> None:
    """A BERT with weights by chance, in the files that the public one has."""
    chance = np.random.default_rng(3)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.LayerNorm.bias": (WIDTH,),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        for part, (rows, columns) in {
            "attention.self.query": (WIDTH, WIDTH),
            "attention.self.key": (WIDTH, WIDTH),
            "attention.self.value": (WIDTH, WIDTH),
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH),
            "output.dense": (WIDTH, INNER),
        }.items():
            shapes |= {f"{name}{part}.weight": (rows, columns), f"{name}{part}.bias": (rows,)}
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{name}{part}.weight": (WIDTH,), f"{name}{part}.bias": (WIDTH,)}
    header: dict[str, Any] = {}
    content = b""
    for name, shape in shapes.items():
        numbers = chance.standard_normal(shape).astype("<f4") * 0.2
        if name.endswith("LayerNorm.weight"):
            numbers += 1
        header[name] = {
            "dtype": "F32",
            "shape": shape,
            "data_offsets": [len(content), len(content) + numbers.nbytes],
        }
        content += numbers.tobytes()
    head = json.dumps(header).encode()
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + content)
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in VOCABULARY), "utf-8")
    configuration = {"num_hidden_layers": LAYERS, "num_attention_heads": 2}
    (folder / "config.json").write_text(json.dumps(configuration), "utf-8")


def made_up_corpus() -> gathering.Corpus:
    chance = random.Random(5)  # noqa: S311
    lines = (" ".join(chance.choices(WORDS, k=chance.randint(3, 10))) for _ in range(140))
    source = Source("some/project", "CC0-1.0", "Nobody.", "", str.splitlines, 120)
    return gathering.collect([(source, "abc", lines)])


def make_package(base: Path) -> str:
    """Run the whole program in a folder; return what it says."""
    base.mkdir()
    write_model(base / "model")
    (base / "work").mkdir()
    (base / "sizes.json").write_text(json.dumps(SIZES), "utf-8")
    gathering.write(made_up_corpus(), base / "work" / "texts.json")
    command: list[str | Path] = [sys.executable, "-m", "tools.meaning", "all"]
    command += ["--weights", base / "model"]
    command += ["--work", base / "work", "--package", base / "en", "--sizes", base / "sizes.json"]
    compiled = {
        "XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true",
        "JAX_COMPILATION_CACHE_DIR": str(base.parent / "compiled"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env=os.environ | compiled,  # compiling takes longer than running what was compiled
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meaning")


@pytest.fixture(scope="module")
def said(base: Path) -> str:
    return make_package(base / "one")


@pytest.fixture(scope="module")
def made(base: Path, said: str) -> Path:
    assert said
    return base / "one" / "en"


def test_the_student_learns(said: str) -> None:
    cosines = [float(found) for found in re.findall(r"step \d+ of 80: cosine ([\d.]+)", said)]
    assert len(cosines) >= 2
    assert cosines[-1] > cosines[0] + 0.05, said


def test_training_with_few_bits_brings_vectors_closer(said: str) -> None:
    begun, *_, ended = re.findall(r"step \d+ of 60: cosine ([\d.]+)", said.partition("encoder3")[0])
    assert float(ended) > float(begun), said


def test_more_bits_come_closer_to_the_public_model(said: str) -> None:
    found = dict(re.findall(r"([\w-]+)\.bin: cosine ([\d.]+).* (?:all tokens|public model)", said))
    cosines = {name: float(cosine) for name, cosine in found.items()}
    assert cosines["build-layers"] > 0.999
    assert cosines["build-layers"] > cosines["encoder4"] > cosines["encoder3"] > 0.8
    assert cosines["student"] > 0.5


def test_the_manifest_tells_every_file_and_every_source(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    assert (manifest["format"], manifest["language"], manifest["dimensions"]) == (2, "en", 32)
    files = {path.name: path.read_bytes() for path in made.iterdir()}
    del files["manifest.json"]
    assert manifest["files"] == {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    }
    (source,) = manifest["texts"]
    assert source["project"] == "some/project"
    assert source["texts"] == 120
    assert not set(manifest) & {"work", "weights"}, "paths of the machine are nobody's business"


def test_the_same_input_gives_the_same_bytes(base: Path, made: Path) -> None:
    make_package(base / "two")
    first, second = made, base / "two" / "en"
    assert sorted(path.name for path in first.iterdir()) == sorted(
        path.name for path in second.iterdir()
    )
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("layers", "tokens", "names"),
    [
        ("build-layers.bin", "build-tokens.bin", "tokens.txt"),
        ("encoder3.bin", "encoder-tokens.bin", "browser-tokens.txt"),
        ("encoder4.bin", "encoder-tokens.bin", "browser-tokens.txt"),
        ("student.bin", "student-tokens.bin", "browser-tokens.txt"),
    ],
)
def test_files_are_read_back_and_fit_together(
    made: Path, layers: str, tokens: str, names: str
) -> None:
    content = (made / layers).read_bytes(), (made / tokens).read_bytes()
    encoder, heads = packing.read_encoder(*content)
    assert heads == 2
    assert len(encoder.tokens.codes) == len((made / "tokens.txt").read_text("utf-8").splitlines())
    assert len((made / names).read_text("utf-8").splitlines()) <= len(encoder.tokens.codes)
    places = struct.unpack_from("<i", content[0], 20)[0]
    assert packing.layers_file(encoder, heads, places) == content[0]
    assert packing.tokens_file(encoder.tokens) == content[1]
    assert len(encoder.project.codes) == 32


def test_a_damaged_file_is_refused(made: Path) -> None:
    layers, tokens = (made / "student.bin").read_bytes(), (made / "student-tokens.bin").read_bytes()
    for damaged in [
        (layers + b"\0", tokens),
        (layers, tokens + b"\0"),
        (b"X" + layers[1:], tokens),
    ]:
        with pytest.raises(ValueError, match="damaged"):
            packing.read_encoder(*damaged)


def test_the_files_numbers_give_what_the_program_measured(made: Path, said: str) -> None:
    """Numpy alone, from the files' bytes, text by text: the mean cosine that the program says."""
    model = made.parent / "model"
    corpus = gathering.read(made.parent / "work" / "texts.json")
    reader, _ = packing.read_encoder(
        (made / "build-layers.bin").read_bytes(), (made / "build-tokens.bin").read_bytes()
    )
    vocabulary = read_teacher(model).vocabulary
    encoder, heads = packing.read_encoder(
        (made / "encoder3.bin").read_bytes(), (made / "encoder-tokens.bin").read_bytes()
    )
    cosines = []
    for text in corpus.texts[-SIZES["held_out"] :]:
        full = Tokeniser(vocabulary).ids(text, 16)
        names = (made / "browser-tokens.txt").read_text("utf-8").splitlines()
        few = Tokeniser(names).ids(text, 16)
        wanted = encode(decode(reader), full, heads)
        found = encode(decode(encoder), few, heads)
        cosines.append(wanted @ found / np.linalg.norm(wanted) / np.linalg.norm(found))
    told, _ = re.findall(r"encoder3\.bin: cosine ([\d.]+)", said)
    assert np.mean(cosines) == pytest.approx(float(told), abs=2e-4)


def encode(encoder: Encoder, ids: list[int], heads: int) -> Any:
    """What an encoder says of one text, written again without JAX."""

    def norm(part: Norm, rows: Any) -> Any:
        centred = rows - rows.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True)) * part.scale + part.shift

    def apply(part: Linear, rows: Any) -> Any:
        return rows @ part.weight.T + part.bias

    rows = norm(encoder.norm, encoder.tokens[ids] + encoder.positions[: len(ids)])
    for layer in encoder.layers:
        parts = [apply(part, rows) for part in (layer.query, layer.key, layer.value)]
        query, key, value = (np.stack(np.split(part, heads, axis=1)) for part in parts)
        scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[2]))
        attended = np.concatenate(scores / scores.sum(-1, keepdims=True) @ value, axis=1)
        rows = norm(layer.after_attention, rows + apply(layer.output, attended))
        wide = apply(layer.up, rows)
        wide *= (1 + np.vectorize(math.erf)(wide / math.sqrt(2))) / 2
        rows = norm(layer.after, rows + apply(layer.down, wide))
    mean = rows.mean(0)
    return mean if encoder.project is None else encoder.project @ mean
