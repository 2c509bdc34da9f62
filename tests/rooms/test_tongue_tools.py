"""The program that makes the models of other languages: a short run on a made-up model."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from tools.meaning import tongues
from tools.meaning.coding import round_to_bits, values
from tools.meaning.gptq import round_matrix
from tools.meaning.wheel import PACKED, read_wheel

from threadbook.meaning import read_model

WIDTH, HEADS, LAYERS, PLACES = 64, 4, 2, 130
LETTERS = "abcdefghijklmnopqrstuvwxyzäöü?.:"
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "▁query", "▁geld", "▁dinero", *LETTERS)


def pack(numbers: np.ndarray) -> bytes:
    """Write a matrix as the wheel does."""
    groups = numbers.reshape(-1, 32)
    packed = np.zeros(len(groups), PACKED)
    packed["scale"] = np.abs(groups).max(axis=1) / 7
    codes = np.rint(groups / packed["scale"].astype(np.float32)[:, None]).astype(np.int8) + 8
    codes = codes.clip(0, 15).astype(np.uint8)
    packed["codes"] = codes[:, :16] | codes[:, 16:] << 4
    return packed.tobytes()


def make_wheel(file: Path, epsilon: float = 1e-12) -> Path:
    """Write a file with random weights."""
    random = np.random.default_rng(5)
    shapes = {"q": (1, 1), "k": (1, 1), "v": (1, 1), "ao": (1, 1), "fi": (4, 1), "fo": (1, 4)}
    arrays: dict[str, bytes] = {}

    def add(name: str, *shape: int, is_packed: bool = False) -> None:
        numbers = random.standard_normal(shape).astype(np.float32) / 8
        arrays[name] = pack(numbers) if is_packed else numbers.tobytes()

    add("emb.word", len(PIECES), WIDTH, is_packed=True)
    add("emb.pos", PLACES, WIDTH)
    add("emb.type", 2, WIDTH)
    norms = [
        "emb.ln",
        *(f"l{number}.{name}" for number in range(LAYERS) for name in ("aln", "oln")),
    ]
    for name in norms:
        arrays[f"{name}.w"] = np.ones(WIDTH, np.float32).tobytes()
        add(f"{name}.b", WIDTH)
    for number in range(LAYERS):
        for name, (outputs, inputs) in shapes.items():
            add(f"l{number}.{name}.w", outputs * WIDTH, inputs * WIDTH, is_packed=True)
            add(f"l{number}.{name}.b", outputs * WIDTH)
    names = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *map(len, names)]).astype("<u4")
    head = struct.pack(
        "<4sI7ifi", b"E5S1", 1, WIDTH, LAYERS, HEADS, 4 * WIDTH, len(PIECES), PLACES, 2, epsilon, 32
    )
    scores = np.linspace(-1, -9, len(PIECES), dtype="<f4")
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, starts[-1]) + starts.tobytes()
    head += scores.tobytes() + b"".join(names)
    head += struct.pack("<iIIBI", 1, 9, ord("Ａ"), 1, ord("A"))
    size = len(head) + 4 + sum(2 + len(name) + 21 for name in arrays)
    entries, content = struct.pack("<i", len(arrays)), b""
    for name, array in arrays.items():
        entry = struct.pack("<BIQQ", 0, len(array), size + len(content), len(array))
        entries += struct.pack("<H", len(name)) + name.encode() + entry
        content += array
    file.write_bytes(head + entries + content)
    return file


def test_the_wheels_file_is_read(tmp_path: Path) -> None:
    model = read_wheel(make_wheel(tmp_path / "model.bin"))
    assert model.pieces == PIECES
    assert (model.first, model.last, model.unknown) == (0, 2, 3)
    assert model.changes == {"Ａ": "A"}
    assert model.encoder.tokens.shape == (len(PIECES), WIDTH)
    assert model.encoder.positions.shape == (PLACES, WIDTH)
    layer = model.encoder.layers[1]
    assert layer.up.weight.shape == (4 * WIDTH, WIDTH)
    assert layer.down.weight.shape == (WIDTH, 4 * WIDTH)
    random = np.random.default_rng(5).standard_normal((len(PIECES), WIDTH)) / 8
    assert np.abs(model.encoder.tokens - random).max() < 0.05


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can be read"):
        read_wheel(make_wheel(tmp_path / "model.bin", epsilon=1e-5))
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(80))
    with pytest.raises(ValueError, match="is not a model"):
        read_wheel(tmp_path / "other.bin")


def test_what_a_column_loses_goes_to_the_others() -> None:
    random = np.random.default_rng(2)
    matrix = random.standard_normal((48, 64)).astype(np.float32)
    inputs = random.standard_normal((500, 8)) @ random.standard_normal((8, 64))
    inputs += 0.1 * random.standard_normal((500, 64))
    wanted = inputs @ matrix.T

    def error(rounded: np.ndarray) -> float:
        return float(((inputs @ rounded.T - wanted) ** 2).mean())

    nearest = error(values(round_to_bits(matrix, 3)))
    assert error(values(round_matrix(matrix, inputs.T @ inputs, 3))) < nearest / 4


def test_a_short_run_makes_models_that_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tongues, "DIMENSIONS", 32)
    rows = [number for number in range(len(PIECES)) if number != 1]
    monkeypatch.setattr(tongues, "choose_all", lambda _, texts: dict.fromkeys(texts, rows))
    sentences = tmp_path / "sentences"
    sentences.mkdir()
    for name in tongues.LANGUAGES.values():
        lines = "\n".join(f"geld dinero {name} {number * 'ab'}." for number in range(40))
        (sentences / f"tatoeba.{name}-eng.{name}").write_text(lines, "utf-8")
    wheel = make_wheel(tmp_path / "model.bin")
    package = tmp_path / "package"
    told = {"wheel": wheel, "sentences": sentences, "work": tmp_path / "work", "package": package}
    tongues.main([f"--{name}={value}" for name, value in told.items()])
    model = read_model(package / "de")
    assert (model.dimensions, model.prefix, model.has_pieces) == (32, "query: ", True)
    one, same, other = model.encode(["geld", "geld", "dinero?"])
    assert one @ same == pytest.approx(1, abs=1e-5)
    assert one @ other < 0.99
    assert model.encode_question("geld") == pytest.approx(one, abs=1e-5)
    manifest = json.loads((package / "ja" / "manifest.json").read_text("utf-8"))
    assert manifest["language"] == "ja"
    assert len(manifest["model"]["sha256"]) == 64
