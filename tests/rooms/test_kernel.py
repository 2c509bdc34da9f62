"""The sentence encoder that browsers run: it computes what it should, and harmful files are refused."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bases import REPOSITORY
from encoders import Files, Shape, encode, make_files, pack_vectors

from threadbook.meaning import find_model
from threadbook.meaning.model import Parts

KERNEL = REPOSITORY / "theme" / "kernel"
ASSETS = REPOSITORY / "theme" / "assets"
WORDS = (
    "one",
    "two",
    "three",
    "four",
    "##teen",
    "client",
    "pay",
    "##ment",
    "?",
    "cafe",
    "東",
    "ς",
    "σ",
)


def write_files(folder: Path, files: Files) -> None:
    for name, content in zip(("layers.bin", "tokens.bin", "vocabulary.txt"), files, strict=True):
        (folder / name).write_bytes(content)


def run(folder: Path, **command: Any) -> dict[str, Any]:
    """Run the browser's encoder in Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    said = subprocess.run(
        [node, REPOSITORY / "tests" / "search" / "run_encoder.mjs"],
        input=json.dumps({"assets": str(ASSETS), "folder": str(folder)} | command),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


SHAPES = {
    "as real ones": Shape(),
    "a student with narrow tokens": Shape(layers=1, token_width=32, bits=4, token_bits=2),
    "without outputs": Shape(outputs=0, bits=8, token_bits=8),
    "one head and one bit": Shape(layers=1, heads=1, bits=1, token_bits=1),
    "wide tokens, few positions": Shape(width=32, inner=32, heads=8, positions=5, token_width=64),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_vectors_and_cosines_are_those_of_the_plain_reference(tmp_path: Path, shape: Shape) -> None:
    files = make_files(WORDS, shape)
    write_files(tmp_path, files)
    random = np.random.default_rng(3)
    sizes = [size for size in (2, 3, 4, 5, 9, 16, 24) if size <= shape.positions]
    ids = [[2, *random.integers(0, len(WORDS) + 4, size - 2).tolist(), 3] for size in sizes]
    documents = random.normal(size=(7, shape.outputs or shape.width))
    documents /= np.linalg.norm(documents, axis=1, keepdims=True)
    documents[3] = 0
    (tmp_path / "vectors.bin").write_bytes(pack_vectors(documents))
    said = run(tmp_path, ids=ids, vectors=len(documents))
    wanted = [encode(files, each) for each in ids]
    for found, vector in zip(said["vectors"], wanted, strict=True):
        assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
        assert np.dot(found, vector) >= 0.9999
    assert said["cosines"] == pytest.approx(documents @ wanted[-1], abs=0.05)
    assert said["cosines"][3] == 0
    assert min(np.dot(one, other) for one in wanted for other in wanted) < 0.99, "all are alike"


@pytest.mark.parametrize(
    ("layers", "tokens"),
    [
        ("encoder3.bin", "encoder-tokens.bin"),
        ("encoder4.bin", "encoder-tokens.bin"),
        ("student.bin", "student-tokens.bin"),
    ],
)
def test_real_models_are_run_as_the_plain_reference_runs_them(
    tmp_path: Path, layers: str, tokens: str
) -> None:
    if importlib.util.find_spec("threadbook_meaning") is None:
        pytest.skip("needs the package threadbook-meaning")
    model = find_model("en")
    assert model is not None
    served = model.serve_tokens(Parts(layers, tokens), ("freelance",))
    files = Files(model.read(layers), served, model.serve_names(("freelance",)))
    write_files(tmp_path, files)
    texts = [
        "they want my freelance login",
        "Haggling over my quote?",
        "my due date slipped " * 8,
        "a",
    ]
    ids = run(tmp_path, texts=texts)["ids"]
    found = run(tmp_path, ids=ids)["vectors"]
    wanted = [encode(files, each) for each in ids]
    assert min(np.dot(one, other) for one, other in zip(found, wanted, strict=True)) >= 0.9999
    assert max(np.dot(wanted[0], other) for other in wanted[1:]) < 0.9, "texts differ"


HEADER = {"layers": 1, "width": 2, "inner": 3, "heads": 4, "positions": 5, "outputs": 6, "bits": 7}
HARMFUL = [
    *(("layers.bin", 4 * at, value) for at in range(9) for value in (-1, 0x7FFFFFFF, 33, 1 << 20)),
    *(
        ("layers.bin", 4 * HEADER[name], 0)
        for name in ("layers", "width", "inner", "heads", "bits")
    ),
    *(("layers.bin", 4 * HEADER["width"], value) for value in (32, 96, 1024, 65_536)),
    *(("layers.bin", 4 * HEADER["layers"], value) for value in (1, 3, 12)),
    *(
        ("tokens.bin", 4 * at, value)
        for at in range(4)
        for value in (0, -1, 0x7FFFFFFF, 16, 1 << 20)
    ),
    *((name, at, None) for name in ("layers.bin", "tokens.bin") for at in (-1, -2000, 500_000)),
    *((name, -size, None) for name, size in (("layers.bin", 10**9), ("tokens.bin", 10**9))),
]


def test_a_harmful_file_is_an_error_and_reads_nothing_else(tmp_path: Path) -> None:
    write_files(tmp_path, make_files(WORDS))
    damage = [
        {"file": file, "at": at} | ({} if value is None else {"value": value})
        for file, at, value in HARMFUL
    ]
    errors = run(tmp_path, damage=[*damage, {"file": "layers.bin", "at": 64, "value": 0}])["errors"]
    assert errors.pop() == "", "nothing was wrong with the last"
    for one, said in zip(damage, errors, strict=True):
        assert said.partition(":")[0] in {"layers", "tokens", "vocabulary"}, (one, said)
        assert "memory access" not in said, one


def test_infinite_numbers_in_a_file_are_only_large(tmp_path: Path) -> None:
    """So whatever weights are, they make a vector of unit length: the encoder checks that it is."""
    files = make_files(WORDS)
    infinite = np.full(64 * 24, np.inf, "<f2").tobytes()
    broken = files.layers[:64] + infinite + files.layers[64 + len(infinite) :]
    write_files(tmp_path, files._replace(layers=broken))
    (vector,) = run(tmp_path, ids=[[2, 4, 5, 3]])["vectors"]
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


TEXTS = {
    "one two": ["one", "two"],
    "Fourteen PAYMENT?": ["four", "##teen", "pay", "##ment", "?"],
    "caf\u00e9 cafe\u0301\tpay\u0000ment\u200b": ["cafe", "cafe", "pay", "##ment"],
    "one\u3000\u6771\u6771two": ["one", "東", "東", "two"],
    "onetwo xyz \U0001f600": ["[UNK]", "[UNK]", "[UNK]"],
    "one??two": ["one", "?", "?", "two"],
    "\u03a3": ["σ"],
    "one\u03a3 " + "a" * 101: ["[UNK]", "[UNK]"],
    "": [],
    "one " * 70: ["one"] * 62,
}


def test_texts_are_cut_as_bert_cuts_them(tmp_path: Path) -> None:
    files = make_files(WORDS)
    write_files(tmp_path, files)
    names = files.vocabulary.decode().split("\n")
    found = run(tmp_path, texts=list(TEXTS))["ids"]
    for (text, wanted), ids in zip(TEXTS.items(), found, strict=True):
        assert [names[each] for each in ids] == ["[CLS]", *wanted, "[SEP]"], ascii(text)


def test_the_kernel_in_the_repository_is_what_its_source_gives(tmp_path: Path) -> None:
    programs = {name: shutil.which(name) for name in ("clang", "wasm-ld", "wasm-opt")}
    if not all(programs.values()):
        pytest.skip("needs clang, lld and binaryen")
    version = subprocess.run(["clang", "--version"], capture_output=True, text=True, check=True)
    if "clang version 14." not in version.stdout:
        pytest.skip("another clang makes another file")
    subprocess.run([KERNEL / "build.sh", tmp_path / "kernel.wasm"], check=True, timeout=120)
    kept = ASSETS / "search" / "meaning" / "kernel.wasm"
    assert (tmp_path / "kernel.wasm").read_bytes() == kept.read_bytes()
